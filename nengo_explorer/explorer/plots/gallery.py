"""The plots of a session: drawn when data, settings or the page change, and kept until then."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from nengo_explorer.explorer.events import logger
from nengo_explorer.explorer.plots.samples import Samples, collect

if TYPE_CHECKING:
    from nengo_explorer.explorer.network_view import NetworkView
    from nengo_explorer.explorer.plots.drawing import Drawing
    from nengo_explorer.explorer.wire import Plot, Theme
    from nengo_explorer.simulator import Simulator

#: Figures are drawn for so many probes.
MOST_PLOTS = 24


class Gallery:
    """Draws and keeps plots.

    Attributes
    ----------
    theme : str
        "light" or "dark".
    width : float
        Width of the page for figures, in pixels; 0 while it is not known.
    """

    def __init__(self) -> None:
        self.theme: Theme = "light"
        self.width: float = 0
        self._samples: list[Samples] = []
        self._losses: list[float] = []
        self._plots: list[Plot] = []
        self._omitted = 0
        self._version = 0
        self._lock = threading.RLock()

    @property
    def samples(self) -> list[Samples]:
        """What probes have recorded, as it was taken over last; replaced as a whole."""
        with self._lock:
            return self._samples

    def plots(self, *, stale: bool) -> list[Plot]:
        """The plots as they were drawn last.

        Parameters
        ----------
        stale : bool
            Whether they belong to previous settings.
        """
        with self._lock:
            return [{**plot, "stale": stale and plot["row"] >= 0} for plot in self._plots]

    def collect(self, view: NetworkView, simulator: Simulator) -> None:
        """Take over what probes have recorded; the simulator has to be locked."""
        samples = collect(view, simulator, most=MOST_PLOTS)
        with self._lock:
            self._samples = samples
            self._omitted = len(view.rows_of_kind("probe")) - len(samples)

    def set_losses(self, losses: list[float]) -> None:
        """Show the loss after each epoch of a training."""
        with self._lock:
            self._losses = list(losses)

    def clear(self) -> None:
        """Forget all data."""
        with self._lock:
            self._samples, self._losses, self._plots, self._omitted = [], [], [], 0

    def draw(self) -> None:
        """Draw everything that was taken over."""
        with self._lock:
            samples, losses, omitted = self._samples, self._losses, self._omitted
            self._version += 1
            version = self._version
        plots = [self._plot(one, version) for one in samples]
        if losses:
            plots.append(self._plot(_loss_samples(losses), version))
        if omitted > 0:
            note = f"{omitted} more probes of this network are not drawn."
            plots.append(_remark("More probes", note, version))
        with self._lock:
            # Data that were dropped meanwhile must not come back.
            if version == self._version and samples is self._samples:
                self._plots = plots

    def say(self, title: str, note: str) -> None:
        """Show a remark in place of plots."""
        with self._lock:
            self._version += 1
            self._plots = [_remark(title, note, self._version)]

    def _plot(self, samples: Samples, version: int) -> Plot:
        from nengo_explorer.explorer.plots.drawing import Drawing, draw  # noqa: PLC0415 - Matplotlib
        from nengo_explorer.explorer.plots.figure import canvas_for  # noqa: PLC0415 - as above

        canvas = canvas_for(self.width, self.theme)
        drawing: Drawing
        try:
            drawing = draw(samples, canvas)
        except Exception as error:  # noqa: BLE001 - see below
            # One probe that cannot be drawn must not take the others with it.
            logger.exception("Data of %s could not be drawn.", samples.title)
            drawing = Drawing(None, f"This could not be drawn: {error}", None, "")
        return {
            "row": samples.row,
            "title": samples.title,
            "version": version,
            "png": drawing.png,
            "width": canvas.width,
            "height": canvas.height,
            "stale": False,
            "note": drawing.note,
            "card": drawing.card,
            "alt": drawing.alt,
        }


def _loss_samples(losses: list[float]) -> Samples:
    epochs = np.arange(1, len(losses) + 1, dtype=float)
    values: Any = np.asarray(losses, dtype=float)[:, np.newaxis]
    return Samples(-1, "Training loss", values, epochs, x_label="epoch", y_label="loss")


def _remark(title: str, note: str, version: int) -> Plot:
    return {
        "row": -1,
        "title": title,
        "version": version,
        "png": None,
        "width": 0,
        "height": 0,
        "stale": False,
        "note": note,
        "card": None,
        "alt": "",
    }
