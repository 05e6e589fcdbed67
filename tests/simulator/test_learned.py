"""Weights that a learning rule changes, and that are not written on each step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest

from nengo_explorer.simulator import program
from tests.simulator.helpers import assert_close, built, configured, recorded

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from nengo_explorer.simulator import Simulator

    Array = npt.NDArray[Any]


@pytest.fixture(autouse=True)
def blocks_of_8_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "BLOCK_ROWS", 8)


def learned_shapes(sim: Simulator) -> list[tuple[int, int, int]]:
    """Number, rows and columns of the weights that are not written on each step."""
    stages = sim._engine.built.plan.stages or ()
    return [(w.count, w.rows, w.columns) for stage in stages for w in stage.learned]


def learn_identity(
    net: nengo.Network,
    pre: nengo.Ensemble,
    stimulus: nengo.Node,
    **options: Any,
) -> nengo.Connection:
    """Learn what a stimulus is from an ensemble that represents it; probes what is learned."""
    post = nengo.Node(size_in=stimulus.size_out)
    connection = nengo.Connection(
        pre,
        post,
        function=lambda _: np.zeros(stimulus.size_out),
        learning_rule_type=options.pop("rule", nengo.PES(1e-2)),
        **options,
    )
    with net:
        nengo.Connection(post, connection.learning_rule)
        nengo.Connection(stimulus, connection.learning_rule, transform=-1)
        nengo.Probe(post)
    return connection


def one_rule(dimensions: int = 2, neurons: int = 60) -> nengo.Network:
    with configured() as net:
        stimulus = nengo.Node(lambda t: np.cos(30 * t + np.arange(dimensions)))
        pre = nengo.Ensemble(neurons, dimensions)
        nengo.Connection(stimulus, pre)
        learn_identity(net, pre, stimulus)
    return net


def rules_of_one_shape() -> nengo.Network:
    """Several connections whose weights are merged, some from one ensemble."""
    with configured() as net:
        stimulus = nengo.Node(lambda t: [np.sin(40 * t), 0.5])
        first, second = nengo.Ensemble(50, 2), nengo.Ensemble(50, 2)
        for pre in (first, second):
            nengo.Connection(stimulus, pre)
        for pre in (first, first, second):
            learn_identity(net, pre, stimulus)
    return net


def rules_of_two_shapes() -> nengo.Network:
    with configured() as net:
        stimulus = nengo.Node(lambda t: [np.sin(40 * t), 0.5])
        for neurons in (40, 70):
            pre = nengo.Ensemble(neurons, 2)
            nengo.Connection(stimulus, pre)
            learn_identity(net, pre, stimulus)
    return net


def rule_on_neurons() -> nengo.Network:
    """Errors that arrive at neurons, which are in the loop."""
    with configured() as net:
        stimulus = nengo.Node(lambda t: np.sin(40 * t))
        pre, post, error = nengo.Ensemble(50, 1), nengo.Ensemble(30, 1), nengo.Ensemble(30, 1)
        nengo.Connection(stimulus, pre)
        connection = nengo.Connection(
            pre,
            post,
            solver=nengo.solvers.LstsqL2(weights=True),
            learning_rule_type=nengo.PES(1e-2),
        )
        nengo.Connection(post, error)
        nengo.Connection(stimulus, error, transform=-1)
        nengo.Connection(error, connection.learning_rule)
        nengo.Probe(post, synapse=0.01)
    return net


def bcm() -> nengo.Network:
    with configured() as net:
        stimulus = nengo.Node(lambda t: np.sin(40 * t))
        pre, post = nengo.Ensemble(50, 1), nengo.Ensemble(30, 1)
        nengo.Connection(stimulus, pre)
        nengo.Connection(
            pre.neurons,
            post.neurons,
            transform=np.full((30, 50), 1e-4),
            learning_rule_type=nengo.BCM(1e-6),
        )
        nengo.Probe(post.neurons)
    return net


NETWORKS: dict[str, tuple[Callable[[], nengo.Network], list[tuple[int, int, int]]]] = {
    "one rule": (one_rule, [(1, 2, 60)]),
    "one shape": (rules_of_one_shape, [(3, 2, 50)]),
    "two shapes": (rules_of_two_shapes, [(1, 2, 40), (1, 2, 70)]),
    "on neurons": (rule_on_neurons, [(1, 30, 50)]),
    "BCM": (bcm, [(1, 30, 50)]),
}


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("items", [None, 3])
def test_the_numbers_are_those_of_the_plain_order(name: str, items: int | None) -> None:
    make_network, expected = NETWORKS[name]
    with built(make_network(), "staged", minibatch_size=items) as sim:
        assert sorted(learned_shapes(sim)) == expected
    plain, staged = (
        recorded(make_network(), mode, minibatch_size=items) for mode in ("plain", "staged")
    )
    for one, other in zip(staged, plain, strict=True):
        assert np.any(one)
        assert_close(one, other, 1e-9)


def test_learned_weights_are_those_of_the_plain_order() -> None:
    found = []
    for mode in ("plain", "staged"):
        net = one_rule()
        with built(net, mode) as sim:
            sim.run_steps(13)
            found.append(np.array(sim.data[net.all_connections[1]].weights))
    assert np.any(found[0])
    assert_close(found[1], found[0], 1e-9)


def test_gradients_are_those_of_the_plain_order() -> None:
    """The encoders of the first ensemble have an influence by way of what is learned."""
    found: list[dict[str, Array]] = []
    for mode in ("plain", "staged"):
        net = one_rule()
        probe = net.all_probes[0]
        with built(net, mode) as sim:
            sim.compile(optimizer="sgd", loss="mse")
            before = {v.path: v.numpy() for v in sim.keras_model.trainable_weights}
            target = np.full((4, 9, probe.size_in), 3.0)
            sim.fit(n_steps=9, y={probe: target}, epochs=1, verbose=0, batch_size=2)
            found.append({v.path: v.numpy() for v in sim.keras_model.trainable_weights})
            assert any(np.any(found[-1][path] != before[path]) for path in before)
    assert found[0].keys() == found[1].keys()
    for path, value in found[0].items():
        np.testing.assert_allclose(found[1][path], value, rtol=1e-8, err_msg=path)


def test_what_is_not_a_number_comes_when_it_comes() -> None:
    """A block is computed as one, and still nothing is seen before its step."""
    with configured() as net:
        stimulus = nengo.Node(lambda t: 1e308 if t > 0.0055 else 1.0)
        pre = nengo.Ensemble(50, 1, neuron_type=nengo.RectifiedLinear())
        nengo.Connection(stimulus, pre, transform=10, synapse=None)  # more than a number can be
        learn_identity(net, pre, nengo.Node([0.5]))
    (staged,) = recorded(net, "staged")
    assert np.all(np.isfinite(staged[:5]))
    assert np.all(np.isnan(staged[7:]))


def test_probed_weights_are_written_on_each_step() -> None:
    net = one_rule()
    with net:
        nengo.Probe(net.all_connections[1], "weights")
    with built(net, "staged") as sim:
        assert learned_shapes(sim) == []


def test_activities_that_depend_on_the_weights_are_not_known_ahead() -> None:
    net = one_rule()
    with net:
        learned = net.all_connections[1]
        nengo.Connection(learned.post, learned.pre)
    with built(net, "staged") as sim:
        assert learned_shapes(sim) == []


def test_only_large_weights_are_worth_it() -> None:
    with built(one_rule(), "auto") as sim:
        assert learned_shapes(sim) == []
    with built(one_rule(dimensions=16, neurons=1000), "auto") as sim:
        assert learned_shapes(sim) == [(1, 16, 1000)]


def test_neurons_in_the_loop_do_not_keep_large_weights_in_it() -> None:
    """Neurons that errors depend on would otherwise be merged with those that weights start at."""
    with configured() as net:
        stimulus = nengo.Node(np.zeros(16))
        pre, error = nengo.Ensemble(1000, 16), nengo.Ensemble(1000, 16)
        nengo.Connection(stimulus, pre)
        connection = learn_identity(net, pre, stimulus)
        nengo.Connection(connection.post, error)
        nengo.Connection(error, connection.learning_rule)
    with built(net, "auto") as sim:
        assert learned_shapes(sim) == [(1, 16, 1000)]
