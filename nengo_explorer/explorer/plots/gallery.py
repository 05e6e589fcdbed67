"""The plots of a session: drawn when data, settings or the page change, and kept until then."""

from __future__ import annotations

import threading
import time
import weakref
from typing import TYPE_CHECKING

from nengo_explorer.explorer.events import logger
from nengo_explorer.explorer.plots.samples import collect

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nengo_explorer.explorer.network_view import NetworkView
    from nengo_explorer.explorer.plots.drawing import Drawing
    from nengo_explorer.explorer.plots.figure import Canvas
    from nengo_explorer.explorer.plots.samples import Recording, Samples
    from nengo_explorer.explorer.training_curves import TrainingCurves
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
    item : int
        Which item of a minibatch is shown, counted from 1.
    data_version : int
        Changes when data are replaced, and not when a run adds to them.
    collected_in, drawn_in, curves_drawn_in : float
        How long it took last to take over data, to draw all probes, and to draw the curves of a
        training, in seconds.
    """

    def __init__(self) -> None:
        self.theme: Theme = "light"
        self.width: float = 0
        self.item = 1
        self.data_version = 0
        self.collected_in = self.drawn_in = self.curves_drawn_in = 0.0
        self._recordings: list[Recording] = []
        self._samples: list[Samples] = []
        self._training: TrainingCurves | None = None
        self._plots: list[Plot] = []
        self._curves: list[Plot] = []
        # Weak, so that data of which there are newer ones do not stay in memory.
        self._kept: dict[str, tuple[weakref.ref[Samples], Canvas, Plot]] = {}
        self._omitted = 0
        self._version = 0
        self._lock = threading.RLock()
        self._drawing = threading.Lock()

    # ---- data -----------------------------------------------------------------------------------

    @property
    def recordings(self) -> list[Recording]:
        """What probes have recorded, as it was taken over last; replaced as a whole."""
        with self._lock:
            return self._recordings

    @property
    def samples(self) -> list[Samples]:
        """The same for the item that is shown."""
        with self._lock:
            return self._samples

    @property
    def items(self) -> int:
        """How many items of a minibatch were recorded; 0 if there is none."""
        with self._lock:
            return max((recording.items for recording in self._recordings), default=0)

    def collect(
        self, view: NetworkView, simulator: Simulator, is_current: Callable[[], bool]
    ) -> None:
        """Take over what probes have recorded.

        Parameters
        ----------
        view : NetworkView
            The rows.
        simulator : Simulator
            Has to be locked.
        is_current : callable
            Whether that is still the simulator whose data are shown; else nothing is taken over.
        """
        with self._lock:
            if not is_current():
                return
            began = time.monotonic()
            # Let go of the old data first: putting the new ones together needs their memory.
            self._recordings, self._samples = [], []
            self._recordings = collect(view, simulator, most=MOST_PLOTS)
            self._samples = [one.of_item(self.item) for one in self._recordings]
            self._omitted = len(view.rows_of_kind("probe")) - len(self._samples)
            self.collected_in = time.monotonic() - began

    def show_item(self, item: int) -> None:
        """Show another item of the minibatch from now on."""
        with self._lock:
            if item != self.item:
                self.item = item
                self.data_version += 1
                self._samples = [one.of_item(item) for one in self._recordings]

    def show_training(self, curves: TrainingCurves | None) -> None:
        """Show the curves of another training from now on."""
        with self._lock:
            self._training = curves
            self._curves = []

    def clear(self) -> None:
        """Forget what probes have recorded."""
        with self._lock:
            self._recordings, self._samples, self._plots, self._omitted = [], [], [], 0
            self._kept.clear()
            self.data_version += 1

    def find(self, key: str) -> Samples | None:
        """The data of a plot by its key; None if there are none."""
        with self._lock:
            training = [] if self._training is None else self._training.samples()
            return next((one for one in [*training, *self._samples] if one.key == key), None)

    def version_of(self, samples: Samples) -> int:
        """Changes when the numbers of a plot are others, and not when a run adds to them."""
        # Points of a curve move when it is averaged.
        return self.data_version if samples.row >= 0 else len(samples.values)

    # ---- figures --------------------------------------------------------------------------------

    def plots(self, *, stale: bool) -> list[Plot]:
        """The plots of probes as they were drawn last.

        Parameters
        ----------
        stale : bool
            Whether they belong to previous settings.
        """
        with self._lock:
            return [{**plot, "stale": stale and plot["row"] >= 0} for plot in self._plots]

    @property
    def curves(self) -> list[Plot]:
        """The plots of the training as they were drawn last."""
        with self._lock:
            return list(self._curves)

    @property
    def is_drawing(self) -> bool:
        """Whether figures are being drawn at this moment."""
        return self._drawing.locked()

    def draw(self) -> None:
        """Draw what probes have recorded."""
        with self._drawing:
            with self._lock:
                samples, omitted, data = self._samples, self._omitted, self.data_version
            began = time.monotonic()
            plots = self._drawn(samples)
            self.drawn_in = time.monotonic() - began
            if omitted > 0:
                note = f"{omitted} more probes of this network are not drawn."
                plots.append(_remark("More probes", note, self._next_version()))
            with self._lock:
                # Data that were dropped meanwhile must not come back.
                if data == self.data_version:
                    self._plots = plots

    def draw_training(self) -> None:
        """Draw the curves of the training."""
        with self._drawing:
            with self._lock:
                training = self._training
            began = time.monotonic()
            curves = [] if training is None else self._drawn(training.samples())
            self.curves_drawn_in = time.monotonic() - began
            with self._lock:
                if training is self._training:
                    self._curves = curves

    def say(self, title: str, note: str) -> None:
        """Show a remark in place of plots."""
        with self._lock:
            self._plots = [_remark(title, note, self._next_version())]

    def _next_version(self) -> int:
        with self._lock:
            self._version += 1
            return self._version

    def _drawn(self, samples: Sequence[Samples]) -> list[Plot]:
        from nengo_explorer.explorer.plots.figure import canvas_for  # noqa: PLC0415 - Matplotlib

        canvas = canvas_for(self.width, self.theme)
        plots = []
        for one in samples:
            known = self._kept.get(one.key)
            if known is None or known[0]() is not one or known[1] != canvas:
                known = (weakref.ref(one), canvas, self._plot(one, canvas))
                self._kept[one.key] = known
            plots.append(known[2])
        return plots

    def _plot(self, samples: Samples, canvas: Canvas) -> Plot:
        from nengo_explorer.explorer.plots.drawing import Drawing, draw  # noqa: PLC0415 - Matplotlib

        drawing: Drawing
        try:
            drawing = draw(samples, canvas)
        except Exception as error:  # noqa: BLE001 - see below
            # One probe that cannot be drawn must not take the others with it.
            logger.exception("Data of %s could not be drawn.", samples.title)
            drawing = Drawing(None, f"This could not be drawn: {error}", None, "")
        return {
            "key": samples.key,
            "row": samples.row,
            "title": samples.title,
            "version": self._next_version(),
            "png": drawing.png,
            "width": canvas.width,
            "height": drawing.height or canvas.height,
            "stale": False,
            "note": drawing.note,
            "card": drawing.card,
            "alt": drawing.alt,
            "item": samples.item,
            "items": samples.items,
            "samples": len(samples.values),
        }


def _remark(title: str, note: str, version: int) -> Plot:
    return {
        "key": "",
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
        "item": 0,
        "items": 0,
        "samples": 0,
    }
