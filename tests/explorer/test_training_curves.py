"""Curves of a training: exact while they are short, averaged when they are long, never growing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from nengo_explorer.explorer.plots.curves import draw_curves
from nengo_explorer.explorer.plots.drawing import draw
from nengo_explorer.explorer.plots.figure import DENSITY, canvas_for, to_png
from nengo_explorer.explorer.training_curves import EPOCHS, GRADIENTS, Curve, TrainingCurves

CANVAS = canvas_for(480, "light")


@given(st.lists(st.integers(-100, 100), max_size=300), st.sampled_from([2, 4, 10]))
@settings(deadline=None)
def test_points_are_means_of_neighbours_in_order(rows: list[int], most: int) -> None:
    curve = Curve(1, most)
    for row in rows:
        curve.add([row])
    places, values = curve.points()
    stride = curve.stride
    assert stride & (stride - 1) == 0
    assert len(places) <= most + 1
    groups = [rows[start : start + stride] for start in range(0, len(rows), stride)]
    np.testing.assert_allclose(values[:, 0], [np.mean(group) for group in groups], atol=1e-3)
    middles = [stride * number + (len(group) + 1) / 2 for number, group in enumerate(groups)]
    np.testing.assert_allclose(places, middles)


def test_memory_does_not_grow_with_the_training() -> None:
    curve = Curve(5, 100)
    sizes = set()
    for _ in range(3000):
        curve.add(np.ones(5))
        sizes.add(len(curve.points()[0]))
    assert max(sizes) <= 101
    assert curve.total == 3000


def test_many_parameters_have_fewer_points() -> None:
    assert Curve(100_000)._values.nbytes <= 100 * 100_000 * 4
    assert len(Curve(1)._values) > 1000


def trained(epochs: list[dict[str, float]], n_parameters: int = 2) -> TrainingCurves:
    curves = TrainingCurves()
    curves.begin([f"e{number} bias" for number in range(n_parameters)])
    for number, logs in enumerate(epochs):
        curves.step(1.0 / (number + 1), np.arange(n_parameters, dtype=float))
        curves.epoch(logs)
    return curves


def by_key(curves: TrainingCurves) -> dict[str, Any]:
    return {samples.key: samples for samples in curves.samples()}


def test_there_is_nothing_before_the_first_minibatch() -> None:
    curves = TrainingCurves()
    assert curves.samples() == []
    assert np.isnan(curves.last_loss)
    curves.begin(["a bias"])
    assert curves.samples() == []


def test_losses_of_epochs_are_those_of_keras() -> None:
    curves = trained([{"loss": 0.5}, {"loss": 0.25}])
    epochs = by_key(curves)[EPOCHS]
    assert epochs.values.tolist() == [[0.5], [0.25]]
    assert epochs.times.tolist() == [1, 2]
    assert (curves.last_loss, curves.n_epochs) == (0.25, 2)


def test_a_validation_is_a_curve_of_its_own() -> None:
    epochs = by_key(trained([{"loss": 1.0, "val_loss": 2.0}, {"loss": 0.5}]))[EPOCHS]
    assert epochs.names == ("training", "validation")
    assert "Some epochs were not validated." in epochs.notes
    assert draw(epochs, CANVAS).png


def test_a_training_that_trains_nothing_has_no_norms() -> None:
    assert GRADIENTS not in by_key(trained([{"loss": 1.0}], n_parameters=0))


def test_the_greatest_gradients_are_drawn_and_all_are_in_the_table() -> None:
    norms = by_key(trained([{"loss": 1.0}] * 3, n_parameters=40))[GRADIENTS]
    drawing = draw(norms, CANVAS)
    assert drawing.png
    assert "The 8 greatest of 40 are drawn" in drawing.note
    assert norms.values.shape == (3, 40)


def test_long_curves_say_that_they_are_thinned() -> None:
    curves = TrainingCurves()
    curves.begin([])
    for loss in range(1500):
        curves.step(float(loss), np.zeros(0))
    (losses,) = curves.samples()
    assert "Of 1500 samples" in draw(losses, CANVAS).note
    assert "Of" not in draw(losses, canvas_for(1200, "light")).note


@pytest.mark.parametrize("loss", [np.nan, np.inf, 0.0, -1.0, 1e30])
def test_losses_of_any_kind_are_drawn(loss: float) -> None:
    curves = trained([{"loss": 1.0}, {"loss": loss}, {"loss": 0.001}])
    drawing = draw(by_key(curves)[EPOCHS], CANVAS)
    assert drawing.png
    if not np.isfinite(loss):
        assert "1 of 3 values are not finite" in drawing.note
    if loss == 0:
        assert "exactly zero" in drawing.note


@pytest.mark.parametrize("width", [240, 480, 1200])
def test_names_of_any_length_leave_room_for_curves(width: int) -> None:
    canvas = canvas_for(width, "light")
    names = tuple(f"{'long ' * number}name {number}" for number in range(8))
    data = replace(by_key(trained([{"loss": 1.0}] * 3, 8))[GRADIENTS], names=names)
    axes = draw_curves(data, data.values, canvas, [])
    to_png(axes)
    box, page = axes.get_window_extent(), axes.figure.bbox
    assert box.width > 0.6 * page.width
    assert box.height > 0.4 * canvas.height * DENSITY
    legend = axes.get_legend()
    assert legend is not None
    assert legend.get_window_extent().x1 <= page.width
    assert legend.get_window_extent().y0 >= box.y1 - 1
    assert len(legend.get_texts()) == 8
