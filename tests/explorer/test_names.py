"""Names of objects: for people, and as Python expressions that give the object."""

from __future__ import annotations

from typing import Any

import nengo

from nengo_explorer.explorer.names import variable_names
from nengo_explorer.explorer.network_view import NetworkView
from nengo_explorer.explorer.tree import Tree
from tests.explorer.networks import small_network


def nested() -> tuple[nengo.Network, dict[str, Any]]:
    """Objects held by variables, containers, attributes, and by nothing but their network."""
    with nengo.Network() as net:
        a = nengo.Ensemble(3, 1)
        layers = [nengo.Ensemble(3, 1) for _ in range(2)]
        parts = {"in": nengo.Node([0]), 3: nengo.Node([0])}
        net.held = nengo.Node([0])
        with nengo.Network() as net.inner:
            nengo.Ensemble(3, 1)
            net.inner.out = nengo.Node(size_in=1)
        learned = nengo.Connection(a, layers[0])
        learned.learning_rule_type = {"pes": nengo.PES(), "voja": nengo.Voja()}
        nengo.Connection(layers[0].neurons, layers[1], transform=[[1, 1, 1]])
        nengo.networks.EnsembleArray(3, 2)
    namespace = {
        "net": net,
        "a": a,
        "layers": layers,
        "parts": parts,
        "learned": learned,
        "_private": layers[1],
        "Out": {5: net.inner},
    }
    return net, namespace


def test_objects_are_named_after_variables_containers_and_attributes() -> None:
    net, namespace = nested()
    names = NetworkView(net, variable_names(namespace)).names
    first, second = namespace["layers"]
    assert names.of(net) == "net"
    assert names.of(namespace["a"]) == "a"
    assert (names.of(first), names.of(second)) == ("layers[0]", "layers[1]")
    assert names.of(namespace["parts"]["in"]) == "parts['in']"
    assert names.of(net.held) == "held"
    assert names.of(net.inner) == "inner"
    assert names.of(net.inner.ensembles[0]) == "ensemble 0"


def test_a_variable_of_its_own_comes_before_a_place_in_a_list() -> None:
    with nengo.Network() as net:
        layers = [nengo.Ensemble(3, 1)]
    assert variable_names({"layers": layers, "hidden": layers[0]}) == {id(layers[0]): "hidden"}
    assert variable_names({"net": net})[id(net)] == "net"


def test_accessors_give_the_objects() -> None:
    net, namespace = nested()
    tree = Tree(net, variable_names(namespace))
    scope = {**namespace, "nengo": nengo}
    for row, target in enumerate(tree.view.targets):
        accessor = tree.explain(row)["accessor"]
        if isinstance(target.obj, type) and target.obj not in target.network.config.params:
            assert accessor == ""
            continue
        found = eval(accessor, scope)  # noqa: S307 - this is what people do with it
        if isinstance(target.obj, type):
            assert found is target.network.config[target.obj]
        elif target.parameter == "bias":
            assert found == target.obj.neurons
        else:
            assert found == target.obj, accessor
    assert tree.explain(tree.view.row_of(net.inner.out))["accessor"] == "net.inner.out"


def test_objects_that_no_variable_holds_have_accessors_too() -> None:
    small = small_network()
    tree = Tree(small.net, {})
    accessor = tree.explain(tree.view.row_of(small.b, "bias"))["accessor"]
    assert accessor == "net.networks[0].ensembles[0].neurons"
