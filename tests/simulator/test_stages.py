"""Simulating in stages: the partition, and that it gives the numbers of the plain order."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
import tensorflow as tf  # noqa: TID253 - everything here needs it
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nengo.builder.learning_rules import SimPES

from nengo_explorer.simulator import program
from nengo_explorer.simulator.circles import components
from nengo_explorer.simulator.ranks import rank_operators
from tests.simulator.helpers import assert_close, built, configured, make, recorded
from tests.simulator.random_networks import NetworkPlan, networks

if TYPE_CHECKING:
    import numpy.typing as npt

    from nengo_explorer.simulator import Simulator
    from nengo_explorer.simulator.stage_choice import StageMode

    Array = npt.NDArray[Any]

few = settings(
    max_examples=3,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
many = settings(few, max_examples=30)


@pytest.fixture(autouse=True)
def blocks_of_8_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "BLOCK_ROWS", 8)


def feed_forward(layers: int = 3, neurons: int = 300) -> nengo.Network:
    """Layers of spiking neurons of unequal size, with large dense weights between them."""
    rng = np.random.RandomState(0)
    with configured() as net:
        before: Any = nengo.Node(lambda t: np.sin(np.arange(40) + 30 * t))
        for number in range(layers):
            layer = nengo.Ensemble(neurons - 10 * number, 1, label=f"layer {number}").neurons
            weights = rng.normal(size=(layer.size_in, before.size_out)) / np.sqrt(before.size_out)
            nengo.Connection(before, layer, transform=weights * (1 if number == 0 else 0.02))
            nengo.Probe(layer)
            before = layer
    return net


def assert_modes_agree(plan: NetworkPlan, **arguments: Any) -> None:
    plain, staged = (recorded(plan.make()[0], mode, **arguments) for mode in ("plain", "staged"))
    for one, other in zip(staged, plain, strict=True):
        assert_close(one, other, 1e-9)


@few
@given(plan=networks(randomness=True, in_python=False))
def test_stages_give_the_numbers_of_the_plain_order(plan: NetworkPlan) -> None:
    assert_modes_agree(plan)


@pytest.mark.slow
@many
@given(plan=networks(randomness=True, in_python=False), items=st.sampled_from([None, 1, 3]))
def test_stages_give_the_numbers_of_the_plain_order_for_many(
    plan: NetworkPlan, items: int | None
) -> None:
    assert_modes_agree(plan, minibatch_size=items)


@pytest.mark.parametrize("items", [None, 3])
def test_spikes_of_deep_networks_are_identical(items: int | None) -> None:
    plain, staged = (
        recorded(feed_forward(), mode, minibatch_size=items) for mode in ("plain", "staged")
    )
    for one, other in zip(staged, plain, strict=True):
        np.testing.assert_array_equal(one, other)
    assert any(np.any(spikes) for spikes in plain)


@pytest.fixture
def trained() -> dict[str, dict[str, Array]]:
    """Parameters after a training that starts alike, by mode."""
    modes: tuple[StageMode, ...] = ("plain", "staged")
    found: dict[str, dict[str, Array]] = {}
    for mode in modes:
        net = feed_forward(2, 60)
        with net:
            nengo.Probe(net.all_ensembles[-1].neurons, synapse=0.01)
        with built(net, mode) as sim:
            sim.compile(optimizer="sgd", loss={net.all_probes[-1]: "mse"})
            target = np.full((4, 9, net.all_probes[-1].size_in), 30.0)
            sim.fit(n_steps=9, y={net.all_probes[-1]: target}, epochs=1, verbose=0, batch_size=2)
            found[mode] = {v.path: v.numpy() for v in sim.keras_model.weights}
    return found


def test_gradients_are_those_of_the_plain_order(trained: dict[str, dict[str, Array]]) -> None:
    assert trained["plain"].keys() == trained["staged"].keys()
    for path, value in trained["plain"].items():
        np.testing.assert_allclose(trained["staged"][path], value, rtol=1e-8, err_msg=path)


def test_layers_with_large_weights_are_worth_stages() -> None:
    with built(feed_forward(), "auto") as sim:
        stages = sim._engine.built.plan.stages
    assert stages is not None
    assert sum(stage.circular for stage in stages) >= 3  # the neurons of each layer


def test_a_chain_of_small_ensembles_stays_one_loop() -> None:
    with configured() as net:
        chain = [nengo.Ensemble(5, 1) for _ in range(20)]
        for pre, post in pairwise(chain):
            nengo.Connection(pre, post)
        nengo.Probe(chain[-1])
    with built(net, "auto") as sim:
        stages = sim._engine.built.plan.stages
    assert stages is None or sum(stage.circular for stage in stages) <= 3


def open_loop_learning() -> nengo.Network:
    """Weights that change all the time, and have no influence on why they do."""
    with configured() as net:
        stimulus, error = nengo.Node(np.sin), nengo.Node(np.cos)
        pre, post = nengo.Ensemble(40, 1), nengo.Ensemble(30, 1)
        nengo.Connection(stimulus, pre)
        connection = nengo.Connection(pre, post, learning_rule_type=nengo.PES())
        nengo.Connection(error, connection.learning_rule)
        nengo.Probe(post)
    return net


def test_weights_that_change_are_not_copied_for_many_steps() -> None:
    with built(open_loop_learning(), "staged") as sim:
        plan = sim._engine.built.plan
        (rule,) = (op for op in sim.model.operators if isinstance(op, SimPES))
    exported = [value for stage in plan.stages or () for value in stage.exports]
    assert exported
    assert all(plan.values[value].size < rule.delta.size for value in exported)


def test_open_loop_learning_gives_the_numbers_of_the_plain_order() -> None:
    plain, staged = (recorded(open_loop_learning(), mode) for mode in ("plain", "staged"))
    for one, other in zip(staged, plain, strict=True):
        assert_close(one, other, 1e-9)


def test_long_predictions_are_computed_in_blocks() -> None:
    net = feed_forward(2, 60)
    plain, staged = (list(_predicted(net, mode).values()) for mode in ("plain", "staged"))
    for one, other in zip(staged, plain, strict=True):
        assert_close(one, other, 1e-9)


def _predicted(net: nengo.Network, mode: StageMode) -> dict[nengo.Probe, Array]:
    with built(net, mode) as sim:
        return dict(sim.predict(n_steps=program.MOST_STEPS_AT_ONCE + 3))


def test_ranks_follow_delays_and_circles() -> None:
    with configured() as net:
        stimulus = nengo.Node(np.sin)
        first, circle, last = (nengo.Ensemble(10, 1) for _ in range(3))
        nengo.Connection(stimulus, first)
        nengo.Connection(first, circle)
        nengo.Connection(circle, circle)
        nengo.Connection(circle, last)
        nengo.Probe(last)
    with make(net) as sim:
        ranks = rank_operators(sim._engine.built.groups)
        neurons = [sim.model.sig[e.neurons]["out"] for e in (first, circle, last)]
        of = [next(r for op, r in ranks.of.items() if s in op.sets) for s in neurons]
        assert of == sorted(set(of))
        circular = {signal for op in ranks.circular for signal in op.sets}
        assert [signal in circular for signal in neurons] == [False, True, False]


@given(
    st.integers(1, 8).flatmap(
        lambda size: st.lists(
            st.lists(st.integers(0, size - 1), max_size=4), min_size=size, max_size=size
        )
    )
)
def test_components_are_those_who_reach_each_other(successors: list[list[int]]) -> None:
    size = len(successors)
    reaches = np.eye(size, dtype=bool)
    for node, targets in enumerate(successors):
        reaches[node, targets] = True
    for _ in range(size):
        reaches = reaches @ reaches
    component = np.array(components(successors))
    np.testing.assert_array_equal(component[:, None] == component, reaches & reaches.T)
    for node, targets in enumerate(successors):
        assert all(component[target] <= component[node] for target in targets)


def test_a_block_of_many_neurons_has_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is between stages takes a given amount of memory at most, if that is not too few."""
    monkeypatch.setattr(program, "BLOCK_ROWS", 64)
    with built(feed_forward(), "staged") as sim:
        engine = sim._engine
        runs = engine.program(engine.step_context(engine.settings, training=False), 1)
        width = sum(
            engine.built.plan.values[value].size
            for value in {v for stage in engine.built.plan.stages or () for v in stage.exports}
        )
        for most, steps in ((width * 8 * 20, 20), (width * 8 * 1000, 64), (1, program.BLOCK_STEPS)):
            monkeypatch.setattr(program, "BLOCK_BYTES", most)
            assert runs._block_steps(1) == steps


