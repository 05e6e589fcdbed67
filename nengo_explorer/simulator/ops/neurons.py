"""SimNeurons: every neuron type that has a TensorFlow form.

A neuron type has two faces. In inference mode it does what Nengo core does. In training mode a
spiking type runs as the rate neuron it stands for, which has a gradient, and its state is frozen.
Parameters of neurons that run side by side become vectors, so ensembles with different time
constants still share one group.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import tensorflow as tf
from nengo.builder.neurons import SimNeurons
from nengo.neurons import (
    LIF,
    Direct,
    LIFRate,
    RectifiedLinear,
    RegularSpiking,
    Sigmoid,
    SpikingRectifiedLinear,
    Tanh,
)

from nengo_explorer.simulator.ops.base import BuildContext, Lowering, StepContext, Write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nengo.builder import Operator
    from nengo.neurons import NeuronType

Tensors = dict[str, Any]


class NeuronForm(ABC):
    """TensorFlow form of one neuron type.

    Parameters
    ----------
    neuron_types : sequence of NeuronType
        One for each ensemble of the group.
    sizes : sequence of int
        Number of neurons of each.
    context : BuildContext
        Step length and precision.
    """

    #: Names of the parameters that the form uses.
    parameters: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, neuron_types: Sequence[NeuronType], sizes: Sequence[int], context: BuildContext
    ) -> None:
        self.dt = context.dt
        self.dtype = context.dtype
        self._numbers: dict[str, Any] = {}
        for name in self.parameters:
            values = [float(getattr(neuron_type, name)) for neuron_type in neuron_types]
            # One number for all keeps it out of memory traffic.
            alike = len(set(values)) == 1
            self._numbers[name] = values[0] if alike else context.spread(values, sizes)

    def number(self, name: str) -> tf.Tensor:
        """A parameter, () where all neurons agree, else (n_neurons,)."""
        return tf.constant(self._numbers[name], dtype=self.dtype)

    @abstractmethod
    def step(self, current: tf.Tensor, state: Tensors) -> tuple[tf.Tensor, Tensors]:
        """Advance all neurons by one step in inference mode.

        Parameters
        ----------
        current : tf.Tensor
            Input current, (rows, n_neurons).
        state : dict of str to tf.Tensor
            State by name, each (rows, n_neurons).

        Returns
        -------
        output : tf.Tensor
            Output, (rows, n_neurons).
        state : dict of str to tf.Tensor
            New state.
        """

    def train(self, current: tf.Tensor, step: StepContext) -> tf.Tensor:
        """Output in training mode, (rows, n_neurons)."""
        del step
        return self.step(current, {})[0]


class RectifiedLinearForm(NeuronForm):
    """Output in proportion to the positive part of the current."""

    parameters = ("amplitude",)

    def step(self, current: tf.Tensor, state: Tensors) -> tuple[tf.Tensor, Tensors]:
        """``amplitude * max(current, 0)``."""
        return self.number("amplitude") * tf.nn.relu(current), state


class SpikingRectifiedLinearForm(RectifiedLinearForm):
    """Integrates the positive part of the current; a spike for each whole unit."""

    def step(self, current: tf.Tensor, state: Tensors) -> tuple[tf.Tensor, Tensors]:
        """Integrate, spike as often as the voltage passed 1, keep the rest."""
        voltage = state["voltage"] + tf.nn.relu(current) * self.dt
        spikes = tf.floor(voltage)
        return spikes * (self.number("amplitude") / self.dt), {"voltage": voltage - spikes}

    def train(self, current: tf.Tensor, step: StepContext) -> tf.Tensor:
        """The rate it spikes at."""
        del step
        return self.number("amplitude") * tf.nn.relu(current)


class SigmoidForm(NeuronForm):
    """Logistic function of the current, scaled to the highest rate."""

    parameters = ("tau_ref",)

    def step(self, current: tf.Tensor, state: Tensors) -> tuple[tf.Tensor, Tensors]:
        """``sigmoid(current) / tau_ref``."""
        return tf.nn.sigmoid(current) / self.number("tau_ref"), state


class TanhForm(NeuronForm):
    """Hyperbolic tangent of the current, scaled to the highest rate."""

    parameters = ("tau_ref",)

    def step(self, current: tf.Tensor, state: Tensors) -> tuple[tf.Tensor, Tensors]:
        """``tanh(current) / tau_ref``."""
        return tf.nn.tanh(current) / self.number("tau_ref"), state


class LIFRateForm(NeuronForm):
    """Steady firing rate of a leaky integrate-and-fire neuron."""

    parameters: ClassVar[tuple[str, ...]] = ("tau_rc", "tau_ref", "amplitude")

    def rate(self, current: tf.Tensor) -> tf.Tensor:
        """``amplitude / (tau_ref + tau_rc * log(1 + 1 / (current - 1)))`` above threshold, else 0.

        The unused branch is computed at a harmless current, so that no NaN enters the gradient.
        """
        excess = current - 1
        above = excess > 0
        safe = tf.where(above, excess, tf.ones_like(excess))
        interval = self.number("tau_ref") + self.number("tau_rc") * tf.math.log1p(1 / safe)
        return tf.where(above, self.number("amplitude") / interval, tf.zeros_like(excess))

    def soft_rate(self, current: tf.Tensor, sigma: float) -> tf.Tensor:
        """Rate with the threshold smoothed by a softplus of width ``sigma``.

        The excess over threshold ``current - 1`` becomes ``sigma * softplus((current - 1) /
        sigma)`` [1]_. Far below threshold that underflows, so the limit of the logarithm is used.

        References
        ----------
        .. [1] Hunsberger & Eliasmith (2015). Spiking deep networks with LIF neurons.
           arXiv:1510.08829.
        """
        scaled = (current - 1) / sigma
        tiny = scaled < SMALLEST_SCALED_EXCESS
        excess = sigma * tf.nn.softplus(tf.where(tiny, tf.zeros_like(scaled), scaled))
        logarithm = tf.where(
            tiny, -scaled - np.log(sigma).astype(self.dtype), tf.math.log1p(1 / excess)
        )
        return self.number("amplitude") / (
            self.number("tau_ref") + self.number("tau_rc") * logarithm
        )

    def step(self, current: tf.Tensor, state: Tensors) -> tuple[tf.Tensor, Tensors]:
        """The rate."""
        return self.rate(current), state


#: Below this many widths under threshold, softplus(x) equals exp(x) to the last bit of float32.
SMALLEST_SCALED_EXCESS = -20.0


class LIFForm(LIFRateForm):
    """Leaky integrate-and-fire neurons, with the time of a spike inside its step."""

    parameters = ("tau_rc", "tau_ref", "amplitude", "min_voltage")

    def step(self, current: tf.Tensor, state: Tensors) -> tuple[tf.Tensor, Tensors]:
        """Advance voltage and refractory time; exact for a current that is constant in the step."""
        dt, tau_rc = self.dt, self.number("tau_rc")
        voltage, waiting = state["voltage"], state["refractory_time"] - dt
        active = tf.clip_by_value(dt - waiting, 0, dt)
        voltage -= (current - voltage) * tf.math.expm1(-active / tau_rc)
        spiking = voltage > 1
        # Time of the crossing, counted back from the end of the step. Where there is no spike the
        # argument is replaced: it may be out of the logarithm's range.
        overshoot = tf.where(spiking, (voltage - 1) / (current - 1), tf.zeros_like(voltage))
        crossed = dt + tau_rc * tf.math.log1p(-overshoot)
        zero = tf.zeros_like(voltage)
        output = tf.where(spiking, zero + self.number("amplitude") / dt, zero)
        floor = tf.maximum(voltage, self.number("min_voltage"))
        return output, {
            "voltage": tf.where(spiking, zero, floor),
            "refractory_time": tf.where(spiking, self.number("tau_ref") + crossed, waiting),
        }

    def train(self, current: tf.Tensor, step: StepContext) -> tf.Tensor:
        """The rate, smoothed around threshold where that is set."""
        if step.lif_smoothing is None:
            return self.rate(current)
        return self.soft_rate(current, step.lif_smoothing)


class RegularSpikingForm(NeuronForm):
    """Turns the rates of the base type into regular spikes (its input is that rate)."""

    parameters = ("amplitude",)

    def step(self, current: tf.Tensor, state: Tensors) -> tuple[tf.Tensor, Tensors]:
        """Integrate the rate, spike as often as the voltage passed 1, keep the rest."""
        voltage = state["voltage"] + current * self.dt
        spikes = tf.floor(voltage)
        return spikes * (self.number("amplitude") / self.dt), {"voltage": voltage - spikes}

    def train(self, current: tf.Tensor, step: StepContext) -> tf.Tensor:
        """The rate itself."""
        del step
        return self.number("amplitude") * current


class DirectForm(NeuronForm):
    """No neurons: the input itself."""

    def step(self, current: tf.Tensor, state: Tensors) -> tuple[tf.Tensor, Tensors]:
        """Pass on."""
        return current, state


#: Exact class of a neuron type -> its form. A subclass may have another step function, so it does
#: not inherit the form of its base class.
FORMS: dict[type[NeuronType], type[NeuronForm]] = {
    Direct: DirectForm,
    LIF: LIFForm,
    LIFRate: LIFRateForm,
    RectifiedLinear: RectifiedLinearForm,
    RegularSpiking: RegularSpikingForm,
    Sigmoid: SigmoidForm,
    SpikingRectifiedLinear: SpikingRectifiedLinearForm,
    Tanh: TanhForm,
}


class SimNeuronsLowering(Lowering):
    """A group of neurons of one type."""

    def __init__(self, operators: Sequence[Operator], context: BuildContext) -> None:
        super().__init__(operators, context)
        neuron_types = [op.neurons for op in operators]
        sizes = [op.J.size for op in operators]
        self.form = FORMS[type(neuron_types[0])](neuron_types, sizes, context)
        self.state_names = tuple(operators[0].state_idxs)
        state = [context.join([op.state[name] for op in operators]) for name in self.state_names]
        self.reads = [context.join([op.J for op in operators]), *state]
        self.writes = [Write(context.join([op.output for op in operators]))]
        self.writes += [Write(elements) for elements in state]

    def compute(self, inputs: Sequence[tf.Tensor], step: StepContext) -> list[tf.Tensor]:
        """One step of all neurons; in training mode the state stays as it is."""
        current, *old = inputs
        state: Mapping[str, tf.Tensor] = dict(zip(self.state_names, old, strict=True))
        if step.training:
            return [self.form.train(current, step), *old]
        if self.operators[0].neurons.spiking:
            # A spike either happens or not: its gradient is zero. Said at the input, so that no
            # gradient is computed through the state, where it might meet a division by zero.
            current = tf.stop_gradient(current)
        output, new = self.form.step(current, dict(state))
        return [output, *(new[name] for name in self.state_names)]


def has_form(op: SimNeurons) -> bool:
    """Whether the neuron type of an operator has a TensorFlow form."""
    return type(op.neurons) in FORMS and not op.state_extra


BUILDERS = {SimNeurons: SimNeuronsLowering}
