"""Firing rates that are measured, for neuron types without a formula for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt
    from nengo.neurons import Izhikevich

#: How long a neuron is left to settle, and how long its spikes are then counted, in seconds.
SETTLING_TIME = 0.5
COUNTING_TIME = 2.0

#: Currents at which rates are measured. Close to each other where the first spikes appear, far
#: enough apart that counting whole spikes does not make the slope between neighbours jagged.
CURRENTS = np.concatenate(
    [
        np.arange(-30.0, 0.0, 5.0),
        np.arange(0.0, 20.0, 2.0),
        np.arange(20.0, 100.0, 10.0),
        np.geomspace(100.0, 2000.0, 15),
    ]
)


@dataclass(frozen=True)
class RateTable:
    """Measured rates, as straight lines between points.

    Attributes
    ----------
    currents : (n_points,) ndarray
        Input currents, rising.
    rates : (n_points,) ndarray
        Rates at these, in Hz, never falling.
    """

    currents: npt.NDArray[np.float64]
    rates: npt.NDArray[np.float64]

    @property
    def bends(self) -> npt.NDArray[np.float64]:
        """Change of slope at each point but the last, (n_points - 1,).

        The rate at a current is that at the first point and the sum of ``bend * max(current -
        point, 0)``. Below the first point the rate is constant, above the last one its slope is.
        """
        slopes = np.diff(self.rates) / np.diff(self.currents)
        return np.diff(slopes, prepend=0.0)


def izhikevich_rates(neuron_type: Izhikevich, dt: float) -> RateTable:
    """Steady rates of an Izhikevich neuron as Nengo steps it.

    Parameters
    ----------
    neuron_type : Izhikevich
        The neuron type; equal parameters give the same table.
    dt : float
        Length of a step, in seconds; rates depend on it.
    """
    names = ("tau_recovery", "coupling", "reset_voltage", "reset_recovery")
    return _izhikevich_rates(
        type(neuron_type), tuple((name, float(getattr(neuron_type, name))) for name in names), dt
    )


@lru_cache(maxsize=64)
def _izhikevich_rates(
    neuron_class: type[Any], parameters: tuple[tuple[str, float], ...], dt: float
) -> RateTable:
    neuron_type = neuron_class(**dict(parameters))
    output = np.zeros_like(CURRENTS)
    state = {"voltage": np.full_like(CURRENTS, -65.0), "recovery": np.zeros_like(CURRENTS)}
    settling, counting = (max(1, round(time / dt)) for time in (SETTLING_TIME, COUNTING_TIME))
    spikes = np.zeros_like(CURRENTS)
    with np.errstate(all="ignore"):  # very strong currents overflow before they spike
        for step in range(settling + counting):
            neuron_type.step(dt, CURRENTS, output, **state)
            if step >= settling:
                spikes += output * dt
    return RateTable(CURRENTS, np.maximum.accumulate(spikes / (counting * dt)))
