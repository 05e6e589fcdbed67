"""Neuron types that spike at random. Their input is the rate of the base type.

The numbers are other ones than Nengo core's, which draws from a sequential generator; their
distribution is the same.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

import tensorflow as tf

from nengo_explorer.simulator.ops.neuron_form import NeuronForm

if TYPE_CHECKING:
    from nengo_explorer.simulator.ops.base import StepContext
    from nengo_explorer.simulator.ops.neuron_form import State
    from nengo_explorer.simulator.ops.random_numbers import RandomNumbers

#: A Poisson number of a larger mean is the sum of several of at most this mean, ...
LARGEST_MEAN = 16.0

#: ... each of which is beyond this with a probability below 1e-17.
LARGEST_COUNT = 64


class RandomSpikingForm(NeuronForm):
    """Base of random types: numbers of spikes with the sign of the rate."""

    rates_need_no_state = True

    parameters = ("amplitude",)

    @abstractmethod
    def spikes(self, mean: tf.Tensor, rng: RandomNumbers) -> tf.Tensor:
        """Numbers of spikes in a step, by their mean (not negative)."""

    def step(self, current: tf.Tensor, state: State) -> tuple[tf.Tensor, State]:
        """Draw the numbers of spikes."""
        spikes = self.spikes(tf.abs(current) * self.dt, state["rng"])
        return spikes * tf.sign(current) * (self.number("amplitude") / self.dt), {}

    def train(self, current: tf.Tensor, state: State, mode: StepContext) -> tuple[tf.Tensor, State]:
        """The rate itself, which is the mean of the spikes."""
        del state, mode
        return self.number("amplitude") * current, {}


class StochasticSpikingForm(RandomSpikingForm):
    """The mean number of spikes, rounded up or down at random."""

    def spikes(self, mean: tf.Tensor, rng: RandomNumbers) -> tf.Tensor:
        """The whole part, and one more with the probability of the rest."""
        whole = tf.floor(mean)
        return whole + tf.cast(rng.uniform() < mean - whole, self.dtype)


class PoissonSpikingForm(RandomSpikingForm):
    """Numbers of spikes with a Poisson distribution."""

    def spikes(self, mean: tf.Tensor, rng: RandomNumbers) -> tf.Tensor:
        """Poisson numbers: sums of numbers that are drawn by inversion."""

        def more(draw: tf.Tensor, rest: tf.Tensor, count: tf.Tensor) -> tf.Tensor:
            del count
            return tf.logical_or(tf.equal(draw, 0), tf.reduce_any(rest > 0))

        def body(
            draw: tf.Tensor, rest: tf.Tensor, count: tf.Tensor
        ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
            part = tf.minimum(rest, LARGEST_MEAN)
            drawn = poisson_by_inversion(part, rng.uniform(draw))
            return draw + 1, rest - part, count + drawn

        mean = tf.broadcast_to(mean, rng.shape)
        return tf.while_loop(more, body, (tf.constant(0), mean, tf.zeros_like(mean)))[2]


def poisson_by_inversion(mean: tf.Tensor, uniform: tf.Tensor) -> tf.Tensor:
    """The smallest count whose cumulative probability is above a uniform number.

    Parameters
    ----------
    mean : tf.Tensor
        Means, at most `LARGEST_MEAN`.
    uniform : tf.Tensor
        Numbers from 0 to 1, of the same shape.

    Returns
    -------
    count : tf.Tensor
        Whole numbers, of the same type and shape.
    """

    def more(
        number: tf.Tensor, probability: tf.Tensor, below: tf.Tensor, count: tf.Tensor
    ) -> tf.Tensor:
        del probability, count
        return tf.logical_and(number < LARGEST_COUNT, tf.reduce_any(uniform >= below))

    def body(
        number: tf.Tensor, probability: tf.Tensor, below: tf.Tensor, count: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]:
        count += tf.cast(uniform >= below, mean.dtype)
        probability *= mean / tf.cast(number, mean.dtype)
        return number + 1, probability, below + probability, count

    none = tf.exp(-mean)
    return tf.while_loop(more, body, (tf.constant(1), none, none, tf.zeros_like(mean)))[3]
