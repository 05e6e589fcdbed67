"""Elements in arrays of them, in handy parts, and where their values are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import nengo
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nengo.builder import Model, Signal

from nengo_explorer.simulator import elements as module
from nengo_explorer.simulator.elements import ElementFinder, ElementSpace, mark, slabs, take
from nengo_explorer.simulator.tracking import Tracker

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from nengo_explorer.simulator.tracking import Read

    Array = npt.NDArray[Any]


@st.composite
def arrays_of_elements(draw: st.DrawFn) -> list[Array]:
    """Some elements in any order, cut into arrays; some arrays may be empty."""
    elements = draw(st.lists(st.integers(0, 40), unique=True, max_size=40))
    if draw(st.booleans()):  # runs, as they mostly are
        elements.sort()
    cuts = draw(st.lists(st.integers(0, len(elements)), max_size=4))
    return [
        np.asarray(part, dtype=np.int32)
        for part in np.split(np.asarray(elements, dtype=np.int32), sorted(cuts))
    ]


@given(arrays_of_elements())
def test_every_element_is_found_where_it_is(arrays: list[Array]) -> None:
    finder = ElementFinder(arrays)
    for number, array in enumerate(arrays):
        found, position = finder.find(array)
        np.testing.assert_array_equal(found, number)
        np.testing.assert_array_equal(position, np.arange(array.size))


# ---- handy parts --------------------------------------------------------------------------------

N_ELEMENTS = 24


@pytest.fixture(scope="module", autouse=True)
def small_slabs() -> Iterator[None]:
    """Parts that are so small that there are several of them, and pieces that reach across."""
    with patch.object(module, "SLAB", 5):
        yield


@st.composite
def some_elements(draw: st.DrawFn, size: int | None = None) -> Array:
    """Element numbers in runs, each of them once."""
    if draw(st.booleans()):
        numbers = draw(st.permutations(range(N_ELEMENTS)))
    else:
        start = draw(st.integers(0, N_ELEMENTS))
        numbers = [*range(start, N_ELEMENTS), *range(start)]
    count = draw(st.integers(0, N_ELEMENTS)) if size is None else size
    return np.asarray(numbers[:count], dtype=np.int32)


@given(some_elements())
def test_parts_are_all_elements_in_their_order(elements: Array) -> None:
    numbers = np.arange(N_ELEMENTS)
    collected = np.full(elements.size, -1)
    for place, part in slabs(elements):
        collected[place] = numbers[part]
    np.testing.assert_array_equal(collected, elements)
    np.testing.assert_array_equal(take(numbers * 3, elements), elements * 3)


@given(some_elements(), some_elements(), some_elements())
def test_flags_are_set_unless_others_are(before: Array, elements: Array, barred: Array) -> None:
    flags, unless = np.zeros(N_ELEMENTS, dtype=bool), np.zeros(N_ELEMENTS, dtype=bool)
    flags[before] = unless[barred] = True
    mark(flags, elements, unless=unless)
    assert set(np.flatnonzero(flags)) == set(before) | (set(elements) - set(barred))
    mark(flags, elements)
    assert set(np.flatnonzero(flags)) == set(before) | set(elements)


# ---- values of signals --------------------------------------------------------------------------


@given(st.data())
def test_elements_have_the_values_of_their_signals(data: st.DataObject) -> None:
    shapes = [(3,), (), (2, 4), (0,), (7,)]
    signals = [Signal(10.0 * n + np.arange(np.prod(s)).reshape(s)) for n, s in enumerate(shapes)]
    space = ElementSpace(signals)
    extra = space.reserve(N_ELEMENTS - space.size)
    everything = np.concatenate([*(s.initial_value.ravel() for s in signals), np.zeros(extra.size)])
    elements = data.draw(some_elements())
    values = space.initial_values(elements, "float32")
    assert values.dtype == np.float32
    np.testing.assert_array_equal(values, everything[elements])


def test_stored_entries_of_sparse_signals_have_values() -> None:
    with nengo.Network() as net:
        a = nengo.Node([1.0, 2.0, 3.0])
        transform = nengo.Sparse((3, 3), indices=[(0, 1), (2, 2), (1, 0)], init=[0.5, 0.25, 4.0])
        connection = nengo.Connection(a, nengo.Node(size_in=3), transform=transform)
    model = Model()
    model.build(net)
    signal = model.sig[connection]["weights"]
    space = ElementSpace([model.sig[a]["out"], signal])
    np.testing.assert_array_equal(
        space.initial_values(space.of(signal)[::-1], "float64"), [4.0, 0.25, 0.5]
    )


# ---- where the values are -----------------------------------------------------------------------


def assemble(read: Read, values: dict[int, Array]) -> Array:
    """What a recipe gives."""
    if read.zero:
        return np.zeros(read.size)
    parts = [
        np.zeros(piece.stop - piece.start)
        if piece.value == 0
        else values[piece.value][piece.start : piece.stop]
        for piece in read.pieces
    ]
    joined = np.concatenate(parts)
    return joined if read.index is None else joined[read.index]


@given(st.data())
def test_recipes_give_what_was_placed(data: st.DataObject) -> None:
    """Compared with an array in which the numbers themselves are put into place."""
    tracker, present = Tracker(N_ELEMENTS), np.zeros(N_ELEMENTS)
    values: dict[int, Array] = {}
    for slot in range(data.draw(st.integers(1, 6))):
        elements = data.draw(some_elements())
        action = data.draw(st.sampled_from(["place", "clear", "alias"]))
        if action == "place":
            value = tracker.add("state", slot, elements.size)
            values[value.identifier] = 100.0 * (slot + 1) + np.arange(elements.size)
            tracker.place(elements, value)
            present[elements] = values[value.identifier]
        elif action == "clear":
            tracker.clear(elements)
            present[elements] = 0
        else:
            sources = data.draw(some_elements(elements.size))
            tracker.alias(elements, sources)
            present[elements] = present[sources]
    wanted = data.draw(some_elements())
    read = tracker.read(wanted)
    np.testing.assert_array_equal(assemble(read, values), present[wanted])
    whole = read.whole
    if whole is not None:
        np.testing.assert_array_equal(values[whole], present[wanted])
