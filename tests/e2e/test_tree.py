"""The tree in JupyterLab: roles, labels, keys, themes. No simulator is made here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.e2e.explorer_view import ExplorerView
    from tests.e2e.lab_page import LabPage

NETWORK = """
import nengo
import nengo_explorer

with nengo.Network(label="outer", seed=0) as net:
    nengo_explorer.configure_settings(trainable=None, keep_history=True)
    stimulus = nengo.Node([0.5], label="stimulus")
    alpha = nengo.Ensemble(20, 1, label="alpha")
    with nengo.Network(label="inner") as inner:
        nengo_explorer.configure_settings(trainable=None)
        beta = nengo.Ensemble(20, 1, label="beta")
        delta = nengo.Ensemble(20, 1, label="delta")
    nengo.Connection(stimulus, alpha, label="stimulus to alpha")
    nengo.Connection(alpha, beta, label="alpha to beta")
    probe = nengo.Probe(beta, label="probe of beta")
"""

NO_RULES = """
for network in (net, inner):
    with network:
        nengo_explorer.configure_settings(trainable=None)
"""

SHOW = """
explorer = nengo_explorer.Explorer(net)
explorer
"""


@pytest.fixture
def explorer(lab: LabPage) -> ExplorerView:
    """The widget as it is at the start: everything open, no rules, no other view."""
    view = lab.tidy_explorer(NO_RULES)
    expect(view.effective("alpha")).to_have_text("2 of 2 on")
    return view


def test_the_tree_comes_without_tensorflow(lab: LabPage, explorer: ExplorerView) -> None:
    expect(explorer.tree).to_be_visible()
    loaded = lab.run_code("import sys; print('tensorflow' in sys.modules)")
    assert loaded.strip() == "False"


def test_rows_carry_their_place(explorer: ExplorerView) -> None:
    row = explorer.row("inner", "delta")
    expect(row).to_have_attribute("aria-level", "3")
    expect(row).to_have_attribute("aria-expanded", "true")
    above = explorer.row("inner", "beta").get_attribute("aria-posinset")
    assert int(row.get_attribute("aria-posinset") or 0) == int(above or 0) + 1


def test_the_inner_class_rule_beats_the_outer_instance_rule(
    lab: LabPage, explorer: ExplorerView
) -> None:
    lab.run_code(
        "net.config[beta].trainable = True\ninner.config[nengo.Ensemble].trainable = False"
    )
    expect(explorer.effective("inner", "beta", "encoders")).to_have_text("Off")
    explorer.select("inner", "beta", "encoders")
    expect(explorer.winner).to_contain_text("all ensembles")
    expect(explorer.losers.first.locator("s")).to_be_visible()
    explorer.winner.get_by_role("button").first.click()
    expect(explorer.tree.locator("[aria-selected=true] .ne-label")).to_have_text("inner")


def test_keys_follow_the_treegrid_pattern(lab: LabPage, explorer: ExplorerView) -> None:
    keyboard = lab.page.keyboard
    explorer.select("alpha")
    focused = explorer.tree.locator(":focus")
    keyboard.press("ArrowLeft")
    expect(explorer.row("alpha")).to_have_attribute("aria-expanded", "false")
    keyboard.press("ArrowRight")
    expect(explorer.row("alpha")).to_have_attribute("aria-expanded", "true")
    keyboard.press("ArrowDown")
    expect(focused.locator(".ne-label")).to_have_text("encoders")
    keyboard.press("ArrowLeft")
    expect(focused.locator(".ne-label")).to_have_text("alpha")
    for key in ("ArrowRight", "ArrowRight", "End", "ArrowLeft"):
        keyboard.press(key)
    expect(focused).to_have_attribute("data-setting", "")
    keyboard.press("Home")
    expect(focused).to_have_attribute("role", "gridcell")
    keyboard.press("ArrowLeft")
    keyboard.press("End")
    expect(focused.locator(".ne-label")).to_have_text("probe of beta")
    keyboard.press("Home")
    expect(focused.locator(".ne-label")).to_have_text("outer")


def test_a_setting_is_changed_with_the_keyboard_alone(lab: LabPage, explorer: ExplorerView) -> None:
    keyboard = lab.page.keyboard
    explorer.select("alpha")
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowUp", "PageDown", "PageUp"):
        keyboard.press(key)
    expect(explorer.setting("alpha")).to_have_text("Inherit")
    explorer.select("alpha")
    keyboard.press("Space")
    expect(explorer.root.get_by_role("menu")).to_be_visible()
    keyboard.press("o")
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    expect(explorer.setting("alpha")).to_have_text("Off")
    expect(explorer.effective("alpha", "bias")).to_have_text("Off")
    expect(explorer.setting("alpha")).to_be_focused()
    keyboard.press("Enter")
    keyboard.press("Home")
    keyboard.press("Enter")
    expect(explorer.setting("alpha")).to_have_text("Inherit")


def test_the_tree_is_one_stop_for_the_tab_key(lab: LabPage, explorer: ExplorerView) -> None:
    explorer.select("alpha")
    lab.page.keyboard.press("Tab")
    expect(explorer.tree.locator(":focus")).to_have_count(0)
    expect(explorer.root.locator(":focus")).to_have_count(1)
    lab.page.keyboard.press("Shift+Tab")
    expect(explorer.row("alpha")).to_be_focused()


def test_a_menu_gives_the_focus_away(explorer: ExplorerView) -> None:
    explorer.setting("alpha").click()
    search = explorer.root.get_by_label("Filter rows by name")
    search.click()
    expect(explorer.root.get_by_role("menu")).to_have_count(0)
    expect(search).to_be_focused()
    search.fill("beta")
    expect(explorer.tree.locator("[data-row]")).to_have_count(5)


def test_the_console_has_no_error(lab: LabPage) -> None:
    assert lab.errors == []
    assert lab.dialogs == []
