"""Drawing what probes have recorded, for the page that shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nengo_explorer.explorer.abilities.core import SessionCore

if TYPE_CHECKING:
    from nengo_explorer.explorer.wire import Plot, Theme


class PlotsAbility(SessionCore):
    """Draws, now or soon."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._drawing_wanted = self._redrawing_wanted = False
        self._live.wants_drawing = self._want_drawing
        if self._live.is_built and self._live.simulator.n_steps:
            self._want_drawing()

    @property
    def plots(self) -> list[Plot]:
        """The plots as they were drawn last."""
        return self._live.gallery.plots(stale=self._live.stale)

    def set_appearance(self, theme: Theme, width: float) -> None:
        """Draw for a page of that theme ("light" or "dark") and width in pixels, soon."""
        gallery = self._live.gallery
        if (gallery.theme, gallery.width) != (theme, width):
            gallery.theme, gallery.width = theme, width
            self._redrawing_wanted = True
            self._background.wake()

    def draw(self) -> None:
        """Draw what probes have recorded, now."""
        self._live.draw()

    def draw_wanted(self) -> None:
        """Draw if somebody has asked for it and the simulator is free."""
        if self._drawing_wanted:
            self._drawing_wanted = self._redrawing_wanted = False
            if not self._live.try_to_draw():
                self._drawing_wanted = True
        elif self._redrawing_wanted:
            self._redrawing_wanted = False
            self._live.redraw()

    def _want_drawing(self) -> None:
        self._drawing_wanted = True
        self._background.wake()
