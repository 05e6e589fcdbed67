"""One number for every element of every signal.

Signals of a built Nengo model are arrays or views of arrays. Planning a program only asks which
elements an operator reads and writes, so each element of each base signal gets a number, and a view
(whatever its slices, strides or axes) is an array of such numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from nengo.transforms import SparseMatrix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nengo.builder import Signal

Elements = npt.NDArray[np.int32]

#: So many elements are looked at together.
SLAB = 1 << 16


def slabs(elements: Elements) -> Iterator[tuple[slice, slice | Elements]]:
    """Cut element numbers into handy parts.

    NumPy makes a copy of twice the size of an index of int32, and is several times as fast with a
    slice; elements of large weights mostly follow each other.

    Parameters
    ----------
    elements : ndarray of int32
        Element numbers, of any shape.

    Yields
    ------
    place : slice
        Where the part is in flat order.
    part : slice or ndarray of int32
        Its elements, as a slice where they follow each other.
    """
    flat = elements.ravel()
    for start in range(0, flat.size, SLAB):
        part = flat[start : start + SLAB]
        first, last = int(part[0]), int(part[-1])
        place = slice(start, start + part.size)
        if last - first == part.size - 1 and np.all(part[1:] - part[:-1] == 1):
            yield place, slice(first, last + 1)
        else:
            yield place, part


def take(values: npt.NDArray[Any], elements: Elements) -> npt.NDArray[Any]:
    """Values of some elements, flat.

    Parameters
    ----------
    values : (n_elements,) ndarray
        Of all elements.
    elements : ndarray of int32
        Element numbers, of any shape.
    """
    taken = np.empty(elements.size, values.dtype)
    for place, part in slabs(elements):
        taken[place] = values[part]
    return taken


def mark(flags: npt.NDArray[np.bool_], elements: Elements, *, unless: Any = None) -> None:
    """Set flags of some elements.

    Parameters
    ----------
    flags : (n_elements,) ndarray of bool
        Is changed.
    elements : ndarray of int32
        Element numbers, of any shape.
    unless : (n_elements,) ndarray of bool, optional
        Elements with this flag are left out.
    """
    for _, part in slabs(elements):
        flags[part] = True if unless is None else flags[part] | ~unless[part]


def sparse_entries(
    signal: Signal,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[Any]]:
    """Rows, columns and values of the stored entries of a sparse signal.

    Parameters
    ----------
    signal : Signal
        A signal whose initial value is a sparse matrix of Nengo or SciPy.

    Returns
    -------
    rows, columns : (n_entries,) ndarray of int
    values : (n_entries,) ndarray of float
    """
    matrix = signal.initial_value
    if hasattr(matrix, "indices") and matrix.indices.ndim == 2:  # Nengo's own class
        return matrix.indices[:, 0], matrix.indices[:, 1], np.asarray(matrix.data)
    coordinates = matrix.tocoo()
    return coordinates.row, coordinates.col, coordinates.data


class SparseWeights(SparseMatrix):
    """Present weights of a sparse transform: Nengo's sparse matrix, and an array of its entries.

    ``np.array(weights)`` gives the stored entries, (n_entries,), as NengoDL did for such weights;
    ``weights.toarray()`` gives the whole matrix.
    """

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        return np.array(self.data, dtype=dtype, copy=copy is not False)


def sparse_matrix_like(signal: Signal, entries: npt.NDArray[Any]) -> Any:
    """A sparse matrix of the kind of a sparse signal, with other entries.

    Parameters
    ----------
    signal : Signal
        A sparse signal.
    entries : (n_entries,) ndarray
        In the order of `sparse_entries`.
    """
    matrix = signal.initial_value
    if isinstance(matrix, SparseMatrix):
        return SparseWeights(matrix.indices, entries, matrix.shape)
    other = matrix.tocoo(copy=True)
    other.data = np.array(entries)
    return other.asformat(matrix.format)


def initial_elements(base: Signal) -> npt.NDArray[Any]:
    """Initial values of all elements of a base signal, flat; of sparse ones, the stored entries."""
    if base.sparse:
        return np.asarray(sparse_entries(base)[2]).ravel()
    return np.asarray(base.initial_value).ravel()


class ElementFinder:
    """Finds elements in arrays of them, each of which is in one at most.

    Elements mostly follow each other, so that runs of them are kept instead of each.

    Parameters
    ----------
    arrays : sequence of ndarray of int32
        Element numbers.
    """

    def __init__(self, arrays: Sequence[Elements]) -> None:
        begins = [np.flatnonzero(np.diff(array, prepend=-2) != 1) for array in arrays]
        firsts = [array[at] for array, at in zip(arrays, begins, strict=True)]
        first = np.concatenate([np.zeros(0, dtype=np.int32), *firsts])
        order = np.argsort(first)
        self._first = first[order].astype(np.int64)
        self._array = np.repeat(np.arange(len(arrays)), [len(at) for at in begins])[order]
        self._position = np.concatenate([*begins, np.zeros(0, dtype=np.int64)])[order]

    def find(self, elements: Elements) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """For each element, the number of its array and its position there.

        Parameters
        ----------
        elements : (n_elements,) ndarray of int32
            Elements that are in some array.
        """
        run = np.searchsorted(self._first, elements, side="right") - 1
        return self._array[run], self._position[run] + elements - self._first[run]


#: Element numbers of larger signals are worked out anew each time, not kept.
MOST_KEPT = 4096


class ElementSpace:
    """Numbers the elements of a set of base signals.

    Parameters
    ----------
    signals : iterable of Signal
        Signals or views; each base is numbered once, in order of first appearance.

    Attributes
    ----------
    bases : list of Signal
        The base signals.
    size : int
        Number of elements of all of them.
    """

    def __init__(self, signals: Iterable[Signal]) -> None:
        self.bases: list[Signal] = []
        self._start: dict[Signal, int] = {}
        self._cache: dict[Signal, Elements] = {}
        self.size = 0
        for signal in signals:
            base = signal.base
            if base not in self._start:
                self._start[base] = self.size
                self.bases.append(base)
                self.size += len(initial_elements(base)) if base.sparse else base.size
        self._end_of_signals = self.size

    def __contains__(self, signal: Signal) -> bool:
        return signal.base in self._start

    def of(self, signal: Signal) -> Elements:
        """Element numbers of a signal or view, in its shape (flat for sparse signals)."""
        found = self._cache.get(signal)
        if found is None:
            found = self._number(signal)
            if found.size <= MOST_KEPT:
                self._cache[signal] = found
        return found

    def _number(self, signal: Signal) -> Elements:
        base = signal.base
        start = self._start[base]
        if base.sparse:
            return np.arange(start, start + len(initial_elements(base)), dtype=np.int32)
        if not signal.is_view:
            return np.arange(start, start + base.size, dtype=np.int32).reshape(base.shape)
        numbers = np.full(signal.shape, start + signal.elemoffset, dtype=np.int32)
        for axis, (length, stride) in enumerate(zip(signal.shape, signal.elemstrides, strict=True)):
            steps = np.arange(length, dtype=np.int32) * stride
            numbers += steps.reshape((-1,) + (1,) * (signal.ndim - axis - 1))
        return numbers

    def reserve(self, count: int) -> Elements:
        """Number some elements that belong to no signal (values that come from outside)."""
        start = self.size
        self.size += count
        return np.arange(start, self.size, dtype=np.int32)

    def initial_values(self, elements: Elements, dtype: str) -> npt.NDArray[Any]:
        """Values that elements have in the built network, zero for those of no signal.

        Parameters
        ----------
        elements : ndarray of int32
            Element numbers, of any shape.
        dtype : str
            Floating point type of the result.

        Returns
        -------
        values : (n_elements,) ndarray
        """
        values = np.zeros(elements.size, dtype=dtype)
        starts = np.array([*self._start.values(), self._end_of_signals], dtype=np.int64)
        known: dict[int, npt.NDArray[Any]] = {}
        for place, part in slabs(elements):
            wanted = np.arange(part.start, part.stop) if isinstance(part, slice) else part
            numbers = np.searchsorted(starts, wanted, side="right") - 1
            order = np.argsort(numbers, kind="stable")
            begins = np.flatnonzero(np.diff(numbers[order], prepend=-1))
            for here in np.split(order, begins[1:]):
                number = int(numbers[here[0]])
                if number == len(self.bases):
                    continue
                if number not in known:
                    known[number] = initial_elements(self.bases[number])
                values[place.start + here] = known[number][wanted[here] - starts[number]]
        return values
