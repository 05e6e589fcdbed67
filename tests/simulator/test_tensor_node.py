"""TensorNodes of TensorFlow functions: what they compute, what they refuse, where they run."""

from __future__ import annotations

import pickle
from typing import Any

import keras  # noqa: TID253 - nodes are made of it
import nengo
import numpy as np
import pytest
import tensorflow as tf  # noqa: TID253 - as above
from nengo.exceptions import SimulationError, ValidationError

from nengo_explorer import TensorNode, configure_settings
from nengo_explorer.simulator.gradient_paths import NoGradientPathWarning
from tests.simulator.helpers import configured, make

Function = Any


def with_input(function: Function, **arguments: Any) -> tuple[nengo.Network, Any, TensorNode]:
    """A network of an input Node of two dimensions, a TensorNode behind it and its probe."""
    net = configured()
    with net:
        source = nengo.Node(np.array([0.5, -1.0]), label="source")
        node = TensorNode(function, shape_in=(2,), label="node", **arguments)
        nengo.Connection(source, node, synapse=None)
        nengo.Probe(node, label="probe")
    return net, source, node


def seen_in(net: nengo.Network, n_steps: int = 3, **arguments: Any) -> Any:
    with make(net, **arguments) as sim:
        sim.run_steps(n_steps)
        return np.array(sim.data[net.probes[0]])


# ---- calls --------------------------------------------------------------------------------------


def test_function_of_time_and_input() -> None:
    net, _, _ = with_input(lambda t, x: x + 1000 * t)
    expected = [[0.5 + step, -1.0 + step] for step in (1, 2, 3)]
    np.testing.assert_allclose(seen_in(net), expected)


def test_function_of_input_alone() -> None:
    net, _, _ = with_input(tf.abs, pass_time=False)
    np.testing.assert_allclose(seen_in(net), [[0.5, 1.0]] * 3)


def test_function_of_time_alone() -> None:
    net = configured()
    with net:
        node = TensorNode(lambda t: tf.reshape(2000 * t, (1, 1)))
        nengo.Probe(node)
    assert node.size_in == 0
    np.testing.assert_allclose(seen_in(net), [[2.0], [4.0], [6.0]])
    np.testing.assert_allclose(seen_in(net, minibatch_size=2), [[[2.0], [4.0], [6.0]]] * 2)


def test_a_node_without_input_takes_no_data() -> None:
    net = configured()
    with net:
        node = TensorNode(lambda t: tf.reshape(t, (1, 1)))
    with make(net) as sim:
        assert sim.node_inputs == []
        with pytest.raises(ValidationError, match="TensorNode"):
            sim.run_steps(1, data={node: np.zeros((1, 1, 1))})


def test_input_has_the_shape_that_was_asked_for() -> None:
    net = configured()
    with net:
        source = nengo.Node(np.arange(6.0))
        node = TensorNode(lambda x: tf.transpose(x, (0, 2, 1)), shape_in=(2, 3), pass_time=False)
        nengo.Connection(source, node, synapse=None)
        nengo.Probe(node)
    assert node.shape_out == (3, 2)
    np.testing.assert_array_equal(seen_in(net, 1), [[0, 3, 1, 4, 2, 5]])


def test_function_sees_every_item_of_the_minibatch() -> None:
    sizes = []

    def count(x: tf.Tensor) -> tf.Tensor:
        sizes.append(x.shape[0])
        return x - tf.reduce_mean(x, axis=0, keepdims=True)

    net, source, _ = with_input(count, pass_time=False)
    data = np.array([[[1.0, 2.0]], [[3.0, 6.0]]])
    with make(net, minibatch_size=2) as sim:
        sim.run_steps(1, data={source: data})
        np.testing.assert_allclose(sim.data[net.probes[0]], [[[-1, -2]], [[1, 2]]])
    assert sizes[-1] == 2


def test_minibatch_of_any_size_in_predict() -> None:
    net, source, _ = with_input(lambda x: x * 2, pass_time=False)
    data = np.random.default_rng(0).normal(size=(5, 2, 2))
    with make(net) as sim:
        seen = sim.predict({source: data}, verbose=0, batch_size=3)[net.probes[0]]
    np.testing.assert_allclose(seen, 2 * data)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_numbers_come_in_the_precision_that_is_set(dtype: str) -> None:
    types = []

    def note_types(t: tf.Tensor, x: tf.Tensor) -> tf.Tensor:
        types.append((t.dtype.name, x.dtype.name))
        return x

    net, _, _ = with_input(note_types)
    with net:
        configure_settings(dtype=dtype)
    assert seen_in(net).dtype == dtype
    assert types[-1] == (dtype, dtype)


def test_planners_do_not_merge_what_differs() -> None:
    net = configured()
    with net:
        source = nengo.Node(np.ones(1))
        for factor in (2.0, 3.0):
            node = TensorNode(lambda x, f=factor: x * f, shape_in=(1,), pass_time=False)
            nengo.Connection(source, node, synapse=None)
            nengo.Probe(node)
    with make(net) as sim:
        sim.run_steps(1)
        assert [float(sim.data[probe][0, 0]) for probe in net.probes] == [2.0, 3.0]


# ---- what XLA cannot compile --------------------------------------------------------------------


def through_python(x: tf.Tensor) -> tf.Tensor:
    return tf.py_function(lambda value: value**2, [x], x.dtype)


def text_lengths(x: tf.Tensor) -> tf.Tensor:
    return tf.cast(tf.strings.length(tf.strings.as_string(tf.cast(x, tf.int32))), x.dtype)


