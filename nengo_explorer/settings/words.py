"""Networks, objects and classes in words, for messages and explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
from nengo.ensemble import Neurons

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: Classes in Python.
CLASS_CODE: Mapping[type, str] = {
    nengo.Ensemble: "nengo.Ensemble",
    Neurons: "nengo.ensemble.Neurons",
    nengo.Connection: "nengo.Connection",
    nengo.Probe: "nengo.Probe",
}

_CLASSES = {
    nengo.Ensemble: "all ensembles",
    Neurons: "the neurons of all ensembles",
    nengo.Connection: "all connections",
    nengo.Probe: "all probes",
    nengo.Network: "the network",
}


def target_words(target: Any) -> str:
    """What a setting was made for.

    Parameters
    ----------
    target : object or class
        A Nengo object, or a class of them.
    """
    if isinstance(target, type):
        return _CLASSES.get(target, f"all {target.__name__} objects")
    if isinstance(target, Neurons):
        return f"the neurons of {target.ensemble}"
    return str(target)


class NetworkNames:
    """Names of a network and all networks below it, as code and in words.

    Parameters
    ----------
    net : Network
        The outermost network; in code it is called ``net``.
    """

    def __init__(self, net: nengo.Network) -> None:
        self._top = net
        self._paths: dict[nengo.Network, str] = {}
        self._add(net, "net")

    def _add(self, network: nengo.Network, path: str) -> None:
        self._paths[network] = path
        for number, sub in enumerate(network.networks):
            self._add(sub, f"{path}.networks[{number}]")

    def code(self, network: nengo.Network) -> str:
        """Python expression for a network, such as ``net.networks[0]``."""
        return self._paths.get(network, str(network))

    def words(self, network: nengo.Network) -> str:
        """A network such that nobody takes it for another one."""
        label = f" {network.label!r}" if network.label else ""
        if network is self._top:
            return f"the outermost network{label}"
        return f"the inner network{label} ({self.code(network)})"


def listed(words: Iterable[str], most: int = 10) -> str:
    """Some words as a list that does not get too long."""
    found = list(words)
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(found[:most]) + more
