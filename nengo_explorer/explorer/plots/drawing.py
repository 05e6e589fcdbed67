"""One figure, card or sentence for what a probe has recorded."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from matplotlib.ticker import MaxNLocator  # noqa: TID253 - loaded to draw

from nengo_explorer.explorer.plots.curves import MOST_CURVES, draw_curves
from nengo_explorer.explorer.plots.figure import (
    DENSITY,
    Canvas,
    label_axes,
    new_axes,
    page_height,
    style_axes,
    title_axes,
    to_file,
    to_png,
)
from nengo_explorer.explorer.plots.thinning import (
    evenly,
    keep_extremes,
    strongest_in_bins,
    thinned_text,
)

if TYPE_CHECKING:
    import numpy.typing as npt
    from matplotlib.axes import Axes

    from nengo_explorer.explorer.plots.samples import Samples
    from nengo_explorer.explorer.wire import Card

    Array = npt.NDArray[Any]

#: More signals than this are drawn as a map, and more than the second number not all of them.
MOST_LINES = 24
MOST_ROWS = 120
#: With up to so many rows of spikes there is space between them.
MOST_SPACED = 60
#: With up to so many lines each is named; a name takes so much of the width, in pixels.
MOST_NAMED = 12
NAME_WIDTH = 54
#: Style of the lines that have the first set of colours, the second, and so on.
LINE_STYLES = ("-", "--", ":")
#: Values on a card.
MOST_VALUES = 12


@dataclass(frozen=True)
class Drawing:
    """What is shown for one probe.

    Attributes
    ----------
    png : bytes or None
        The figure.
    note : str
        What has to be said about it.
    card : Card or None
        Last values, in place of a figure.
    alt : str
        The figure in words.
    height : int
        Height of the figure, in pixels of the page.
    """

    png: bytes | None
    note: str
    card: Card | None
    alt: str
    height: int = 0


def draw(samples: Samples, canvas: Canvas) -> Drawing:
    """Draw data in the way that suits them.

    Parameters
    ----------
    samples : Samples
        What to draw; may be empty, and may hold NaN.
    canvas : Canvas
        Size and colours.
    """
    notes = list(samples.notes)
    if samples.values.size and samples.form == "last":
        return Drawing(None, " ".join(notes), _card(samples), "")
    found = _axes(samples, canvas, notes)
    if found is None:
        return Drawing(None, " ".join(notes), None, "")
    axes, values = found
    height = page_height(axes)
    return Drawing(to_png(axes), " ".join(notes), None, _in_words(samples, values), height)


def figure_file(samples: Samples, canvas: Canvas, kind: Literal["png", "svg"]) -> bytes | None:
    """The figure of some data as a file, with its title and on a white ground.

    Parameters
    ----------
    samples : Samples
        What to draw.
    canvas : Canvas
        Size, and light colours.
    kind : str
        "png" or "svg".

    Returns
    -------
    file : bytes or None
        None if there is nothing to draw.
    """
    found = None if samples.form == "last" else _axes(samples, canvas, [])
    if found is None:
        return None
    title_axes(found[0], canvas, samples.heading)
    return to_file(found[0], kind)


def _axes(samples: Samples, canvas: Canvas, notes: list[str]) -> tuple[Axes, Array] | None:
    """The figure, and the values that are drawn; None if there is nothing to draw."""
    if samples.values.size == 0:
        notes.insert(0, "No data: no step was simulated that this probe records.")
        return None
    values = _finite(samples.values, notes)
    if np.isnan(values).all():
        notes.append("There is nothing to draw.")
        return None
    if samples.form == "spikes":
        return _raster(samples, values, canvas, notes), values
    if samples.form == "curves":
        return draw_curves(samples, values, canvas, notes), values
    if values.shape[1] > MOST_LINES:
        return _map(samples, values, canvas, notes), values
    return _lines(samples, values, canvas, notes), values


def _finite(values: Array, notes: list[str]) -> Array:
    """Values with NaN for everything that is no number, which is noted."""
    finite = np.isfinite(values)
    if finite.all():
        return values
    missing = int(values.size - np.count_nonzero(finite))
    notes.append(f"{missing} of {values.size} values are not finite numbers; they leave gaps.")
    return np.where(finite, values, np.nan)


def _lines(samples: Samples, values: Array, canvas: Canvas, notes: list[str]) -> Axes:
    axes = new_axes(canvas)
    colours = canvas.colours.lines
    n_lines = values.shape[1]
    for dimension in range(n_lines):
        signal = values[:, dimension]
        chosen = keep_extremes(signal, canvas.width)
        axes.plot(
            samples.times[chosen],
            signal[chosen],
            color=colours[dimension % len(colours)],
            linestyle=LINE_STYLES[dimension // len(colours) % len(LINE_STYLES)],
            linewidth=1.2,
            # A line through one sample is invisible.
            marker="o" if chosen.size == 1 else "",
            markersize=4,
            label=samples.name(dimension),
        )
    notes.extend(filter(None, [thinned_text(len(values), canvas.width)]))
    if 1 < n_lines <= MOST_NAMED:
        _name_lines(axes, canvas, n_lines)
    if samples.x_label == "sample":
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    _fit_time(axes, samples.times)
    label_axes(axes, canvas, samples.x_label, samples.y_label)
    return axes


def _name_lines(axes: Axes, canvas: Canvas, n_lines: int) -> None:
    """Name lines above the axes, in as few and as even rows as the width allows."""
    n_rows = math.ceil(n_lines / max(1, canvas.width // NAME_WIDTH))
    n_columns = math.ceil(n_lines / n_rows)
    # A legend is filled column by column; names are read row by row.
    order = [number for first in range(n_columns) for number in range(first, n_lines, n_columns)]
    legend = axes.legend(
        handles=[axes.lines[number] for number in order],
        fontsize=8,
        labelcolor=canvas.colours.text,
        frameon=False,
        ncols=n_columns,
        loc="lower right",
        bbox_to_anchor=(1, 1),
        borderaxespad=0,
        handlelength=1.6,
        handletextpad=0.5,
        columnspacing=1,
    )
    legend.set_in_layout(True)


def _fit_time(axes: Any, times: Array) -> None:
    """Let the horizontal axis begin and end with the data."""
    if times.size > 1 and times[-1] > times[0]:
        axes.set_xlim(times[0], times[-1])


def _extent(times: Array, n_rows: int) -> tuple[float, float, float, float]:
    """Where an image of rows over time lies in its axes."""
    step = (times[-1] - times[0]) / (times.size - 1) if times.size > 1 else 1e-3
    return (times[0] - step / 2, times[-1] + step / 2, n_rows - 0.5, -0.5)


def _chosen_rows(count: int, notes: list[str], what: str) -> Array:
    """The signals that are drawn, if there are too many of them."""
    chosen = evenly(count, MOST_ROWS)
    if chosen.size < count:
        notes.append(f"{chosen.size} of {count} {what} are shown, evenly spread.")
    return chosen


def _shown(samples: Samples, values: Array, canvas: Canvas, notes: list[str], what: str) -> Array:
    """Values of an image, (rows, bins)."""
    chosen = _chosen_rows(values.shape[1], notes, what)
    binned = strongest_in_bins(values[:, chosen], canvas.width * DENSITY)
    if len(binned) < len(samples.times):
        notes.append(f"{len(samples.times)} samples are drawn in {len(binned)} columns.")
    return binned.T


def _map(samples: Samples, values: Array, canvas: Canvas, notes: list[str]) -> Axes:
    shown = _shown(samples, values, canvas, notes, "dimensions")
    axes = new_axes(canvas)
    greatest = float(np.nanmax(np.abs(shown))) or 1.0
    image = axes.imshow(
        shown,
        aspect="auto",
        interpolation="nearest",
        cmap=canvas.colours.map,
        vmin=-greatest,
        vmax=greatest,
        extent=_extent(samples.times, values.shape[1]),
    )
    axes.grid(visible=False)
    bar = axes.figure.colorbar(image, ax=axes)
    style_axes(bar.ax, canvas)
    bar.outline.set_edgecolor(canvas.colours.axis)
    label_axes(axes, canvas, samples.x_label, samples.y_label or "dimension")
    return axes


def _raster(samples: Samples, values: Array, canvas: Canvas, notes: list[str]) -> Axes:
    from matplotlib.colors import ListedColormap

    shown = np.nan_to_num(_shown(samples, values, canvas, notes, "neurons"))
    if len(shown) <= MOST_SPACED:
        # A gap below each neuron, so that those who fire together stay apart.
        shown = np.repeat(shown, 4, axis=0)
        shown[3::4] = 0
    axes = new_axes(canvas)
    axes.imshow(
        np.ma.masked_less_equal(shown, 0),
        aspect="auto",
        interpolation="nearest",
        cmap=ListedColormap([canvas.colours.text]),
        extent=_extent(samples.times, values.shape[1]),
    )
    axes.grid(visible=False)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    label_axes(axes, canvas, samples.x_label, samples.y_label)
    return axes


def _card(samples: Samples) -> Card:
    """Values of the last step."""
    last = samples.values[-1]
    shown = [f"{value:.6g}" for value in last[:MOST_VALUES]]
    if last.size > 1:
        shown = [f"{dimension}: {text}" for dimension, text in enumerate(shown)]
    if last.size > MOST_VALUES:
        shown.append(f"and {last.size - MOST_VALUES} more")
    return {"label": f"Last step, t = {samples.times[-1]:.3f} s", "values": shown}


def _in_words(samples: Samples, values: Array) -> str:
    """What a figure shows, for those who cannot see it."""
    start, end = samples.times[0], samples.times[-1]
    what = "neuron" if samples.form == "spikes" else "signal"
    count = f"{values.shape[1]} {what}{'' if values.shape[1] == 1 else 's'}"
    span = f"{samples.x_label} {start:.4g} to {end:.4g}"
    if samples.form == "spikes":
        return f"{samples.title}: spikes of {count}, {span}, {np.count_nonzero(values > 0)} spikes."
    if samples.form == "curves" and values.shape[1] <= MOST_CURVES:
        count = ", ".join(samples.names)
    least, greatest = np.nanmin(values), np.nanmax(values)
    return f"{samples.title}: {count}, {span}, values from {least:.4g} to {greatest:.4g}."
