"""Which value of ``trainable`` is in force for every parameter.

The rules, most specific first: within one network a setting of the object beats that of its class;
a network deeper in the tree beats all networks around it; None (or nothing) leaves the decision to
the next rule; at the end everything is trainable. A bias asks for rules on the neurons first, and
follows its ensemble only if there is none. ``inference_only`` turns everything off, and what a
learning rule changes is trained only if somebody asked for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import nengo
from nengo.ensemble import Neurons

from nengo_explorer.settings.layer_objects import LayerConnection, layer_parameters
from nengo_explorer.settings.storage import UNSET, class_value, instance_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Key = tuple[Any, str]

#: What can be in force for a parameter.
State = Literal["on", "off", "locked", "never", "inference_only"]


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
        self._objects: frozenset[Any] | None = None

    @property
    def objects(self) -> frozenset[Any]:
        """Objects that may have an opinion of their own here."""
        if self._objects is None:
            entries = list(self.network.config.params)
            self._objects = frozenset(entry for entry in entries if not isinstance(entry, type))
        return self._objects

    def of_object(self, obj: Any) -> Any:
        """Opinion on an object itself: True, False, None, or UNSET if it has none."""
        return instance_value(self.network.config, obj, "trainable")

    def own_opinion(self, obj: Any) -> bool | None:
        """Opinion on an object itself; None for no opinion."""
        value = self.of_object(obj)
        opinion: bool | None = None if value is UNSET else value
        return opinion

    def of_class(self, cls: type) -> Any:
        """Opinion on a class: True, False, None, or UNSET if it has none."""
        if cls not in self._classes:
            self._classes[cls] = class_value(self.network.config, cls, "trainable")
        return self._classes[cls]

    def opinion(self, obj: Any) -> bool | None:
        """Opinion on an object: its own setting, else that of its class; None for no opinion."""
        value: Any = self.of_object(obj) if obj in self.objects else UNSET
        if value is UNSET:
            value = self.of_class(type(obj))
        opinion: bool | None = None if value is UNSET else value
        return opinion


class Around:
    """The networks around some objects, and what they say together.

    Parameters
    ----------
    levels : sequence of Level
        Networks around the objects, outermost first.
    """

    def __init__(self, levels: Sequence[Level]) -> None:
        self.levels = tuple(levels)
        self._classes: dict[type, bool | None] = {}

    def decide(self, obj: Any) -> bool | None:
        """Opinion of the deepest network that has one; None if none has."""
        if isinstance(obj, LayerConnection):
            return self._last(level.own_opinion(obj) for level in self.levels) or False
        if any(obj in level.objects for level in self.levels):
            return self._last(level.opinion(obj) for level in self.levels)
        # Most objects have no rule of their own, and there are few classes.
        cls = type(obj)
        if cls not in self._classes:
            values = (level.of_class(cls) for level in self.levels)
            self._classes[cls] = self._last(None if v is UNSET else v for v in values)
        return self._classes[cls]

    @staticmethod
    def _last(opinions: Iterator[bool | None]) -> bool | None:
        result = None
        for opinion in opinions:
            if opinion is not None:
                result = opinion
        return result


class Lock(NamedTuple):
    """A learning rule that changes a parameter during simulation."""

    rule: Any


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


def trainable_states(
    path: Sequence[nengo.Network],
    locks: Mapping[Key, Lock],
    make_level: Callable[[nengo.Network], Level] = Level,
) -> Iterator[tuple[Key, State]]:
    """What is in force for all parameters inside of a network.

    Parameters
    ----------
    path : sequence of Network
        Networks from the outermost one to the one that is asked about.
    locks : dict of (object, str) to Lock
        See `learning_locks`.
    make_level : callable, optional
        Makes the opinions of a network; another one answers what would be.

    Yields
    ------
    ((object, str), str)
        The "encoders" and "bias" of every ensemble, the "weights" of every connection, and the
        weights of the layers of TensorNodes by their names, with a `State`.
    """
    inference_only = is_inference_only(path[0])
    around = tuple(make_level(network) for network in path[:-1])
    for network, levels in _walk(path[-1], around, make_level):
        for obj in (*network.ensembles, *network.connections):
            yield from _states_of(obj, levels, locks, inference_only)
        for node in network.nodes:
            yield from _layer_states(node, inference_only)


def object_states(
    path: Sequence[nengo.Network],
    obj: Any,
    locks: Mapping[Key, Lock],
    make_level: Callable[[nengo.Network], Level] = Level,
) -> Iterator[tuple[Key, State]]:
    """What is in force for the parameters of one ensemble or connection.

    Parameters
    ----------
    path : sequence of Network
        Networks around the object, outermost first.
    obj : Ensemble or Connection
        The object.
    locks : dict of (object, str) to Lock
        See `learning_locks`.
    make_level : callable, optional
        As for `trainable_states`.
    """
    levels = Around([make_level(network) for network in path])
    yield from _states_of(obj, levels, locks, is_inference_only(path[0]))


def _walk(
    net: nengo.Network, around: tuple[Level, ...], make_level: Callable[[nengo.Network], Level]
) -> Iterator[tuple[nengo.Network, Around]]:
    """All networks, each with the levels around and including it."""
    levels = (*around, make_level(net))
    yield net, Around(levels)
    for sub in net.networks:
        yield from _walk(sub, levels, make_level)


def _states_of(
    obj: Any, levels: Around, locks: Mapping[Key, Lock], inference_only: bool
) -> Iterator[tuple[Key, State]]:
    """States of the parameters of one object."""
    if not isinstance(obj, nengo.Ensemble | nengo.Connection):
        yield from _layer_states(obj, inference_only)
        return
    own = levels.decide(obj)
    if not isinstance(obj, nengo.Ensemble):
        key = (obj, "weights")
        yield key, _state(own, key in locks, inference_only) if obj.has_weights else "never"
        return
    key = (obj, "encoders")
    yield key, _state(own, key in locks, inference_only)
    if has_bias(obj):
        neurons = levels.decide(obj.neurons)
        yield (obj, "bias"), _state(own if neurons is None else neurons, False, inference_only)
    else:
        yield (obj, "bias"), "never"


def _layer_states(node: Any, inference_only: bool) -> Iterator[tuple[Key, State]]:
    """States of the weights of a layer, which itself says whether they are trained."""
    for name, trainable in layer_parameters(node).items():
        yield (node, name), _state(trainable, False, inference_only)


def _state(opinion: bool | None, is_locked: bool, inference_only: bool) -> State:
    """The state in force: by default on, unless a learning rule changes the parameter."""
    if inference_only:
        return "inference_only"
    if opinion is None:
        return "locked" if is_locked else "on"
    return "on" if opinion else "off"


def resolve_trainable(net: nengo.Network) -> dict[Key, bool | None]:
    """Which parameters training may change.

    Parameters
    ----------
    net : Network
        The network that is (or would be) simulated; nothing above it counts.

    Returns
    -------
    flags : dict of (object, str) to (bool or None)
        For every ensemble its "encoders" and "bias", for every connection its "weights", for every
        TensorNode the weights of its layer: True, False, or None if there is no such parameter.
    """
    states = trainable_states([net], learning_locks(net))
    return {key: None if state == "never" else state == "on" for key, state in states}
