"""The settings of a network as Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import nengo

from nengo_explorer.settings.catalogue import OPTIONS
from nengo_explorer.settings.paths import Paths
from nengo_explorer.settings.snapshot import Place, Snapshot
from nengo_explorer.settings.storage import (
    CLASSES_BY_SCOPE,
    TRAINABLE_CLASSES,
    entry_class,
    networks,
)
from nengo_explorer.settings.words import CLASS_CODE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

#: So many objects with the same setting are written as a loop.
_LOOP: Final = 3
#: Longest line.
_WIDTH: Final = 88
_NOTHING: Final = Snapshot()


def settings_code(
    net: nengo.Network,
    snapshot: Snapshot,
    *,
    code_of: Callable[[Any], str] | None = None,
    start: Snapshot = _NOTHING,
) -> str:
    """The smallest Python that gives the settings of a record on a fresh copy of the network.

    Options are set as a whole first, then for classes, then for objects, so that no line undoes
    another one. Settings that nothing reads are left out, and so are those that are the default.

    Parameters
    ----------
    net : Network
        The outermost network.
    snapshot : Snapshot
        A record of its settings.
    code_of : callable, optional
        Gives the Python expression of an object of the network; by default ``net`` and its lists.
    start : Snapshot, optional
        What the fresh copy may have set already, by the code that makes it. By default nothing.

    Returns
    -------
    code : str
        Lines of Python, or a comment if there is nothing to set.
    """
    writer = _Writer(net, snapshot, start, code_of or _by_path(net))
    for network in networks(net):
        writer.add_whole(network)
    for network in networks(net):
        writer.add_classes(network)
        writer.add_objects(network)
    return writer.text()


def _by_path(net: nengo.Network) -> Callable[[Any], str]:
    paths = Paths(net)

    def code_of(obj: Any) -> str:
        path = paths.of(obj)
        return f"net.{path}" if path else "net"

    return code_of


class _Writer:
    """Collects the lines, and what they need to be imported.

    Parameters
    ----------
    net, snapshot, start, code_of
        As for `settings_code`.
    """

    def __init__(
        self,
        net: nengo.Network,
        snapshot: Snapshot,
        start: Snapshot,
        code_of: Callable[[Any], str],
    ) -> None:
        self._net, self._code_of = net, code_of
        self._paths = Paths(net)
        self._values = {p: v for p, v in snapshot.values.items() if self._is_read(p)}
        self._start = [p for p in start.values if self._is_read(p)]
        # The fresh copy has its classes of its own in its configs already, and settings of ours
        # are made for the base classes only.
        self._bases = dict.fromkeys(networks(net), _NOTHING_SET)
        self._imports: dict[str, None] = {}
        self._lines: list[str] = []

    def _is_read(self, place: Place) -> bool:
        """Whether anything reads a setting where it is."""
        network, target, option = place
        if OPTIONS[option].scope != "objects" and network is not self._net:
            return False
        where = self._paths.of(network)
        if where is None:
            return False
        if isinstance(target, type):
            return True
        path = self._paths.of(target)
        return path is not None and path.startswith(f"{where}." if where else "")

    def text(self) -> str:
        """All lines, what they import first."""
        if not self._lines:
            return "# Nothing is set: everything has its default."
        imports = sorted(
            self._imports, key=lambda line: (line[0] == "#", line.startswith("from"), line)
        )
        return "\n".join((*imports, "", *self._lines)) if imports else "\n".join(self._lines)

    # ---- options as a whole ---------------------------------------------------------------------

    def add_whole(self, network: nengo.Network) -> None:
        """The call of `configure_settings` for one network."""
        arguments: list[str] = []
        if network is self._net:
            arguments += self._global_arguments()
        if self._mentions(network, "trainable"):
            base = self._cheapest_base(network)
            self._bases[network] = base
            arguments.append(f"trainable={base}")
        if network is self._net and self._mentions(network, "keep_history"):
            value = self._values.get(Place(network, nengo.Probe, "keep_history"))
            arguments.append(f"keep_history={False if value is False else None}")
        if not arguments:
            return
        self._imports["import nengo_explorer"] = None
        self._lines.append(f"with {self._code_of(network)}:")
        self._lines += _call("    nengo_explorer.configure_settings", arguments)

    def _global_arguments(self) -> Iterator[str]:
        for name, option in OPTIONS.items():
            place = Place(self._net, nengo.Network, name)
            value = self._values.get(place)
            if value == option.default and place not in self._start:
                value = None
            if value is not None:
                yield f"{name}={self._value_code(name, value)}"
            elif place in self._start:
                yield f"{name}=None"

    def _mentions(self, network: nengo.Network, option: str) -> bool:
        """Whether an option of objects has to be set for a network."""
        own = [place for place in self._values if self._concerns(place, network, option)]
        if any(self._differs(place) for place in own):
            return True
        return any(self._concerns(place, network, option) for place in self._start)

    def _differs(self, place: Place) -> bool:
        """Whether a setting says anything that is not so by default."""
        of_probes = place.target is nengo.Probe and place.option == "keep_history"
        return not of_probes or self._values[place] is not True

    @staticmethod
    def _concerns(place: Place, network: nengo.Network, option: str) -> bool:
        return place.network is network and place.option == option

    def _class_values(self, network: nengo.Network) -> list[Any]:
        """What each class with parameters is set to; None for nothing."""
        places = [Place(network, cls, "trainable") for cls in TRAINABLE_CLASSES]
        return [self._values.get(place) for place in places]

    def _cheapest_base(self, network: nengo.Network) -> bool | None:
        """The value for all classes that leaves the fewest of them to be set one by one."""
        values = self._class_values(network)
        return max((None, True, False), key=values.count)

    # ---- classes and objects --------------------------------------------------------------------

    def add_classes(self, network: nengo.Network) -> None:
        """Lines for classes that have another value than all of them."""
        base = self._bases[network]
        if base is not _NOTHING_SET:
            for cls, value in zip(TRAINABLE_CLASSES, self._class_values(network), strict=True):
                if value is not base:
                    self._imports["import nengo"] = None
                    self._lines.append(self._assignment(network, CLASS_CODE[cls], value))
        for place in dict.fromkeys((*self._values, *self._start)):
            if place.network is network and self._is_somebodys_class(place.target):
                self._add_own_class(place)

    def _is_somebodys_class(self, target: Any) -> bool:
        return isinstance(target, type) and target not in {*CLASS_CODE, nengo.Network}

    def _add_own_class(self, place: Place) -> None:
        """A class that has an entry of its own in the config, made by the model's code."""
        cls = place.target
        code = self._name_code(cls)
        self._imports["import nengo_explorer"] = None
        self._lines.append(
            f"nengo_explorer.settings.set_rule({self._code_of(place.network)}, {code}, "
            f'"{place.option}", {self._values.get(place)})'
        )

    def add_objects(self, network: nengo.Network) -> None:
        """Lines for single objects; a loop where many have the same value."""
        groups: dict[tuple[str, Any], list[Any]] = {}
        for place, value in self._values.items():
            if place.network is not network or isinstance(place.target, type):
                continue
            if self._has_own_entry(place):
                self._add_unusual(place, value)
            else:
                groups.setdefault((place.option, value), []).append(place.target)
        for (option, value), targets in groups.items():
            self._add_group(network, option, value, targets)

    def _has_own_entry(self, place: Place) -> bool:
        """Whether an object follows a class that has an entry of its own in the config."""
        owner = entry_class(place.network.config, type(place.target))
        return owner not in {*CLASSES_BY_SCOPE[OPTIONS[place.option].scope], None}

    def _add_unusual(self, place: Place, value: Any) -> None:
        """An object whose class has an entry of its own, where our option may not exist yet."""
        self._imports["import nengo_explorer"] = None
        network, target = self._code_of(place.network), self._code_of(place.target)
        self._lines.append(
            f'nengo_explorer.settings.set_rule({network}, {target}, "{place.option}", {value})'
        )

    def _add_group(
        self, network: nengo.Network, option: str, value: Any, targets: Sequence[Any]
    ) -> None:
        codes = [self._code_of(target) for target in targets]
        if len(codes) < _LOOP:
            self._lines += [self._assignment(network, code, value, option) for code in codes]
            return
        self._lines += _wrapped("for obj in (", codes, "):")
        self._lines.append(f"    {self._assignment(network, 'obj', value, option)}")

    def _assignment(
        self, network: nengo.Network, target: str, value: Any, option: str = "trainable"
    ) -> str:
        return f"{self._code_of(network)}.config[{target}].{option} = {value}"

    # ---- values ---------------------------------------------------------------------------------

    def _value_code(self, name: str, value: Any) -> str:
        """A value of a global option as an expression."""
        if isinstance(value, tuple):
            return f"[{', '.join(self._value_code(name, entry) for entry in value)}]"
        if callable(value):
            return self._name_code(value)
        return f'"{value}"' if isinstance(value, str) else repr(value)

    def _name_code(self, named: Any) -> str:
        """A function or class of somebody's own, by the name that imports it."""
        name = getattr(named, "__qualname__", "")
        module = getattr(named, "__module__", None) or "__main__"
        if not all(part.isidentifier() for part in name.split(".")):
            # A lambda, or something made inside of a function: only its maker knows how to get it.
            own = getattr(named, "__name__", type(named).__name__).strip("<>") + "_of_your_own"
            self._imports[f"# {own} stands for {_shown(named)}, which has no name to import."] = (
                None
            )
            return own
        first = name.split(".")[0]
        if module != "__main__":
            self._imports[f"from {module} import {first}"] = None
        return name


def _shown(named: Any) -> str:
    """Something as one line of a comment."""
    name = getattr(named, "__qualname__", "") or type(named).__qualname__
    return " ".join(name.split())


class _NothingSet:
    """The type of `_NOTHING_SET`."""


#: No call for a network.
_NOTHING_SET: Any = _NothingSet()


def _call(function: str, arguments: Sequence[str]) -> list[str]:
    return _wrapped(f"{function}(", arguments, ")")


def _wrapped(opening: str, parts: Iterable[str], closing: str) -> list[str]:
    """Parts on one line, or each on its own if that would be too long."""
    parts = list(parts)
    line = f"{opening}{', '.join(parts)}{closing}"
    if len(line) <= _WIDTH:
        return [line]
    indent = " " * (len(opening) - len(opening.lstrip()) + 4)
    last = " " * (len(opening) - len(opening.lstrip())) + closing
    return [opening, *(f"{indent}{part}," for part in parts), last]
