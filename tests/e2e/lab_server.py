"""A JupyterLab server of its own, which leaves the settings of the user alone."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

if TYPE_CHECKING:
    from types import TracebackType

REPOSITORY = Path(__file__).parents[2]
START_SECONDS = 60.0

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


class LabServer:
    """JupyterLab on a free port, serving one folder.

    Its kernels are the interpreter that runs the tests, and see this checkout.

    Parameters
    ----------
    folder : Path
        An empty folder; notebooks belong into `notebooks`.
    """

    def __init__(self, folder: Path) -> None:
        self.notebooks = folder / "notebooks"
        self.token = secrets.token_hex(16)
        self.port = _free_port()
        self._home = folder / "jupyter"
        self._log = folder / "lab.log"
        self.notebooks.mkdir()
        self._write_settings()
        self._process = self._start()

    def url(self, notebook: str) -> str:
        """Address of a notebook, in a workspace of its own."""
        workspace = secrets.token_hex(4)
        path = f"/lab/workspaces/{workspace}/tree/{quote(notebook)}"
        return f"http://127.0.0.1:{self.port}{path}?token={self.token}"

    def stop_kernels(self) -> None:
        """Stop all kernels."""
        for kernel in json.loads(self._ask("GET", "kernels")):
            self._ask("DELETE", f"kernels/{kernel['id']}")

    def __enter__(self) -> Self:
        self._wait_until_it_answers()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the server, which stops its kernels."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _write_settings(self) -> None:
        kernel = {
            "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            "display_name": "Python 3",
            "language": "python",
            "env": {"TF_CPP_MIN_LOG_LEVEL": "3"},
        }
        _write_json(self._home / "data" / "kernels" / "python3" / "kernel.json", kernel)
        _write_json(self._home / "settings" / "overrides.json", _QUIET)

    def _start(self) -> subprocess.Popen[bytes]:
        home = self._home
        options = {
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": self.port,
            "ServerApp.port_retries": 0,
            "ServerApp.root_dir": self.notebooks,
            "ServerApp.terminals_enabled": False,
            "LabApp.app_settings_dir": home / "settings",
            "LabApp.user_settings_dir": home / "user-settings",
            "LabApp.workspaces_dir": home / "workspaces",
            # Tests run cells through the commands of the application.
            "LabApp.expose_app_in_browser": True,
        }
        arguments = [f"--{name}={value}" for name, value in options.items()]
        environment = {
            **os.environ,
            "JUPYTER_TOKEN": self.token,
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "JUPYTER_PREFER_ENV_PATH": "0",
            "IPYTHONDIR": str(home / "ipython"),
            "PYTHONPATH": os.pathsep.join(
                [str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])]
            ),
        }
        with self._log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", *arguments],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _wait_until_it_answers(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                self._ask("GET", "status")
                return
            time.sleep(0.1)
        self._process.kill()
        raise RuntimeError(f"JupyterLab did not start:\n{self._log.read_text()}")

    def _ask(self, method: str, path: str) -> bytes:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/{path}",
            method=method,
            headers={"Authorization": f"token {self.token}"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - as above
            content: bytes = answer.read()
        return content


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def _write_json(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")
