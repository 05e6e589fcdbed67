"""`Layer`: networks made layer by layer."""

from __future__ import annotations

import keras  # noqa: TID253 - nodes are made of it
import nengo
import numpy as np
import pytest
import tensorflow as tf  # noqa: TID253 - as above
from nengo.exceptions import ValidationError

import nengo_explorer
from nengo_explorer import Layer, TensorNode, configure_settings, resolve_trainable, tensor_layer
from tests.simulator.helpers import make


def test_a_function_becomes_a_node_behind_a_connection() -> None:
    with nengo.Network() as net:
        source = nengo.Node(np.array([-1.0, 2.0]))
        node, connection = Layer(tf.nn.relu)(source, return_conn=True)
        nengo.Probe(node)
    assert isinstance(node, TensorNode)
    assert (connection.pre, connection.post, connection.synapse) == (source, node, None)
    with make(net) as sim:
        sim.run_steps(1)
        np.testing.assert_array_equal(sim.data[net.probes[0]], [[0.0, 2.0]])


def test_a_neuron_type_becomes_neurons() -> None:
    with nengo.Network():
        source = nengo.Node(np.zeros(5))
        neurons = Layer(nengo.LIF(tau_rc=0.1))(source, bias=np.ones(5), gain=np.ones(5))
        more = Layer(nengo.RectifiedLinear)(neurons, transform=np.ones((3, 5)))
    assert neurons.ensemble.neuron_type.tau_rc == 0.1
    np.testing.assert_array_equal(neurons.ensemble.bias, np.ones(5))
    assert (neurons.size_in, more.size_in) == (5, 3)


def test_layers_in_a_chain_as_people_write_them() -> None:
    with nengo.Network(seed=0) as net:
        x = nengo.Node(np.zeros(36))
        x = Layer(keras.layers.Conv2D(filters=2, kernel_size=3))(x, shape_in=(6, 6, 1))
        assert x.shape_out == (4, 4, 2)
        x = Layer(nengo.RectifiedLinear())(x)
        x = Layer(keras.layers.Dense)(x, units=10)
        nengo.Probe(x)
    assert net.nodes[-1].shape_out == (10,)
    with make(net) as sim:
        sim.run_steps(1)


def test_arguments_go_to_the_function_or_the_node() -> None:
    with nengo.Network():
        source = nengo.Node(np.ones(2))
        node = Layer(tf.nn.leaky_relu)(source, alpha=0.5, label="leaky")
    assert node.label == "leaky"
    np.testing.assert_allclose(node.tensor_func(tf.constant([[-1.0]])), [[-0.5]])


def test_synapse_and_slices_of_the_input() -> None:
    with nengo.Network():
        source = nengo.Node(np.ones(4))
        node, connection = Layer(tf.abs)(source[:2], synapse=0.01, return_conn=True)
    assert node.size_in == 2
    assert connection.synapse == nengo.Lowpass(0.01)


# ---- its connection is not trained --------------------------------------------------------------


def weights_flag(net: nengo.Network, connection: nengo.Connection) -> bool | None:
    return resolve_trainable(net)[connection, "weights"]


def test_connection_in_a_subnetwork_without_settings_is_not_trained() -> None:
    with nengo.Network() as net:
        source = nengo.Node(np.ones(2))
        with nengo.Network():
            _, connection = Layer(tf.abs)(source, transform=np.ones((3, 2)), return_conn=True)
    assert weights_flag(net, connection) is False


@pytest.mark.parametrize("value", [None, True])
def test_no_rule_for_all_connections_overrules_it(value: bool | None) -> None:
    with nengo.Network() as net:
        source = nengo.Node(np.ones(2))
        with nengo.Network():
            configure_settings(trainable=True)
            _, connection = Layer(tf.abs)(source, transform=np.ones((3, 2)), return_conn=True)
            configure_settings(trainable=value)
    assert weights_flag(net, connection) is False
    found = nengo_explorer.explain(net, connection)
    assert found.state == "off"
    assert "connections that Layer makes" in found.reason


def test_its_own_setting_makes_it_trainable() -> None:
    with nengo.Network() as net:
        configure_settings(trainable=None)
        source = nengo.Node(np.ones(2))
        _, connection = Layer(tf.abs)(source, transform=np.ones((3, 2)), return_conn=True)
        net.config[connection].trainable = True
    assert weights_flag(net, connection) is True
    assert nengo_explorer.explain(net, connection).state == "on"


def test_training_leaves_the_connection_as_it_is() -> None:
    with nengo.Network(seed=0) as net:
        source = nengo.Node(np.ones(2))
        node, connection = Layer(keras.layers.Dense(1))(
            source, transform=np.eye(2), return_conn=True
        )
        probe = nengo.Probe(node)
    with make(net) as sim:
        sim.compile("sgd", loss="mse")
        before = sim.data[node]["kernel"].copy()
        sim.fit({source: np.ones((2, 1, 2))}, {probe: np.full((2, 1, 1), 9.0)}, verbose=0)
        np.testing.assert_array_equal(sim.data[connection].weights, np.eye(2))
        assert np.abs(sim.data[node]["kernel"] - before).min() > 0.01


# ---- errors, the deprecated form ----------------------------------------------------------------


def test_what_is_no_layer_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"neuron type; got 3"):
        Layer(3)


def test_a_shape_without_room_for_the_input_is_refused() -> None:
    with nengo.Network() as net:
        source = nengo.Node(np.zeros(3))
        with pytest.raises(ValidationError, match=r"4 numbers.*3 arrive"):
            Layer(tf.abs)(source, shape_in=(2, 2))
    assert net.nodes == [source]


def test_arguments_of_a_finished_keras_layer_are_refused() -> None:
    with nengo.Network():
        source = nengo.Node(np.zeros(3))
        with pytest.raises(ValidationError, match=r"'units'.*already made"):
            Layer(keras.layers.Dense(2))(source, units=3)


def test_neurons_are_needed() -> None:
    with nengo.Network() as net:
        source = nengo.Node(np.zeros(3))
        with pytest.raises(ValidationError, match="Direct mode has no neurons"):
            Layer(nengo.Direct())(source)
    assert net.ensembles == []


def test_a_connection_that_fails_leaves_nothing_behind() -> None:
    with nengo.Network() as net:
        source = nengo.Node(np.zeros(3))
        with pytest.raises(ValidationError):
            Layer(tf.abs)(source, transform=np.ones((4, 2)))
    assert net.nodes == [source]
    assert net.connections == []


def test_the_old_form_warns_and_works() -> None:
    with nengo.Network():
        source = nengo.Node(np.zeros(3))
        with pytest.warns(DeprecationWarning, match="Layer"):
            node = tensor_layer(source, tf.abs, shape_in=(3, 1))
    assert node.shape_in == (3, 1)
