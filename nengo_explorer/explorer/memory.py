"""How much memory recorded data take, and how much there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import nengo
import numpy as np
import psutil

from nengo_explorer.explorer.sizes import weights_shape

if TYPE_CHECKING:
    from collections.abc import Iterable

#: From so many bytes on, or such a share of what is free, memory is worth a word.
NOTABLE_BYTES, NOTABLE_SHARE = 200_000_000, 0.1

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def available_memory() -> int:
    """Bytes that can be taken without swapping."""
    return int(psutil.virtual_memory().available)


def probe_width(probe: nengo.Probe) -> int:
    """How many numbers a probe sees on each step."""
    if isinstance(probe.target, nengo.Connection) and probe.attr == "weights":
        return int(np.prod(weights_shape(probe.target), dtype=np.int64))
    target = probe.target
    if isinstance(target, nengo.Ensemble) and probe.attr == "scaled_encoders":
        return int(target.n_neurons * target.dimensions)
    return int(probe.size_in)


def is_shared(probe: nengo.Probe) -> bool:
    """Whether a probe sees weights that are the same for all items, as nothing learns them."""
    target = probe.target
    if not isinstance(target, nengo.Connection) or probe.attr != "weights":
        return False
    return target.learning_rule_type is None


def history_bytes(probe: nengo.Probe, n_steps: int, *, dt: float, items: int, dtype: str) -> int:
    """Memory for the history of a probe.

    Parameters
    ----------
    probe : Probe
        A probe that keeps its history.
    n_steps : int
        Number of simulated steps.
    dt : float
        Length of a step, in seconds.
    items : int
        Size of the minibatch.
    dtype : str
        "float32" or "float64".
    """
    every = 1.0 if probe.sample_every is None else max(1.0, probe.sample_every / dt)
    samples = int(n_steps / every)
    items = 1 if is_shared(probe) else items
    return samples * probe_width(probe) * items * np.dtype(dtype).itemsize


@dataclass(frozen=True)
class MemoryForecast:
    """What the histories of probes will take after a run.

    Attributes
    ----------
    history : int
        Bytes of all histories after the run.
    needed : int
        Bytes that have to be free for it: what is added, and a second copy of the largest history
        while its parts are put together.
    available : int
        Bytes that can be taken without swapping.
    largest : Probe or None
        The probe that takes most.
    largest_history : int
        Bytes of its history.
    """

    history: int
    needed: int
    available: int
    largest: nengo.Probe | None
    largest_history: int

    @property
    def fits(self) -> bool:
        """Whether there is enough memory."""
        return self.needed <= self.available

    @property
    def is_notable(self) -> bool:
        """Whether that is worth a word."""
        return self.needed > min(NOTABLE_BYTES, NOTABLE_SHARE * self.available)


def forecast(
    probes: Iterable[nengo.Probe],
    *,
    before: int,
    n_steps: int,
    dt: float,
    items: int,
    dtype: str,
    available: int,
) -> MemoryForecast:
    """Foresee the memory of a run.

    Parameters
    ----------
    probes : iterable of Probe
        Those that keep their history.
    before, n_steps : int
        Steps that were recorded already, and steps of the run.
    dt : float
        Length of a step, in seconds.
    items : int
        Size of the minibatch.
    dtype : str
        "float32" or "float64".
    available : int
        Bytes that can be taken.
    """
    probes = list(probes)

    def needs(steps: int) -> list[int]:
        return [history_bytes(p, steps, dt=dt, items=items, dtype=dtype) for p in probes]

    after = needs(before + n_steps)
    most = max(after, default=0)
    history = sum(after)
    return MemoryForecast(
        history=history,
        needed=history - sum(needs(before)) + most if n_steps else 0,
        available=available,
        largest=probes[after.index(most)] if most else None,
        largest_history=most,
    )


def bytes_text(count: float) -> str:
    """A number of bytes for people, such as "1.5 GB"."""
    unit = 0
    while count >= 1000 and unit < len(_UNITS) - 1:
        count, unit = count / 1000, unit + 1
    return f"{count:.0f} {_UNITS[unit]}" if unit == 0 else f"{count:.3g} {_UNITS[unit]}"
