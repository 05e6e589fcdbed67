"""Where an object is in a network, as text that finds it again in another copy of the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import nengo
from nengo.base import ObjView
from nengo.connection import LearningRule
from nengo.ensemble import Neurons

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The lists in which a network has its objects.
LISTS: Final = ("networks", "ensembles", "nodes", "connections", "probes")


class Paths:
    """Paths of everything in a network, both ways.

    A path is what comes after the network in Python: ``"ensembles[0]"``,
    ``"networks[1].ensembles[0].neurons"``; that of the outermost network is empty.

    Parameters
    ----------
    net : Network
        The outermost network, as it is now.
    """

    def __init__(self, net: nengo.Network) -> None:
        self._objects: dict[str, Any] = {"": net}
        self._objects.update(_members(net, ""))
        self._paths = {id(obj): path for path, obj in self._objects.items()}

    def of(self, obj: Any) -> str | None:
        """Path of an object; None if it is not in the network."""
        if isinstance(obj, Neurons):
            path = self._paths.get(id(obj.ensemble))
            return None if path is None else f"{path}.neurons"
        return self._paths.get(id(obj))

    def find(self, path: str) -> Any:
        """The object at a path; None if there is none."""
        if path in self._objects:
            return self._objects[path]
        owner = self._objects.get(path.removesuffix(".neurons"))
        if path.endswith(".neurons") and isinstance(owner, nengo.Ensemble):
            return owner.neurons
        return None

    def identity(self, obj: Any) -> str:
        """What tells an object from another one at the same path: its label, or what it joins."""
        owner = obj.ensemble if isinstance(obj, Neurons) else obj
        if owner.label is not None:
            return str(owner.label)
        if isinstance(owner, nengo.Connection):
            return f"{self._end(owner.pre)} -> {self._end(owner.post)}"
        if isinstance(owner, nengo.Probe):
            return f"{owner.attr} of {self._end(owner.target)}"
        return ""

    def _end(self, obj: Any) -> str:
        """One end of a connection, or the target of a probe."""
        if isinstance(obj, ObjView):
            return self._end(obj.obj)
        if isinstance(obj, LearningRule):
            return f"learning rule of {self._end(obj.connection)}"
        return self.of(obj) or type(obj).__name__


def _members(network: nengo.Network, prefix: str) -> Iterator[tuple[str, Any]]:
    """Everything in a network and those below it, with paths."""
    for name in LISTS:
        for index, obj in enumerate(getattr(network, name)):
            path = f"{prefix}{name}[{index}]"
            yield path, obj
            if isinstance(obj, nengo.Network):
                yield from _members(obj, f"{path}.")
