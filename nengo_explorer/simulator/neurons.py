"""Neuron types that are made for training, beside those of Nengo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from nengo.neurons import LIFRate, RectifiedLinear, SpikingRectifiedLinear
from nengo.params import NumberParam

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]

#: Below this many widths under threshold, softplus(x) equals exp(x) to the last bit of float32.
SMALLEST_SCALED_EXCESS = -20.0


class SoftLIFRate(LIFRate):
    """Rate of a leaky integrate-and-fire neuron with a smooth firing threshold [1]_.

    The excess of the input current over the threshold, ``J - 1``, is replaced by
    ``sigma * softplus((J - 1) / sigma)``, so that the rate has a slope everywhere.

    Parameters
    ----------
    sigma : float, default: 1.0
        Width of the smoothing, above 0; towards 0 this becomes `nengo.LIFRate`.
    **lif_args
        ``tau_rc`` and ``tau_ref`` (in seconds) and ``amplitude``, as for `nengo.LIFRate`.

    Raises
    ------
    ValidationError
        If ``sigma`` is not above 0.

    References
    ----------
    .. [1] Hunsberger & Eliasmith (2015). Spiking deep networks with LIF neurons.
       arXiv:1510.08829.
    """

    sigma = NumberParam("sigma", low=0, low_open=True)

    def __init__(self, sigma: float = 1.0, **lif_args: Any) -> None:
        super().__init__(**lif_args)
        self.sigma = sigma

    def rates(self, x: Array, gain: Array, bias: Array) -> Array:
        """Rates at points in the represented space, (n_samples, n_neurons), in Hz."""
        current: Array = self.current(x, gain, bias)
        output = np.zeros_like(current)
        self.step(1.0, current, output)
        return output

    def step(self, dt: float, J: Array, output: Array) -> None:  # noqa: N803 - Nengo's name
        """Compute the rates for input currents.

        Parameters
        ----------
        dt : float
            Length of a step, in seconds; of no influence.
        J : (n_neurons,) ndarray
            Input currents.
        output : (n_neurons,) ndarray
            Takes the rates, in spikes per second times the amplitude.
        """
        del dt
        scaled = (np.asarray(J) - 1) / self.sigma
        tiny = scaled < SMALLEST_SCALED_EXCESS
        safe = np.where(tiny, 0, scaled)
        excess = self.sigma * (np.log1p(np.exp(-np.abs(safe))) + np.maximum(safe, 0))
        logarithm = np.where(tiny, -scaled - np.log(self.sigma), np.log1p(1 / excess))
        output[...] = self.amplitude / (self.tau_ref + self.tau_rc * logarithm)


class LeakyReLU(RectifiedLinear):
    """Rectified linear neuron with a small slope below its threshold.

    Parameters
    ----------
    negative_slope : float, default: 0.3
        Slope for negative input currents; 1 would be a line.
    amplitude : float, default: 1
        Factor of the output.
    """

    # Not only half of its range: any current below threshold has an output too.
    negative = True

    negative_slope = NumberParam("negative_slope")

    def __init__(self, negative_slope: float = 0.3, amplitude: float = 1) -> None:
        super().__init__(amplitude=amplitude)
        self.negative_slope = negative_slope

    def step(self, dt: float, J: Array, output: Array) -> None:  # noqa: N803 - Nengo's name
        """Compute ``amplitude * (J if J > 0 else negative_slope * J)``."""
        del dt
        output[...] = self.amplitude * np.where(J > 0, J, self.negative_slope * J)


class SpikingLeakyReLU(SpikingRectifiedLinear):
    """Spiking form of `LeakyReLU`: spikes are negative for negative input currents.

    Parameters
    ----------
    negative_slope : float, default: 0.3
        Slope for negative input currents.
    amplitude : float, default: 1
        Factor of the output.
    """

    negative = True

    negative_slope = NumberParam("negative_slope")

    def __init__(self, negative_slope: float = 0.3, amplitude: float = 1) -> None:
        super().__init__(amplitude=amplitude)
        self.negative_slope = negative_slope

    def rates(self, x: Array, gain: Array, bias: Array) -> Array:
        """Rates that the spikes stand for, (n_samples, n_neurons), in spikes per second."""
        current = self.current(x, gain, bias)
        return np.asarray(
            self.amplitude * np.where(current > 0, current, self.negative_slope * current)
        )

    def step(
        self,
        dt: float,
        J: Array,  # noqa: N803 - Nengo's name
        output: Array,
        voltage: Array,
    ) -> None:
        """Integrate the leaky current; a spike of its sign for each whole unit.

        Parameters
        ----------
        dt : float
            Length of a step, in seconds.
        J : (n_neurons,) ndarray
            Input currents.
        output : (n_neurons,) ndarray
            Takes the spikes, each of height ``amplitude / dt``.
        voltage : (n_neurons,) ndarray
            What is left from whole units; changed in place.
        """
        voltage += np.where(J > 0, J, self.negative_slope * J) * dt
        spikes = np.trunc(voltage)
        voltage -= spikes
        output[...] = spikes * (self.amplitude / dt)
