"""The neuron types of this package: with a smooth threshold, or with a slope below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import tensorflow as tf

from nengo_explorer.simulator.ops.neuron_form import NeuronForm
from nengo_explorer.simulator.ops.neurons_rate import LIFRateForm
from nengo_explorer.simulator.ops.neurons_spiking import IntegratingForm

if TYPE_CHECKING:
    from nengo_explorer.simulator.ops.neuron_form import State


class SoftLIFRateForm(LIFRateForm):
    """Rate of a leaky integrate-and-fire neuron with a smooth threshold."""

    parameters = (*LIFRateForm.parameters, "sigma")

    def step(self, current: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """The smoothed rate."""
        return self.soft_rate(current, self.number("sigma")), state


def leaky(form: NeuronForm, current: tf.Tensor) -> tf.Tensor:
    """The current, less steep where it is negative."""
    return tf.where(current > 0, current, form.number("negative_slope") * current)


class LeakyReLUForm(NeuronForm):
    """A line with two slopes."""

    parameters = ("amplitude", "negative_slope")

    def step(self, current: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """``amplitude * (current if current > 0 else negative_slope * current)``."""
        return self.number("amplitude") * leaky(self, current), state


class SpikingLeakyReLUForm(IntegratingForm):
    """Spikes of both signs."""

    parameters = ("amplitude", "negative_slope")

    def desired_rate(self, current: tf.Tensor) -> tf.Tensor:
        """Spikes per second, below 0 for negative currents."""
        return leaky(self, current)

    def step(self, current: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Integrate, spike as often as the voltage passed a whole unit, keep the rest."""
        voltage = state["voltage"] + self.desired_rate(current) * self.dt
        # Rounded towards zero, for which TensorFlow has no operation.
        spikes = tf.where(voltage > 0, tf.floor(voltage), tf.math.ceil(voltage))
        return spikes * (self.number("amplitude") / self.dt), {"voltage": voltage - spikes}
