"""Figures for comparisons: curves of several runs in one plot, and response curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from nengo_explorer.explorer.plots.thinning import keep_extremes, thinned_text

if TYPE_CHECKING:
    import numpy.typing as npt
    from matplotlib.axes import Axes

    from nengo_explorer.explorer.plots.figure import Canvas
    from nengo_explorer.explorer.proof.response import Response
    from nengo_explorer.explorer.wire import ProofFigure

    Array = npt.NDArray[Any]

#: More signals of a probe are not drawn over each other: nobody could tell them apart.
MOST_SIGNALS = 4
#: Style of the first set of lines, the second, and so on.
STYLES: tuple[Any, ...] = ("-", (0, (4, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)), (0, (2, 4)))
_FONT = 8


class Drawable(Protocol):
    """Something that can be drawn for a page, and again for one that looks otherwise."""

    def drawn(self, canvas: Canvas, version: int) -> ProofFigure:
        """The figure for the page."""
        ...


@dataclass(frozen=True)
class Trace:
    """What one run has recorded of a probe.

    Attributes
    ----------
    label : str
        What the legend says.
    times : (n_samples,) ndarray
        In seconds.
    values : (n_samples, n_signals) ndarray
        The data.
    """

    label: str
    times: Array
    values: Array


@dataclass(frozen=True)
class Overlay:
    """Several runs of one probe in one figure.

    Attributes
    ----------
    row : int
        Row of the probe.
    title : str
        Its name.
    traces : tuple of Trace
        The runs.
    note : str
        What has to be said.
    """

    row: int
    title: str
    traces: tuple[Trace, ...]
    note: str = ""

    def drawn(self, canvas: Canvas, version: int) -> ProofFigure:
        """The figure for the page."""
        from nengo_explorer.explorer.plots.figure import (  # noqa: PLC0415 - loads Matplotlib
            label_axes,
            new_axes,
            to_png,
        )

        n_samples = max((len(trace.values) for trace in self.traces), default=0)
        thinned = thinned_text(n_samples, canvas.width)
        axes = new_axes(canvas)
        for number, trace in enumerate(self.traces):
            self._draw_trace(axes, canvas, number, trace)
        label_axes(axes, canvas, "time (s)", "")
        _add_legend(axes, canvas, [trace.label for trace in self.traces])
        return {
            "row": self.row,
            "title": self.title,
            "version": version,
            "png": to_png(axes),
            "width": canvas.width,
            "height": canvas.height,
            "note": " ".join(filter(None, (self.note, self._omitted, thinned))),
            "alt": f"{self.title}: {' and '.join(trace.label for trace in self.traces)}, overlaid.",
        }

    @property
    def _omitted(self) -> str:
        count = max((trace.values.shape[1] for trace in self.traces), default=0)
        return f"The first {MOST_SIGNALS} of {count} signals are drawn." * (count > MOST_SIGNALS)

    def _draw_trace(self, axes: Axes, canvas: Canvas, number: int, trace: Trace) -> None:
        colours = canvas.colours.lines
        for signal in range(min(trace.values.shape[1], MOST_SIGNALS)):
            values = trace.values[:, signal]
            values = np.where(np.isfinite(values), values, np.nan)
            chosen = keep_extremes(values, canvas.width)
            axes.plot(
                trace.times[chosen],
                values[chosen],
                # With one signal colours tell runs apart, with several they tell signals apart.
                color=colours[(number if trace.values.shape[1] == 1 else signal) % len(colours)],
                linestyle=STYLES[number % len(STYLES)],
                linewidth=1.2,
                label=trace.label if signal == 0 else None,
            )


def _add_legend(axes: Axes, canvas: Canvas, labels: list[str]) -> None:
    handles = [line for line in axes.lines if line.get_label() in labels]
    legend = axes.legend(
        handles=handles,
        fontsize=_FONT,
        labelcolor=canvas.colours.text,
        frameon=False,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        borderaxespad=0,
        handlelength=2.4,
        ncols=2 if max((len(label) for label in labels), default=0) < canvas.width // 16 else 1,
    )
    for text in legend.get_texts():
        text.set(parse_math=False, usetex=False)


@dataclass(frozen=True)
class ResponseFigure:
    """Response curve of an ensemble's neurons, its slope, and neurons without slope.

    Attributes
    ----------
    row : int
        Row of the ensemble.
    title : str
        Its name.
    response : Response
        What is drawn.
    note : str
        What has to be said.
    """

    row: int
    title: str
    response: Response
    note: str = ""

    def drawn(self, canvas: Canvas, version: int) -> ProofFigure:
        """The figure for the page."""
        from dataclasses import replace  # noqa: PLC0415 - for this alone

        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        from nengo_explorer.explorer.plots.figure import (  # noqa: PLC0415
            DENSITY,
            PAGE_DPI,
            style_axes,
            to_png,
        )

        count = 3 if self.response.smoothings.size else 2
        tall = replace(canvas, height=150 * count)
        figure = Figure(
            figsize=(tall.width / PAGE_DPI, tall.height / PAGE_DPI),
            dpi=PAGE_DPI * DENSITY,
            layout="constrained",
        )
        FigureCanvasAgg(figure)
        figure.patch.set_alpha(0)
        panels = figure.subplots(count, 1)
        for axes in panels:
            axes.patch.set_alpha(0)
            style_axes(axes, tall)
        self._draw_curves(panels[0], panels[1], tall)
        if count > 2:
            self._draw_shares(panels[2], tall)
        return {
            "row": self.row,
            "title": self.title,
            "version": version,
            "png": to_png(panels[0]),
            "width": tall.width,
            "height": tall.height,
            "note": self.note,
            "alt": (
                f"{self.title}: rate and slope of its neurons over their input current"
                + (", and the share of neurons without slope over smoothing." * (count > 2) or ".")
            ),
        }

    def _draw_curves(self, rate: Axes, slope: Axes, canvas: Canvas) -> None:
        from nengo_explorer.explorer.plots.figure import label_axes  # noqa: PLC0415

        response, colours = self.response, canvas.colours.lines
        plain, smooth = (
            "without smoothing",
            f"smoothing {response.smoothing:g}" if (response.smoothing) else "",
        )
        for axes, values, smoothed in (
            (rate, response.rate, response.smooth_rate),
            (slope, response.slope, response.smooth_slope),
        ):
            axes.plot(response.current, values, color=colours[0], linewidth=1.4, label=plain)
            if smoothed is not None:
                axes.plot(
                    response.current,
                    smoothed,
                    color=colours[1],
                    linestyle=STYLES[1],
                    linewidth=1.4,
                    label=smooth,
                )
            axes.set_xlim(response.current[0], response.current[-1])
        if response.smooth_rate is not None:
            _add_legend(rate, canvas, [plain, smooth])
        label_axes(rate, canvas, "", "rate (Hz)")
        label_axes(slope, canvas, "input current", "slope")
        # Near the threshold the slope has no bound, and would hide everything else.
        top = float(np.percentile(response.slope, 98)) if np.any(response.slope > 0) else 1.0
        lowest = min(0.0, float(np.min(response.slope)))
        slope.set_ylim(1.1 * lowest, max(1.4 * top, 1e-6))

    def _draw_shares(self, axes: Axes, canvas: Canvas) -> None:
        from nengo_explorer.explorer.plots.figure import label_axes  # noqa: PLC0415

        response, colours = self.response, canvas.colours.lines
        places = np.arange(response.smoothings.size)
        dead, weak = "no slope", "below 1 % of the greatest slope"
        axes.plot(places, 100 * response.dead, "o-", color=colours[0], markersize=4, label=dead)
        axes.plot(
            places, 100 * response.weak, "s", linestyle=STYLES[1], color=colours[1],
            markersize=4, label=weak,
        )  # fmt: skip
        axes.set_xticks(places, ["off", *(f"{width:g}" for width in response.smoothings[1:])])
        axes.set_ylim(-4, 104)
        _add_legend(axes, canvas, [dead, weak])
        label_axes(axes, canvas, "LIF smoothing", "neurons (%)")
