"""What a session knows beyond the network: a planned training, a planned run, last gradients."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import nengo

_NOTHING: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Facts:
    """Everything that checks use beside the network and its settings.

    Attributes
    ----------
    loss_probes : frozenset of Probe or None
        Probes that have a loss in the planned training; None if no training is planned.
    target_steps : dict of Probe to int
        Number of steps of each target.
    zero_shares : dict of (object, str) to float
        For parameters whose gradient was looked at, the share of neurons for which it was exactly
        zero.
    n_steps : int
        Number of steps that are recorded after the planned run.
    items : int
        Size of the minibatch.
    dt : float
        Length of a step, in seconds.
    memory : int or None
        Bytes that are available for recorded data; None if that is not known.
    """

    loss_probes: frozenset[nengo.Probe] | None = None
    target_steps: Mapping[nengo.Probe, int] = field(default_factory=lambda: _NOTHING)
    zero_shares: Mapping[tuple[Any, str], float] = field(default_factory=lambda: _NOTHING)
    n_steps: int = 0
    items: int = 1
    dt: float = 0.001
    memory: int | None = None

    @property
    def trains(self) -> bool:
        """Whether a training is planned."""
        return self.loss_probes is not None
