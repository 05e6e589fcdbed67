"""What Keras layers keep, and how everything that they have learned is taken along."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import keras  # noqa: TID253 - nodes are made of it
import nengo
import numpy as np
import pytest

from nengo_explorer import Layer, configure_settings
from tests.simulator.helpers import configured, make
from tests.simulator.layer_networks import network_of, numbers, predicted, small_model, trained

if TYPE_CHECKING:
    from pathlib import Path


# ---- modes, and what layers keep ----------------------------------------------------------------


def test_dropout_is_active_in_training_mode_only() -> None:
    net, source = network_of(keras.layers.Dropout(0.5), size=100)
    data = np.ones((2, 3, 100))
    with make(net) as sim:
        np.testing.assert_array_equal(predicted(sim, source, data), data)
        with net:
            configure_settings(learning_phase=True)
        dropped = predicted(sim, source, data)
    assert 0.3 < np.mean(dropped == 0) < 0.7
    # Neither items nor steps have the same numbers.
    assert not np.array_equal(dropped[0, 0], dropped[1, 0])
    assert not np.array_equal(dropped[0, 0], dropped[0, 1])


def test_every_batch_of_a_training_has_its_own_dropout() -> None:
    net = configured(dtype="float32")
    with net:
        source = nengo.Node(np.ones(20), label="source")
        dropped = Layer(keras.layers.Dropout(0.5))(source)
        node = Layer(keras.layers.Dense(1, use_bias=False))(dropped)
        probe = nengo.Probe(node, label="probe")
    with make(net) as sim:
        sim.compile(keras.optimizers.SGD(0.0), loss="mse")
        data = {source: np.ones((1, 1, 20))}, {probe: np.zeros((1, 1, 1))}
        losses = sim.fit(*data, epochs=4, verbose=0).history["loss"]
        losses += sim.fit(*data, verbose=0).history["loss"]
    assert len(set(losses)) == 5


def test_moving_statistics_are_kept_by_a_training_and_by_nothing_else() -> None:
    net, source = network_of(keras.layers.BatchNormalization())
    name = "moving_mean"
    data = numbers(8, 2, 2) + 5
    with make(net) as sim:
        sim.run_steps(2)
        predicted(sim, source, data)
        np.testing.assert_array_equal(sim.data[net.nodes[1]][name], [0.0, 0.0])
        trained(sim, source, data, epochs=3, batch_size=4)
        kept = sim.data[net.nodes[1]][name]
        assert kept.min() > 0.5
        before = predicted(sim, source, data)
        sim.run_steps(2)
        sim.evaluate({source: data}, {net.probes[0]: data}, verbose=0)
        np.testing.assert_array_equal(sim.data[net.nodes[1]][name], kept)
        np.testing.assert_array_equal(predicted(sim, source, data), before)
        sim.reset(include_trainable=False)
        np.testing.assert_array_equal(sim.data[net.nodes[1]][name], kept)
        sim.reset()
        np.testing.assert_array_equal(sim.data[net.nodes[1]][name], [0.0, 0.0])


@pytest.mark.slow
def test_moving_statistics_are_those_of_keras() -> None:
    layer = keras.layers.BatchNormalization()
    net, source = network_of(layer, dtype="float32")
    data = (3 * numbers(6, 4, 2) + 1).astype("float32")
    with make(net) as sim:
        trained(sim, source, data, batch_size=6)
        found = dict(sim.data[net.nodes[1]])
    for step in range(4):
        layer(data[:, step], training=True)
    np.testing.assert_allclose(found["moving_mean"], layer.moving_mean, rtol=1e-5)
    np.testing.assert_allclose(found["moving_variance"], layer.moving_variance, rtol=1e-5)


@pytest.mark.slow
def test_statistics_outlive_calls_without_state() -> None:
    net, source = network_of(keras.layers.BatchNormalization(), stateful=False)
    with make(net) as sim:
        trained(sim, source, numbers(4, 1, 2) + 5)
        kept = sim.data[net.nodes[1]]["moving_mean"]
        assert kept.min() > 0.01
        sim.run_steps(2)
        np.testing.assert_array_equal(sim.data[net.nodes[1]]["moving_mean"], kept)


# ---- taking parameters along --------------------------------------------------------------------


@pytest.mark.slow
def test_everything_learned_goes_through_files_copies_and_rebuilds(tmp_path: Path) -> None:
    net, source = network_of(small_model())
    data = numbers(6, 2, 2)
    with make(net) as sim:
        trained(sim, source, data, epochs=2)
        expected = predicted(sim, source, data)
        sim.save_params(tmp_path / "all")
        with copy.deepcopy(sim) as twin:
            assert twin.network is not None
            there = predicted(twin, twin.network.nodes[0], data)
            np.testing.assert_allclose(there, expected, atol=1e-12)
        with net:
            configure_settings(planner="noop_planner")
        np.testing.assert_allclose(predicted(sim, source, data), expected, atol=1e-12)
        with net:
            configure_settings(dtype="float32")
        np.testing.assert_allclose(predicted(sim, source, data), expected, atol=1e-5)
    with make(net, minibatch_size=3) as other:
        assert not np.allclose(predicted(other, source, data), expected, atol=1e-3)
        other.load_params(tmp_path / "all")
        np.testing.assert_allclose(predicted(other, source, data), expected, atol=1e-5)


@pytest.mark.slow
def test_frozen_parameters_are_in_the_layer() -> None:
    layer = small_model()
    net, source = network_of(layer)
    data = numbers(6, 1, 2)
    with make(net) as sim:
        trained(sim, source, data)
        sim.freeze_params(net)
        expected = predicted(sim, source, data)
    np.testing.assert_allclose(layer(data[:, 0]), expected[:, 0], atol=1e-5)
    with make(net) as sim:
        np.testing.assert_allclose(predicted(sim, source, data), expected, atol=1e-5)


def test_weights_can_be_read_after_close() -> None:
    net, source = network_of(keras.layers.Dense(1))
    with make(net) as sim:
        trained(sim, source, numbers(2, 1, 2))
        weights = sim.data[net.nodes[1]]["kernel"]
    np.testing.assert_array_equal(sim.data[net.nodes[1]]["kernel"], weights)
