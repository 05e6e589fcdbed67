"""Drawing what probes have recorded, for the page that shows it, and giving it away as numbers."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import nengo
import numpy as np
from nengo.exceptions import ValidationError

from nengo_explorer.explorer.abilities.core import SessionCore
from nengo_explorer.explorer.plots.files import FileKind, csv_header, csv_parts, csv_rows
from nengo_explorer.explorer.plots.files import rows_in_part as rows_in_part_of
from nengo_explorer.explorer.plots.tables import Table, table_of

if TYPE_CHECKING:
    import os

    from nengo_explorer.explorer.plots.samples import Samples
    from nengo_explorer.explorer.wire import Plot, Theme

#: Width of a figure in a file, in pixels; images have twice as many.
FILE_WIDTH = 640
KINDS: tuple[str, ...] = get_args(FileKind)


class PlotsAbility(SessionCore):
    """Draws, now or soon, and gives numbers and files of plots.

    Plots are asked for by their Probe, by its row in the tree, or by the name of a curve of the
    last training: "minibatch loss", "training loss" or "gradient norms".
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._drawing_wanted = self._redrawing_wanted = self._curves_wanted = False
        self._live.wants_drawing = self._want_drawing
        self._live.wants_redrawing = self._want_redrawing
        self._live.wants_curves = self._want_curves
        if self._live.is_built and self._live.simulator.n_steps:
            self._want_drawing()

    # ---- figures --------------------------------------------------------------------------------

    @property
    def plots(self) -> list[Plot]:
        """The plots of probes as they were drawn last."""
        return self._live.gallery.plots(stale=self._live.stale)

    @property
    def curves(self) -> list[Plot]:
        """The plots of the last training as they were drawn last: losses and gradient norms."""
        return self._live.gallery.curves

    def set_appearance(self, theme: Theme, width: float) -> None:
        """Draw for a page of that theme ("light" or "dark") and width in pixels, soon."""
        gallery = self._live.gallery
        if (gallery.theme, gallery.width) != (theme, width):
            gallery.theme, gallery.width = theme, width
            self._curves_wanted = True
            self._want_redrawing()

    def draw(self) -> None:
        """Draw what probes have recorded, now."""
        self._live.draw()

    def draw_wanted(self) -> None:
        """Draw if somebody has asked for it and the simulator is free."""
        if self._curves_wanted:
            self._curves_wanted = False
            self._live.draw_training()
        drawing, self._drawing_wanted = self._drawing_wanted, False
        redrawing, self._redrawing_wanted = self._redrawing_wanted, False
        if drawing:
            if self._live.try_to_draw():
                return
            self._drawing_wanted = True
        if redrawing:
            self._live.redraw()

    def _want_drawing(self) -> None:
        self._drawing_wanted = True
        self._background.wake()

    def _want_redrawing(self) -> None:
        self._redrawing_wanted = True
        self._background.wake()

    def _want_curves(self) -> None:
        self._curves_wanted = True
        self._background.wake()

    # ---- items of a minibatch -------------------------------------------------------------------

    @property
    def plot_item(self) -> int:
        """Which item of a minibatch all plots show, counted from 1."""
        return self._live.gallery.item

    def show_item(self, item: Any, *, wait: bool = True) -> None:
        """Show another item of the minibatch in all plots; nothing is simulated for it.

        Parameters
        ----------
        item : int
            Counted from 1.
        wait : bool, default: True
            Return when plots are drawn; else have them drawn soon.

        Raises
        ------
        ValidationError
            If there is no such item.
        """
        live = self._live
        size = (
            live.simulator.minibatch_size if live.is_built else live.arguments.get("minibatch_size")
        )
        most = max(live.gallery.items, size or 1)
        whole = isinstance(item, int | np.integer) and not isinstance(item, bool)
        if not whole or not 1 <= item <= most:
            raise ValidationError(
                f"must be a whole number from 1 to {most}, the size of the minibatch; "
                f"got {item!r}.",
                attr="item",
            )
        live.gallery.show_item(int(item))
        if wait:
            live.redraw()
        else:
            self._want_redrawing()

    # ---- numbers and files ----------------------------------------------------------------------

    def plot_table(self, plot: nengo.Probe | int | str) -> Table:
        """The numbers of a plot, so few that a page can show them.

        Parameters
        ----------
        plot : Probe, int or str
            A probe, its row, or the name of a curve.

        Returns
        -------
        table : Table
            Its ``note`` says what is left out.

        Raises
        ------
        ValidationError
            If there is no such plot.
        """
        return table_of(self._samples_of(plot))

    def plot_file(self, plot: nengo.Probe | int | str, kind: FileKind) -> bytes:
        """A plot as the contents of a file.

        Parameters
        ----------
        plot : Probe, int or str
            A probe, its row, or the name of a curve.
        kind : str
            "png" or "svg", in light colours on white; or "csv", with all numbers.

        Returns
        -------
        contents : bytes

        Raises
        ------
        ValidationError
            If there is no such plot or kind, or nothing to draw.
        """
        samples = self._samples_of(plot)
        if _checked_kind(kind) == "csv":
            return "".join(csv_parts(samples)).encode()
        return _drawn_file(samples, kind)

    def save_plot(self, plot: nengo.Probe | int | str, path: str | os.PathLike[str]) -> None:
        """Write a plot to a file, whose ending says what kind it is.

        CSV is written part by part, so that a long history takes no more memory.

        Parameters
        ----------
        plot : Probe, int or str
            A probe, its row, or the name of a curve.
        path : str or path
            Ends in ".png", ".svg" or ".csv"; a file that exists is replaced.

        Raises
        ------
        ValidationError
            If there is no such plot or kind, or nothing to draw. Nothing is written then.
        """
        path = Path(path)
        kind = _checked_kind(path.suffix.lower().removeprefix("."))
        samples = self._samples_of(plot)
        if kind != "csv":
            path.write_bytes(_drawn_file(samples, kind))
            return
        unfinished = path.with_name(f"{path.name}.part")
        try:
            with unfinished.open("w", encoding="utf-8", newline="") as file:
                file.writelines(csv_parts(samples))
            unfinished.replace(path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                unfinished.unlink()

    def plot_heading(self, plot: nengo.Probe | int | str) -> str:
        """Name of a plot, with the item of the minibatch that it shows."""
        return self._samples_of(plot).heading

    def csv_part(
        self, plot: nengo.Probe | int | str, start: int, stop: int, version: int
    ) -> tuple[str, int, int, int]:
        """A part of the CSV file of a plot, for those who put it together elsewhere.

        Parameters
        ----------
        plot : Probe, int or str
            A probe, its row, or the name of a curve.
        start, stop, version : int
            0 for the first part, and then what the part before has said.

        Returns
        -------
        text : str
            The lines.
        start : int
            First sample of the next part; `stop` after the last one.
        stop : int
            How many samples the file has; what a run adds meanwhile is not part of it.
        version : int
            Version of the data.

        Raises
        ------
        ValidationError
            If there is no such plot, or its data were replaced since the first part.
        """
        samples = self._samples_of(plot)
        now = self._live.gallery.version_of(samples)
        if start == 0:
            stop, version = len(samples.values), now
        if now != version or not 0 <= start <= stop <= len(samples.values):
            raise ValidationError(
                "the data were replaced while the file was written. Save it again.", attr="plot"
            )
        end = min(start + rows_in_part_of(samples), stop)
        text = csv_rows(samples, start, end)
        return (csv_header(samples) + text if start == 0 else text), end, stop, version

    def _samples_of(self, plot: nengo.Probe | int | str) -> Samples:
        """Data of a plot by any of its names."""
        row = self.view.row_of(plot) if isinstance(plot, nengo.Probe) else plot
        samples = self._live.gallery.find(str(row))
        if samples is None:
            shown = ", ".join(
                repr(one["title"]) for one in (*self.curves, *self.plots) if one["key"]
            )
            raise ValidationError(
                f"there are no data of {plot!r}. Plots with data: {shown or 'none; run first'}.",
                attr="plot",
            )
        return samples


def _checked_kind(kind: str) -> Any:
    if kind not in KINDS:
        raise ValidationError(f"must be one of {', '.join(KINDS)}; got {kind!r}.", attr="kind")
    return kind


def _drawn_file(samples: Samples, kind: Any) -> bytes:
    """A figure as a file."""
    from nengo_explorer.explorer.plots.drawing import figure_file  # noqa: PLC0415 - Matplotlib
    from nengo_explorer.explorer.plots.figure import canvas_for  # noqa: PLC0415 - as above

    contents = figure_file(samples, canvas_for(FILE_WIDTH, "light"), kind)
    if contents is None:
        raise ValidationError(
            f"there is nothing to draw of {samples.title!r}; a CSV file has its numbers.",
            attr="plot",
        )
    return contents
