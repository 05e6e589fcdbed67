"""The figures of comparisons: drawn when there are new ones, and when the page looks otherwise."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Literal

from nengo_explorer.explorer.events import logger

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nengo_explorer.explorer.plots.gallery import Gallery
    from nengo_explorer.explorer.proof.figures import Drawable
    from nengo_explorer.explorer.wire import ProofFigure

    Kind = Literal["phases", "pinned", "neurons"]


class Board:
    """Draws and keeps figures.

    Parameters
    ----------
    gallery : Gallery
        Says how the page looks.
    """

    def __init__(self, gallery: Gallery) -> None:
        self._gallery = gallery
        self._drawables: dict[Kind, tuple[Drawable, ...]] = {}
        self._figures: dict[Kind, list[ProofFigure]] = {}
        self._marks: dict[Kind, Any] = {}
        self._drawn_for = self._looks
        self._version = 0
        self._drawing = threading.RLock()

    @property
    def _looks(self) -> tuple[str, float]:
        return self._gallery.theme, self._gallery.width

    def figures(self, kind: Kind) -> list[ProofFigure]:
        """Figures of a kind, as they were drawn last."""
        return self._figures.get(kind, [])

    def show(self, kind: Kind, drawables: Sequence[Drawable]) -> None:
        """Draw other figures of a kind from now on."""
        with self._drawing:
            self._drawables[kind] = tuple(drawables)
            self._draw(kind)

    def update(self, kind: Kind, mark: Any, make: Callable[[], Sequence[Drawable]]) -> bool:
        """Draw what has changed, if anything has; whether it has.

        Parameters
        ----------
        kind : str
            The figures that may be different.
        mark : object
            Is different when they are.
        make : callable
            Gives them.
        """
        with self._drawing:
            looks, drawables = self._looks, self._drawables.get(kind, ())
            if mark != self._marks.get(kind):
                self._marks[kind] = mark
                self._drawables[kind] = tuple(make())
            others = self._drawables[kind] != () or drawables != ()
            changed = self._drawables[kind] is not drawables and others
            if changed:
                self._draw(kind)
            if looks != self._drawn_for:
                self._drawn_for = looks
                for each, known in self._drawables.items():
                    if known:
                        self._draw(each)
                        changed = True
            return changed

    def _draw(self, kind: Kind) -> None:
        figures = []
        self._version += 1
        for drawable in self._drawables[kind]:
            try:
                figures.append(self._drawn(drawable))
            except Exception:  # noqa: BLE001 - one figure must not take the others with it
                logger.exception("A comparison could not be drawn.")
        self._figures[kind] = figures

    def _drawn(self, drawable: Drawable) -> ProofFigure:
        from nengo_explorer.explorer.plots.figure import canvas_for  # noqa: PLC0415 - Matplotlib

        canvas = canvas_for(self._gallery.width, self._gallery.theme)
        return drawable.drawn(canvas, self._version)
