"""Synapses, learning rules, transforms and probes of every kind against Nengo core."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest

from nengo_explorer.simulator import NoGradientWarning
from tests.simulator.helpers import assert_close, configured, simulate, simulate_with_nengo

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

SYNAPSES = {
    "Triangle": nengo.Triangle(0.007),
    "Alpha": nengo.Alpha(0.004),
    "second order": nengo.LinearFilter([1], [1e-5, 0.005, 1]),
    "feedthrough": nengo.LinearFilter([0.5], [1], analog=False),
}


def wave(size: int) -> Callable[[float], npt.NDArray[np.float64]]:
    phases = np.arange(size)
    return lambda t: np.sin(40 * t + phases)


def assert_as_nengo(net: nengo.Network, n_steps: int = 50) -> None:
    """The same numbers from every probe, without a part that runs as Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", NoGradientWarning)
        ours = simulate(net, n_steps)
    expected = simulate_with_nengo(net, n_steps)
    for probe in net.all_probes:
        assert np.any(expected[probe]), probe
        assert_close(ours[probe], expected[probe], 1e-9)


@pytest.mark.parametrize("mode", ["connection", "probe", "node"])
def test_synapses_everywhere(mode: str) -> None:
    net = configured()
    with net:
        node = nengo.Node(wave(3))
        for synapse in SYNAPSES.values():
            if mode == "connection":
                end = nengo.Node(size_in=3)
                nengo.Connection(node, end, synapse=synapse)
                nengo.Probe(end)
            elif mode == "probe":
                nengo.Probe(node, synapse=synapse)
            else:
                filtering = nengo.Node(synapse, size_in=3, size_out=3)
                nengo.Connection(node, filtering, synapse=None)
                nengo.Probe(filtering)
    assert_as_nengo(net)


def test_triangles_of_several_lengths_on_one_signal() -> None:
    net = configured()
    with net:
        node, end = nengo.Node(wave(2)), nengo.Node(size_in=2)
        for length in (0.003, 0.005, 0.005, 0.0):
            nengo.Connection(node, end, synapse=nengo.Triangle(length))
        nengo.Probe(end)
    assert_as_nengo(net)


def test_triangle_has_a_gradient() -> None:
    import tensorflow as tf

    from tests.simulator.helpers import make

    net = configured()
    with net:
        node, end = nengo.Node([1.0]), nengo.Node(size_in=1)
        nengo.Connection(node, end, synapse=nengo.Triangle(0.002), transform=0.5)
        probe = nengo.Probe(end)
    with make(net) as sim:
        model = sim.keras_model
        data = {sim.get_name(node): np.ones((1, 3, 1))}
        with tf.GradientTape() as tape:
            last = model(data, training=True)[sim.get_name(probe)][0, -1, 0]
        (slope,) = tape.gradient(last, [v.value for v in model.trainable_variables])
    # The connection delays by a step: weights 1/2 and 1/3 of the triangle have arrived.
    np.testing.assert_allclose(np.ravel(slope), 1 / 2 + 1 / 3, rtol=1e-6)


RULES = {
    "PES": nengo.PES(1e-3),
    "RLS": nengo.RLS(1e-3, pre_synapse=0.002),
    "BCM": nengo.BCM(1e-7),
    "Oja": nengo.Oja(1e-5),
    "Voja": nengo.Voja(post_synapse=0.002),
}


def learning_network(name: str) -> tuple[nengo.Network, nengo.Connection, nengo.Ensemble]:
    rule = RULES[name]
    net = configured()
    with net:
        node = nengo.Node(wave(2))
        pre = nengo.Ensemble(12, 2, neuron_type=nengo.LIFRate())
        post = nengo.Ensemble(14, 2, neuron_type=nengo.LIFRate())
        nengo.Connection(node, pre, synapse=None)
        weights = rule.modifies == "weights"
        connection = nengo.Connection(
            pre, post, learning_rule_type=rule, solver=nengo.solvers.LstsqL2(weights=weights)
        )
        if name in {"PES", "RLS"}:
            nengo.Connection(post, connection.learning_rule)
    return net, connection, post


@pytest.mark.parametrize("name", RULES)
def test_everything_about_a_learning_rule_can_be_probed(name: str) -> None:
    net, connection, post = learning_network(name)
    with net:
        for attribute in connection.learning_rule.probeable:
            nengo.Probe(connection.learning_rule, attribute)
        nengo.Probe(connection, "weights")
        nengo.Probe(post, "scaled_encoders")
    assert_as_nengo(net)


def test_any_synapse_on_probes_of_matrices() -> None:
    net, connection, _ = learning_network("RLS")
    with net:
        for synapse in SYNAPSES.values():
            nengo.Probe(connection, "weights", synapse=synapse)
            nengo.Probe(connection.learning_rule, "inv_gamma", synapse=synapse)
    assert_as_nengo(net)


#: Functions to start from, by the number of their values.
ZEROS: dict[int, Any] = {1: lambda x: 0 * x, 2: lambda x: 0 * np.resize(x, 2)}


