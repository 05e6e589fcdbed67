"""A JupyterLab or Notebook server of its own, which leaves the settings of the user alone."""

from __future__ import annotations

import json
import secrets
import sys
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from tests.e2e.local_server import REPOSITORY, LocalServer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["MAIN_THREAD", "PYTHON", "REPOSITORY", "Application", "LabServer"]

Application = Literal["jupyterlab", "notebook"]

#: Names of the kernels: as ipykernel is, and without subshells.
PYTHON = "python3"
MAIN_THREAD = "main-thread"

_KERNELS = {PYTHON: "ipykernel_launcher", MAIN_THREAD: "tests.e2e.main_thread_kernel"}

#: Names of the applications in their options, and where they show a notebook.
_APPLICATIONS = {
    "jupyterlab": ("LabApp", "lab/workspaces/{workspace}/tree/{notebook}"),
    "notebook": ("JupyterNotebookApp", "notebooks/{notebook}"),
}

#: What would disturb a test, or reach for a network.
_QUIET = {
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    # Cells out of sight stay in the page, so that a test finds them.
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    # A test decides when a notebook is saved, and by then the folder may be gone.
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
}


class LabServer(LocalServer):
    """JupyterLab or Notebook on a free port, serving one folder.

    Its kernels are the interpreter that runs the tests.

    Parameters
    ----------
    folder : Path
        An empty folder; notebooks belong into `notebooks`.
    application : str
        "jupyterlab" or "notebook".
    """

    ready_path = "api/status"

    def __init__(self, folder: Path, application: Application = "jupyterlab") -> None:
        self.notebooks = folder / "notebooks"
        self.token = secrets.token_hex(16)
        self._application = application
        self._home = folder / "jupyter"
        self.notebooks.mkdir()
        self._write_settings()
        super().__init__(folder / "server.log")

    def url(self, notebook: str) -> str:
        """Address of a notebook, in a workspace of its own."""
        _, path = _APPLICATIONS[self._application]
        place = path.format(workspace=secrets.token_hex(4), notebook=quote(notebook))
        return f"http://127.0.0.1:{self.port}/{place}?token={self.token}"

    def stop_kernels(self) -> None:
        """Stop all kernels."""
        for kernel in json.loads(self.ask("GET", "api/kernels")):
            self.ask("DELETE", f"api/kernels/{kernel['id']}")

    def headers(self) -> Mapping[str, str]:
        """As the server wants them."""
        return {"Authorization": f"token {self.token}"}

    def command(self) -> Sequence[str]:
        """Start the application, with all that it writes in our folder."""
        name, _ = _APPLICATIONS[self._application]
        home = self._home
        options = {
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": self.port,
            "ServerApp.port_retries": 0,
            "ServerApp.root_dir": self.notebooks,
            "ServerApp.terminals_enabled": False,
            f"{name}.app_settings_dir": home / "settings",
            f"{name}.user_settings_dir": home / "user-settings",
            f"{name}.workspaces_dir": home / "workspaces",
            # Tests run cells through the commands of the application.
            f"{name}.expose_app_in_browser": True,
        }
        arguments = [f"--{option}={value}" for option, value in options.items()]
        return ["-m", self._application, "--no-browser", "--allow-root", *arguments]

    def environment(self) -> Mapping[str, str]:
        """Folders of Jupyter."""
        home = self._home
        return {
            "JUPYTER_TOKEN": self.token,
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "JUPYTER_PREFER_ENV_PATH": "0",
            "IPYTHONDIR": str(home / "ipython"),
        }

    def _write_settings(self) -> None:
        for name, module in _KERNELS.items():
            kernel = {
                "argv": [sys.executable, "-m", module, "-f", "{connection_file}"],
                "display_name": name,
                "language": "python",
            }
            _write_json(self._home / "data" / "kernels" / name / "kernel.json", kernel)
        _write_json(self._home / "settings" / "overrides.json", _QUIET)


def _write_json(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")
