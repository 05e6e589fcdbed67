"""Changing single settings, and noticing that somebody else has changed one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
from nengo.ensemble import Neurons
from nengo.exceptions import ValidationError

from nengo_explorer.settings.catalogue import OPTIONS
from nengo_explorer.settings.configure import ensure_configurable
from nengo_explorer.settings.storage import (
    CLASSES_BY_SCOPE,
    UNSET,
    class_entry,
    class_value,
    create,
    has_option,
    instance_value,
    instances,
    networks,
)
from nengo_explorer.settings.validate import validate

if TYPE_CHECKING:
    from collections.abc import Hashable


class _Inherit:
    """The type of `INHERIT`."""

    def __repr__(self) -> str:
        return "INHERIT"


#: In place of a value: no setting here, so that the next rule decides.
INHERIT = _Inherit()


def home_network(net: nengo.Network, obj: Any) -> nengo.Network:
    """The network in whose block an object was made.

    Raises
    ------
    ValidationError
        If the object is in none of the networks.
    """
    owner = obj.ensemble if isinstance(obj, Neurons) else obj
    for network in networks(net):
        for members in (network.ensembles, network.connections, network.probes):
            if any(member is owner for member in members):
                return network
    raise ValidationError(f"{obj} is not in {net} or a network below it.", attr="obj")


def rule_of(network: nengo.Network, target: Any, option: str) -> Any:
    """What a network's config says of an object or a class itself; `INHERIT` for nothing.

    Parameters
    ----------
    network : Network
        The network whose config is looked at.
    target : object or class
        Ensemble, Neurons, Connection, Probe, or one of these classes.
    option : str
        "trainable" or "keep_history".
    """
    if not isinstance(target, type):
        value = instance_value(network.config, target, option)
        return INHERIT if value is UNSET else value
    value = class_value(network.config, target, option)
    return INHERIT if value is UNSET or value is None else value


def set_rule(network: nengo.Network, target: Any, option: str, value: Any) -> None:
    """Set or remove a rule for an object or a class in a network's config.

    Nothing else is lost by that, also if the option was never configured before.

    Parameters
    ----------
    network : Network
        The network whose config is written; for ``keep_history`` the top-level network.
    target : object or class
        Ensemble, Neurons, Connection, Probe, or one of these classes.
    option : str
        "trainable" or "keep_history".
    value : bool or None or INHERIT
        `INHERIT` removes the rule.

    Raises
    ------
    ValidationError
        If the option does not exist for the target, or the value is not accepted.
    """
    cls = target if isinstance(target, type) else type(target)
    allowed = CLASSES_BY_SCOPE[OPTIONS[option].scope] if option in OPTIONS else ()
    if not issubclass(cls, allowed):
        raise ValidationError(f"{option!r} cannot be set for {target}.", attr="option")
    if value is INHERIT:
        _remove_rule(network, target, option)
        return
    checked = validate(option, value)
    ensure_configurable(network, target, option)
    setattr(network.config[target], option, checked)


def _remove_rule(network: nengo.Network, target: Any, option: str) -> None:
    """Remove a rule, if there is one."""
    if isinstance(target, type):
        entry = class_entry(network.config, target)
        if entry is not None and has_option(entry, option):
            # A class setting may be the parameter's own default, which cannot be deleted.
            setattr(entry, option, OPTIONS[option].default)
    elif instance_value(network.config, target, option) is not UNSET:
        delattr(network.config[target], option)


def set_global(net: nengo.Network, option: str, value: Any) -> None:
    """Set one of the options that are stored once, on the top-level network.

    Parameters
    ----------
    net : Network
        Top-level network.
    option : str
        Name of the option.
    value : object
        None for the default.

    Raises
    ------
    ValidationError
        If there is no such option, or the value is not accepted.
    """
    if option not in OPTIONS or OPTIONS[option].scope != "network":
        names = [name for name, entry in OPTIONS.items() if entry.scope == "network"]
        raise ValidationError(
            f"there is no global option {option!r}. Options are: {', '.join(names)}.", attr="option"
        )
    checked = validate(option, value)
    if not has_option(net.config.params.get(nengo.Network), option):
        create(net.config, nengo.Network, option, None)
    setattr(net.config[nengo.Network], option, checked)


def fingerprint(net: nengo.Network) -> Hashable:
    """Something that is different whenever any setting of a network is different.

    Its cost grows with the number of settings and networks, not of objects.

    Parameters
    ----------
    net : Network
        Top-level network.
    """
    parts: list[Hashable] = []
    for network in networks(net):
        for name, option in OPTIONS.items():
            for cls in CLASSES_BY_SCOPE[option.scope]:
                for key in [c for c in network.config.params if isinstance(c, type) and issubclass(c, cls)]:
                    value = class_value(network.config, key, name)
                    if value is not UNSET:
                        parts.append((id(network), key, name, _hashable(value)))
            if option.scope != "network":
                parts += [
                    (id(network), id(getattr(obj, "ensemble", obj)), type(obj), name, value)
                    for obj, value in instances(network.config, name)
                ]
    return tuple(parts)


def _hashable(value: Any) -> Hashable:
    """A setting as something that can be compared; functions by identity."""
    if isinstance(value, tuple):
        return tuple(_hashable(entry) for entry in value)
    return value if isinstance(value, str | bool | float | None) else id(value)
