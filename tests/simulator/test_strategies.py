"""However a network is executed, the numbers are the same: shown on random small networks."""

from __future__ import annotations

import copy
import pickle
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from nengo_explorer import graph_optimizer
from nengo_explorer.simulator import chunks
from tests.simulator.helpers import assert_close, make, simulate, simulate_with_nengo
from tests.simulator.random_networks import NetworkPlan, networks

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import nengo
    import numpy.typing as npt

    from nengo_explorer.simulator import Simulator

    Array = npt.NDArray[Any]

# Parts of users run as Python, which is said, and here expected.
pytestmark = pytest.mark.filterwarnings("ignore:.*has no TensorFlow form")

N_STEPS = 6

#: All is computed in float64; the order of sums may differ.
TOLERANCE = 1e-9

# Each example compiles programs, so there are few of them, always the same.
few = settings(
    max_examples=2,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)
many = settings(few, max_examples=25)


@dataclass(frozen=True)
class Strategy:
    """One way to execute a network.

    Attributes
    ----------
    options : dict
        For `configure_settings`.
    arguments : dict
        For the simulator.
    chunk_steps : int or None
        Length of a chunk; None for the usual one.
    """

    options: Mapping[str, Any] = field(default_factory=dict)
    arguments: Mapping[str, Any] = field(default_factory=dict)
    chunk_steps: int | None = None


#: Nothing is simplified, merged or sorted.
PLAIN = Strategy({"planner": "noop_planner", "sorter": "noop_order_signals", "simplifications": []})

STRATEGIES: Mapping[str, Strategy] = MappingProxyType(
    {
        "defaults": Strategy(),
        "greedy planner": Strategy({"planner": "greedy_planner"}),
        "transitive planner": Strategy({"planner": "transitive_planner"}),
        "noop planner": Strategy({"planner": "noop_planner"}),
        "noop sorter": Strategy({"sorter": "noop_order_signals"}),
        "no simplifications": Strategy({"simplifications": []}),
        "simplifications backwards": Strategy(
            {"simplifications": graph_optimizer.default_simplifications[::-1]}
        ),
        "inference only": Strategy({"inference_only": True}),
        "nothing trainable": Strategy({"trainable": False}),
        "unrolled by 2": Strategy(arguments={"unroll_simulation": 2}),
        "unrolled by 4, with a rest": Strategy(arguments={"unroll_simulation": 4}),
        "no loop": Strategy({"use_loop": False}, {"unroll_simulation": N_STEPS}),
        "chunks of one step": Strategy(chunk_steps=1),
        "chunks of 4 steps, with a rest": Strategy(chunk_steps=4),
        "chunks shorter than unrolled": Strategy({}, {"unroll_simulation": 3}, 2),
    }
)


def chunks_of(steps: int | None) -> ExitStack:
    """Let chunks have a fixed length while the context is open."""
    stack = ExitStack()
    if steps is not None:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(chunks, "MOST_STEPS", steps)
        patch.setattr(chunks, "FEWEST_STEPS", steps)
    return stack


def execute(plan: NetworkPlan, strategy: Strategy) -> list[Array]:
    """What all probes of a network record."""
    net, _ = plan.make(**strategy.options)
    with chunks_of(strategy.chunk_steps):
        return list(simulate(net, N_STEPS, **strategy.arguments).values())


@cache
def executed_plainly(plan: NetworkPlan) -> list[Array]:
    return execute(plan, PLAIN)


def assert_all_close(actual: list[Array], expected: list[Array]) -> None:
    for one, other in zip(actual, expected, strict=True):
        assert_close(one, other, TOLERANCE)


#: What these show is nearly shown by others, and each takes seconds.
SLOW = (
    "unrolled by 2",
    "chunks shorter than unrolled",
    "nothing trainable",
    "noop sorter",
    "simplifications backwards",
)


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.slow] * (n in SLOW)) for n in STRATEGIES]
)
@few
@given(plan=networks(randomness=True))
def test_every_strategy_gives_the_numbers_of_the_plain_one(name: str, plan: NetworkPlan) -> None:
    assert_all_close(execute(plan, STRATEGIES[name]), executed_plainly(plan))


@st.composite
def mixed_strategies(draw: st.DrawFn) -> Strategy:
    """Everything at once."""
    unroll = draw(st.integers(1, 5))
    names = draw(st.permutations(graph_optimizer.default_simplifications))
    options = {
        "planner": draw(st.sampled_from(["tree_planner", "greedy_planner", "transitive_planner"])),
        "sorter": draw(st.sampled_from(["order_signals", "noop_order_signals"])),
        "simplifications": names[: draw(st.integers(0, len(names)))],
        "inference_only": draw(st.booleans()),
        "trainable": draw(st.sampled_from([True, False, None])),
    }
    return Strategy(options, {"unroll_simulation": unroll}, draw(st.sampled_from([None, 1, 3, 7])))


@pytest.mark.slow
@many
@given(plan=networks(randomness=True), strategy=mixed_strategies())
def test_mixed_strategies_give_the_numbers_of_the_plain_one(
    plan: NetworkPlan, strategy: Strategy
) -> None:
    assert_all_close(execute(plan, strategy), executed_plainly(plan))


def assert_agrees_with_nengo(plan: NetworkPlan) -> None:
    net, _ = plan.make()
    assert_all_close(executed_plainly(plan), list(simulate_with_nengo(net, N_STEPS).values()))


