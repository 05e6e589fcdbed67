"""Same network, same seed: our numbers against those of Nengo's own simulator."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest

from nengo_explorer import configure_settings
from tests.simulator.helpers import assert_close, make, simulate, simulate_with_nengo
from tests.simulator.networks import PARTS

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]

N_STEPS = 120

#: Largest difference, as a share of the largest value. Decoders are solved in the precision of the
#: simulation, and the solver loses about three digits.
TOLERANCE = {"float64": 1e-8, "float32": 1e-3}

#: In float32, rounding may move a spike to the next step.
MOVED_SPIKES = 0.04

CASES = [(part, name) for part, build in PARTS.items() for name in build()[1]]
#: Those that do not jump when a spike moves.
SMOOTH = [case for case in CASES if "spik" not in case[1]]
SPIKES = [case for case in CASES if "spikes" in case[1]]


@cache
def outputs(part: str, dtype: str) -> tuple[dict[str, Array], dict[str, Array]]:
    """All probes of a network: ours and Nengo's."""
    net, probes = PARTS[part]()
    reference = simulate_with_nengo(net, N_STEPS)
    net, own_probes = PARTS[part]()
    with net:
        configure_settings(dtype=dtype)
    ours = simulate(net, N_STEPS)
    return (
        {name: ours[probe] for name, probe in own_probes.items()},
        {name: reference[probe] for name, probe in probes.items()},
    )


@pytest.mark.parametrize(("part", "name"), CASES)
def test_float64_agrees_with_nengo(part: str, name: str) -> None:
    ours, reference = outputs(part, "float64")
    assert np.any(reference[name] != 0)
    assert_close(ours[name], reference[name], TOLERANCE["float64"])


@pytest.mark.parametrize(("part", "name"), SMOOTH)
def test_float32_agrees_with_nengo_but_for_rounding(part: str, name: str) -> None:
    ours, reference = outputs(part, "float32")
    assert ours[name].dtype == np.float32
    assert_close(ours[name], reference[name], TOLERANCE["float32"])


@pytest.mark.parametrize(("part", "name"), SPIKES)
def test_float32_moves_few_spikes(part: str, name: str) -> None:
    ours, reference = outputs(part, "float32")
    moved = np.sum((ours[name] > 0) != (reference[name] > 0))
    assert moved <= 2 * MOVED_SPIKES * np.sum(reference[name] > 0)


@pytest.mark.parametrize("dt", [0.0005, 0.002])
def test_another_dt_agrees_with_nengo(dt: float) -> None:
    net, probes = PARTS["synapses"]()
    with net:
        configure_settings(dtype="float64")
    with make(net, dt=dt) as sim, nengo.Simulator(net, dt=dt, progress_bar=False) as reference:
        sim.run(0.05)
        reference.run(0.05)
        for probe in probes.values():
            assert_close(sim.data[probe], reference.data[probe], TOLERANCE["float64"])
        np.testing.assert_allclose(sim.trange(), reference.trange())


def test_a_run_of_several_chunks_agrees_with_nengo() -> None:
    net, probes = PARTS["nodes"]()
    with net:
        configure_settings(dtype="float64")
    ours, reference = simulate(net, 2100), simulate_with_nengo(net, 2100)
    for probe in probes.values():
        assert_close(ours[probe], reference[probe], TOLERANCE["float64"])
