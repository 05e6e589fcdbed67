"""A server on this machine, started for tests and stopped after them."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

REPOSITORY = Path(__file__).parents[2]
START_SECONDS = 60.0
END_SECONDS = 20.0


class LocalServer:
    """A Python module that serves on a free port; what it runs sees this checkout.

    Parameters
    ----------
    log : Path
        File for what it prints.

    Attributes
    ----------
    port : int
        The port.
    """

    #: Path that is answered once the server is ready.
    ready_path = ""

    def __init__(self, log: Path) -> None:
        self.port = _free_port()
        self._log = log
        self._process = self._start()

    def command(self) -> Sequence[str]:
        """Arguments of the interpreter that runs the tests."""
        raise NotImplementedError

    def environment(self) -> Mapping[str, str]:
        """Variables beside those of the tests."""
        return {}

    def headers(self) -> Mapping[str, str]:
        """Headers of requests that the tests make."""
        return {}

    def ask(self, method: str, path: str) -> bytes:
        """Make a request; what was answered."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/{path}", method=method, headers=dict(self.headers())
        )
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - as above
            content: bytes = answer.read()
        return content

    def __enter__(self) -> Self:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                self.ask("GET", self.ready_path)
                return self
            time.sleep(0.1)
        self._process.kill()
        raise RuntimeError(f"The server did not start:\n{self._log.read_text()}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the server, which stops what it has started."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        paths = [str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(paths),
            "TF_CPP_MIN_LOG_LEVEL": "3",
            **self.environment(),
        }
        with self._log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, *self.command()],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
