"""A marimo notebook, served on a port of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.local_server import LocalServer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_SETTINGS = """
[runtime]
auto_instantiate = true

[display]
theme = "system"

[save]
autosave = "off"
"""


class MarimoServer(LocalServer):
    """marimo with one notebook, open for editing, which runs its cells once a page is open.

    Parameters
    ----------
    folder : Path
        An empty folder.
    notebook : str
        Source of the notebook.
    """

    ready_path = "health"

    def __init__(self, folder: Path, notebook: str) -> None:
        self._notebook = folder / "notebook.py"
        self._home = folder / "home"
        self._home.mkdir()
        self._notebook.write_text(notebook, encoding="utf-8")
        settings = self._home / "config" / "marimo" / "marimo.toml"
        settings.parent.mkdir(parents=True)
        settings.write_text(_SETTINGS, encoding="utf-8")
        super().__init__(folder / "server.log")

    @property
    def url(self) -> str:
        """Address of the notebook."""
        return f"http://127.0.0.1:{self.port}/"

    def command(self) -> Sequence[str]:
        """Start marimo for one notebook."""
        options = ["--headless", "--no-token", "--host", "127.0.0.1", "--port", str(self.port)]
        quiet = ["--skip-update-check", "--no-sandbox"]
        return ["-m", "marimo", "edit", *options, *quiet, str(self._notebook)]

    def environment(self) -> Mapping[str, str]:
        """A home of its own, so that nobody's settings matter or are changed."""
        return {
            "HOME": str(self._home),
            "XDG_CONFIG_HOME": str(self._home / "config"),
            "XDG_CACHE_HOME": str(self._home / "cache"),
            "XDG_STATE_HOME": str(self._home / "state"),
        }
