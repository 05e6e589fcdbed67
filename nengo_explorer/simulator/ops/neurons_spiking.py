"""Neuron types that spike. In training mode they put out the rate that they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
import tensorflow as tf

from nengo_explorer.simulator.ops.computed_once import computed_once
from nengo_explorer.simulator.ops.firing_rates import izhikevich_rates
from nengo_explorer.simulator.ops.neuron_form import NeuronForm
from nengo_explorer.simulator.ops.neurons_rate import LIFRateForm, adapted
from nengo_explorer.simulator.ops.series import (
    MOST_ARGUMENT,
    expm1_of_small,
    twice_atanh_of_small,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nengo.neurons import Izhikevich

    from nengo_explorer.simulator.ops.base import BuildContext, StepContext
    from nengo_explorer.simulator.ops.neuron_form import State


class IntegratingForm(NeuronForm):
    """Integrates a rate; a spike for each whole unit, the rest is kept."""

    rates_need_no_state = True

    parameters: ClassVar[tuple[str, ...]] = ("amplitude",)

    def desired_rate(self, current: tf.Tensor) -> tf.Tensor:
        """Spikes per second that the input asks for."""
        return current

    def step(self, current: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Integrate, spike as often as the voltage passed 1, keep the rest."""
        voltage = computed_once(state["voltage"] + self.desired_rate(current) * self.dt)
        spikes = tf.floor(voltage)
        return spikes * (self.number("amplitude") / self.dt), {"voltage": voltage - spikes}

    def train(self, current: tf.Tensor, state: State, mode: StepContext) -> tuple[tf.Tensor, State]:
        """The rate it spikes at."""
        del state, mode
        return self.number("amplitude") * self.desired_rate(current), {}


class SpikingRectifiedLinearForm(IntegratingForm):
    """Spikes at a rate in proportion to the positive part of the current."""

    def desired_rate(self, current: tf.Tensor) -> tf.Tensor:
        """The positive part."""
        return tf.nn.relu(current)


class RegularSpikingForm(IntegratingForm):
    """Turns the rates of the base type into regular spikes (its input is that rate)."""


