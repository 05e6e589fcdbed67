"""Chunks of steps: how long they are, and what one of them gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import nengo
    import numpy.typing as npt
    import tensorflow as tf

    from nengo_explorer.simulator.program import Program

    Array = npt.NDArray[Any]

#: What a chunk records should fit into this many bytes.
CHUNK_BYTES = 32 * 2**20

#: Longest and shortest chunk: a long one costs little per step, a short one answers sooner.
MOST_STEPS = 1000
FEWEST_STEPS = 8


@dataclass(frozen=True)
class Chunk:
    """Result of one chunk.

    Attributes
    ----------
    first_step : int
        How many steps were simulated before it.
    count : int
        Number of steps.
    recorded : dict of Probe to ndarray
        Every step of each probe that keeps its history, (items, count, ...).
    last : dict of Probe to ndarray
        Last step of the other probes, (items, 1, ...).
    """

    first_step: int
    count: int
    recorded: dict[nengo.Probe, Array]
    last: dict[nengo.Probe, Array]


def chunk_length(numbers_per_step: int, dtype: str, unroll: int) -> int:
    """Steps in a chunk.

    Parameters
    ----------
    numbers_per_step : int
        How many numbers go into and come out of a program on each step, for all items.
    dtype : str
        Their type.
    unroll : int
        Steps in one body of the loop; chunks are a multiple of it.
    """
    bytes_per_step = max(numbers_per_step, 1) * (8 if dtype == "float64" else 4)
    steps = min(MOST_STEPS, max(FEWEST_STEPS, CHUNK_BYTES // bytes_per_step))
    return max(unroll, steps // unroll * unroll)


@dataclass(frozen=True)
class ProbeView:
    """How a probe is found in what a program returns.

    Attributes
    ----------
    probe : Probe
        The probe.
    shape : tuple of int
        Shape of what it sees on one step.
    keeps : bool
        Whether it keeps every step.
    items : int
        Size of the axis of items where it sees the same on every step: 1 for a parameter.
    """

    probe: nengo.Probe
    shape: tuple[int, ...]
    keeps: bool
    items: int


def unpack(
    program: Program,
    views: Sequence[ProbeView],
    first_step: int,
    count: int,
    recorded: tf.Tensor,
    last: tf.Tensor,
    static: Mapping[int, Array],
) -> Chunk:
    """Split what a program returned into probes.

    Parameters
    ----------
    program : Program
        The program.
    views : sequence of ProbeView
        One for each probe of the program.
    first_step, count : int
        Steps simulated before the chunk, and in it.
    recorded : tf.Tensor
        Probes on every step, (at least count, items, width).
    last : tf.Tensor
        Probes on the last step, (items, width).
    static : dict of int to ndarray
        By number of the probe, what it sees where that is the same on every step, flat.
    """
    every = _first_rows(recorded, count) if program.recorded_width else np.zeros((count, 1, 0))
    final = last.numpy() if program.last_width else np.zeros((1, 0))
    chunk = Chunk(first_step, count, {}, {})
    for number, (view, columns) in enumerate(zip(views, program.columns, strict=True)):
        if columns.static:
            seen = static[number].reshape(1, 1, *view.shape)
            steps = count if view.keeps else 1
            values = np.broadcast_to(seen, (view.items, steps, *view.shape))
        elif columns.recorded is not None:
            values = every[:, :, columns.recorded].swapaxes(0, 1)
            values = values if view.keeps else values[:, -1:]
            values = values.reshape(*values.shape[:2], *view.shape)
        else:
            values = final[:, columns.last].reshape(-1, 1, *view.shape)
        (chunk.recorded if view.keeps else chunk.last)[view.probe] = values
    return chunk


def _first_rows(tensor: tf.Tensor, count: int) -> Array:
    """The first rows of a tensor; the rest is not copied, and not kept in memory."""
    if "CPU" not in tensor.device:
        return np.asarray(tensor[:count].numpy())
    rows = np.asarray(memoryview(tensor))
    return rows if count == len(rows) else rows[:count].copy()
