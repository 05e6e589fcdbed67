"""Functions and parts of users are called in the order of Nengo core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest

from nengo_explorer import configure_settings
from tests.simulator.helpers import configured, make, simulate

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.filterwarnings("ignore::nengo_explorer.simulator.NoGradientWarning")


class Looking(nengo.Process):
    """Notes that it was called."""

    def __init__(self, calls: list[str], name: str) -> None:
        super().__init__(default_size_in=1, default_size_out=1)
        self._calls = calls
        self._name = name

    def make_step(self, *_: Any, **__: Any) -> Callable[[float, Any], Any]:
        def step(_t: float, x: Any) -> Any:
            self._calls.append(self._name)
            return x

        return step


def part(kind: int, name: str, calls: list[str]) -> nengo.Node:
    def source(t: float) -> float:
        calls.append(name)
        return t

    def function(_t: float, x: Any) -> Any:
        calls.append(name)
        return x

    def end(_t: float, _x: Any) -> None:
        calls.append(name)

    if kind == 0:
        return nengo.Node(function, size_in=1, size_out=1)
    if kind == 1:
        return nengo.Node(source)
    if kind == 2:
        return nengo.Node(end, size_in=1, size_out=0)
    return nengo.Node(Looking(calls, name))


def random_network(seed: int, calls: list[str]) -> nengo.Network:
    rng = np.random.RandomState(seed)
    net = configured()
    with net:
        parts = [part(rng.randint(4), f"part {i}", calls) for i in range(8)]
        for _ in range(9):
            first, second = rng.choice(8, 2, replace=False)
            if parts[first].size_out and parts[second].size_in:
                synapse = (None, 0, 0.01)[rng.randint(3)] if first < second else 0.01
                nengo.Connection(parts[first], parts[second], synapse=synapse)
        ensemble = nengo.Ensemble(5, 1)
        nengo.Connection(ensemble, ensemble)
        nengo.Connection(ensemble, part(0, "last", calls))
    return net


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("planner", ["tree_planner", "noop_planner"])
def test_order_within_a_step(seed: int, planner: str) -> None:
    calls: list[str] = []
    net = random_network(seed, calls)
    # Nengo's optimizer puts calls that do not depend on each other in an order of its own, which
    # is another one at each run of Python.
    with nengo.Simulator(net, progress_bar=False, optimize=False) as core:
        calls.clear()  # Nengo has called functions to see what they put out
        core.run_steps(3)
    expected = list(calls)
    with net:
        configure_settings(planner=planner)
    with make(net) as sim:
        calls.clear()
        sim.run_steps(3)
    assert len(expected) >= 3
    assert calls == expected


@pytest.mark.parametrize("looking", ["function", "process"])
def test_a_world_that_one_part_acts_on_and_another_one_looks_at(looking: str) -> None:
    """What is seen is what was done in the step before, as in Nengo core."""

    def network(world: list[float]) -> nengo.Network:
        class Acting(nengo.Process):
            def make_step(self, *_: Any, **__: Any) -> Callable[[float, Any], Any]:
                def step(_t: float, x: Any) -> Any:
                    world[0] += 1 + x[0]
                    return x

                return step

        def act(_t: float, x: Any) -> None:
            world[0] += 1 + x[0]

        net = configured()
        with net:
            if looking == "function":
                actor = nengo.Node(act, size_in=1, size_out=0)
            else:
                actor = nengo.Node(Acting(default_size_in=1, default_size_out=1))
            sensor = nengo.Node(lambda _t: world[0])
            nengo.Connection(sensor, actor, synapse=0, transform=0.1)
            nengo.Probe(sensor)
        return net

    net = network([0.0])
    with nengo.Simulator(net, progress_bar=False) as core:
        core.run_steps(5)
        expected = np.array(core.data[net.all_probes[0]])
    assert expected[0] == 0
    net = network([0.0])
    np.testing.assert_allclose(simulate(net, 5)[net.all_probes[0]], expected, rtol=1e-12)
