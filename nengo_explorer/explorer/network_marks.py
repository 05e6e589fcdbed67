"""Marks of a network, which are different when somebody has edited it."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

import nengo
from nengo.params import is_param

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

_LISTS: Final = {
    "nodes": nengo.Node,
    "ensembles": nengo.Ensemble,
    "connections": nengo.Connection,
    "probes": nengo.Probe,
}


def structure_mark(net: nengo.Network) -> Hashable:
    """Something that is different when objects were added, removed or moved."""
    members = (getattr(net, name) for name in _LISTS)
    return (
        id(net),
        tuple(tuple(map(id, objects)) for objects in members),
        tuple(structure_mark(sub) for sub in net.networks),
    )


def attribute_mark(net: nengo.Network) -> Hashable:
    """Something that is different when an attribute of an object has another value.

    A value that was changed in place, such as an array, is not noticed.
    """
    return (
        net.label,
        tuple(
            tuple(tuple(map(id, values(obj))) for obj in getattr(net, name))
            for name, values in _ATTRIBUTES.items()
        ),
        tuple(attribute_mark(sub) for sub in net.networks),
    )


def _editable(cls: type) -> Callable[[Any], tuple[Any, ...]]:
    """Getter of all attributes of a class that can be set after an object was made."""
    found = ((name, getattr(cls, name)) for name in dir(cls))
    return attrgetter(*(name for name, value in found if is_param(value) and not value.readonly))


_ATTRIBUTES: Final = {name: _editable(cls) for name, cls in _LISTS.items()}
