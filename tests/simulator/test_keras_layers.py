"""Keras layers in TensorNodes: their values, their names, and their training."""

from __future__ import annotations

from typing import Any

import keras  # noqa: TID253 - nodes are made of it
import nengo
import numpy as np
import pytest
import tensorflow as tf  # noqa: TID253 - as above

import nengo_explorer
from nengo_explorer import Layer, TensorNode, configure_settings, resolve_trainable
from tests.simulator.helpers import configured, make
from tests.simulator.layer_networks import (
    network_of,
    numbers,
    paths_of,
    predicted,
    small_model,
    trained,
)

# ---- values -------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("make_layer", "shape"),
    [
        (lambda: keras.layers.Dense(3, activation="relu"), (4,)),
        (lambda: keras.layers.Conv2D(2, 2), (4, 4, 1)),
        pytest.param(lambda: keras.layers.LSTM(3), (4, 2), marks=pytest.mark.slow),
        pytest.param(small_model, (4,), marks=pytest.mark.slow),
    ],
    ids=["Dense", "Conv2D", "LSTM", "Sequential"],
)
def test_output_is_that_of_the_layer_by_itself(make_layer: Any, shape: Any, dtype: str) -> None:
    layer = make_layer()
    size = int(np.prod(shape))
    net = configured(dtype=dtype)
    with net:
        source = nengo.Node(np.zeros(size))
        node = Layer(layer)(source, shape_in=shape)
        nengo.Probe(node)
    data = numbers(3, 2, size).astype("float32")
    with make(net) as sim:
        seen = predicted(sim, source, data)
    expected = layer(data.reshape(6, *shape)).numpy().reshape(3, 2, -1)
    assert seen.dtype == dtype
    np.testing.assert_allclose(seen, expected, rtol=1e-4, atol=1e-5)


def test_values_of_a_finished_layer_are_used() -> None:
    layer = keras.layers.Dense(1)
    layer.build((None, 2))
    layer.set_weights([np.array([[2.0], [3.0]]), np.array([1.0])])
    net, source = network_of(layer)
    with make(net) as sim:
        np.testing.assert_allclose(predicted(sim, source, np.ones((1, 1, 2))), [[[6.0]]])


def test_values_given_after_the_node_was_made_are_used() -> None:
    layer = keras.layers.Dense(1)
    net, source = network_of(layer)
    layer.set_weights([np.array([[2.0], [3.0]]), np.array([1.0])])
    with make(net) as sim:
        np.testing.assert_allclose(predicted(sim, source, np.ones((1, 1, 2))), [[[6.0]]])


def test_first_values_belong_to_the_seed_of_the_network() -> None:
    kernels = []
    for seed in (3, 3, 4):
        layer = keras.layers.Dense(4)
        with nengo.Network(seed=seed):
            TensorNode(layer, shape_in=(2,), pass_time=False)
        kernels.append(layer.get_weights()[0])
    np.testing.assert_array_equal(kernels[0], kernels[1])
    assert not np.allclose(kernels[0], kernels[2])


def test_nodes_of_one_network_start_from_different_values() -> None:
    layers = [keras.layers.Dense(4), keras.layers.Dense(4)]
    with nengo.Network(seed=0):
        for layer in layers:
            TensorNode(layer, shape_in=(2,), pass_time=False)
    assert not np.allclose(layers[0].get_weights()[0], layers[1].get_weights()[0])


# ---- names --------------------------------------------------------------------------------------


def test_weights_have_names_that_do_not_depend_on_the_session() -> None:
    keras.layers.Dense(1)  # moves on the names that Keras makes up
    net, _ = network_of(small_model())
    with make(net) as sim:
        names = list(sim.data[net.nodes[1]])
        paths = paths_of(sim)
    assert names == [
        "dense/kernel",
        "dense/bias",
        "batch_normalization/gamma",
        "batch_normalization/beta",
        "batch_normalization/moving_mean",
        "batch_normalization/moving_variance",
        "dense_1/kernel",
        "dense_1/bias",
    ]
    assert "node/dense_1/kernel" in paths


# ---- training -----------------------------------------------------------------------------------


