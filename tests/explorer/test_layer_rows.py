"""Rows of Keras layers in the tree."""

from __future__ import annotations

import nengo
import numpy as np
import pytest
from nengo.ensemble import Neurons

from nengo_explorer.explorer.codes import Effective
from nengo_explorer.explorer.tree import Tree

pytestmark = pytest.mark.tf


def test_weights_of_a_layer_are_rows_with_what_the_layer_says() -> None:
    import keras

    from nengo_explorer import Layer, configure_settings

    layer = keras.layers.Dense(3)
    with nengo.Network() as net:
        configure_settings(trainable=False)
        node = Layer(layer)(nengo.Node(np.ones(2)))
    tree = Tree(net, {})
    view = tree.view
    kernel = view.row_of(node, "kernel")
    assert view.parent[kernel] == view.row_of(node)
    states = tree.now.states
    assert states.effective[kernel] == Effective.ON
    assert "its weights are trained" in tree.explain(view.row_of(node))["reason"]
    assert "node 1" in tree.explain(kernel)["reason"]
    with net:
        configure_settings(inference_only=True)
    tree.update()
    assert tree.now.states.effective[kernel] == Effective.INFERENCE_ONLY


def test_layers_are_told_from_ensembles() -> None:
    """Keras calls weights what Nengo calls something else, such as bias."""
    import keras

    from nengo_explorer import Layer, configure_settings

    layer = keras.Sequential([keras.layers.Dense(3), keras.layers.BatchNormalization()])
    with nengo.Network() as net:
        configure_settings(trainable=None)
        node = Layer(layer)(nengo.Node(np.ones(2)))
        frozen = Layer(keras.layers.Dense(2, trainable=False))(node)
        nengo.Ensemble(5, 1)
    tree = Tree(net, {})
    view, states = tree.view, tree.now.states
    assert view.parameters[view.row_of(node)] == 2 * 3 + 3 + 4 * 3
    assert view.parameters[view.row_of(net.nodes[0])] == -1
    names = [view.labels[row] for row in view.rows_of_kind("parameter")]
    assert names[:3] == ["dense/kernel", "dense/bias", "batch_normalization/gamma"]
    # The rule for all neurons is about the one ensemble.
    assert states.total[view.class_row_of(net, Neurons)] == 1
    why = tree.explain(view.row_of(frozen, "bias"))
    assert why["state"] == "Off"
    assert why["reason"].startswith("The Keras layer of node 2 says so: Off.")
    assert why["accessor"] == view.names.code(frozen)
    assert not why["code"]
