"""Settings as plain data that can be written to a file as JSON, and read for a fresh copy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import nengo
from nengo.ensemble import Neurons
from nengo.exceptions import ValidationError

from nengo_explorer.settings.catalogue import OPTIONS
from nengo_explorer.settings.paths import Paths
from nengo_explorer.settings.snapshot import Place, Snapshot, current
from nengo_explorer.settings.storage import CLASSES_BY_SCOPE
from nengo_explorer.settings.validate import canonical, validate

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT: Final = "nengo_explorer settings"
VERSION: Final = 1
#: Classes by the name under which they are saved; others are saved as ``module:name``.
_CLASSES: Final = {
    "Network": nengo.Network,
    "Ensemble": nengo.Ensemble,
    "Neurons": Neurons,
    "Connection": nengo.Connection,
    "Probe": nengo.Probe,
}
_NAMES: Final = {cls: name for name, cls in _CLASSES.items()}
_FIELDS: Final = ("network", "target", "option", "value")
#: Problems that an error message names.
_MOST_PROBLEMS: Final = 20


def to_dict(net: nengo.Network, snapshot: Snapshot) -> dict[str, Any]:
    """Settings as dictionaries, lists, texts, numbers and truth values.

    Settings of objects that are not in the network are left out, because nothing reads them.

    Parameters
    ----------
    net : Network
        The outermost network.
    snapshot : Snapshot
        A record of its settings.
    """
    paths = Paths(net)
    saved = []
    for (network, target, option), value in snapshot.values.items():
        is_class = isinstance(target, type)
        where, what = paths.of(network), _class_name(target) if is_class else paths.of(target)
        if where is None or what is None:
            continue
        entry = {"network": where, "target": what, "option": option, "value": _plain(value)}
        if not is_class:
            entry["identity"] = paths.identity(target)
        saved.append(entry)
    return {"format": FORMAT, "version": VERSION, "settings": saved}


def to_json(net: nengo.Network, snapshot: Snapshot) -> str:
    """Settings as the text of a JSON file; see `to_dict`."""
    return json.dumps(to_dict(net, snapshot), indent=1, allow_nan=False) + "\n"


def _class_name(cls: type) -> str:
    return _NAMES.get(cls, f"{cls.__module__}:{cls.__qualname__}")


def _plain(value: Any) -> Any:
    """A setting without Python objects. A function of somebody's own is saved by its name alone."""
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    return {"function": _function_name(value)} if callable(value) else value


def _function_name(function: Any) -> str:
    name = getattr(function, "__qualname__", type(function).__qualname__)
    return f"{getattr(function, '__module__', '')}:{name}"


def from_json(net: nengo.Network, text: str | bytes) -> Snapshot:
    """Settings from the text of a JSON file; see `from_dict`.

    Raises
    ------
    ValidationError
        If it is no JSON, or does not fit.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValidationError(f"this is no JSON: {error}", attr="settings") from error
    return from_dict(net, data)


def from_dict(net: nengo.Network, data: Any) -> Snapshot:
    """Settings that were saved, for a copy of the network that they were saved from.

    Nothing is set by that; see `nengo_explorer.settings.restore`.

    Parameters
    ----------
    net : Network
        The outermost network.
    data : dict
        From `to_dict`.

    Raises
    ------
    ValidationError
        If something does not fit this network; the message names all that does not.
    """
    paths = Paths(net)
    values: dict[Place, Any] = {}
    problems = []
    for index, entry in enumerate(_entries(data)):
        try:
            place = _place(entry, paths)
            value = _value(entry, place)
        except _MisfitError as misfit:
            problems.append(f"setting {index}: {misfit}")
            continue
        if place in values:
            problems.append(f"setting {index}: {_said(entry)} is set twice")
        values[place] = value
    if problems:
        shown = problems[:_MOST_PROBLEMS]
        if len(problems) > len(shown):
            shown.append(f"and {len(problems) - len(shown)} more")
        raise ValidationError(
            f"these settings do not fit {net}, and none was taken over: {'; '.join(shown)}.",
            attr="settings",
        )
    return Snapshot(values)


class _MisfitError(Exception):
    """One saved setting does not fit."""


def _entries(data: Any) -> list[Any]:
    """The saved settings, of a format that we know."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValidationError(
            f'these are no saved settings: "format" has to be {FORMAT!r}.', attr="settings"
        )
    if data.get("version") != VERSION or isinstance(data["version"], bool):
        raise ValidationError(
            f"saved settings of version {data.get('version')!r} cannot be read; this release of "
            f"nengo_explorer reads version {VERSION}.",
            attr="settings",
        )
    entries = data.get("settings")
    if not isinstance(entries, list):
        raise ValidationError('"settings" has to be a list.', attr="settings")
    return entries