def test_training_changes_weights_of_the_simulator_and_not_of_the_layer() -> None:
    layer = keras.layers.Dense(1)
    net, source = network_of(layer)
    before = layer.get_weights()
    data = numbers(4, 1, 2)
    with make(net) as sim, make(net) as other:
        history = trained(sim, source, data, epochs=5).history["loss"]
        assert history[-1] < 0.8 * history[0]
        for now, then in zip(layer.get_weights(), before, strict=True):
            np.testing.assert_array_equal(now, then)
        np.testing.assert_array_equal(other.data[net.nodes[1]]["kernel"], before[0])
        assert np.abs(sim.data[net.nodes[1]]["kernel"] - before[0]).max() > 0.01


@pytest.mark.slow
def test_training_is_that_of_keras() -> None:
    layer = small_model()
    net, source = network_of(layer, dtype="float32")
    layer.layers[2].rate = 0.0
    data = numbers(8, 1, 2).astype("float32")
    with make(net) as sim:
        trained(sim, source, data, epochs=3, batch_size=8)
        found = sim.data[net.nodes[1]]
    layer.compile(keras.optimizers.SGD(0.1), loss="mse")
    layer.fit(data[:, 0], np.ones((8, 1)), epochs=3, batch_size=8, verbose=0)
    for value, expected in zip(found.values(), layer.get_weights(), strict=False):
        assert value.shape == expected.shape
    np.testing.assert_allclose(
        found["batch_normalization/moving_mean"], layer.layers[1].moving_mean, atol=1e-5
    )
    np.testing.assert_allclose(found["dense/kernel"], layer.layers[0].kernel, atol=1e-5)


@pytest.mark.slow
def test_frozen_layers_stay_bit_by_bit() -> None:
    layer = small_model()
    net, source = network_of(layer)
    layer.layers[0].trainable = False
    with make(net) as sim:
        before = dict(sim.data[net.nodes[1]])
        trained(sim, source, numbers(8, 1, 2), epochs=2)
        after = sim.data[net.nodes[1]]
        np.testing.assert_array_equal(after["dense/kernel"], before["dense/kernel"])
        assert np.abs(after["dense_1/kernel"] - before["dense_1/kernel"]).max() > 1e-3
        layer.layers[0].trainable = True  # settings are read at the next call
        trained(sim, source, numbers(8, 1, 2))
        assert np.abs(sim.data[net.nodes[1]]["dense/kernel"] - before["dense/kernel"]).max() > 1e-5


def test_settings_of_the_network_do_not_govern_layers() -> None:
    net, _ = network_of(keras.layers.Dense(1))
    node = net.nodes[1]
    with net:
        configure_settings(trainable=False)
    assert resolve_trainable(net)[node, "kernel"] is True
    assert nengo_explorer.explain(net, node, "kernel").state == "on"
    with net:
        configure_settings(inference_only=True)
    assert resolve_trainable(net)[node, "kernel"] is False
    assert nengo_explorer.explain(net, node, "kernel").state == "inference_only"
    with make(net) as sim:
        assert sim.keras_model.trainable_weights == []


def test_a_layer_in_two_nodes_has_one_set_of_weights() -> None:
    layer = keras.layers.Dense(2, use_bias=False)
    net = configured()
    with net:
        source = nengo.Node(np.ones(2))
        first = Layer(layer)(source)
        second = Layer(layer)(first)
        probe = nengo.Probe(second)
    with make(net) as sim:
        assert paths_of(sim) == ["node_1/kernel"]
        sim.compile(keras.optimizers.SGD(0.1), loss="mse")
        sim.fit({source: np.ones((2, 1, 2))}, {probe: np.zeros((2, 1, 2))}, verbose=0)
        np.testing.assert_array_equal(sim.data[first]["kernel"], sim.data[second]["kernel"])
        assert not np.allclose(sim.data[first]["kernel"], layer.get_weights()[0])


