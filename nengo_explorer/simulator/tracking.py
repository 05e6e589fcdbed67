"""Where the present value of every element is, at each point of a simulation step.

While a program is planned, a `Tracker` follows each element of each signal through the step: which
value (a parameter block, the state at the start of the step, the output of a group, ...) holds it
and at what position. Copies and resets cost nothing at run time: they only change this table. What
a group reads becomes a `Read`: a recipe that takes it from as few values as possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from nengo_explorer.simulator.elements import Elements

ValueKind = Literal["zero", "parameter", "constant", "state", "input", "time", "step", "group"]

#: Values that are the same on every step of a run.
STATIC_KINDS = frozenset({"zero", "parameter", "constant"})

#: A read that consists of at most this many contiguous pieces is made by slices, a more scattered
#: one by a single gather, so that the program does not grow with the number of objects.
MOST_PIECES = 8

#: Identifier of the value that is zero everywhere.
ZERO = 0


@dataclass(frozen=True)
class Value:
    """One flat array of numbers in a program.

    Attributes
    ----------
    identifier : int
        Position in the table of values.
    kind : str
        Where it comes from.
    slot : int
        Which parameter block, constant, state block or input it is; for a group, which output.
    size : int
        Number of elements (of one item of a minibatch).
    static : bool
        Whether it stays the same during a run (and is the same for all items).
    """

    identifier: int
    kind: ValueKind
    slot: int
    size: int
    static: bool


@dataclass(frozen=True)
class Piece:
    """Elements ``start`` to ``stop`` of a value; all of it when ``whole``."""

    value: int
    start: int
    stop: int
    whole: bool


@dataclass(frozen=True)
class Read:
    """How to assemble what a group reads.

    Attributes
    ----------
    size : int
        Number of elements.
    static : bool
        Whether only static values take part, so that it can be assembled once a run.
    zero : bool
        Whether all of it is zero.
    pieces : tuple of Piece
        Pieces to concatenate, in order.
    index : ndarray of int32 or None
        Positions to take from the concatenated pieces; None takes them as they are.
    """

    size: int
    static: bool
    zero: bool
    pieces: tuple[Piece, ...]
    index: npt.NDArray[np.int32] | None = None

    @property
    def values(self) -> tuple[int, ...]:
        """Identifiers of the values that take part."""
        return tuple(dict.fromkeys(piece.value for piece in self.pieces))

    @property
    def whole(self) -> int | None:
        """Identifier of the value that this is, as it is; None if it is anything else."""
        if len(self.pieces) == 1 and self.index is None and self.pieces[0].whole:
            return self.pieces[0].value
        return None


class Tracker:
    """Follows every element through one simulation step.

    Parameters
    ----------
    size : int
        Number of elements.

    Attributes
    ----------
    values : list of Value
        The table of values.
    step, time : Value
        Number of the step (from 1) and simulation time at its end (in seconds).
    """

    def __init__(self, size: int) -> None:
        self.values: list[Value] = [Value(ZERO, "zero", 0, 1, static=True)]
        self.step = self.add("step", 0, 1)
        self.time = self.add("time", 0, 1)
        self._source = np.zeros(size, dtype=np.int32)
        self._position = np.zeros(size, dtype=np.int32)

    def add(self, kind: ValueKind, slot: int, size: int, *, static: bool | None = None) -> Value:
        """Enter a new value into the table; by default, its kind says whether it is static."""
        fixed = kind in STATIC_KINDS if static is None else static
        value = Value(len(self.values), kind, slot, size, fixed)
        self.values.append(value)
        return value

    def place(self, elements: Elements, value: Value) -> None:
        """Say that a value now holds these elements, in this order."""
        flat = elements.ravel()
        self._source[flat] = value.identifier
        self._position[flat] = np.arange(flat.size, dtype=np.int32)

    def clear(self, elements: Elements) -> None:
        """Say that these elements are zero now."""
        self._source[elements.ravel()] = ZERO
        self._position[elements.ravel()] = 0

    def alias(self, targets: Elements, sources: Elements) -> None:
        """Say that target elements now have the values of source elements, one by one."""
        origin = self._source[sources.ravel()]
        position = self._position[sources.ravel()]
        self._source[targets.ravel()] = origin
        self._position[targets.ravel()] = position

    def read(self, elements: Elements) -> Read:
        """Recipe for the present values of elements.

        Parameters
        ----------
        elements : ndarray of int32
            Element numbers, of any shape; they are read in flat order.
        """
        source = self._source[elements.ravel()]
        position = self._position[elements.ravel()]
        identifiers = np.unique(source)
        static = all(self.values[i].static for i in identifiers)
        size = int(source.size)
        if identifiers.size == 0 or (identifiers.size == 1 and identifiers[0] == ZERO):
            return Read(size, static=True, zero=True, pieces=())
        pieces = self._contiguous(source, position)
        if pieces is not None:
            return Read(size, static, zero=False, pieces=pieces)
        return self._scattered(source, position, static=static)

    def _contiguous(
        self, source: npt.NDArray[np.int32], position: npt.NDArray[np.int32]
    ) -> tuple[Piece, ...] | None:
        """Cut a read into contiguous pieces, or None where there would be too many."""
        is_zero = source == ZERO
        jump = (np.diff(source) != 0) | ((np.diff(position) != 1) & ~is_zero[1:])
        starts = np.concatenate([[0], np.flatnonzero(jump) + 1])
        if len(starts) > MOST_PIECES:
            return None
        stops = np.concatenate([starts[1:], [len(source)]])
        pieces = []
        for start, stop in zip(starts, stops, strict=True):
            identifier = int(source[start])
            length = int(stop - start)
            first = 0 if identifier == ZERO else int(position[start])
            whole = identifier != ZERO and length == self.values[identifier].size
            pieces.append(Piece(identifier, first, first + length, whole))
        return tuple(pieces)

    def _scattered(
        self, source: npt.NDArray[np.int32], position: npt.NDArray[np.int32], *, static: bool
    ) -> Read:
        """Concatenate the values that take part and take elements from them by one index."""
        identifiers, first = np.unique(source, return_index=True)
        identifiers = identifiers[np.argsort(first)]
        offsets = np.zeros(len(self.values), dtype=np.int64)
        pieces = []
        offset = 0
        for identifier in identifiers:
            value = self.values[int(identifier)]
            taking = position[source == identifier]
            low, high = int(taking.min()), int(taking.max()) + 1
            offsets[identifier] = offset - low
            pieces.append(Piece(value.identifier, low, high, high - low == value.size))
            offset += high - low
        index = (position + offsets[source]).astype(np.int32)
        return Read(len(source), static, zero=False, pieces=tuple(pieces), index=index)