def while_loops(sim: Simulator, *, training: bool) -> int:
    """Loops in the graph of a simulation over 9 steps, as training has it."""
    engine = sim._engine
    runs = engine.new_program(
        engine.step_context(engine.settings, training=training), [True] * len(engine.model.probes)
    )
    state = list(engine.initial_state(2).blocks)

    @tf.function
    def over_time(inputs: tf.Tensor) -> Any:
        parameters = engine.parameter_blocks()
        return runs.over_time(inputs, tf.constant(0), parameters, state, 2)

    inputs = tf.zeros([9, 2, engine.built.plan.inputs.size], engine.dtype)
    graph = over_time.get_concrete_function(inputs).graph
    return sum("While" in operation.type for operation in graph.get_operations())


@pytest.mark.parametrize(
    "neuron_type",
    [
        nengo.LIF(),
        nengo.Izhikevich(),
        nengo.PoissonSpiking(nengo.LIFRate()),
        nengo.RegularSpiking(nengo.LIFRate()),
        nengo.SpikingRectifiedLinear(),
    ],
    ids=lambda neuron_type: type(neuron_type).__name__,
)
def test_training_a_feed_forward_network_has_no_loop(neuron_type: nengo.neurons.NeuronType) -> None:
    net = feed_forward(2, 30)
    for ensemble in net.all_ensembles:
        ensemble.neuron_type = neuron_type
    with built(net, "staged") as sim:
        assert while_loops(sim, training=True) == 0
        assert while_loops(sim, training=False) > 0  # neurons that spike remember


def test_training_neurons_that_adapt_has_a_loop() -> None:
    net = feed_forward(1, 30)
    net.all_ensembles[0].neuron_type = nengo.AdaptiveLIF()
    with built(net, "staged") as sim:
        assert while_loops(sim, training=True) > 0