def test_two_rls_rules_in_one_group_and_items_that_learn_apart() -> None:
    net = configured()
    with net:
        node = nengo.Node([0.5])
        pre = nengo.Ensemble(10, 1, neuron_type=nengo.LIFRate())
        nengo.Connection(node, pre)
        for size in (1, 2, 2):
            end = nengo.Node(size_in=size)
            connection = nengo.Connection(
                pre,
                end,
                function=ZEROS[size],
                learning_rule_type=nengo.RLS(1e-3),
            )
            nengo.Connection(node, connection.learning_rule, transform=-np.ones((size, 1)))
            nengo.Probe(connection, "weights")
    assert_as_nengo(net)
    expected = simulate(net, 20)
    for probe, values in simulate(net, 20, minibatch_size=2).items():
        assert_close(values[1], expected[probe], 1e-12)


CONVOLUTIONS: dict[str, Any] = {
    "two groups": nengo.Convolution(4, (5, 5, 4), groups=2),
    "depthwise, channels first": nengo.Convolution(
        8, (4, 6, 5), groups=4, channels_last=False, strides=(2, 1)
    ),
    "one axis": nengo.Convolution(
        6, (9, 3), kernel_size=(3,), strides=(2,), groups=3, padding="same"
    ),
    "transposed": nengo.ConvolutionTranspose(3, (4, 4, 2), strides=(2, 2)),
    "transposed, channels first": nengo.ConvolutionTranspose(
        3, (2, 4, 4), channels_last=False, padding="same"
    ),
}


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_convolutions(name: str) -> None:
    transform = CONVOLUTIONS[name]
    net = configured()
    with net:
        node = nengo.Node(np.linspace(-1, 1, transform.size_in))
        end = nengo.Node(size_in=transform.size_out)
        nengo.Connection(node, end, transform=transform, synapse=None)
        nengo.Probe(end)
    assert_as_nengo(net, n_steps=2)


def test_model_that_nengo_has_simulated_before() -> None:
    """Nengo core merges operators of the model in place: blocks, views of joined signals, ..."""
    net = configured()
    with net:
        node = nengo.Node(wave(2))
        for seed in range(3):
            ensemble = nengo.Ensemble(10, 2, seed=seed)
            nengo.Connection(node, ensemble, synapse=0.003)
            nengo.Probe(ensemble, synapse=0.01)
    model = nengo.builder.Model(dt=0.001)
    model.build(net)
    with nengo.Simulator(None, model=model, progress_bar=False) as sim:
        sim.run_steps(30)
        expected = {probe: np.array(sim.data[probe]) for probe in net.probes}
    from nengo_explorer.simulator import Simulator

    with Simulator(None, model=model, progress_bar=False) as sim:
        sim.run_steps(30)
        for probe in net.probes:
            assert_close(sim.data[probe], expected[probe], 1e-4)
            assert np.any(expected[probe])


def test_matrix_of_blocks() -> None:
    from nengo.builder import Model, Signal
    from nengo.builder.operator import BsrDotInc, Reset

    from nengo_explorer.simulator import Simulator

    rng = np.random.RandomState(0)
    blocks = Signal(rng.randn(3, 2, 4), name="A")
    vector, target = Signal(rng.randn(8), name="X"), Signal(np.zeros(6), name="Y")
    indices, indptr = np.array([1, 0, 1]), np.array([0, 1, 1, 3])
    model = Model(dt=0.001)
    model.add_op(Reset(target))
    model.add_op(BsrDotInc(blocks, vector, target, indices, indptr, reshape=False))
    with nengo.Network() as net:
        probe = nengo.Probe(nengo.Node(np.zeros(6)))
    model.probes.append(probe)
    model.sig[probe]["in"] = target
    model.params[probe] = None
    with Simulator(None, model=model, progress_bar=False) as sim:
        sim.step()
        ours = np.array(sim.data[probe])[-1]
    a, x = blocks.initial_value, vector.initial_value.reshape(2, 4)
    expected = np.concatenate([a[0] @ x[1], np.zeros(2), a[1] @ x[0] + a[2] @ x[1]])
    assert net.all_probes == [probe]
    assert_close(ours, expected, 1e-5)


def test_slices_on_any_axis() -> None:
    from nengo.builder import Model, Signal
    from nengo.builder.operator import Copy

    from nengo_explorer.simulator import Simulator

    source = Signal(np.arange(24.0).reshape(4, 3, 2), name="source")
    target = Signal(np.zeros((2, 3, 2)), name="target")
    model = Model(dt=0.001)
    slices = (slice(None, None, 2), slice(None, None, -1), slice(None))
    model.add_op(Copy(source, target, src_slice=slices))
    with nengo.Network():
        probe = nengo.Probe(nengo.Node(0))
    model.probes.append(probe)
    model.sig[probe]["in"] = target
    model.params[probe] = None
    with Simulator(None, model=model, progress_bar=False) as sim:
        sim.step()
        ours = np.array(sim.data[probe])[-1]
    assert_close(ours, source.initial_value[slices], 1e-6)
