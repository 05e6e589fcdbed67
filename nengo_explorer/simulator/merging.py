"""Adding up what several operators of a group add to the same element."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from nengo_explorer.simulator.elements import Elements

#: A table of who arrives where may be this many times larger than what arrives.
MOST_PADDING = 4


@dataclass(frozen=True)
class Merge:
    """How numbers that arrive at the same elements are added up.

    Attributes
    ----------
    elements : ndarray of int32
        The elements that something arrives at, each once.
    table : (n_elements, most) ndarray of int32 or None
        Positions of what arrives at each element, padded with the position after the last one
        (which holds zero). None where arrivals are so uneven that the table would be too large.
    segment : ndarray of int32
        For each arriving number, the position of its element in `elements`.
    arriving : int
        How many numbers arrive.
    """

    elements: Elements
    table: npt.NDArray[np.int32] | None
    segment: npt.NDArray[np.int32]
    arriving: int


def merge_of(elements: Elements) -> Merge | None:
    """Plan the sums for increments of the given elements; None if none of them repeats."""
    unique, first, segment, counts = np.unique(
        elements, return_index=True, return_inverse=True, return_counts=True
    )
    if unique.size == elements.size:
        return None
    # Elements keep the order of their first appearance, which is how neighbours read them.
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    position = rank[segment].astype(np.int32)
    unique, counts = unique[order], counts[order]
    most = int(counts.max())
    table = None
    if unique.size * most <= MOST_PADDING * elements.size:
        table = np.full((unique.size, most), elements.size, dtype=np.int32)
        by_element = np.argsort(position, kind="stable")
        starts = np.cumsum(counts) - counts
        column = np.arange(elements.size) - np.repeat(starts, counts)
        table[position[by_element], column] = by_element
    return Merge(unique.astype(np.int32), table, position, int(elements.size))
