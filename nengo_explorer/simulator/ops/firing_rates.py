"""Firing rates that are measured, for neuron types without a formula for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from nengo.neurons import Izhikevich

if TYPE_CHECKING:
    import numpy.typing as npt

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
    return _izhikevich_rates(
        float(neuron_type.tau_recovery),
        float(neuron_type.coupling),
        float(neuron_type.reset_voltage),
        float(neuron_type.reset_recovery),
        dt,
    )


@lru_cache(maxsize=64)
def _izhikevich_rates(
    tau_recovery: float, coupling: float, reset_voltage: float, reset_recovery: float, dt: float
) -> RateTable:
    neuron_type = Izhikevich(tau_recovery, coupling, reset_voltage, reset_recovery)
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
