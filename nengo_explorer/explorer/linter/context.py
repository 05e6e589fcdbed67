"""The network as checks see it: looked at once, so that every check is linear in its size."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from nengo_explorer.explorer.linter.paths import LossPaths
from nengo_explorer.settings import global_settings, resolve_keep_history, resolve_trainable
from nengo_explorer.settings.resolve import learning_locks
from nengo_explorer.settings.storage import networks

if TYPE_CHECKING:
    import nengo

    from nengo_explorer.explorer.linter.facts import Facts
    from nengo_explorer.explorer.names import Names
    from nengo_explorer.settings import GlobalSettings
    from nengo_explorer.settings.resolve import Lock


class Context:
    """Everything that checks look at; parts are worked out when they are first needed.

    Parameters
    ----------
    net : Network
        The outermost network.
    facts : Facts
        What is known beyond the network.
    names : Names
        Names of its objects, for messages.
    paths : LossPaths, optional
        Paths to losses, if they are known from an earlier look.
    """

    def __init__(
        self, net: nengo.Network, facts: Facts, names: Names, paths: LossPaths | None = None
    ) -> None:
        self.net = net
        self.facts = facts
        self.names = names
        if paths is not None:
            self.paths = paths

    @cached_property
    def networks(self) -> list[nengo.Network]:
        """All networks, outer ones first."""
        return networks(self.net)

    @cached_property
    def home(self) -> dict[Any, nengo.Network]:
        """For each object, the network that contains it."""
        return {
            obj: network
            for network in self.networks
            for members in (network.ensembles, network.nodes, network.connections, network.probes)
            for obj in members
        }

    @cached_property
    def _around(self) -> dict[nengo.Network, nengo.Network]:
        return {inner: outer for outer in self.networks for inner in outer.networks}

    def networks_between(self, outer: nengo.Network, obj: Any) -> list[nengo.Network]:
        """Networks inside of one that an object is in, from the object outwards."""
        between = []
        network = self.home[obj]
        while network is not outer and network in self._around:
            between.append(network)
            network = self._around[network]
        return between

    @cached_property
    def settings(self) -> GlobalSettings:
        """Options of the whole network."""
        return global_settings(self.net)

    @cached_property
    def trainable(self) -> dict[tuple[Any, str], bool | None]:
        """For each object and parameter, whether training may change it."""
        return resolve_trainable(self.net)

    @cached_property
    def locks(self) -> dict[tuple[Any, str], Lock]:
        """Parameters that learning rules change."""
        return learning_locks(self.net)

    @cached_property
    def keeps(self) -> dict[nengo.Probe, bool]:
        """For each probe, whether it records every step."""
        return resolve_keep_history(self.net)

    @cached_property
    def paths(self) -> LossPaths:
        """From where probes that have a loss can be reached."""
        return LossPaths(self.net, self.facts.loss_probes or frozenset())

    @cached_property
    def has_training_mode(self) -> bool:
        """Whether a training would run in training mode, so that neurons have gradients."""
        if self.settings.inference_only:
            return False
        spikes = any(ensemble.neuron_type.spiking for ensemble in self.net.all_ensembles)
        return not (spikes and self.settings.learning_phase is False)
