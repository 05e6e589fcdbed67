"""Neuron types whose output is a rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import tensorflow as tf

from nengo_explorer.simulator.neurons import SMALLEST_SCALED_EXCESS
from nengo_explorer.simulator.ops.neuron_form import NeuronForm

if TYPE_CHECKING:
    from nengo_explorer.simulator.ops.neuron_form import State


class DirectForm(NeuronForm):
    """No neurons: the input itself."""

    def step(self, current: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Pass on."""
        return current, state


class RectifiedLinearForm(NeuronForm):
    """Output in proportion to the positive part of the current."""

    parameters = ("amplitude",)

    def step(self, current: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """``amplitude * max(current, 0)``."""
        return self.number("amplitude") * tf.nn.relu(current), state


class SigmoidForm(NeuronForm):
    """Logistic function of the current, scaled to the highest rate."""

    parameters = ("tau_ref",)

    def step(self, current: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """``sigmoid(current) / tau_ref``."""
        return tf.nn.sigmoid(current) / self.number("tau_ref"), state


class TanhForm(NeuronForm):
    """Hyperbolic tangent of the current, scaled to the highest rate."""

    parameters = ("tau_ref",)

    def step(self, current: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
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

    def soft_rate(self, current: tf.Tensor, sigma: float | tf.Tensor) -> tf.Tensor:
        """Rate with the threshold smoothed by a softplus of width ``sigma``.

        The excess over threshold ``current - 1`` becomes ``sigma * softplus((current - 1) /
        sigma)`` [1]_. Far below threshold that underflows, so the limit of the logarithm is used.

        References
        ----------
        .. [1] Hunsberger & Eliasmith (2015). Spiking deep networks with LIF neurons.
           arXiv:1510.08829.
        """
        sigma = tf.convert_to_tensor(sigma, dtype=self.dtype)
        scaled = (current - 1) / sigma
        tiny = scaled < SMALLEST_SCALED_EXCESS
        excess = sigma * tf.nn.softplus(tf.where(tiny, tf.zeros_like(scaled), scaled))
        logarithm = tf.where(tiny, -scaled - tf.math.log(sigma), tf.math.log1p(1 / excess))
        return self.number("amplitude") / (
            self.number("tau_ref") + self.number("tau_rc") * logarithm
        )

    def step(self, current: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """The rate."""
        return self.rate(current), state


class AdaptiveLIFRateForm(LIFRateForm):
    """LIF rates that fall while a neuron is active: its own past output counts against it."""

    parameters = (*LIFRateForm.parameters, "tau_n", "inc_n")

    def step(self, current: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """The rate at the current less the adaptation, which then follows the output."""
        output = self.rate(current - state["adaptation"])
        return output, {"adaptation": adapted(self, state["adaptation"], output)}


def adapted(form: NeuronForm, adaptation: tf.Tensor, output: tf.Tensor) -> tf.Tensor:
    """Adaptation after a step: it approaches ``inc_n * output`` with time constant ``tau_n``."""
    share = form.dt / form.number("tau_n")
    return adaptation + share * (form.number("inc_n") * output - adaptation)
