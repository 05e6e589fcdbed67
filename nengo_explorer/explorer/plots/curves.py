"""Curves of a training: few points, with names, on a scale that shows small numbers too."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import MaxNLocator  # noqa: TID253 - loaded to draw

from nengo_explorer.explorer.plots.figure import label_axes, new_axes
from nengo_explorer.explorer.plots.thinning import keep_extremes, thinned_text

if TYPE_CHECKING:
    import numpy.typing as npt
    from matplotlib.axes import Axes

    from nengo_explorer.explorer.plots.figure import Canvas
    from nengo_explorer.explorer.plots.samples import Samples

    Array = npt.NDArray[Any]

#: So many curves can be told apart and named.
MOST_CURVES = 8
#: A greater ratio between the greatest and the least number is drawn on a logarithmic scale.
LARGEST_LINEAR_RATIO = 20
#: Up to so many points are marked.
MOST_MARKED = 30
#: Sizes of a legend in pixels of the page: of a letter, of the line in front of a name, of the
#: vertical axis beside it, of a row.
LETTER_WIDTH, HANDLE_WIDTH, AXIS_WIDTH, ROW_HEIGHT = 6.6, 34, 80, 15
LONGEST_NAME = 30
#: Room for a number below the horizontal axis, in the same pixels.
TICK_WIDTH = 55
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")


def draw_curves(samples: Samples, values: Array, canvas: Canvas, notes: list[str]) -> Axes:
    """Draw curves, each with a name.

    Parameters
    ----------
    samples : Samples
        Where the points are, and names.
    values : (n_points, n_curves) ndarray
        Finite numbers, and NaN.
    canvas : Canvas
        Size and colours; the figure is higher by what the names take.
    notes : list of str
        What has to be said is appended.
    """
    chosen = _chosen(values, notes)
    names = [_short(samples.name(int(curve)), canvas) for curve in chosen]
    columns = _columns(names, canvas)
    rows = math.ceil(len(names) / columns) if len(names) > 1 else 0
    axes = new_axes(replace(canvas, height=canvas.height + rows * ROW_HEIGHT))
    logarithmic = _spans_decades(values[:, chosen])
    if logarithmic:
        axes.set_yscale("log")
        zeros = int(np.count_nonzero(values[:, chosen] == 0))
        if zeros:
            notes.append(f"{zeros} points are exactly zero; the scale has no place for them.")
    for number, curve in enumerate(chosen):
        points = values[:, curve]
        if logarithmic:
            points = np.where(points > 0, points, np.nan)
        kept = keep_extremes(points, canvas.width)
        axes.plot(
            samples.times[kept],
            points[kept],
            color=canvas.colours.lines[number % len(canvas.colours.lines)],
            linewidth=1.3,
            marker=_MARKERS[number % len(_MARKERS)] if kept.size <= MOST_MARKED else "",
            markersize=3.5,
            label=names[number],
        )
    notes.extend(filter(None, [thinned_text(len(values), canvas.width)]))
    if rows:
        _name_curves(axes, canvas, columns)
    most = max(3, canvas.width // TICK_WIDTH)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=most, integer=True))
    label_axes(axes, canvas, samples.x_label, samples.y_label)
    return axes


def _chosen(values: Array, notes: list[str]) -> Array:
    """The curves that are drawn: if there are too many, those that reached highest."""
    count = values.shape[1]
    if count <= MOST_CURVES:
        return np.arange(count)
    peaks = np.where(np.isnan(values), -np.inf, values).max(axis=0)
    notes.append(f"The {MOST_CURVES} greatest of {count} are drawn; the table has more.")
    return np.sort(np.argsort(-peaks, kind="stable")[:MOST_CURVES])


def _spans_decades(values: Array) -> bool:
    """Whether a linear scale would hide the small ones."""
    known = values[np.isfinite(values)]
    if known.size == 0 or (known < 0).any():
        return False
    positive = known[known > 0]
    return bool(positive.size and positive.max() > LARGEST_LINEAR_RATIO * positive.min())


def _short(name: str, canvas: Canvas) -> str:
    """A name that fits into a line of the legend."""
    most = min(LONGEST_NAME, int((canvas.width - AXIS_WIDTH - HANDLE_WIDTH) / LETTER_WIDTH))
    cut = name if len(name) <= most else f"{name[: most - 1]}\N{HORIZONTAL ELLIPSIS}"
    # Matplotlib leaves out what begins with an underscore.
    return f"\N{ZERO WIDTH SPACE}{cut}" if cut.startswith("_") else cut


def _columns(names: list[str], canvas: Canvas) -> int:
    """How many names fit beside each other."""
    width = max(map(len, names)) * LETTER_WIDTH + HANDLE_WIDTH
    return min(len(names), max(1, int((canvas.width - AXIS_WIDTH) / width)))


def _name_curves(axes: Axes, canvas: Canvas, columns: int) -> None:
    """Name curves above the axes."""
    legend = axes.legend(
        fontsize=8,
        labelcolor=canvas.colours.text,
        frameon=False,
        ncols=columns,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        borderaxespad=0,
        handlelength=1.6,
        handletextpad=0.5,
        columnspacing=1,
    )
    for text in legend.get_texts():
        text.set(parse_math=False, usetex=False)