@few
@given(plan=networks())
def test_random_networks_agree_with_nengo(plan: NetworkPlan) -> None:
    assert_agrees_with_nengo(plan)


@pytest.mark.slow
@many
@given(plan=networks())
def test_many_random_networks_agree_with_nengo(plan: NetworkPlan) -> None:
    assert_agrees_with_nengo(plan)


# ---- items and ways to call ------------------------------------------------------------------


def stimuli(items: int) -> Array:
    """Different inputs for every item, (items, steps, 1)."""
    phases = np.arange(items)[:, np.newaxis, np.newaxis]
    times = np.arange(N_STEPS)[np.newaxis, :, np.newaxis]
    return np.asarray(np.sin(0.4 * times + phases))


def run_with_data(
    plan: NetworkPlan, data: Array, minibatch_size: int | None
) -> tuple[nengo.Network, list[Array]]:
    net, stimulus = plan.make()
    with make(net, minibatch_size=minibatch_size) as sim:
        sim.run_steps(N_STEPS, data={stimulus: data})
        return net, [np.array(sim.data[probe]) for probe in net.all_probes]


def sampled_steps(probe: nengo.Probe, dt: float) -> Array:
    """Which steps a run records; `predict` gives all of them."""
    period = 1 if probe.sample_every is None else round(probe.sample_every / dt)
    return np.arange(period - 1, N_STEPS, period)


@few
@given(plan=networks())
def test_each_item_of_a_minibatch_is_simulated_as_if_alone(plan: NetworkPlan) -> None:
    data = stimuli(3)
    _, together = run_with_data(plan, data, 3)
    for item in range(3):
        _, alone = run_with_data(plan, data[item : item + 1], None)
        assert_all_close([values[item] for values in together], alone)


@few
@given(plan=networks(), batch=st.sampled_from([1, 2, 5]))
def test_predict_gives_what_run_records(plan: NetworkPlan, batch: int) -> None:
    data = stimuli(5)
    _, recorded = run_with_data(plan, data, 5)
    net, stimulus = plan.make()
    with make(net) as sim:
        outputs = sim.predict({stimulus: data}, batch_size=batch, verbose=0)
        steps = {probe: sampled_steps(probe, sim.dt) for probe in net.all_probes}
    assert_all_close([outputs[probe][:, steps[probe]] for probe in net.all_probes], recorded)


@few
@given(plan=networks())
def test_a_run_in_parts_is_one_run(plan: NetworkPlan) -> None:
    net, _ = plan.make()
    with make(net) as sim:
        for steps in (1, 4, 0, N_STEPS - 5):
            sim.run_steps(steps)
        parts = [np.array(sim.data[probe]) for probe in net.all_probes]
    assert_all_close(parts, executed_plainly(plan))


@few
@given(plan=networks())
def test_training_mode_is_the_same_in_run_and_predict(plan: NetworkPlan) -> None:
    net, _ = plan.make(learning_phase=True, lif_smoothing=0.1)
    with make(net) as sim:
        sim.run_steps(N_STEPS)
        recorded = [np.array(sim.data[probe])[np.newaxis] for probe in net.all_probes]
        sim.reset()
        outputs = sim.predict(n_steps=N_STEPS, verbose=0)
        steps = {probe: sampled_steps(probe, sim.dt) for probe in net.all_probes}
    assert_all_close([outputs[probe][:, steps[probe]] for probe in net.all_probes], recorded)


# ---- leaving off and going on ------------------------------------------------------------------


def copied(sim: Simulator, how: str, path: Path) -> Simulator:
    """Another simulator that is where the first one is."""
    if how == "deepcopy":
        return copy.deepcopy(sim)
    if how == "pickle":
        return pickle.loads(pickle.dumps(sim))  # type: ignore[no-any-return]  # noqa: S301
    sim.save_params(path, include_state=True)
    other = make(sim.network)
    other.load_params(path, include_state=True)
    return other


def assert_goes_on(plan: NetworkPlan, how: str, path: Path) -> None:
    net, _ = plan.make()
    with make(net) as sim:
        sim.run_steps(2)
        other = copied(sim, how, path)
        sim.run_steps(1)  # what the first one does afterwards is its own affair
    with other:
        other.run_steps(N_STEPS - 2)
        recorded = [np.array(other.data[probe]) for probe in other.model.probes]
    for probe, values, whole in zip(net.all_probes, recorded, executed_plainly(plan), strict=True):
        if probe.sample_every is None:
            rest = N_STEPS - 2
            assert_close(values[-rest:], whole[-rest:], TOLERANCE)


@pytest.mark.parametrize("how", ["pickle", "save and load", "deepcopy"])
@few
@given(plan=networks(randomness=True))
def test_a_copy_goes_on_as_if_never_stopped(
    tmp_path_factory: pytest.TempPathFactory, how: str, plan: NetworkPlan
) -> None:
    assert_goes_on(plan, how, tmp_path_factory.mktemp("parameters") / "file")


@few
@given(plan=networks(randomness=True))
def test_reset_starts_from_the_beginning(plan: NetworkPlan) -> None:
    net, _ = plan.make()
    with make(net) as sim:
        sim.run_steps(3)
        sim.reset()
        sim.run_steps(N_STEPS)
        recorded = [np.array(sim.data[probe]) for probe in net.all_probes]
    assert_all_close(recorded, executed_plainly(plan))