def test_regularizers_and_constraints_of_a_layer_count() -> None:
    layer = keras.layers.Dense(
        1, kernel_regularizer=keras.regularizers.L2(0.5), bias_constraint="non_neg"
    )
    layer.build((None, 2))
    layer.set_weights([np.array([[1.0], [2.0]]), np.array([0.0])])
    net, source = network_of(layer)
    probe = net.probes[0]
    with make(net) as sim:
        sim.compile(keras.optimizers.SGD(0.1), loss="mse")
        data = {source: np.zeros((1, 1, 2))}, {probe: np.full((1, 1, 1), -1.0)}
        assert sim.evaluate(*data, verbose=0)["loss"] == pytest.approx(1 + 0.5 * 5)
        sim.fit(*data, verbose=0)
        np.testing.assert_array_equal(sim.data[net.nodes[1]]["bias"], [0.0])


@pytest.mark.parametrize(
    "layer",
    [
        keras.layers.Dense(2, activation="tanh"),
        pytest.param(small_model(), marks=pytest.mark.slow),
    ],
    ids=["Dense", "Sequential"],
)
def test_gradients_through_thirty_recurrent_steps(layer: keras.Layer) -> None:
    net = configured()
    with net:
        source = nengo.Node(np.ones(2))
        node = Layer(layer)(source, synapse=0.005)
        nengo.Connection(node, node, synapse=0.005, transform=0.5 * np.ones((2, node.size_out)))
        nengo.Probe(node)
        configure_settings(learning_phase=False)
    with make(net) as sim:
        sim.check_gradients({source: numbers(1, 30, 2)})


def test_gradient_is_that_of_steps_written_by_hand() -> None:
    layer = keras.layers.Dense(2, activation="tanh", use_bias=False, dtype="float64")
    net = configured()
    with net:
        source = nengo.Node(np.ones(2), label="source")
        node = Layer(layer)(source)
        nengo.Connection(node, node, synapse=0, transform=0.5)
        probe = nengo.Probe(node, label="probe")
    data = numbers(3, 30, 2)
    with make(net, minibatch_size=3) as sim:
        sim.compile(keras.optimizers.SGD(1.0), loss="mse")
        before = sim.data[node]["kernel"]
        sim.fit({source: data}, {probe: np.ones((3, 30, 2))}, verbose=0)
        moved = before - sim.data[node]["kernel"]
    with tf.GradientTape() as tape:
        last, outputs = tf.zeros((3, 2), "float64"), []
        for step in range(30):
            last = layer(data[:, step] + 0.5 * last)
            outputs.append(last)
        loss = tf.reduce_mean((tf.stack(outputs, axis=1) - 1) ** 2)
    np.testing.assert_allclose(moved, tape.gradient(loss, layer.kernel.value), rtol=1e-6)


# ---- a whole network ----------------------------------------------------------------------------


@pytest.mark.slow
def test_layers_learn_handwritten_digits() -> None:
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    images = (images[:1000] / 16).reshape(-1, 1, 64)
    labels = labels[:1000].reshape(-1, 1, 1)
    with nengo.Network(seed=0) as net:
        configure_settings(trainable=None)
        image = nengo.Node(np.zeros(64))
        x = Layer(keras.layers.Conv2D(8, 3, activation="relu"))(image, shape_in=(8, 8, 1))
        x = Layer(keras.layers.BatchNormalization())(x)
        x = Layer(nengo.RectifiedLinear())(x, gain=np.ones(288), bias=np.zeros(288))
        x = Layer(keras.layers.Dropout(0.2))(x)
        out = Layer(keras.layers.Dense(10))(x)
        probe = nengo.Probe(out)
        net.config[net.ensembles[0].neurons].trainable = False
    with make(net, minibatch_size=50) as sim:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        sim.compile(keras.optimizers.Adam(0.003), loss=loss, metrics=["accuracy"])
        bias = sim.data[net.ensembles[0]].bias
        losses = sim.fit({image: images}, {probe: labels}, epochs=6, verbose=0).history["loss"]
        assert losses[-1] < 0.25 * losses[0]
        np.testing.assert_array_equal(sim.data[net.ensembles[0]].bias, bias)
        seen = predicted(sim, image, images)
        assert np.mean(seen[:, 0].argmax(axis=1) == labels[:, 0, 0]) > 0.93
