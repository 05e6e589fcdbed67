"""Plots of data of every kind."""

from __future__ import annotations

from typing import Any

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from nengo_explorer.explorer.plots.drawing import draw
from nengo_explorer.explorer.plots.figure import canvas_for
from nengo_explorer.explorer.plots.samples import Samples
from nengo_explorer.explorer.plots.thinning import evenly, keep_extremes, strongest_in_bins
from nengo_explorer.explorer.proof.figures import Overlay, Trace

CANVAS = canvas_for(400, "light")


def samples(values: Any, **more: Any) -> Samples:
    values = np.asarray(values, dtype=float)
    return Samples(0, "$\\frac{$", values, np.arange(1, len(values) + 1) * 0.001, **more)


@given(
    hnp.arrays(float, st.integers(1, 300), elements=st.floats(-10, 10) | st.just(np.nan)),
    st.integers(1, 20),
)
def test_thinning_keeps_every_peak(values: np.ndarray[Any, Any], n_bins: int) -> None:
    chosen = keep_extremes(values, n_bins)
    assert chosen.size <= 2 * n_bins + 2
    assert (np.diff(chosen) > 0).all()
    assert (chosen[0], chosen[-1]) == (0, values.size - 1)
    if not np.isnan(values).all():
        assert np.nanmax(values[chosen]) == np.nanmax(values)
        assert np.nanmin(values[chosen]) == np.nanmin(values)


def test_maps_keep_what_is_strongest() -> None:
    values = np.zeros((1000, 2))
    values[123, 0], values[456, 1] = -3, 2
    values[900:, 1] = np.nan
    binned = strongest_in_bins(values, 10)
    assert binned.shape == (10, 2)
    assert binned[1, 0] == -3
    assert binned[4, 1] == 2
    assert np.isnan(binned[9, 1])


@given(
    hnp.arrays(
        np.float32,
        st.tuples(st.integers(1, 300), st.integers(1, 3)),
        elements=st.floats(-10, 10, width=32) | st.just(np.nan),
    ),
    st.integers(1, 120),
)
def test_bins_of_maps_share_all_samples_among_them(
    values: np.ndarray[Any, Any], n_bins: int
) -> None:
    binned = strongest_in_bins(values, n_bins)
    if len(values) <= n_bins:
        np.testing.assert_array_equal(binned, values)
        return
    parts = [
        values[i * len(values) // n_bins : (i + 1) * len(values) // n_bins] for i in range(n_bins)
    ]
    assert len(binned) == n_bins
    for part, strongest in zip(parts, binned, strict=True):
        for column, value in zip(part.T, strongest, strict=True):
            known = column[~np.isnan(column)]
            assert np.isnan(value) if known.size == 0 else abs(value) == np.abs(known).max()


def test_chosen_signals_are_evenly_spread() -> None:
    assert evenly(3, 10).tolist() == [0, 1, 2]
    assert evenly(101, 3).tolist() == [0, 50, 100]


@pytest.mark.parametrize("shape", [(1, 1), (3, 2), (5000, 9), (40, 300)])
@pytest.mark.parametrize("form", ["signals", "spikes"])
def test_any_shape_is_drawn(shape: tuple[int, int], form: str) -> None:
    values = np.random.default_rng(0).poisson(0.3, shape)
    drawing = draw(samples(values, form=form), CANVAS)
    assert (drawing.png or b"").startswith(b"\x89PNG")
    assert drawing.alt


def test_what_is_left_out_is_said() -> None:
    assert "5000 samples" in draw(samples(np.zeros((5000, 1))), CANVAS).note
    assert "120 of 300" in draw(samples(np.ones((4, 300))), CANVAS).note


def test_comparisons_say_what_they_leave_out() -> None:
    times, values = np.arange(5000) * 0.001, np.zeros((5000, 1))
    overlay = Overlay(0, "both", (Trace("a", times, values), Trace("b", times[:9], values[:9])))
    assert "Of 5000 samples" in overlay.drawn(CANVAS, 1)["note"]
    short = Overlay(0, "both", (Trace("a", times[:9], values[:9]),))
    assert short.drawn(CANVAS, 1)["note"] == ""


def test_nan_leaves_gaps_that_are_noted() -> None:
    drawing = draw(samples([[0.0], [np.nan], [np.inf], [1.0]]), CANVAS)
    assert drawing.png
    assert "2 of 4 values" in drawing.note
    nothing = draw(samples([[np.nan], [np.nan]]), CANVAS)
    assert nothing.png is None
    assert "nothing to draw" in nothing.note


def test_no_data_is_said() -> None:
    drawing = draw(samples(np.zeros((0, 3))), CANVAS)
    assert drawing.png is None
    assert drawing.note.startswith("No data")


def test_themes_and_widths_differ() -> None:
    data = samples([[0.0], [1.0]])
    images = {
        draw(data, canvas_for(width, theme)).png
        for width in (300, 600)
        for theme in ("light", "dark")
    }
    assert len(images) == 4


def test_drawing_leaves_matplotlib_alone() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    draw(samples([[0.0], [1.0]]), CANVAS)
    assert dict(mpl.rcParams) == before
