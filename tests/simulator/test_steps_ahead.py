"""Loops over single steps: some are simulated ahead, and nobody can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nengo_explorer import configure_settings
from tests.simulator.helpers import configured, make, traces

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from nengo_explorer.simulator import Simulator

    Array = npt.NDArray[Any]


def network() -> nengo.Network:
    """Noise, a constant, learning, a loop, and a probe that samples."""
    with configured(keep_history=True) as net:
        noise = nengo.Node(nengo.processes.WhiteNoise(seed=3))
        constant = nengo.Node([0.5])
        ensemble = nengo.Ensemble(20, 1)
        target = nengo.Node(size_in=1)
        nengo.Connection(noise, ensemble, transform=0.01)
        nengo.Connection(ensemble, ensemble, synapse=0.02)
        learned = nengo.Connection(ensemble, target, learning_rule_type=nengo.PES())
        nengo.Connection(target, learned.learning_rule)
        nengo.Connection(constant, learned.learning_rule, transform=-1)
        nengo.Probe(ensemble, synapse=0.01)
        nengo.Probe(target, sample_every=0.003)
        nengo.Probe(learned, "weights", sample_every=0.005)
    return net


def one_by_one(sim: Simulator, count: int) -> None:
    for _ in range(count):
        sim.step()


def in_one_call(sim: Simulator, count: int) -> None:
    sim.run_steps(count)


def without_trace(sim: Simulator, count: int) -> None:
    sim.run_steps(count, stateful=False)


def read_signals(sim: Simulator, count: int) -> None:
    del count
    signal = sim.model.sig[sim.model.toplevel.all_ensembles[0].neurons]["voltage"]
    assert np.all(np.isfinite(sim.signals[signal]))


def change_bias(sim: Simulator, count: int) -> None:
    """As training does: the parameters of the Keras model are assigned to."""
    variable = next(v for v in sim.keras_model.weights if v.path.endswith("bias"))
    variable.assign(variable + 0.1 * count)


def change_phase(sim: Simulator, count: int) -> None:
    with sim.model.toplevel:
        configure_settings(learning_phase=bool(count % 2))


def rebuild(sim: Simulator, count: int) -> None:
    planner = ("tree_planner", "greedy_planner")[count % 2]
    with sim.model.toplevel:
        configure_settings(planner=planner)


def reset(sim: Simulator, count: int) -> None:
    sim.reset(include_trainable=False, include_probes=bool(count % 2))


OTHER_CALLS = (
    in_one_call,
    without_trace,
    read_signals,
    change_bias,
    change_phase,
    rebuild,
    reset,
)


def results(calls: list[tuple[Callable[[Simulator, int], None], int]]) -> list[Array]:
    net = network()
    with make(net) as sim:
        for call, count in calls:
            call(sim, count)
            assert sim.time == pytest.approx(sim.n_steps * sim.dt)
        sim.run_steps(3)
        recorded = [np.array(sim.data[probe]) for probe in net.all_probes]
        return [*recorded, np.array(sim.n_steps), np.array(sim.trange())]


def assert_nobody_can_tell(others: list[tuple[Callable[[Simulator, int], None], int]]) -> None:
    loops, runs = [], []
    for call, count in others:
        loops += [(one_by_one, count), (call, count)]
        runs += [(in_one_call, 1)] * count + [(call, count)]
    for one, other in zip(results(loops), results(runs), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("call", OTHER_CALLS)
def test_a_loop_is_a_run_whatever_comes_in_between(
    call: Callable[[Simulator, int], None],
) -> None:
    assert_nobody_can_tell([(call, 12), (call, 7)])


@pytest.mark.slow
@settings(
    max_examples=15,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(st.tuples(st.sampled_from(OTHER_CALLS), st.integers(1, 20)), max_size=4))
def test_a_loop_is_a_run_in_any_order_of_calls(
    others: list[tuple[Callable[[Simulator, int], None], int]],
) -> None:
    assert_nobody_can_tell(others)


def test_functions_of_nodes_are_called_when_their_step_is_asked_for() -> None:
    times: list[float] = []

    def function(t: float) -> float:
        times.append(t)
        return t

    with configured() as net:
        nengo.Probe(nengo.Node(function))
    with make(net) as sim:
        times.clear()
        for step in range(1, 12):
            sim.step()
            assert times == pytest.approx([0.001 * n for n in range(1, step + 1)])


def test_processes_of_a_user_are_called_when_their_step_is_asked_for() -> None:
    times: list[float] = []

    class Process(nengo.Process):
        def make_step(self, *_args: Any, **_keywords: Any) -> Callable[[float], float]:
            def step(t: float) -> float:
                times.append(t)
                return t

            return step

    with configured() as net:
        nengo.Probe(nengo.Node(Process(default_size_out=1)))
    with make(net) as sim:
        for step in range(1, 12):
            sim.step()
            assert len(times) == step


def test_a_probe_without_history_shows_each_step() -> None:
    with configured(keep_history=False) as net:
        probe = nengo.Probe(nengo.Node(nengo.processes.PresentInput([[1], [2], [3]], 0.001)))
    seen = []
    with make(net) as sim:
        for _ in range(6):
            sim.step()
            seen.append(float(sim.data[probe][-1, 0]))
    assert seen == [1, 2, 3, 1, 2, 3]


def test_no_program_is_traced_for_it() -> None:
    with make(network()) as sim:
        sim.run_steps(5)
        before = traces(sim)
        one_by_one(sim, 20)
        sim.run_steps(2)
        assert traces(sim) == before
