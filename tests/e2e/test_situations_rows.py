"""Situations every release is tried in, of size: 1 000, 10 000 and 100 000 rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.lab_page import LabPage

# A part is a row; 100 ensembles are three rows each, 99 connections are two, and there is one
# for each class whose rules it may hold.
ROWS_OF_PART = 502
# Encoders and bias of each ensemble, weights of each connection.
OF_PART = 299

NETWORK = """
import nengo
import nengo_explorer

with nengo.Network(label="large", seed=0) as net:
    nengo_explorer.configure_settings(trainable=None)
    for part in range({parts}):
        with nengo.Network(label=f"part {{part}}"):
            layers = [nengo.Ensemble(10, 1, label=f"layer {{i}}") for i in range(100)]
            for pre, post in zip(layers, layers[1:]):
                nengo.Connection(pre, post)
"""

SHOW = """
explorer = nengo_explorer.Explorer(net)
explorer
"""

MOST_ELEMENTS = 60


def sum_of(on: int, total: int) -> re.Pattern[str]:
    """How a row says how many parameters are on, with a space of some kind in large numbers."""
    return re.compile(rf"^{on:,} of {total:,} on$".replace(",", r"\s"))


def check_rows(open_cells: Callable[..., LabPage], least: int) -> None:
    """Show a network of at least so many rows, go to its end, and change its last part."""
    parts = -(-least // ROWS_OF_PART)
    lab = open_cells(NETWORK.format(parts=parts), SHOW)
    explorer = lab.explorer()
    explorer.button("Expand all").click()
    rows = int(lab.run_code("print(len(explorer.session.view))"))
    assert least <= rows < least + 2 * ROWS_OF_PART
    # The header is a row, too.
    expect(explorer.tree).to_have_attribute("aria-rowcount", str(rows + 1))
    assert explorer.tree.locator("[data-row]").count() < MOST_ELEMENTS
    all_on = parts * OF_PART
    on = sum_of(all_on, all_on)
    expect(explorer.effective("large")).to_have_text(on)
    # The last row is there as soon as somebody goes to it.
    explorer.select("large")
    lab.page.keyboard.press("End")
    expect(explorer.tree.locator(f"[data-row='{rows - 1}']")).to_be_focused()
    assert explorer.tree.locator("[data-row]").count() < MOST_ELEMENTS
    lab.page.keyboard.press("Home")
    # Search finds the last part, whose rule is seen by Python and by the sum of all.
    last = f"part {parts - 1}"
    explorer.root.get_by_label("Filter rows by name").fill(last)
    expect(explorer.row(last)).to_be_visible()
    explorer.setting(last).click()
    explorer.root.get_by_role("menuitem", name="Off").click()
    explorer.root.get_by_role("dialog").get_by_role("button", name="Apply").click()
    expect(explorer.effective(last)).to_have_text(f"0 of {OF_PART} on")
    expect(explorer.effective("large")).to_have_text(sum_of(all_on - OF_PART, all_on))
    told = "nengo_explorer.resolve_trainable(net.networks[-1]).values()"
    assert lab.value_of(f"any({told})") == "False"
    explorer.button("Undo").click()
    expect(explorer.effective("large")).to_have_text(on)
    assert lab.value_of(f"all({told})") == "True"
    assert lab.errors == []


def test_rows_1_000(open_cells: Callable[..., LabPage]) -> None:
    check_rows(open_cells, 1_000)


def test_rows_10_000(open_cells: Callable[..., LabPage]) -> None:
    check_rows(open_cells, 10_000)


def test_rows_100_000(open_cells: Callable[..., LabPage]) -> None:
    check_rows(open_cells, 100_000)
