"""Settings of single objects that a later call of `configure_settings` has dropped.

A record beside the config, so that a tool can say what was lost and give it back. It decides
nothing: no setting is ever read from here.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from nengo_explorer.settings.storage import UNSET, class_value, instance_value, networks

if TYPE_CHECKING:
    from collections.abc import Iterable

    import nengo

    #: For each network, the settings that it had: (object, option) -> value.
    Records = WeakKeyDictionary[nengo.Network, dict[tuple[Any, str], bool]]


@dataclass(frozen=True)
class DiscardedSetting:
    """A setting of one object that is gone.

    Attributes
    ----------
    network : Network
        The network whose config held it.
    target : object
        What it was set for.
    option : str
        "trainable" or "keep_history".
    value : bool
        What it said.
    """

    network: nengo.Network
    target: Any
    option: str
    value: bool


_records: Records = WeakKeyDictionary()
_lock = threading.Lock()


def note_discarded(
    network: nengo.Network, option: str, settings: Iterable[tuple[Any, bool | None]]
) -> None:
    """Remember settings that are about to be dropped; those without an opinion are no loss."""
    with _lock:
        record = _records.setdefault(network, {})
        record.update({(obj, option): value for obj, value in settings if value is not None})


def discarded_settings(net: nengo.Network) -> list[DiscardedSetting]:
    """Settings that were dropped and not made again since, where that makes a difference.

    Parameters
    ----------
    net : Network
        The outermost network.
    """
    found = []
    for network in networks(net):
        with _lock:
            record = dict(_records.get(network, {}))
        for (obj, option), value in record.items():
            again = instance_value(network.config, obj, option) is not UNSET
            if not again and class_value(network.config, type(obj), option) is not value:
                found.append(DiscardedSetting(network, obj, option, value))
    return found


def forget_discarded(net: nengo.Network) -> None:
    """Forget what was dropped in a network and all networks below it: it was meant."""
    with _lock:
        for network in networks(net):
            _records.pop(network, None)
