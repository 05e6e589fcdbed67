"""Situations every release is tried in, of the tree: what a network holds, and what hosts do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.e2e.explorer_view import ExplorerView
    from tests.e2e.lab_page import LabPage

NETWORK = """
import nengo
import nengo_explorer

with nengo.Network(label="outer", seed=0) as net:
    nengo_explorer.configure_settings(trainable=None)
    alpha = nengo.Ensemble(20, 1, label="alpha")
    with nengo.Network(label="inner") as inner:
        nengo_explorer.configure_settings(trainable=None)
        beta = nengo.Ensemble(20, 1, label="beta")
    nengo.Connection(alpha, beta, label="alpha to beta")
    nengo.Probe(beta, label="probe of beta")
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

# Of what is painted, whatever the notation of the colour.
BRIGHTNESS = """
(tree) => {
  const of = (colour) => {
    const context = document.createElement("canvas").getContext("2d");
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const style = (element) => getComputedStyle(element);
  const pane = tree.closest(".ne-pane");
  return {
    background: of(style(pane).backgroundColor),
    text: of(style(tree.querySelector(".ne-label")).color),
  };
}
"""


@pytest.fixture
def explorer(lab: LabPage) -> ExplorerView:
    """The widget as it is at the start: everything open, no rules, no other view."""
    view = lab.tidy_explorer(NO_RULES)
    expect(view.effective("alpha")).to_have_text("2 of 2 on")
    expect(view.setting("alpha")).to_have_text("Inherit")
    return view


def test_two_views_of_one_widget(lab: LabPage, explorer: ExplorerView) -> None:
    lab.run_code("explorer")
    second = lab.explorer(1)
    views = (explorer, second)
    explorer.choose("Off", "alpha")
    for view in views:
        expect(view.setting("alpha")).to_have_text("Off")
        expect(view.effective("alpha", "bias")).to_have_text("Off")
    assert lab.value_of("net.config[alpha].trainable") == "False"
    lab.keep_cells(3)
    second.choose("Inherit", "alpha")
    for view in views:
        expect(view.effective("alpha")).to_have_text("2 of 2 on")
    # Expansion, focus, filters and scroll belong to each view.
    explorer.select("inner")
    lab.page.keyboard.press("ArrowLeft")
    expect(explorer.row("inner")).to_have_attribute("aria-expanded", "false")
    expect(second.row("inner")).to_have_attribute("aria-expanded", "true")
    second.select("alpha", "bias")
    for view, row in ((explorer, "inner"), (second, "bias")):
        expect(view.tree.locator("[aria-selected=true] .ne-label")).to_have_text(row)
    second.tree.evaluate("tree => { tree.scrollTop = 40; }")
    assert second.tree.evaluate("tree => tree.scrollTop") == 40
    assert explorer.tree.evaluate("tree => tree.scrollTop") == 0
    second.root.get_by_label("Filter rows by name").fill("probe of")
    expect(second.tree.locator("[data-row]")).to_have_count(2)
    expect(explorer.row("alpha")).to_be_visible()


def test_network_edited_after_the_widget_was_made(lab: LabPage, explorer: ExplorerView) -> None:
    lab.run_code("with net:\n    extra = nengo.Ensemble(10, 1, label='extra')")
    expect(explorer.root.get_by_text("The network was edited")).to_be_visible()
    expect(explorer.tree.get_by_text("extra", exact=True)).to_have_count(0)
    # Until then the rows are those of before, and their settings work.
    explorer.choose("Off", "alpha")
    expect(explorer.effective("alpha")).to_have_text("0 of 2 on")
    explorer.button("Refresh").click()
    expect(explorer.effective("extra", "bias")).to_have_text("On")
    expect(explorer.button("Refresh")).to_have_count(0)
    expect(explorer.setting("alpha")).to_have_text("Off")
    explorer.choose("Off", "extra")
    expect(explorer.effective("extra", "bias")).to_have_text("Off")
    told = "[net.config[e].trainable for e in (alpha, extra)]"
    assert lab.value_of(told) == "[False, False]"
    lab.run_code("net.ensembles.remove(extra)\nexplorer.refresh()")


def test_object_removed(lab: LabPage, explorer: ExplorerView) -> None:
    lab.run_code("with net:\n    gone = nengo.Ensemble(10, 1, label='gone')\nexplorer.refresh()")
    explorer.choose("Off", "gone")
    expect(explorer.effective("gone")).to_have_text("0 of 2 on")
    explorer.select("gone", "bias")
    rows = int(explorer.tree.get_attribute("aria-rowcount") or 0)
    lab.run_code("net.ensembles.remove(gone)")
    explorer.button("Refresh").click()
    expect(explorer.tree.get_by_text("gone", exact=True)).to_have_count(0)
    expect(explorer.tree).to_have_attribute("aria-rowcount", str(rows - 3))
    # What was selected is not there any more; something else is, and explained.
    expect(explorer.tree.locator("[aria-selected=true]")).to_have_count(1)
    expect(explorer.why.locator(".ne-path")).to_have_text("outer")
    # Its rule is still in the config, where nothing reads it; that is said, and can be mended.
    finding = explorer.root.get_by_role("region", name="Findings", exact=True).get_by_role(
        "listitem"
    )
    expect(finding).to_contain_text("The object is not in the outermost network 'outer'.")
    finding.get_by_role("button", name=re.compile("^Apply fix")).click()
    expect(finding).to_have_count(0)
    assert lab.value_of("net.config[gone].trainable") == "None"
    explorer.choose("Off", "alpha")
    expect(explorer.effective("alpha")).to_have_text("0 of 2 on")
    expect(explorer.root.get_by_role("alert")).to_have_text("")


