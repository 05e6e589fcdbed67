"""Which value of ``trainable`` is in force for every parameter.

The rules, most specific first: within one network a setting of the object beats that of its class;
a network deeper in the tree beats all networks around it; None (or nothing) leaves the decision to
the next rule; at the end everything is trainable. A bias asks for rules on the neurons first, and
follows its ensemble only if there is none. ``inference_only`` turns everything off, and what a
learning rule changes is trained only if somebody asked for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import nengo
from nengo.ensemble import Neurons

from nengo_explorer.settings.storage import UNSET, class_value, instance_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Key = tuple[Any, str]


class Level:
    """The opinions that one network has.

    Parameters
    ----------
    network : Network
        The network.
    """

    def __init__(self, network: nengo.Network) -> None:
        self.network = network
        self._classes: dict[type, Any] = {}

    def of_object(self, obj: Any) -> Any:
        """Opinion on an object itself: True, False, None, or UNSET if it has none."""
        return instance_value(self.network.config, obj, "trainable")

    def of_class(self, cls: type) -> Any:
        """Opinion on a class: True, False, None, or UNSET if it has none."""
        if cls not in self._classes:
            self._classes[cls] = class_value(self.network.config, cls, "trainable")
        return self._classes[cls]

    def opinion(self, obj: Any) -> bool | None:
        """Opinion on an object: its own setting, else that of its class; None for no opinion."""
        value = self.of_object(obj)
        if value is UNSET:
            value = self.of_class(type(obj))
        opinion: bool | None = None if value is UNSET else value
        return opinion


class Lock(NamedTuple):
    """A learning rule that changes a parameter during simulation."""

    rule: Any


def decide(levels: Iterable[Level], obj: Any) -> bool | None:
    """Opinion of the deepest network that has one; None if none has.

    Parameters
    ----------
    levels : iterable of Level
        Networks around the object, outermost first.
    obj : object
        Ensemble, Neurons or Connection.
    """
    result = None
    for level in levels:
        opinion = level.opinion(obj)
        if opinion is not None:
            result = opinion
    return result


def is_inference_only(net: nengo.Network) -> bool:
    """Whether a top-level network is set to ``inference_only``."""
    return class_value(net.config, nengo.Network, "inference_only") is True


def learning_locks(net: nengo.Network) -> dict[Key, Lock]:
    """Parameters that learning rules change, with the rule.

    Parameters
    ----------
    net : Network
        Outermost network.
    """
    locks: dict[Key, Lock] = {}
    for connection in net.all_connections:
        rule_type = connection.learning_rule_type
        if rule_type is None:
            continue
        rules = rule_type.values() if isinstance(rule_type, dict) else rule_type
        for rule in rules if isinstance(rule_type, dict | list | tuple) else [rule_type]:
            if rule.modifies == "encoders":
                post = connection.post_obj
                ensemble = post.ensemble if isinstance(post, Neurons) else post
                locks[ensemble, "encoders"] = Lock(rule)
            else:
                locks[connection, "weights"] = Lock(rule)
    return locks


def has_bias(ensemble: nengo.Ensemble) -> bool:
    """Whether an ensemble has neurons, and so biases."""
    return not isinstance(ensemble.neuron_type, nengo.Direct)


def walk(
    net: nengo.Network, around: tuple[Level, ...] = ()
) -> Iterator[tuple[nengo.Network, tuple[Level, ...]]]:
    """All networks, each with the levels around and including it, outermost first."""
    levels = (*around, Level(net))
    yield net, levels
    for sub in net.networks:
        yield from walk(sub, levels)


def resolve_trainable(net: nengo.Network) -> dict[Key, bool | None]:
    """Which parameters training may change.

    Parameters
    ----------
    net : Network
        The network that is (or would be) simulated; nothing above it counts.

    Returns
    -------
    flags : dict of (object, str) to (bool or None)
        For every ensemble its "encoders" and "bias", for every connection its "weights": True,
        False, or None if there is no such parameter.
    """
    only_inference = is_inference_only(net)
    locks = learning_locks(net)
    flags: dict[Key, bool | None] = {}
    for network, levels in walk(net):
        for ensemble in network.ensembles:
            own = decide(levels, ensemble)
            flags[ensemble, "encoders"] = _final((ensemble, "encoders"), own, locks)
            neurons = decide(levels, ensemble.neurons)
            bias = own if neurons is None else neurons
            flags[ensemble, "bias"] = (
                _final((ensemble, "bias"), bias, locks) if has_bias(ensemble) else None
            )
        for connection in network.connections:
            key = (connection, "weights")
            flags[key] = (
                _final(key, decide(levels, connection), locks) if connection.has_weights else None
            )
    if only_inference:
        flags = {key: None if flag is None else False for key, flag in flags.items()}
    return flags


def _final(key: Key, opinion: bool | None, locks: dict[Key, Lock]) -> bool:
    """The value in force: by default on, unless a learning rule changes the parameter."""
    return key not in locks if opinion is None else opinion
