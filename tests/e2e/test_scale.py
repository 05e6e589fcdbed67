"""A network of 100 000 rows, in JupyterLab: what is sent, and that no frame is blank.

Times depend on the machine: ``tests/benchmarks/explorer_scale.py`` measures them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.measuring import SCROLL, Traffic

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.explorer_view import ExplorerView
    from tests.e2e.lab_page import LabPage

ROWS = 100_000
TREE_BYTES = 500_000
TOGGLE_BYTES = 10_000
FRAMES = 200
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


@pytest.fixture(scope="module")
def lab(open_cells: Callable[..., LabPage]) -> LabPage:
    return open_cells(NETWORK)


@pytest.fixture(scope="module")
def traffic(lab: LabPage) -> Traffic:
    return Traffic(lab.page)


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


@pytest.mark.parametrize("rows_per_frame", [1, 20, 400])
def test_rows_scroll_without_a_blank_frame(explorer: ExplorerView, rows_per_frame: int) -> None:
    explorer.tree.evaluate("tree => { tree.scrollTop = 0; }")
    seen: dict[str, Any] = explorer.page.evaluate(SCROLL, [28 * rows_per_frame, FRAMES])
    assert seen["frames"] == FRAMES
    assert seen["top"] > 28 * 150 * rows_per_frame or seen["top"] > 28 * (ROWS - 100)
    assert seen["blank"] == 0


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
