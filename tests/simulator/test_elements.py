"""Finding elements among arrays of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nengo_explorer.simulator.elements import ElementFinder

if TYPE_CHECKING:
    import numpy.typing as npt

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