def test_configure_settings_called_again_in_a_cell(lab: LabPage, explorer: ExplorerView) -> None:
    explorer.choose("Off", "alpha")
    expect(explorer.effective("alpha")).to_have_text("0 of 2 on")
    lab.add_cell("with net:\n    nengo_explorer.configure_settings(trainable=None)")
    lab.command("notebook:run-cell")
    # As in a fresh kernel; but it says what is gone.
    expect(lab.last_cell).to_contain_text("the settings of these objects")
    expect(lab.last_cell).to_contain_text("<Ensemble 'alpha'>")
    expect(explorer.setting("alpha")).to_have_text("Inherit")
    expect(explorer.effective("alpha")).to_have_text("2 of 2 on")
    assert lab.value_of("net.config[alpha].trainable") == "None"
    lab.run_code("with net:\n    nengo_explorer.configure_settings(trainable=False)")
    expect(explorer.effective("alpha")).to_have_text("0 of 2 on")
    # A network of its own is not meant.
    expect(explorer.effective("inner", "beta")).to_have_text("0 of 2 on")
    explorer.select("alpha", "bias")
    expect(explorer.winner).to_contain_text("all neurons")
    explorer.button("Undo").click()
    expect(explorer.effective("alpha")).to_have_text("2 of 2 on")


def test_typing_a_b_dd_inside_the_tree(lab: LabPage, explorer: ExplorerView) -> None:
    cells = lab.cell_count
    explorer.select("outer")
    # In this mode "a" and "b" would add a cell, "x" and "dd" remove one.
    expect(lab.page.locator(".jp-Notebook")).to_have_class(re.compile("jp-mod-commandMode"))
    lab.page.keyboard.type("alpha")
    expect(explorer.row("alpha")).to_be_focused()
    for key in "abxddmyz0":
        lab.page.keyboard.press(key)
    expect(explorer.tree.locator(":focus")).to_have_count(1)
    assert lab.cell_count == cells
    # A button has no use for letters, and the notebook must not have one either.
    explorer.button("Reset").focus()
    for key in "abxdd":
        lab.page.keyboard.press(key)
    assert lab.cell_count == cells
    told = lab.value_of("{net.config[e].trainable for e in net.all_ensembles}")
    assert told == "{None}"


def test_direct_mode(lab: LabPage, explorer: ExplorerView) -> None:
    expect(explorer.effective("alpha", "bias")).to_have_text("On")
    lab.run_code("neurons = alpha.neuron_type\nalpha.neuron_type = nengo.Direct()")
    explorer.button("Refresh").click()
    expect(explorer.effective("alpha", "bias")).to_have_text("Never: no neurons")
    explorer.select("alpha", "bias")
    expect(explorer.why).to_contain_text("A Direct ensemble has no neurons")
    # A rule may be written, and changes nothing.
    explorer.choose("On", "alpha")
    expect(explorer.setting("alpha")).to_have_text("On")
    expect(explorer.effective("alpha", "bias")).to_have_text("Never: no neurons")
    told = "nengo_explorer.resolve_trainable(net)[alpha, 'bias']"
    assert lab.value_of(told) == "None"
    lab.run_code("alpha.neuron_type = neurons\nexplorer.refresh()")
    expect(explorer.effective("alpha", "bias")).to_have_text("On")


def test_dark_theme(lab: LabPage, explorer: ExplorerView) -> None:
    set_theme(lab, explorer, "light")
    light = brightness(explorer)
    set_theme(lab, explorer, "dark")
    try:
        dark = brightness(explorer)
        assert light["background"] > 200
        assert light["text"] < 80
        assert dark["background"] < 55
        assert dark["text"] > 180
        explorer.select("alpha", "bias")
        explorer.button("Help on Precision").click()
        explorer.setting("alpha").click()
        result = Axe().run(lab.page, context=".nengo-explorer")
        assert result.violations_count == 0, result.generate_report()
        lab.page.keyboard.press("Escape")
        explorer.button("Help on Precision").click()
    finally:
        set_theme(lab, explorer, "light")


def set_theme(lab: LabPage, explorer: ExplorerView, theme: str) -> None:
    """Choose a theme of the host, and wait until page and Python know."""
    lab.command("apputils:change-theme", theme=f"JupyterLab {theme.title()}")
    expect(explorer.root).to_have_attribute("data-theme", theme)
    lab.wait_until_printed("print(explorer.appearance['theme'])", theme)


def brightness(explorer: ExplorerView) -> dict[str, float]:
    """Brightness of background and text of the tree, from 0 to 255."""
    seen: dict[str, float] = explorer.tree.evaluate(BRIGHTNESS)
    return seen


def test_the_console_has_no_error(lab: LabPage) -> None:
    assert lab.errors == []
    assert lab.dialogs == []
