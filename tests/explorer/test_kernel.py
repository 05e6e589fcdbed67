"""The widget in a real kernel: what a page sends while a cell runs, and what it hears."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("ipykernel")
pytest.importorskip("jupyter_client")

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.slow, pytest.mark.tf]

SETUP = """
import numpy as np, pathlib, tempfile, time
from nengo_explorer.explorer import widget
widget.STATIC = pathlib.Path(tempfile.mkdtemp())
for name in ("explorer.js", "explorer.css"):
    (widget.STATIC / name).write_text("")
from tests.explorer.networks import small_network
small = small_network()
explorer = widget.Explorer(small.net, seed=0)
explorer.run(0.002)
"""


class Page:
    """Stands in for the page: speaks to a kernel over its channels."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.comm = ""
        self.status: dict[str, Any] = {}
        self.plots: list[Any] = []
        self.replies: dict[int, Any] = {}
        self.patches = 0
        self.ended: set[str] = set()
        self.errors: list[str] = []

    def hear(self, condition: Callable[[], bool], seconds: float = 60) -> bool:
        end = time.monotonic() + seconds
        while not condition() and time.monotonic() < end:
            try:
                message = self.client.get_iopub_msg(timeout=0.1)
            except Exception:  # noqa: BLE001, S112 - nothing came
                continue
            self._take(message)
        return condition()

    def _take(self, message: dict[str, Any]) -> None:
        kind, content = message["msg_type"], message["content"]
        if kind == "error":
            self.errors.append(content["evalue"])
        if kind == "status" and content["execution_state"] == "idle":
            self.ended.add(message["parent_header"].get("msg_id", ""))
        data = content.get("data", {})
        if kind == "comm_open" and "row_state" in data.get("state", {}):
            self.comm = content["comm_id"]
        if kind != "comm_msg" or content["comm_id"] != self.comm:
            return
        if data["method"] == "custom":
            self.patches += "event" in data["content"]
            self.replies[data["content"].get("reply", 0)] = data["content"]
        self.status = data.get("state", {}).get("status", self.status)
        self.plots = data.get("state", {}).get("plots", self.plots)

    def execute(self, code: str) -> str:
        return str(self.client.execute(code))

    def finish(self, code: str) -> None:
        cell = self.execute(code)
        assert self.hear(lambda: cell in self.ended)
        assert not self.errors

    def send(self, subshell: str | None, **content: Any) -> None:
        data = {"comm_id": self.comm, "data": {"method": "custom", "content": content}}
        message = self.client.session.msg("comm_msg", data)
        if subshell:
            message["header"]["subshell_id"] = subshell
        self.client.shell_channel.send(message)


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3")
    try:
        page = Page(client)
        page.finish(SETUP)
        assert page.comm
        yield page
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def subshell(page: Page) -> str:
    """A subshell, as JupyterLab uses one for the messages of widgets."""
    info = page.client.kernel_info(reply=True, timeout=30)["content"]
    if "kernel subshells" not in (info.get("supported_features") or []):
        pytest.skip("this kernel has no subshells")
    page.client.control_channel.send(page.client.session.msg("create_subshell_request"))
    while True:
        reply = page.client.control_channel.get_msg(timeout=30)
        if reply["msg_type"] == "create_subshell_reply":
            return str(reply["content"]["subshell_id"])


def test_a_run_goes_on_after_its_message_was_handled(page: Page) -> None:
    page.plots = []
    page.send(None, id=1, action="run", seconds=0.01)
    assert page.hear(lambda: page.status.get("phase") == "ready" and len(page.plots) == 2)
    assert page.replies[1]["ok"]


def test_a_setting_made_by_a_cell_arrives_after_it(page: Page) -> None:
    before = page.patches
    page.finish("explorer.session._background.end()\nsmall.net.config[small.a]")
    page.finish(
        "import nengo_explorer\nwith small.net: nengo_explorer.configure_settings(trainable=0 > 1)"
    )
    assert page.hear(lambda: page.patches == before + 1, 10)


def test_stop_ends_a_run_of_a_cell(page: Page, subshell: str) -> None:
    cell = page.execute("explorer.run(1e5)")
    assert page.hear(lambda: page.status.get("phase") == "running")
    page.send(subshell, id=2, action="stop")
    assert page.hear(lambda: cell in page.ended, 30)
    assert not page.errors
    assert "Stopped" in page.status["message"]


def test_actions_are_answered_while_a_cell_runs(page: Page, subshell: str) -> None:
    cell = page.execute("explorer.session.check(); time.sleep(3)")
    assert page.hear(lambda: cell not in page.ended)
    page.send(subshell, id=3, action="explain", row=0)
    assert page.hear(lambda: 3 in page.replies, 2.5)
    assert cell not in page.ended
    assert page.hear(lambda: cell in page.ended)