def _said(entry: Mapping[str, Any]) -> str:
    """A saved setting in words."""
    where = f" on {entry['network']}" if entry["network"] else ""
    return f"{entry['option']} of {entry['target']}{where}"


def _place(entry: Any, paths: Paths) -> Place:
    """Where a saved setting belongs."""
    if not isinstance(entry, dict) or any(name not in entry for name in _FIELDS):
        raise _MisfitError(f"needs {', '.join(_FIELDS)}")
    if not all(isinstance(entry[name], str) for name in _FIELDS[:3]):
        raise _MisfitError(f"{', '.join(_FIELDS[:3])} have to be texts")
    if entry["option"] not in OPTIONS:
        raise _MisfitError(f"there is no option {entry['option']!r}")
    network = paths.find(entry["network"])
    if not isinstance(network, nengo.Network):
        raise _MisfitError(f"there is no network {entry['network']}")
    target = _target(entry, network, paths)
    scope = OPTIONS[entry["option"]].scope
    cls = target if isinstance(target, type) else type(target)
    wants_class = scope == "network"
    if not issubclass(cls, CLASSES_BY_SCOPE[scope]) or (wants_class and target is not cls):
        raise _MisfitError(f"{entry['option']} cannot be set for {entry['target']}")
    return Place(network, target, entry["option"])


def _target(entry: Mapping[str, Any], network: nengo.Network, paths: Paths) -> Any:
    """The object or class that a setting is for."""
    name = entry["target"]
    if name in _CLASSES:
        return _CLASSES[name]
    if ":" in name:
        # A class of somebody's own has to be known to this network; nothing is imported.
        known = [key for key in network.config.params if isinstance(key, type)]
        cls = next((cls for cls in known if _class_name(cls) == name), None)
        if cls is None:
            raise _MisfitError(f"the class {name} is not configured on this network")
        return cls
    target = paths.find(name)
    if target is None:
        raise _MisfitError(f"there is no {name}")
    identity = paths.identity(target)
    if "identity" in entry and entry["identity"] != identity:
        raise _MisfitError(f"{name} was {entry['identity']!r} and is {identity!r} here")
    return target


def _value(entry: Mapping[str, Any], place: Place) -> Any:
    """A saved value, checked."""
    value = _restored(entry["value"], place)
    if value is None and isinstance(place.target, type):
        raise _MisfitError(f"{_said(entry)} cannot be None")
    try:
        return canonical(validate(place.option, value))
    except ValidationError as error:
        raise _MisfitError(str(error)) from error


def _restored(value: Any, place: Place) -> Any:
    """A value with functions of somebody's own in place of their names.

    A file cannot hold them, and nothing is imported for a file. They are taken from what is set
    now.
    """
    if isinstance(value, list):
        return tuple(_restored(entry, place) for entry in value)
    if not isinstance(value, dict):
        return value
    now = current(place)
    functions = now if isinstance(now, tuple) else (now,)
    for function in functions:
        if callable(function) and value == {"function": _function_name(function)}:
            return function
    raise _MisfitError(
        f"{place.option} was the function {value.get('function')!r}, which a file cannot hold; set "
        "it in code first"
    )
