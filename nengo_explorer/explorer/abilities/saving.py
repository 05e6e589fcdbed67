"""Settings as code and as files, and pictures that need no kernel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nengo_explorer.explorer.abilities.history import HistoryAbility
from nengo_explorer.explorer.abilities.plots import PlotsAbility
from nengo_explorer.explorer.page import fragment_of, page_of
from nengo_explorer.settings import (
    OPTIONS,
    difference,
    from_json,
    settings_code,
    take_snapshot,
    to_json,
)
from nengo_explorer.settings.snapshot import write

if TYPE_CHECKING:
    import os

    from nengo_explorer.explorer.wire import Plot


class Picture:
    """Static HTML, as the output of a cell.

    Parameters
    ----------
    html : str
        The HTML.
    """

    def __init__(self, html: str) -> None:
        self._html = html

    def _repr_html_(self) -> str:
        return self._html


class SavingAbility(HistoryAbility, PlotsAbility):
    """Gives the settings to others, and takes them from files."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._start = take_snapshot(self.net)

    def code(self) -> str:
        """The smallest Python that gives the present settings on a fresh copy of the network.

        It also works where the code that makes the network has set what was set when this session
        began. Variables of the notebook are used where they hold objects of the network.
        """
        with self._lock:
            return settings_code(
                self.net,
                take_snapshot(self.net),
                code_of=self.view.names.code,
                start=self._start,
            )

    def settings_json(self) -> str:
        """All settings as the text of a JSON file."""
        with self._lock:
            return to_json(self.net, take_snapshot(self.net))

    def save_settings(self, path: str | os.PathLike[str]) -> None:
        """Write all settings to a JSON file.

        Parameters
        ----------
        path : str or path
            The file; one that exists is replaced.
        """
        Path(path).write_text(self.settings_json(), encoding="utf-8")

    def set_settings_json(self, text: str | bytes) -> int:
        """Set all settings as in the text of a JSON file; can be undone as one.

        Settings that are not in the file are removed.

        Parameters
        ----------
        text : str or bytes
            From `settings_json`, for a network with the same objects.

        Returns
        -------
        number : int
            How many settings were changed.

        Raises
        ------
        ValidationError
            If something does not fit; the message names all that does not. Nothing is set then.
        BusyError
            If something is running that the change would rebuild.
        """
        with self._lock:
            wanted = from_json(self.net, text)
            with self._changing("Load settings"):
                changes = difference(take_snapshot(self.net), wanted)
                if any(OPTIONS[change.place.option].cost == "rebuild" for change in changes):
                    self._live.jobs.refuse_if_busy()
                write((change.place, change.after) for change in changes)
                self._options.discard()
            return len(changes)

    def load_settings(self, path: str | os.PathLike[str]) -> int:
        """Set all settings as in a JSON file; see `set_settings_json`.

        Parameters
        ----------
        path : str or path
            From `save_settings`.
        """
        return self.set_settings_json(Path(path).read_bytes())

    def to_html(self) -> str:
        """Tree, reasons and last plots as one HTML page that needs no kernel and no network."""
        with self._lock:
            theme = self._live.gallery.theme
            return page_of(self.snapshot, self.global_values, self._pictured, theme)

    def to_fragment(self) -> str:
        """`to_html` for the output of a cell: fewer rows, and no page around it."""
        with self._lock:
            theme = self._live.gallery.theme
            return fragment_of(self.snapshot, self.global_values, self._pictured, theme)

    @property
    def _pictured(self) -> list[Plot]:
        """Everything that is drawn."""
        return [*self.curves, *self.plots]

    def picture(self) -> Picture:
        """The same as something that a cell shows, also where there is no kernel."""
        return Picture(self.to_fragment())

    def export_html(self, path: str | os.PathLike[str]) -> None:
        """Write `to_html` to a file.

        Parameters
        ----------
        path : str or path
            The file; one that exists is replaced.
        """
        Path(path).write_text(self.to_html(), encoding="utf-8")
