"""A copy of a simulator goes on as the simulator itself would."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING

import nengo
import numpy as np
import pytest

from tests.simulator.helpers import assert_close, configured, make

if TYPE_CHECKING:
    from collections.abc import Callable

    from nengo_explorer.simulator import Simulator


def network() -> nengo.Network:
    """Something that can be pickled: with noise, and weights that change."""
    with configured() as net:
        noise = nengo.Node(nengo.processes.WhiteNoise(seed=0), size_out=1)
        ensemble = nengo.Ensemble(8, 1)
        out = nengo.Node(size_in=1)
        nengo.Connection(noise, ensemble)
        learned = nengo.Connection(ensemble, out, learning_rule_type=nengo.PES())
        nengo.Connection(noise, learned.learning_rule)
        nengo.Probe(out, synapse=0.01)
    return net


COPIES = {
    "pickle": lambda sim: pickle.loads(pickle.dumps(sim)),  # noqa: S301 - our own bytes
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


@pytest.mark.parametrize("how", COPIES)
def test_a_copy_goes_on_where_the_simulator_is(how: str) -> None:
    copied: Callable[[Simulator], Simulator] = COPIES[how]
    with make(network()) as sim:
        sim.run_steps(10)
        with copied(sim) as other:
            for each in (sim, other):
                each.run_steps(10)
                assert each.n_steps == 20
            probe, its_probe = sim.model.probes[0], other.model.probes[0]
            assert_close(other.data[its_probe], sim.data[probe], 1e-12)
            np.testing.assert_array_equal(other.trange(), sim.trange())


def test_a_copy_is_independent() -> None:
    with make(network()) as sim:
        sim.run_steps(5)
        with copy.copy(sim) as other:
            other.run_steps(5)
        assert sim.n_steps == 5
        assert len(sim.data[sim.model.probes[0]]) == 5


def test_signals_are_those_after_the_last_step() -> None:
    with make(network()) as sim:
        sim.run_steps(3)
        assert sim.signals[sim.model.step] == 3
        assert sim.signals[sim.model.time] == pytest.approx(0.003)
        bias = next(s for s in sim.signals if s.name.endswith("bias"))
        np.testing.assert_array_equal(sim.signals[bias], bias.initial_value)
        with pytest.raises(ValueError, match="read-only"):
            sim.signals[bias][...] = 0
