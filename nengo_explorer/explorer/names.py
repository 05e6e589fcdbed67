"""Names of a network's objects, for people and in code."""

from __future__ import annotations

import keyword
from typing import TYPE_CHECKING, Any

import nengo
from nengo.base import ObjView
from nengo.connection import LearningRule
from nengo.ensemble import Neurons

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LISTS = {
    nengo.Network: "networks",
    nengo.Ensemble: "ensembles",
    nengo.Node: "nodes",
    nengo.Connection: "connections",
    nengo.Probe: "probes",
}
_KINDS = {
    nengo.Network: "network",
    nengo.Ensemble: "ensemble",
    nengo.Node: "node",
    nengo.Connection: "connection",
    nengo.Probe: "probe",
}
_NAMED = (nengo.Network, nengo.Ensemble, nengo.Node, nengo.Connection, nengo.Probe)


#: Variables of IPython that hold what cells have returned.
_NOT_OURS = ("In", "Out")


def variable_names(namespace: Mapping[str, Any]) -> dict[int, str]:
    """Names of variables that hold Nengo objects, by the object's id.

    An object in a list, tuple or dict is named after its place, such as ``layers[2]``, unless a
    variable of its own holds it.

    Parameters
    ----------
    namespace : dict of str to object
        Such as ``globals()``. Names that begin with an underscore do not count.
    """
    variables = {name: value for name, value in list(namespace.items()) if _is_variable(name)}
    names = {id(value): name for name, value in variables.items() if isinstance(value, _NAMED)}
    for name, value in variables.items():
        for place, member in _members(value):
            names.setdefault(id(member), f"{name}[{place!r}]")
    return names


def _is_variable(name: str) -> bool:
    is_own = not name.startswith("_") and name not in _NOT_OURS
    return is_own and name.isidentifier() and not keyword.iskeyword(name)


def _members(container: Any) -> Iterator[tuple[Any, Any]]:
    """Nengo objects in a container with their places."""
    pairs: Iterator[tuple[Any, Any]]
    if type(container) in {list, tuple}:
        pairs = enumerate(container)
    elif type(container) is dict:
        pairs = ((k, v) for k, v in list(container.items()) if isinstance(k, str | int))
    else:
        return
    for place, value in pairs:
        if isinstance(value, _NAMED):
            yield place, value


class Names:
    """Names of everything in a network.

    A label comes first, then the variable or attribute that holds the object, then its kind and
    place.

    Parameters
    ----------
    net : Network
        The outermost network.
    variables : dict of int to str
        Variable names by the id of the object they hold.
    """

    def __init__(self, net: nengo.Network, variables: Mapping[int, str]) -> None:
        self._net = net
        self._variables = variables
        self._names: dict[int, str] = {}
        self._code: dict[int, str] = {}
        self._code[id(net)] = variables.get(id(net), "net")
        self._names[id(net)] = net.label or variables.get(id(net), "") or "network"
        self._add_members(net)

    def of(self, obj: Any) -> str:
        """Name for people, as text that is never to be read as markup."""
        if isinstance(obj, Neurons):
            return f"{self.of(obj.ensemble)}.neurons"
        if isinstance(obj, ObjView):
            return f"{self.of(obj.obj)}[{_slice_text(obj.slice)}]"
        if isinstance(obj, LearningRule):
            return f"{type(obj.learning_rule_type).__name__} of {self.of(obj.connection)}"
        name = self._names.get(id(obj))
        if name is None:
            name = self._derived(obj)
            self._names[id(obj)] = name
        return name

    def code(self, obj: Any) -> str:
        """A Python expression for an object of the network."""
        if isinstance(obj, Neurons):
            return f"{self.code(obj.ensemble)}.neurons"
        if isinstance(obj, LearningRule):
            return self._learning_rule_code(obj)
        return self._variables.get(id(obj)) or self._code.get(id(obj), repr(obj))

    def _learning_rule_code(self, rule: LearningRule) -> str:
        connection = self.code(rule.connection)
        rules = rule.connection.learning_rule
        if isinstance(rules, dict):
            place = next(key for key, known in rules.items() if known == rule)
            return f"{connection}.learning_rule[{place!r}]"
        if isinstance(rules, list | tuple):
            return f"{connection}.learning_rule[{list(rules).index(rule)}]"
        return f"{connection}.learning_rule"

    def _add_members(self, network: nengo.Network) -> None:
        attributes = {
            id(value): name
            for name, value in list(vars(network).items())
            if _is_variable(name) and isinstance(value, _NAMED)
        }
        prefix = self._variables.get(id(network)) or self._code[id(network)]
        for kind, list_name in _LISTS.items():
            for index, obj in enumerate(getattr(network, list_name)):
                attribute = attributes.get(id(obj), f"{list_name}[{index}]")
                self._code[id(obj)] = f"{prefix}.{attribute}"
                name = obj.label or self._variables.get(id(obj)) or attributes.get(id(obj))
                if name is None and kind in (nengo.Network, nengo.Ensemble, nengo.Node):
                    own = type(obj).__name__ if kind is nengo.Network else _KINDS[kind]
                    name = f"{_KINDS[kind] if own == 'Network' else own} {index}"
                if name is not None:
                    self._names[id(obj)] = str(name)
        for sub in network.networks:
            self._add_members(sub)

    def _derived(self, obj: Any) -> str:
        """Name of a connection or probe without a label: what it joins or looks at."""
        if isinstance(obj, nengo.Connection):
            return f"{self.of(obj.pre)} \N{RIGHTWARDS ARROW} {self.of(obj.post)}"
        if isinstance(obj, nengo.Probe):
            usual = obj.attr in ("decoded_output", "output")
            return f"probe of {self.of(obj.target)}" + ("" if usual else f": {obj.attr}")
        return str(obj)


def _slice_text(part: Any) -> str:
    """The part of an object that a view takes."""
    if isinstance(part, slice):
        if part.step in (None, 1) and part.stop is not None and part.stop == (part.start or 0) + 1:
            return str(part.start or 0)
        ends = ["" if end is None else str(end) for end in (part.start, part.stop, part.step)]
        return ":".join(ends if ends[2] else ends[:2])
    text = ", ".join(str(index) for index in part)
    return text if len(text) <= 20 else f"{len(part)} dimensions"
