"""An empty figure with axes in the colours of the page, and a figure as an image.

Nothing here touches pyplot or Matplotlib's settings: both belong to the process, and figures are
drawn on threads beside the user's own.
"""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: TID253 - loaded to draw
from matplotlib.figure import Figure  # noqa: TID253

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from nengo_explorer.explorer.wire import Theme

#: Image pixels for each pixel of the page, for sharp lines on dense screens.
DENSITY = 2
PAGE_DPI = 100
NARROWEST, WIDEST = 240, 1200

#: Matplotlib shares font caches between figures, and is not made for threads.
_DRAWING = threading.RLock()


@dataclass(frozen=True)
class Colours:
    """Colours of a figure; contrasts as WCAG AA asks for.

    Attributes
    ----------
    text, axis, grid : str
        Of labels, of the frame, of grid lines.
    lines : tuple of str
        Of signals, after Okabe and Ito, so that they differ for everybody.
    map : str
        Name of Matplotlib's colour map for values around zero.
    """

    text: str
    axis: str
    grid: str
    lines: tuple[str, ...]
    map: str


_THEMES: dict[Theme, Colours] = {
    "light": Colours(
        text="#333333",
        axis="#767676",
        grid="#e4e4e4",
        lines=(
            "#0072b2",
            "#d55e00",
            "#007a5c",
            "#b0578d",
            "#b07800",
            "#3a86c8",
            "#555555",
            "#8a6d00",
        ),
        map="RdBu_r",
    ),
    "dark": Colours(
        text="#d6d6d6",
        axis="#8f8f8f",
        grid="#3a3a3a",
        lines=(
            "#56b4e9",
            "#e69f00",
            "#2fc79a",
            "#e58fc0",
            "#f0e442",
            "#7fa8e0",
            "#c0c0c0",
            "#ff8a4c",
        ),
        map="PuOr",
    ),
}


@dataclass(frozen=True)
class Canvas:
    """Size and colours of figures.

    Attributes
    ----------
    width, height : int
        In pixels of the page.
    theme : str
        "light" or "dark".
    """

    width: int
    height: int
    theme: Theme

    @property
    def colours(self) -> Colours:
        """Colours to draw with."""
        return _THEMES[self.theme]


def canvas_for(width: float, theme: Theme) -> Canvas:
    """A canvas for a page of some width, within reason; 0 means that the width is not known."""
    fitted = int(min(max(width or 480, NARROWEST), WIDEST))
    return Canvas(fitted, int(min(max(0.42 * fitted, 150), 260)), theme)


def new_axes(canvas: Canvas) -> Axes:
    """Axes of a new figure, in the colours of the page on a clear ground."""
    size = (canvas.width / PAGE_DPI, canvas.height / PAGE_DPI)
    figure = Figure(figsize=size, dpi=PAGE_DPI * DENSITY, layout="constrained")
    FigureCanvasAgg(figure)
    figure.patch.set_alpha(0)
    axes = figure.add_subplot()
    axes.patch.set_alpha(0)
    style_axes(axes, canvas)
    return axes


def style_axes(axes: Axes, canvas: Canvas) -> None:
    """Give axes the colours of the page."""
    colours = canvas.colours
    for side, spine in axes.spines.items():
        spine.set_color(colours.axis)
        spine.set_visible(side in ("left", "bottom"))
    axes.tick_params(colors=colours.axis, labelcolor=colours.text, labelsize=8)
    axes.grid(visible=True, color=colours.grid, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.xaxis.get_offset_text().set_color(colours.text)
    axes.yaxis.get_offset_text().set_color(colours.text)


def label_axes(axes: Axes, canvas: Canvas, x: str, y: str) -> None:
    """Name both axes; texts are plain, never formulas."""
    for text in (axes.set_xlabel(x), axes.set_ylabel(y)):
        text.set(color=canvas.colours.text, fontsize=8, parse_math=False, usetex=False)


def title_axes(axes: Axes, canvas: Canvas, title: str) -> None:
    """Say on the figure itself what it shows, for one that leaves the page."""
    figure: Any = axes.figure
    text = figure.suptitle(title, x=0.02, ha="left")
    text.set(color=canvas.colours.text, fontsize=9, parse_math=False, usetex=False)


def page_height(axes: Axes) -> int:
    """Height of the figure of some axes, in pixels of the page."""
    figure: Any = axes.figure
    inches: float = figure.get_figheight()
    return round(inches * PAGE_DPI)


def to_png(axes: Axes) -> bytes:
    """The figure of some axes as an image on a clear ground."""
    return _saved(axes, format="png", transparent=True)


def to_file(axes: Axes, kind: Literal["png", "svg"]) -> bytes:
    """The figure of some axes as a file on a white ground, to be used anywhere.

    Parameters
    ----------
    axes : Axes
        In light colours.
    kind : str
        "png" or "svg".
    """
    return _saved(axes, format=kind, facecolor="white")


def _saved(axes: Axes, **arguments: Any) -> bytes:
    buffer = io.BytesIO()
    figure: Any = axes.figure
    with _DRAWING:
        figure.savefig(buffer, **arguments)
    return buffer.getvalue()
