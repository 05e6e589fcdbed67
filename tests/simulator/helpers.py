"""Networks, and short ways to simulate them, for the tests of the simulator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import numpy as np

import nengo_explorer
from nengo_explorer.simulator import Simulator
from nengo_explorer.simulator.stage_choice import stage_mode

if TYPE_CHECKING:
    import numpy.typing as npt

    from nengo_explorer.simulator.stage_choice import StageMode

    Array = npt.NDArray[Any]


def make(net: nengo.Network, **arguments: Any) -> Simulator:
    """A simulator that shows no progress."""
    return Simulator(net, progress_bar=False, **arguments)


def configured(**options: Any) -> nengo.Network:
    """An empty network with a seed and some settings; float64 unless said otherwise."""
    net = nengo.Network(seed=1)
    with net:
        nengo_explorer.configure_settings(**{"dtype": "float64", **options})
    return net


def simulate(net: nengo.Network, n_steps: int, **arguments: Any) -> dict[nengo.Probe, Array]:
    """What the probes of a network record in one run."""
    with make(net, **arguments) as sim:
        sim.run_steps(n_steps)
        return {probe: np.array(sim.data[probe]) for probe in net.all_probes}


def simulate_with_nengo(net: nengo.Network, n_steps: int) -> dict[nengo.Probe, Array]:
    """The same from Nengo's own simulator, which computes in double precision."""
    with nengo.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(n_steps)
        return {probe: np.array(sim.data[probe]) for probe in net.all_probes}


def assert_close(actual: Any, expected: Any, tolerance: float) -> None:
    """Refuse a difference of more than a share of the largest expected value."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape
    scale = max(1.0, float(np.max(np.abs(expected), initial=0.0)))
    np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance * scale)


def traces(sim: Simulator) -> int:
    """How many compiled functions for simulating a simulator has traced so far."""
    return sim._engine.traces


def built(net: nengo.Network, mode: StageMode, **arguments: Any) -> Simulator:
    """A simulator that runs in stages or not."""
    with stage_mode(mode):
        return make(net, **arguments)


def recorded(net: nengo.Network, mode: StageMode, **arguments: Any) -> list[Array]:
    """What the probes record in two runs; in blocks of 8 steps, one is cut by the end of a run."""
    with built(net, mode, **arguments) as sim:
        sim.run_steps(11)
        sim.run_steps(3)
        return [np.array(sim.data[probe]) for probe in net.all_probes]