class LIFForm(LIFRateForm):
    """Leaky integrate-and-fire neurons, with the time of a spike inside its step."""

    rates_need_no_state = True

    parameters = (*LIFRateForm.parameters, "min_voltage")

    def step(self, current: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Advance voltage and refractory time; exact for a current that is constant in the step."""
        dt, tau_rc = self.dt, self.number("tau_rc")
        voltage, waiting = state["voltage"], state["refractory_time"] - dt
        active = tf.clip_by_value(dt - waiting, 0, dt)
        voltage = computed_once(voltage - (current - voltage) * self._decay(active))
        spiking = voltage > 1
        crossed = dt - tau_rc * self._time_past_threshold(voltage, current, spiking)
        zero = tf.zeros_like(voltage)
        output = tf.where(spiking, zero + self.number("amplitude") / dt, zero)
        floor = tf.maximum(voltage, self.number("min_voltage"))
        return output, {
            "voltage": tf.where(spiking, zero, floor),
            "refractory_time": tf.where(spiking, self.number("tau_ref") + crossed, waiting),
        }

    @property
    def _longest(self) -> float:
        """A step in membrane time constants, of the quickest neuron."""
        return float(self.dt / np.min(self._numbers["tau_rc"]))

    def _decay(self, active: tf.Tensor) -> tf.Tensor:
        """``exp(-active / tau_rc) - 1``, of a time of at most a step."""
        if self._longest > MOST_ARGUMENT:
            return tf.math.expm1(-active / self.number("tau_rc"))
        inverse = tf.constant(-1 / np.asarray(self._numbers["tau_rc"]), dtype=self.dtype)
        return expm1_of_small(active * inverse, self._longest)

    def _time_past_threshold(
        self, voltage: tf.Tensor, current: tf.Tensor, spiking: tf.Tensor
    ) -> tf.Tensor:
        """How long before the end of the step it crossed, in membrane time constants.

        That is ``-log(1 - overshoot)`` with ``overshoot = (voltage - 1) / (current - 1)``. Without
        a spike the arguments are replaced: they may be out of the logarithm's range. With one, the
        time is at most a step, so that ``atanh`` is small: ``-log(1 - x) = 2 atanh(x / (2 - x))``.
        """
        above = tf.where(spiking, voltage - 1, tf.zeros_like(voltage))
        if self._longest > MOST_ARGUMENT:
            drive = tf.where(spiking, current - 1, tf.ones_like(current))
            return -tf.math.log1p(-above / drive)
        twice_drive = tf.where(spiking, 2 * (current - 1), tf.ones_like(current))
        return twice_atanh_of_small(above / (twice_drive - above), np.tanh(self._longest / 2))

    def train(self, current: tf.Tensor, state: State, mode: StepContext) -> tuple[tf.Tensor, State]:
        """The rate, smoothed around threshold where that is set."""
        del state
        if mode.lif_smoothing is None:
            return self.rate(current), {}
        return self.soft_rate(current, mode.lif_smoothing), {}


class AdaptiveLIFForm(LIFForm):
    """LIF neurons whose own past output counts against their input current."""

    rates_need_no_state = False

    parameters = (*LIFForm.parameters, "tau_n", "inc_n")

    def step(self, current: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Spikes at the current less the adaptation, which then follows the output."""
        output, new = super().step(current - state["adaptation"], state)
        return output, {**new, "adaptation": adapted(self, state["adaptation"], output)}

    def train(self, current: tf.Tensor, state: State, mode: StepContext) -> tuple[tf.Tensor, State]:
        """Adaptive rates.

        The adaptation goes on, driven by the rate: without it the rate would be that of
        neurons that never adapted.
        """
        output, _ = super().train(current - state["adaptation"], state, mode)
        return output, {"adaptation": adapted(self, state["adaptation"], output)}


class IzhikevichForm(NeuronForm):
    """Two coupled equations for voltage and recovery (Izhikevich, 2003)."""

    rates_need_no_state = True

    parameters = ("tau_recovery", "coupling", "reset_voltage", "reset_recovery")

    #: Input current is not let below this: the equations become unstable there.
    lowest_current = -30.0

    #: Membrane potential at which a neuron spikes, in millivolts.
    threshold = 30.0

    def __init__(
        self, neuron_types: Sequence[Izhikevich], sizes: Sequence[int], context: BuildContext
    ) -> None:
        super().__init__(neuron_types, sizes, context)
        self._neuron_types = tuple(neuron_types)
        self._sizes = tuple(sizes)

    def step(self, current: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """One Euler step of the equations, whose unit of time is the millisecond."""
        current = tf.maximum(current, self.lowest_current)
        milliseconds = 1000 * self.dt
        voltage, recovery = state["voltage"], state["recovery"]
        slope = 0.04 * voltage**2 + 5 * voltage + 140 - recovery + current
        voltage = computed_once(voltage + slope * milliseconds)
        spiking = voltage >= self.threshold
        voltage = tf.where(spiking, self.number("reset_voltage"), voltage)
        slope = self.number("tau_recovery") * (self.number("coupling") * voltage - recovery)
        recovery += slope * milliseconds
        recovery = tf.where(spiking, recovery + self.number("reset_recovery"), recovery)
        output = tf.cast(spiking, self.dtype) / self.dt
        return output, {"voltage": voltage, "recovery": recovery}

    def train(self, current: tf.Tensor, state: State, mode: StepContext) -> tuple[tf.Tensor, State]:
        """Steady rate as a function of the current: straight lines between measured points.

        There is no closed form, so the rates are measured once, with the neuron type itself.
        """
        del state, mode
        tables = [izhikevich_rates(neuron_type, self.dt) for neuron_type in self._neuron_types]
        alike = all(table is tables[0] for table in tables)
        sizes = [1] if alike else self._sizes
        tables = tables[:1] if alike else tables
        lowest = np.repeat([table.rates[0] for table in tables], sizes)
        bends = np.repeat([table.bends for table in tables], sizes, axis=0)
        knots = tf.constant(tables[0].currents[:-1], dtype=self.dtype)
        beyond = tf.nn.relu(current[..., tf.newaxis] - knots)
        rates = tf.reduce_sum(beyond * tf.constant(bends, dtype=self.dtype), axis=-1)
        return rates + tf.constant(lowest, dtype=self.dtype), {}
