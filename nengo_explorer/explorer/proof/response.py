"""How the neurons of an ensemble respond to their input current, and which have no slope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
from nengo.exceptions import ValidationError

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]

#: Smoothings for which the share of neurons without slope is worked out; 0 is none.
SMOOTHINGS = (0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
#: A slope below this share of the greatest one hardly teaches anything.
WEAK = 0.01
#: Points at which a curve is drawn, and at which currents are looked at.
CURVE_POINTS = 401
MOST_POINTS = 500
#: Below this many widths under threshold a softplus is an exponential function.
_LIMIT = -20.0


@dataclass(frozen=True)
class Response:
    """Response of an ensemble's neurons in training mode.

    Attributes
    ----------
    current : (n_points,) ndarray
        Input currents.
    rate, slope : (n_points,) ndarray
        Rate and its derivative without smoothing.
    smooth_rate, smooth_slope : (n_points,) ndarray or None
        The same with the smoothing that is set; None if there is none, or none that counts.
    smoothing : float or None
        The smoothing that is set.
    smoothings : (n,) ndarray
        Smoothings that were tried; empty where smoothing does not count.
    dead, weak : (n,) ndarray
        For each, the share of neurons whose slope is exactly zero for all inputs, and of those
        whose slope is below `WEAK` of the greatest.
    dead_now : float
        The share of neurons without any slope, with what is set.
    """

    current: Array
    rate: Array
    slope: Array
    smooth_rate: Array | None
    smooth_slope: Array | None
    smoothing: float | None
    smoothings: Array
    dead: Array
    weak: Array
    dead_now: float


def response_of(
    neuron_type: nengo.neurons.NeuronType, currents: Array, smoothing: float | None
) -> Response:
    """How neurons respond.

    Parameters
    ----------
    neuron_type : NeuronType
        Type of all neurons.
    currents : (n_inputs, n_neurons) ndarray
        Input current of each neuron for inputs all over the range that the ensemble represents.
    smoothing : float or None
        Width of the LIF smoothing that is set.

    Raises
    ------
    ValidationError
        If the type has no neurons, and so no response.
    """
    if isinstance(neuron_type, nengo.Direct):
        raise ValidationError("a Direct ensemble has no neurons.", attr="ensemble")
    smooths = isinstance(neuron_type, nengo.LIF)
    used = smoothing if smooths else None
    margin = 0.1 * float(np.ptp(currents)) or 1.0
    current = np.linspace(currents.min() - margin, currents.max() + margin, CURVE_POINTS)
    rate, slope = curves(neuron_type, current, None)
    smooth = (None, None) if used is None else curves(neuron_type, current, used)
    tried = np.array(SMOOTHINGS if smooths else ())
    slopes = [np.abs(curves(neuron_type, currents, width or None)[1]) for width in tried]
    now = np.abs(curves(neuron_type, currents, used)[1])
    return Response(
        current=current,
        rate=rate,
        slope=slope,
        smooth_rate=smooth[0],
        smooth_slope=smooth[1],
        smoothing=used,
        smoothings=tried,
        dead=np.array([_share(found, 0.0) for found in slopes]),
        weak=np.array([_share(found, WEAK * found.max()) for found in slopes]),
        dead_now=_share(now, 0.0),
    )


def _share(slopes: Array, limit: float) -> float:
    """Share of neurons whose slope is nowhere above a limit."""
    return float(np.mean((slopes <= limit).all(axis=0)))


def currents_of(built: Any) -> Array:
    """Input currents of an ensemble's neurons, (n_inputs, n_neurons).

    Parameters
    ----------
    built : BuiltEnsemble
        Present parameters, as in ``sim.data[ensemble]``.
    """
    points = np.asarray(built.eval_points)[:MOST_POINTS]
    encoders, bias = np.asarray(built.scaled_encoders), np.asarray(built.bias)
    if encoders.ndim == 3:
        encoders = encoders[0]
    currents: Array = points @ encoders.T + bias
    return currents


def curves(
    neuron_type: nengo.neurons.NeuronType, current: Array, smoothing: float | None
) -> tuple[Array, Array]:
    """Rate and slope in training mode, in the shape of the current.

    Parameters
    ----------
    neuron_type : NeuronType
        The type.
    current : ndarray
        Input currents.
    smoothing : float or None
        Width of the LIF smoothing.
    """
    if isinstance(neuron_type, nengo.LIF | nengo.LIFRate):
        return _lif(neuron_type, current, smoothing)
    rate = _rate(neuron_type, current)
    step = 1e-3
    ahead, behind = _rate(neuron_type, current + step), _rate(neuron_type, current - step)
    return rate, (ahead - behind) / (2 * step)


def _rate(neuron_type: nengo.neurons.NeuronType, current: Array) -> Array:
    flat = np.ravel(current)
    one = np.ones(1)
    rates: Array = neuron_type.rates(flat[:, np.newaxis], one, np.zeros(1))
    return rates.reshape(np.shape(current))


def _lif(neuron_type: Any, current: Array, smoothing: float | None) -> tuple[Array, Array]:
    """LIF rates; smoothing replaces the excess over threshold by a softplus."""
    sigma = getattr(neuron_type, "sigma", None) if smoothing is None else smoothing
    excess = np.asarray(current, dtype=np.float64) - 1
    if sigma is None:
        above = excess > 0
        safe = np.where(above, excess, 1.0)
        logarithm, inner = np.log1p(1 / safe), 1 / (safe * (safe + 1))
    else:
        scaled = excess / sigma
        tiny = scaled < _LIMIT
        soft = sigma * np.logaddexp(0, np.where(tiny, 0, scaled))
        logarithm = np.where(tiny, -scaled - np.log(sigma), np.log1p(1 / soft))
        # The derivative of the softplus is a logistic function.
        logistic = 1 / (1 + np.exp(-np.where(tiny, 0, scaled)))
        inner = np.where(tiny, 1 / sigma, logistic / (soft * (soft + 1)))
        above = np.ones_like(excess, dtype=bool)
    interval = neuron_type.tau_ref + neuron_type.tau_rc * logarithm
    rate = np.where(above, neuron_type.amplitude / interval, 0)
    slope = np.where(above, neuron_type.amplitude * neuron_type.tau_rc * inner / interval**2, 0)
    return rate, slope
