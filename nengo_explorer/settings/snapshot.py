"""A frozen record of all settings of a network, and going back to one."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import nengo

from nengo_explorer.settings.catalogue import GLOBAL_OPTIONS, OPTIONS
from nengo_explorer.settings.edit import INHERIT, rule_of, set_global, set_rule, value_at
from nengo_explorer.settings.storage import (
    CLASSES_BY_SCOPE,
    UNSET,
    class_value,
    instances,
    networks,
)
from nengo_explorer.settings.validate import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nengo_explorer.settings.edit import Write


class Place(NamedTuple):
    """Where a setting is stored.

    Attributes
    ----------
    network : Network
        The network whose config holds it.
    target : object or class
        What it is set for; ``nengo.Network`` for options of the whole network.
    option : str
        Name of the option.
    """

    network: nengo.Network
    target: Any
    option: str


class Change(NamedTuple):
    """A setting that is different in two records; `INHERIT` where there is none."""

    place: Place
    before: Any
    after: Any


@dataclass(frozen=True)
class Snapshot:
    """All settings of a network at one moment.

    Attributes
    ----------
    values : dict of Place to object
        What is set, in the order of networks, outer ones first. Functions of ours are names. What
        is not set is not in it; an explicit None for an object is, because it hides the rule for
        the class.
    """

    values: Mapping[Place, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))


def take_snapshot(net: nengo.Network) -> Snapshot:
    """Record all settings of a network and the networks below it.

    Parameters
    ----------
    net : Network
        The outermost network.
    """
    return Snapshot({place: value for network in networks(net) for place, value in _of(network)})


def _of(network: nengo.Network) -> Iterator[tuple[Place, Any]]:
    """Everything that is set in the config of one network."""
    classes = [key for key in list(network.config.params) if isinstance(key, type)]
    for name in GLOBAL_OPTIONS:
        value = class_value(network.config, nengo.Network, name)
        if value is not UNSET and value is not None:
            yield Place(network, nengo.Network, name), canonical(value)
    for name, option in OPTIONS.items():
        if option.scope == "network":
            continue
        for cls in classes:
            if issubclass(cls, CLASSES_BY_SCOPE[option.scope]):
                value = rule_of(network, cls, name)
                if value is not INHERIT:
                    yield Place(network, cls, name), value
        for obj, value in instances(network.config, name):
            # A subclass of a network is not what the option is about.
            if isinstance(obj, CLASSES_BY_SCOPE[option.scope]):
                yield Place(network, obj, name), value


def changed(before: Snapshot, changes: Iterable[Change]) -> Snapshot:
    """A record as it would be after some changes.

    Parameters
    ----------
    before : Snapshot
        A record.
    changes : iterable of Change
        What is different after it.
    """
    values = dict(before.values)
    for change in changes:
        values.pop(change.place, None)
        if change.after is not INHERIT:
            values[change.place] = change.after
    return Snapshot(values)


def changes_of(writes: Iterable[Write]) -> tuple[Change, ...]:
    """What some writes have changed in the end, at each place once."""
    changes: dict[Place, Change] = {}
    for network, target, option, before, after in writes:
        if isinstance(target, nengo.Network):  # nothing reads these, and no record has them
            continue
        place = Place(network, target, option)
        first = changes.get(place)
        changes[place] = Change(place, before if first is None else first.before, after)
    return tuple(change for change in changes.values() if not _equal(change.before, change.after))


def difference(before: Snapshot, after: Snapshot) -> tuple[Change, ...]:
    """What is different in two records.

    Parameters
    ----------
    before, after : Snapshot
        Records of the same network.
    """
    places = dict.fromkeys((*before.values, *after.values))
    pairs = (
        Change(place, before.values.get(place, INHERIT), after.values.get(place, INHERIT))
        for place in places
    )
    return tuple(change for change in pairs if not _equal(change.before, change.after))


def _equal(one: Any, other: Any) -> bool:
    """Whether two settings are the same; 1 is not True."""
    return type(one) is type(other) and one == other


def write(changes: Iterable[tuple[Place, Any]]) -> None:
    """Write single settings into the configs of their networks.

    Parameters
    ----------
    changes : iterable of (Place, object)
        What to set, and to what; `INHERIT` removes a setting.

    Raises
    ------
    ValidationError
        If a value is not accepted where it belongs. Nothing has changed then.
    """
    done: list[tuple[Place, Any]] = []
    try:
        for place, value in changes:
            before = current(place)
            _write_one(place, value)
            done.append((place, before))
    except Exception:
        for place, before in reversed(done):
            _write_one(place, before)
        raise


def current(place: Place) -> Any:
    """What is set at a place now; `INHERIT` for nothing."""
    return value_at(*place)


def _write_one(place: Place, value: Any) -> None:
    if place.target is nengo.Network:
        set_global(place.network, place.option, None if value is INHERIT else value)
    else:
        set_rule(*place, value)


def restore(net: nengo.Network, snapshot: Snapshot) -> tuple[Change, ...]:
    """Go back to a record; settings that are the same are not touched.

    Parameters
    ----------
    net : Network
        The outermost network.
    snapshot : Snapshot
        A record of it.

    Returns
    -------
    changes : tuple of Change
        What has been changed.

    Raises
    ------
    ValidationError
        If a setting cannot be made. Nothing has changed then.
    """
    changes = difference(take_snapshot(net), snapshot)
    write((change.place, change.after) for change in changes)
    return changes