@pytest.mark.parametrize(
    ("function", "expected"), [(through_python, [0.25, 1.0]), (text_lengths, [1.0, 2.0])]
)
def test_what_xla_cannot_compile_runs(function: Function, expected: list[float]) -> None:
    net, _, _ = with_input(function, shape_out=(2,), pass_time=False)
    np.testing.assert_allclose(seen_in(net), [expected] * 3)


def test_gradient_of_a_python_function_is_that_of_every_step() -> None:
    net = configured()
    with net:
        source = nengo.Node([0.7])
        node = TensorNode(through_python, shape_in=(1,), shape_out=(1,), pass_time=False)
        nengo.Connection(source, node, synapse=0.005)
        nengo.Connection(node, node, transform=0.5, synapse=0.005)
        nengo.Probe(node)
    with make(net) as sim:
        found = sim.check_gradients({source: np.full((1, 10, 1), 0.7)})[net.probes[0]]
    assert np.abs(found["analytic"]).max() > 0.1


def test_training_says_what_a_function_lets_no_gradient_through() -> None:
    net = configured()
    with net:
        source = nengo.Node([1.0])
        node = TensorNode(tf.stop_gradient, shape_in=(1,), pass_time=False)
        nengo.Connection(source, node, transform=2.0, synapse=None)
        probe = nengo.Probe(node)
    with make(net) as sim:
        sim.compile("sgd", loss="mse")
        with pytest.warns(NoGradientPathWarning, match="weights"):
            sim.fit({source: np.ones((1, 1, 1))}, {probe: np.ones((1, 1, 1))}, verbose=0)


# ---- Nengo core, copies -------------------------------------------------------------------------


def test_nengo_core_refuses_when_it_runs() -> None:
    net, _, _ = with_input(tf.abs, pass_time=False)
    with (
        nengo.Simulator(net, progress_bar=False) as sim,
        pytest.raises(SimulationError, match=r"TensorNode.*nengo_explorer\.Simulator"),
    ):
        sim.run_steps(1)


def test_networks_with_nodes_can_be_copied_and_pickled() -> None:
    net, _, _ = with_input(tf.abs, pass_time=False)
    for copy in (net.copy(), pickle.loads(pickle.dumps(net))):  # noqa: S301 - our own bytes
        np.testing.assert_allclose(seen_in(copy), [[0.5, 1.0]] * 3)
        assert copy.nodes[1].shape_out == (2,)


# ---- errors -------------------------------------------------------------------------------------


def test_a_function_needs_something_to_compute_from() -> None:
    with nengo.Network(), pytest.raises(ValidationError, match=r"shape_in.*pass_time"):
        TensorNode(tf.abs, pass_time=False)


@pytest.mark.parametrize("function", [np.ones(3), "relu", None])
def test_what_cannot_be_called_is_refused(function: Function) -> None:
    with nengo.Network() as net, pytest.raises(ValidationError, match="tensor_func"):
        TensorNode(function, shape_in=(2,))
    assert net.nodes == []


@pytest.mark.parametrize("shape", [(0,), (-1, 2), (1.5,), ("a",), "ab", True])
def test_what_is_no_shape_is_refused(shape: Any) -> None:
    with nengo.Network(), pytest.raises(ValidationError, match="shape_in"):
        TensorNode(tf.abs, shape_in=shape, pass_time=False)


@pytest.mark.parametrize("result", [None, [1.0], np.ones((1, 2)), "text"])
def test_what_is_no_tensor_is_refused(result: Any) -> None:
    with nengo.Network(), pytest.raises(ValidationError, match=r"tensor; it returned"):
        TensorNode(lambda _x: result, shape_in=(2,), pass_time=False)


def test_a_failing_function_is_named_with_what_it_was_given() -> None:
    def broken(x: tf.Tensor) -> tf.Tensor:
        return tf.matmul(x, tf.ones((3, 1), x.dtype))

    with (
        nengo.Network(),
        pytest.raises(ValidationError, match=r"broken.*\(items, 2\)") as caught,
    ):
        TensorNode(broken, shape_in=(2,), pass_time=False)
    assert isinstance(caught.value.__cause__, ValueError)


def test_another_size_than_promised_is_refused_when_it_is_simulated() -> None:
    net, _, _ = with_input(lambda x: x, shape_out=(3,), pass_time=False)
    with pytest.raises(RuntimeError, match=r"node.*shape \(1, 2\).*\(items, 3\).*shape_out"):
        make(net)


def test_another_type_than_that_of_the_simulation_is_refused() -> None:
    net, _, _ = with_input(lambda x: tf.cast(x, tf.float16), shape_out=(2,), pass_time=False)
    with pytest.raises(RuntimeError, match=r"node.*float16.*float64.*tf\.cast"):
        make(net)


def test_another_number_of_items_is_refused() -> None:
    net, _, _ = with_input(lambda x: tf.concat([x, x], 0), shape_out=(2,), pass_time=False)
    with make(net, minibatch_size=3) as sim, pytest.raises(RuntimeError, match=r"6 rows.*3 items"):
        sim.run_steps(1)


def test_an_error_of_python_in_a_step_arrives() -> None:
    def fail(value: Any) -> Any:
        raise ZeroDivisionError(float(value[0, 0]))

    net, _, _ = with_input(
        lambda x: tf.py_function(fail, [x], x.dtype), shape_out=(2,), pass_time=False
    )
    with make(net) as sim, pytest.raises(Exception, match="ZeroDivisionError"):
        sim.run_steps(1)


def test_variables_that_a_function_brings_along_are_told_of() -> None:
    layer = keras.layers.Dense(1)
    layer.build((None, 2))
    net, _, _ = with_input(lambda x: layer(x), shape_out=(1,), pass_time=False)  # noqa: PLW0108
    with net:
        configure_settings(dtype="float32")
    with pytest.warns(UserWarning, match=r"node.*kernel.*Keras layer itself"):
        make(net).close()
