"""Rows of Keras layers in the tree."""

from __future__ import annotations

import nengo
import numpy as np
import pytest

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
