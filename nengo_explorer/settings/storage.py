"""Reading and writing settings in Nengo's own ``Network.config``.

This is the only place that knows how a setting is stored; there is no other copy of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import nengo
from nengo.config import ClassParams, Config, InstanceParams
from nengo.ensemble import Neurons
from nengo.params import Parameter

from nengo_explorer.settings.validate import validate

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Classes whose objects have trainable parameters.
TRAINABLE_CLASSES: Final = (nengo.Ensemble, Neurons, nengo.Connection)

#: Where each scope of the catalogue is stored.
CLASSES_BY_SCOPE: Final = {
    "network": (nengo.Network,),
    "objects": TRAINABLE_CLASSES,
    "probes": (nengo.Probe,),
}


class _Unset:
    """The type of `UNSET`."""

    def __repr__(self) -> str:
        return "UNSET"


#: Says that there is no setting at all (None is a setting of its own).
UNSET: Final = _Unset()


class SettingParameter(Parameter):
    """A Nengo parameter that holds one of our options and refuses what it does not accept."""

    coerce_defaults = True

    def __init__(self, name: str, default: Any = None) -> None:
        super().__init__(name, default=validate(name, default), optional=True, readonly=False)

    def coerce(self, instance: Any, value: Any) -> Any:
        """Check a value that is assigned through ``net.config[...]``."""
        return super().coerce(instance, validate(self.name, value))


def create(config: Config, cls: type, name: str, value: Any) -> None:
    """Make an option configurable for a class, with a value; instance settings are dropped."""
    if cls not in config.params:
        config.configures(cls)
    config[cls].set_param(name, SettingParameter(name, value))


def entry_class(config: Config, cls: type) -> type | None:
    """The class whose entry in a config governs a class: itself, or its nearest base class."""
    return next((base for base in cls.__mro__ if base in config.params), None)


def class_entry(config: Config, cls: type) -> ClassParams | None:
    """What a config holds for a class: its own entry, or that of its nearest base class."""
    return config.params.get(entry_class(config, cls))


def has_option(entry: ClassParams | None, name: str) -> bool:
    """Whether an option exists for a class."""
    return entry is not None and name in entry.extra_params


def class_value(config: Config, cls: type, name: str) -> Any:
    """Setting of a class in a config; `UNSET` if the option does not exist there."""
    entry = class_entry(config, cls)
    if not has_option(entry, name) or entry is None:
        return UNSET
    return validate(name, entry.get_param(name).get_default(entry))


def instance_value(config: Config, obj: Any, name: str) -> Any:
    """Setting of one object in a config; `UNSET` if there is none."""
    entry = config.params.get(obj)
    if not isinstance(entry, InstanceParams):
        return UNSET
    try:
        if name not in entry:
            return UNSET
    except AttributeError:  # the option does not exist for its class
        return UNSET
    return validate(name, getattr(entry, name))


def instances(config: Config, name: str) -> Iterator[tuple[Any, Any]]:
    """All objects that have a setting of their own in a config, with it."""
    for obj, entry in list(config.params.items()):
        if isinstance(entry, InstanceParams):
            value = instance_value(config, obj, name)
            if value is not UNSET:
                yield obj, value


def configured_objects(net: nengo.Network) -> list[Any]:
    """Objects that may have a setting of their own, on a network or one below it."""
    entries = (list(network.config.params) for network in networks(net))
    return [entry for found in entries for entry in found if not isinstance(entry, type)]


def networks(net: nengo.Network) -> list[nengo.Network]:
    """A network and all networks below it, outer ones first."""
    found = [net]
    for sub in net.networks:
        found.extend(networks(sub))
    return found
