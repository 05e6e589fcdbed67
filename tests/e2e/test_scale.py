"""A network of 100 000 rows, in JupyterLab: what a toggle sends, and how rows scroll."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.e2e.explorer_view import ExplorerView
    from tests.e2e.lab_page import LabPage

ROWS = 100_000
TREE_BYTES = 500_000
TOGGLE_BYTES = 10_000
# Work of the page for one frame, while every row on show is replaced by another.
FRAME_MILLISECONDS = 50
SETTLED_MILLISECONDS = 1500

NETWORK = """
import nengo
import nengo_explorer

with nengo.Network(label="large", seed=0) as net:
    nengo_explorer.configure_settings(trainable=None)
    for part in range(200):
        with nengo.Network(label=f"part {part}"):
            layers = [nengo.Ensemble(10, 1) for _ in range(100)]
            for pre, post in zip(layers, layers[1:]):
                nengo.Connection(pre, post)
"""

# Scrolls a little in every frame, and looks at what the frame before has shown.
SCROLL = """
(pixels) => new Promise((done) => {
  const tree = document.querySelector(".nengo-explorer .ne-tree");
  const box = tree.getBoundingClientRect();
  const isBlank = () => [0.1, 0.5, 0.9].some((part) => {
    const y = box.top + 40 + (box.height - 60) * part;
    return !document.elementFromPoint(box.left + 60, y)?.closest("[data-row]");
  });
  const frames = [];
  let blank = 0;
  let last = null;
  const next = (now) => {
    if (last !== null) {
      frames.push(now - last);
      blank += isBlank() ? 1 : 0;
    }
    last = now;
    if (frames.length >= 200) return done({ frames, blank, top: tree.scrollTop });
    tree.scrollTop += pixels;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
})
"""


class Traffic:
    """Counts what the kernel sends to a page.

    Parameters
    ----------
    lab : LabPage
        The page.
    """

    def __init__(self, lab: LabPage) -> None:
        self.received = 0.0
        session = lab.page.context.new_cdp_session(lab.page)
        session.send("Network.enable")
        session.on("Network.webSocketFrameReceived", self._on_frame)

    def _on_frame(self, event: dict[str, Any]) -> None:
        response = event["response"]
        is_text = response["opcode"] == 1
        # Bytes come in Base64.
        self.received += len(response["payloadData"]) * (1 if is_text else 0.75)


class ThreadClock:
    """Tells how long the page's thread was at work, whatever else the machine had to do.

    Parameters
    ----------
    page : Page
        The page.
    """

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self._session.send("Performance.enable", {"timeDomain": "threadTicks"})
        self._began = self._worked()

    def milliseconds(self) -> float:
        """Time at work since the clock was made."""
        return 1000 * (self._worked() - self._began)

    def _worked(self) -> float:
        metrics = self._session.send("Performance.getMetrics")["metrics"]
        seconds: float = next(m["value"] for m in metrics if m["name"] == "TaskDuration")
        return seconds


@pytest.fixture(scope="module")
def lab(open_cells: Callable[..., LabPage]) -> LabPage:
    return open_cells(NETWORK)


@pytest.fixture(scope="module")
def traffic(lab: LabPage) -> Traffic:
    return Traffic(lab)


@pytest.fixture(scope="module")
def explorer(lab: LabPage, traffic: Traffic) -> ExplorerView:
    """The widget with everything open; its bytes are counted."""
    before = traffic.received
    lab.run_code("explorer = nengo_explorer.Explorer(net)\nexplorer")
    view = lab.explorer()
    expect(view.tree.locator("[data-row='0']")).to_be_visible()
    lab.page.wait_for_timeout(SETTLED_MILLISECONDS)
    assert 0 < traffic.received - before < TREE_BYTES
    view.button("Expand all").click()
    view.root.evaluate("root => root.scrollIntoView({ block: 'start' })")
    return view


def test_all_rows_are_there_and_few_of_them_are_elements(explorer: ExplorerView) -> None:
    assert int(explorer.tree.get_attribute("aria-rowcount") or 0) > ROWS
    assert explorer.tree.locator("[data-row]").count() < 60


@pytest.mark.parametrize("rows_per_frame", [1, 20, 400])
def test_rows_scroll_without_a_blank_frame(explorer: ExplorerView, rows_per_frame: int) -> None:
    explorer.tree.evaluate("tree => { tree.scrollTop = 0; }")
    clock = ThreadClock(explorer.page)
    seen: dict[str, Any] = explorer.page.evaluate(SCROLL, 28 * rows_per_frame)
    milliseconds = clock.milliseconds() / len(seen["frames"])
    assert seen["top"] > 28 * 150 * rows_per_frame or seen["top"] > 28 * (ROWS - 100)
    assert seen["blank"] == 0
    assert milliseconds < FRAME_MILLISECONDS


@pytest.mark.parametrize("setting", ["Off", "On", "Inherit"])
def test_a_toggle_is_a_small_message(
    explorer: ExplorerView, traffic: Traffic, setting: str
) -> None:
    explorer.tree.evaluate("tree => { tree.scrollTop = 0; }")
    explorer.select("part 0", "ensemble 0")
    explorer.page.wait_for_timeout(SETTLED_MILLISECONDS)
    before = traffic.received
    explorer.choose(setting, "part 0", "ensemble 0")
    on = "0 of 2 on" if setting == "Off" else "2 of 2 on"
    expect(explorer.effective("part 0", "ensemble 0")).to_have_text(on)
    explorer.page.wait_for_timeout(SETTLED_MILLISECONDS)
    assert 0 < traffic.received - before < TOGGLE_BYTES


def test_names_are_searched_while_they_are_typed(explorer: ExplorerView) -> None:
    explorer.root.get_by_label("Filter rows by name").fill("part 199")
    expect(explorer.root.locator(".ne-search-count")).to_have_text("1 match", timeout=3000)
    explorer.button("Clear all filters").click()
