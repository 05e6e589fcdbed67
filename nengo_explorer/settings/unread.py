"""Settings that are stored where nothing reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import nengo
from nengo.ensemble import Neurons

from nengo_explorer.settings.catalogue import GLOBAL_OPTIONS
from nengo_explorer.settings.storage import UNSET, class_value, instance_value, instances, networks
from nengo_explorer.settings.words import NetworkNames, target_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


_ELSEWHERE: Final = "Set it on the network that contains the object, or one around that."
_NO_BIAS: Final = "A Direct ensemble has no bias; set its encoders on the ensemble itself."


@dataclass(frozen=True)
class UnreadSetting:
    """A setting that is stored where nothing reads it.

    Attributes
    ----------
    network : Network
        The network whose config holds it.
    target : object or class
        What it was set for.
    name : str
        The option.
    remedy : str
        Where it belongs.
    place : str
        The network in words.
    """

    network: nengo.Network
    target: Any
    name: str
    remedy: str
    place: str

    def __str__(self) -> str:
        target = "" if self.target is nengo.Network else f" of {target_words(self.target)}"
        return (
            f"{self.name}{target} is stored on {self.place}, where nothing reads it. {self.remedy}"
        )


def unread_settings(net: nengo.Network) -> list[UnreadSetting]:
    """Settings in a network and all networks below it that have no effect where they are stored.

    Parameters
    ----------
    net : Network
        The network that is (or would be) simulated.
    """
    names = NetworkNames(net)
    found = []
    for network in networks(net):
        for target, name, remedy in _unread_in(network, net, names):
            found.append(UnreadSetting(network, target, name, remedy, names.words(network)))
    return found


def _unread_in(
    network: nengo.Network, net: nengo.Network, names: NetworkNames
) -> Iterator[tuple[Any, str, str]]:
    """Target, option and remedy of all unread settings in one network's config."""
    top = names.words(net)
    for name in GLOBAL_OPTIONS:
        if network is not net and _has_opinion(network, nengo.Network, name):
            yield nengo.Network, name, f"Set it on {top}: with net: configure_settings({name}=...)"
    for other in [key for key in network.config.params if isinstance(key, nengo.Network)]:
        for name in GLOBAL_OPTIONS:
            if instance_value(network.config, other, name) is not UNSET:
                yield other, name, f"Set it for the class: net.config[nengo.Network].{name} = ..."
    yield from _unread_histories(network, net, top)
    yield from _unread_trainable(network, net, top)


def _unread_histories(
    network: nengo.Network, net: nengo.Network, top: str
) -> Iterator[tuple[Any, str, str]]:
    name = "keep_history"
    if network is not net and _has_opinion(network, nengo.Probe, name):
        yield nengo.Probe, name, f"Set it on {top}: with net: configure_settings({name}=...)"
    probes: set[Any] | None = None
    for probe, value in instances(network.config, name):
        probes = set(net.all_probes) if probes is None else probes
        if value is not None and probe not in probes:
            yield probe, name, f"The probe is not in {top}."
        elif value is not None and network is not net:
            yield probe, name, f"Set it on {top}: net.config[probe].{name} = ..."


def _unread_trainable(
    network: nengo.Network, net: nengo.Network, top: str
) -> Iterator[tuple[Any, str, str]]:
    name = "trainable"
    inside: set[Any] | None = None
    everywhere: set[Any] | None = None
    for obj, value in instances(network.config, name):
        inside = _objects_inside(network) if inside is None else inside
        if value is None:
            continue
        if obj not in inside:
            everywhere = _objects_inside(net) if everywhere is None else everywhere
            yield obj, name, _ELSEWHERE if obj in everywhere else f"The object is not in {top}."
        elif _is_direct(obj):
            yield obj, name, _NO_BIAS


def unread_of(net: nengo.Network, obj: Any, around: Sequence[nengo.Network]) -> list[UnreadSetting]:
    """Settings for one object that have no effect where they are stored.

    Much less work than to look for all of them.

    Parameters
    ----------
    net : Network
        The network that is (or would be) simulated.
    obj : Ensemble, Neurons, Connection or Probe
        The object.
    around : sequence of Network
        The networks it is in.
    """
    names = NetworkNames(net)
    name = "keep_history" if isinstance(obj, nengo.Probe) else "trainable"
    found = []
    for network in networks(net):
        if name == "keep_history":
            unread = [
                entry
                for entry in _unread_histories(network, net, names.words(net))
                if entry[0] is obj or (entry[0] is nengo.Probe and network in around)
            ]
        elif instance_value(network.config, obj, name) in {UNSET, None}:
            continue
        elif network not in around:
            unread = [(obj, name, _ELSEWHERE)]
        else:
            unread = [(obj, name, _NO_BIAS)] if _is_direct(obj) else []
        found += [UnreadSetting(network, *entry, names.words(network)) for entry in unread]
    return found


def _is_direct(obj: Any) -> bool:
    """Whether an object is the neurons of an ensemble that has none."""
    return isinstance(obj, Neurons) and isinstance(obj.ensemble.neuron_type, nengo.Direct)


def _has_opinion(network: nengo.Network, cls: type, name: str) -> bool:
    """Whether an option is set for a class in a network's config."""
    value = class_value(network.config, cls, name)
    return value is not UNSET and value is not None


def _objects_inside(net: nengo.Network) -> set[Any]:
    """All objects that a network's trainable settings can apply to."""
    ensembles = net.all_ensembles
    return {*ensembles, *(e.neurons for e in ensembles), *net.all_connections}
