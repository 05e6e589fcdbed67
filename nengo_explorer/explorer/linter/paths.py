"""From which objects of a network a loss can be reached, and where a gradient is stopped."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import nengo
from nengo.base import ObjView
from nengo.connection import LearningRule
from nengo.ensemble import Neurons

if TYPE_CHECKING:
    from collections.abc import Iterable


class LossPaths:
    """Objects that influence probes, found by going backwards along connections.

    Parameters
    ----------
    net : Network
        The outermost network.
    probes : iterable of Probe
        Probes that have a loss.

    Attributes
    ----------
    connected : frozenset
        Ensembles, nodes and connections that influence one of the probes.
    open : frozenset
        Those of them from which a gradient arrives there, because not every path runs through
        Python.
    unused : frozenset
        Nodes that only pass on what they are given, and this to nobody: outputs that networks such
        as `nengo.networks.EnsembleArray` offer, and of which a model uses some.
    """

    def __init__(self, net: nengo.Network, probes: Iterable[nengo.Probe]) -> None:
        incoming = defaultdict(list)
        for connection in net.all_connections:
            incoming[_owner(connection.post_obj)].append(connection)
        ends = [_owner(probe.target) for probe in probes]
        self.connected = _reached(ends, incoming, through_python=True)
        self.open = _reached(ends, incoming, through_python=False)
        self.unused = _unused(net, incoming)


def _owner(obj: Any) -> Any:
    """The ensemble, node, connection or learning rule that an end of a connection belongs to."""
    whole = obj.obj if isinstance(obj, ObjView) else obj
    return whole.ensemble if isinstance(whole, Neurons) else whole


def _unused(net: nengo.Network, incoming: dict[Any, list[nengo.Connection]]) -> frozenset[Any]:
    passing = frozenset(node for node in net.all_nodes if node.output is None)
    users = [_owner(connection.post_obj) for connection in net.all_connections]
    users += [_owner(probe.target) for probe in net.all_probes]
    probed = {_owner(probe.target) for probe in net.all_probes}
    ends = [user for user in users if user not in passing or user in probed]
    return passing - _reached(ends, incoming, through_python=True)


def _reached(
    ends: Iterable[Any], incoming: dict[Any, list[nengo.Connection]], *, through_python: bool
) -> frozenset[Any]:
    reached = set(ends)
    waiting = list(reached)
    while waiting:
        for source in _sources(waiting.pop(), incoming, through_python=through_python):
            if source not in reached:
                reached.add(source)
                waiting.append(source)
    return frozenset(reached)


def _sources(
    obj: Any, incoming: dict[Any, list[nengo.Connection]], *, through_python: bool
) -> list[Any]:
    """What an object depends on directly."""
    if isinstance(obj, nengo.Connection):
        pre = [] if _calls_python(obj) and not through_python else [_owner(obj.pre_obj)]
        return [*pre, *_learning_rules(obj)]
    if isinstance(obj, LearningRule):
        return [obj.connection, *incoming[obj]]
    if isinstance(obj, nengo.Node) and not through_python and _is_python(obj):
        return []
    return list(incoming[obj])


def _learning_rules(connection: nengo.Connection) -> list[LearningRule]:
    rules = connection.learning_rule
    if rules is None:
        return []
    several = rules.values() if isinstance(rules, dict) else rules
    return list(several) if isinstance(rules, dict | list | tuple) else [rules]


def _is_python(node: nengo.Node) -> bool:
    """Whether a node is a Python function of its input; subclasses may be anything."""
    return type(node) is nengo.Node and node.size_in > 0 and callable(node.output)


def _calls_python(connection: nengo.Connection) -> bool:
    """Whether a connection computes a function in Python, as from an ensemble without neurons."""
    pre = connection.pre_obj
    is_direct = isinstance(pre, nengo.Ensemble) and isinstance(pre.neuron_type, nengo.Direct)
    return connection.function is not None and (is_direct or isinstance(pre, nengo.Node))
