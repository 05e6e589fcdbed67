"""Changing single settings, and noticing that somebody else has changed one."""

from __future__ import annotations

from collections.abc import Hashable
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple

import nengo
from nengo.ensemble import Neurons
from nengo.exceptions import ValidationError

from nengo_explorer.settings.catalogue import OPTIONS
from nengo_explorer.settings.configure import ensure_configurable
from nengo_explorer.settings.storage import (
    CLASSES_BY_SCOPE,
    UNSET,
    class_value,
    create,
    has_option,
    instance_value,
    instances,
    networks,
)
from nengo_explorer.settings.validate import canonical, validate

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Inherit:
    """The type of `INHERIT`."""

    def __repr__(self) -> str:
        return "INHERIT"


#: In place of a value: no setting here, so that the next rule decides.
INHERIT = _Inherit()


class Write(NamedTuple):
    """A setting that was written; `INHERIT` stands for none."""

    network: nengo.Network
    target: Any
    option: str
    before: Any
    after: Any


_noted: ContextVar[tuple[list[Write], ...]] = ContextVar("noted", default=())


@contextmanager
def noted_writes() -> Iterator[list[Write]]:
    """Note which settings this thread writes meanwhile, and not what other threads do.

    Yields
    ------
    list of Write
        Grows with each setting that is written by functions of this package.
    """
    writes: list[Write] = []
    token = _noted.set((*_noted.get(), writes))
    try:
        yield writes
    finally:
        _noted.reset(token)


@contextmanager
def noting(network: nengo.Network, target: Any, option: str, value: Any) -> Iterator[None]:
    """Let those who note what this thread writes know of one setting that is written.

    Parameters
    ----------
    network, target, option
        Where it is stored.
    value : object
        What is written; `INHERIT` if a setting is removed. It is not read back, because another
        thread may have written something else by then.
    """
    listeners = _noted.get()
    if not listeners:
        yield
        return
    before = value_at(network, target, option)
    yield
    # For classes, None is the same as no setting.
    after = INHERIT if value is None and isinstance(target, type) else canonical(value)
    for writes in listeners:
        writes.append(Write(network, target, option, before, after))


def value_at(network: nengo.Network, target: Any, option: str) -> Any:
    """What is set at a place; `INHERIT` for nothing. As `rule_of`, also for global options."""
    if target is not nengo.Network:
        return rule_of(network, target, option)
    value = class_value(network.config, nengo.Network, option)
    return INHERIT if value is UNSET or value is None else canonical(value)


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
    if target not in network.config.params:  # it follows its base class
        return INHERIT
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
    _check_target(network, target, option)
    if value is INHERIT:
        with noting(network, target, option, INHERIT):
            _remove_rule(network, target, option)
        return
    checked = validate(option, value)
    with noting(network, target, option, checked):
        ensure_configurable(network, target, option)
        setattr(network.config[target], option, checked)


def _check_target(network: nengo.Network, target: Any, option: str) -> None:
    """Refuse targets that cannot have a rule of their own."""
    cls = target if isinstance(target, type) else type(target)
    scope = OPTIONS[option].scope if option in OPTIONS else "network"
    if scope == "network" or not issubclass(cls, CLASSES_BY_SCOPE[scope]):
        raise ValidationError(f"{option!r} cannot be set for {target}.", attr="option")
    if cls is target and cls not in (*CLASSES_BY_SCOPE[scope], *network.config.params):
        raise ValidationError(
            f"{cls.__name__} has no rules of its own on {network}; it follows those of its base "
            f"class. Call net.config.configures({cls.__name__}) first.",
            attr="target",
        )


def _remove_rule(network: nengo.Network, target: Any, option: str) -> None:
    """Remove a rule, if there is one."""
    if isinstance(target, type):
        entry = network.config.params.get(target)
        if has_option(entry, option):
            # A class setting may be the parameter's own default, which cannot be deleted.
            setattr(entry, option, None)
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
    with noting(net, nengo.Network, option, checked):
        setattr(net.config[nengo.Network], option, checked)


def fingerprint(net: nengo.Network) -> Hashable:
    """Something that is different whenever any setting of a network is different.

    It is made to be compared with an earlier one. Its cost grows with the number of settings and
    networks, not of objects.

    Parameters
    ----------
    net : Network
        Top-level network.
    """
    return tuple(part for network in networks(net) for part in _parts(network))


def _parts(network: nengo.Network) -> Iterator[Hashable]:
    """All settings in one network's config, as things that can be compared."""
    entries = network.config.params
    classes = [key for key in entries if isinstance(key, type)]
    for name, option in OPTIONS.items():
        for cls in classes:
            if issubclass(cls, CLASSES_BY_SCOPE[option.scope]):
                # Also where it is unset: an entry of a subclass hides that of its base class.
                value = class_value(network.config, cls, name)
                yield network, cls, name, _hashable(canonical(value))
        if option.scope != "network" and len(entries) > len(classes):
            for obj, value in instances(network.config, name):
                yield network, obj, name, value


def _hashable(value: Any) -> Hashable:
    """A setting as something that can be compared.

    The function itself and not its identity, which a later function might get.
    """
    if isinstance(value, tuple):
        return tuple(_hashable(entry) for entry in value)
    return value if isinstance(value, Hashable) else id(value)
