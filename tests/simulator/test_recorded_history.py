"""What a probe has recorded is put together in time that does not grow with every look."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from nengo_explorer.simulator.history import History

Array = npt.NDArray[Any]
LOOK = 0


def part(first: int, count: int, n_items: int = 2) -> Array:
    """Samples that say which step and which item they are."""
    steps = np.arange(first, first + count, dtype=float)[np.newaxis, :, np.newaxis]
    items = np.arange(n_items)[:, np.newaxis, np.newaxis]
    return steps + 0.25 * items * np.ones((1, 1, 3))


@given(st.lists(st.integers(0, 9), max_size=40))
def test_every_look_shows_all_samples_and_stays(actions: list[int]) -> None:
    """Whatever comes later, an array that was given out does not change."""
    history = History()
    given_out = []
    count = 0
    for number in actions:
        if number == LOOK:
            seen = history.joined()
            assert (seen is None) == (count == 0)
            if seen is not None:
                given_out.append((seen, count))
        else:
            history.append(part(count, number))
            count += number
    for seen, until in given_out:
        np.testing.assert_array_equal(seen, part(0, until))


def test_who_looks_often_does_not_have_all_copied() -> None:
    history = History()
    places = set()
    for step in range(1000):
        history.append(part(step, 1))
        seen = history.joined()
        assert seen is not None
        places.add(seen.ctypes.data)
    assert len(places) < 15, "room is made when it has run out, and then for twice as much"


def test_one_part_is_not_copied() -> None:
    history, only = History(), part(0, 5)
    history.append(only)
    assert history.joined() is only


def test_items_of_parameters_appear_when_a_rule_changes_them() -> None:
    history = History()
    history.append(np.ones((1, 2, 3), np.float32))
    history.append(part(2, 2, n_items=4))
    history.joined()
    history.append(np.zeros((1, 1, 3)))
    seen = history.joined()
    assert seen is not None
    assert seen.shape == (4, 5, 3)
    assert seen.dtype == np.float64
    np.testing.assert_array_equal(seen[:, :2], 1)
    np.testing.assert_array_equal(seen[:, 2:4], part(2, 2, n_items=4))
    np.testing.assert_array_equal(seen[:, 4], 0)


def test_two_histories_with_the_same_past_have_their_own_future() -> None:
    one, other = History(), History()
    for number in range(3):
        one.append(part(2 * number, 2))
        one.joined()
    other.fill(one.parts())
    other.append(part(6, 1))
    one.append(part(60, 1))
    first, second = one.joined(), other.joined()
    assert first is not None
    assert second is not None
    np.testing.assert_array_equal(first[:, :6], second[:, :6])
    np.testing.assert_array_equal(second, part(0, 7))
    np.testing.assert_array_equal(first[:, 6:], part(60, 1))


def test_what_is_forgotten_does_not_come_back() -> None:
    history = History()
    for number in range(4):
        history.append(part(number, 1))
        history.joined()
    before = history.joined()
    history.clear()
    assert history.joined() is None
    history.append(part(7, 2))
    history.append(part(9, 2))
    np.testing.assert_array_equal(history.joined(), part(7, 4))
    np.testing.assert_array_equal(before, part(0, 4))
