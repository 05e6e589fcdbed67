"""How much memory recorded data take, and how much there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nengo
import numpy as np
import psutil

from nengo_explorer.explorer.sizes import weights_shape

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    return samples * probe_width(probe) * items * np.dtype(dtype).itemsize


def total_bytes(
    probes: Iterable[nengo.Probe], n_steps: int, *, dt: float, items: int, dtype: str
) -> int:
    """Memory for the histories of several probes; arguments as for `history_bytes`."""
    return sum(history_bytes(p, n_steps, dt=dt, items=items, dtype=dtype) for p in probes)


def bytes_text(count: float) -> str:
    """A number of bytes for people, such as "1.5 GB"."""
    unit = 0
    while count >= 1000 and unit < len(_UNITS) - 1:
        count, unit = count / 1000, unit + 1
    return f"{count:.0f} {_UNITS[unit]}" if unit == 0 else f"{count:.3g} {_UNITS[unit]}"
