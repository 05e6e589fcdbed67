"""Numbers of plots: a file has all of them, and a table says what it leaves out."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from nengo_explorer.explorer.plots import files
from nengo_explorer.explorer.plots.drawing import figure_file
from nengo_explorer.explorer.plots.figure import canvas_for
from nengo_explorer.explorer.plots.files import csv_parts, csv_rows, file_name
from nengo_explorer.explorer.plots.samples import Samples
from nengo_explorer.explorer.plots.tables import MOST_COLUMNS, MOST_ROWS, table_of

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]

CANVAS = canvas_for(400, "light")


def samples(values: Any, **more: Any) -> Samples:
    values = np.asarray(values)
    return Samples(0, "p", values, np.arange(1, len(values) + 1) * 0.001, **more)


def arrays(dtype: Any) -> st.SearchStrategy[Array]:
    shapes = st.tuples(st.integers(0, 40), st.integers(1, 4))
    return hnp.arrays(dtype, shapes)


@given(st.one_of(arrays(np.float32), arrays(np.float64)), st.integers(1, 30))
@settings(deadline=None)
def test_a_csv_file_gives_back_every_number(values: Array, numbers_in_part: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "NUMBERS_IN_PART", numbers_in_part)
        parts = list(csv_parts(samples(values)))
    lines_in_part = max(1, numbers_in_part // (values.shape[1] + 1))
    assert all(part.count("\n") <= lines_in_part for part in parts)
    head, *lines = csv.reader(io.StringIO("".join(parts)))
    assert head == ["time (s)", *map(str, range(values.shape[1]))]
    read = np.array([line[1:] for line in lines], values.dtype).reshape(values.shape)
    np.testing.assert_array_equal(read, values)
    assert [line[0] for line in lines[:3]] == ["0.001", "0.002", "0.003"][: len(lines)]


def test_names_of_columns_are_no_formulas() -> None:
    text = "".join(csv_parts(samples([[1.0, 2.0]], names=("=cmd|' /C calc'!A0", 'a "b", c'))))
    (head, _) = csv.reader(io.StringIO(text))
    assert head == ["time (s)", "'=cmd|' /C calc'!A0", 'a "b", c']


def test_places_have_no_digits_that_mean_nothing() -> None:
    assert csv_rows(samples(np.zeros((9, 1))), 8, 9) == "0.009,0.0\n"


@given(st.text())
def test_any_title_makes_a_name_for_a_file(title: str) -> None:
    name = file_name(title, "csv")
    stem = name.removesuffix(".csv")
    assert name != stem
    assert 0 < len(stem) <= 70
    assert all(letter.isalnum() or letter == "-" or not letter.isascii() for letter in stem)
    assert "/" not in name
    assert not stem.startswith(("-", "."))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("decoded a", "decoded-a.svg"),
        ("../../etc/passwd", "etc-passwd.svg"),
        ("<b>x</b>", "b-x-b.svg"),
        ("", "plot.svg"),
        ("con", "plot-con.svg"),
        ("\u05d0\u05d1", "\u05d0\u05d1.svg"),
        ("a" * 200, "a" * 60 + ".svg"),
    ],
)
def test_names_are_safe_and_readable(title: str, name: str) -> None:
    assert file_name(title, "svg") == name


def test_a_short_table_has_every_number() -> None:
    values = np.array([[1.0, np.nan], [np.inf, -2.0]])
    table = table_of(samples(values, notes=("Item 1 of 2.",)))
    np.testing.assert_array_equal(table.values, values)
    np.testing.assert_array_equal(table.places, [0.001, 0.002])
    assert (table.names, table.note) == (("0", "1"), "Item 1 of 2.")


def test_a_long_table_says_what_it_leaves_out() -> None:
    values = np.arange(5000 * 40, dtype=float).reshape(5000, 40)
    table = table_of(samples(values))
    assert table.values.shape == (MOST_ROWS, MOST_COLUMNS)
    assert table.values[0, 0] == 0
    assert table.values[-1, 0] == values[-1, 0]
    assert "200 of 5000 samples" in table.note
    assert "first 24 of 40 columns" in table.note


@given(
    hnp.arrays(
        np.float32,
        st.tuples(st.integers(1, 900), st.integers(1, 3)),
        elements=st.sampled_from([0.0, 1000.0]),
    )
)
@settings(deadline=None)
def test_no_spike_is_missing_in_a_table(values: Array) -> None:
    table = table_of(samples(values, form="spikes"))
    counted = np.count_nonzero(values, axis=0)
    if len(values) > MOST_ROWS:
        np.testing.assert_array_equal(table.values.sum(axis=0), counted)
        assert "counted" in table.note
    else:
        np.testing.assert_array_equal(table.values, values)
    assert table.places[-1] == pytest.approx(len(values) * 0.001)


@pytest.mark.parametrize("form", ["signals", "spikes", "curves"])
def test_figures_become_files_with_a_title(form: Any) -> None:
    data = samples(np.random.default_rng(0).poisson(1, (50, 3)), form=form, items=2, item=1)
    assert (figure_file(data, CANVAS, "png") or b"").startswith(b"\x89PNG")
    drawn = figure_file(data, CANVAS, "svg")
    assert drawn is not None
    assert ET.fromstring(drawn).tag.endswith("svg")  # noqa: S314 - made a line above


def test_nothing_becomes_no_figure() -> None:
    assert figure_file(samples(np.full((3, 1), np.nan)), CANVAS, "svg") is None
    assert figure_file(samples(np.zeros((0, 1))), CANVAS, "png") is None
    assert figure_file(samples(np.zeros((1, 1)), form="last"), CANVAS, "png") is None
