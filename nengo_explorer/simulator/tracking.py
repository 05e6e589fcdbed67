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

from nengo_explorer.simulator.elements import slabs, take

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
        for place, part in slabs(elements):
            self._source[part] = value.identifier
            self._position[part] = np.arange(place.start, place.stop, dtype=np.int32)

    def clear(self, elements: Elements) -> None:
        """Say that these elements are zero now."""
        for _, part in slabs(elements):
            self._source[part] = ZERO
            self._position[part] = 0

    def alias(self, targets: Elements, sources: Elements) -> None:
        """Say that target elements now have the values of source elements, one by one."""
        # All is looked up before anything is changed: sources may be targets, too.
        origin, position = take(self._source, sources), take(self._position, sources)
        for place, part in slabs(targets):
            self._source[part] = origin[place]
            self._position[part] = position[place]

    def read(self, elements: Elements) -> Read:
        """Recipe for the present values of elements.

        Parameters
        ----------
        elements : ndarray of int32
            Element numbers, of any shape; they are read in flat order.
        """
        pieces = self._contiguous(elements) if elements.size else ()
        if pieces is None:
            return self._scattered(elements)
        if all(piece.value == ZERO for piece in pieces):
            return Read(elements.size, static=True, zero=True, pieces=())
        static = all(self.values[piece.value].static for piece in pieces)
        return Read(elements.size, static, zero=False, pieces=pieces)

    def _contiguous(self, elements: Elements) -> tuple[Piece, ...] | None:
        """Cut a read into contiguous pieces, or None where there would be too many."""
        begun: list[tuple[int, int, int]] = []  # where each begins: its value, and where in that
        before = (-1, -1)
        for place, part in slabs(elements):
            source, position = self._source[part], self._position[part]
            jumps = source[1:] != source[:-1]
            jumps |= (position[1:] - position[:-1] != 1) & (source[1:] != ZERO)
            first = (int(source[0]), int(position[0]))
            goes_on = first[0] == before[0] and (first[0] == ZERO or first[1] == before[1] + 1)
            starts = [*([] if goes_on else [0]), *(np.flatnonzero(jumps) + 1).tolist()]
            if len(begun) + len(starts) > MOST_PIECES:
                return None
            begun += [(place.start + at, int(source[at]), int(position[at])) for at in starts]
            before = (int(source[-1]), int(position[-1]))
        pieces = []
        ends = [*(start for start, _, _ in begun[1:]), elements.size]
        for (start, identifier, first_position), end in zip(begun, ends, strict=True):
            low = 0 if identifier == ZERO else first_position
            whole = identifier != ZERO and end - start == self.values[identifier].size
            pieces.append(Piece(identifier, low, low + end - start, whole))
        return tuple(pieces)

    def _scattered(self, elements: Elements) -> Read:
        """Concatenate the values that take part and take elements from them by one index."""
        source, position = take(self._source, elements), take(self._position, elements)
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
        static = all(self.values[int(i)].static for i in identifiers)
        return Read(len(source), static, zero=False, pieces=tuple(pieces), index=index)
