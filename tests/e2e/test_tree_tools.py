"""Filters, selections and settings for many rows, in JupyterLab. No simulator is made here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.e2e.explorer_view import ExplorerView
    from tests.e2e.lab_page import LabPage

NETWORK = """
import nengo
import nengo_explorer

with nengo.Network(label="outer", seed=0) as net:
    nengo_explorer.configure_settings(trainable=None)
    stimulus = nengo.Node([0.5])
    alpha = nengo.Ensemble(20, 1)
    with nengo.Network(label="inner") as inner:
        nengo_explorer.configure_settings(trainable=None)
        layers = [nengo.Ensemble(20, 1) for _ in range(2)]
        forward = nengo.Connection(layers[0], layers[1])
    learned = nengo.Connection(alpha, layers[0], learning_rule_type=nengo.PES())
    nengo.Connection(stimulus, learned.learning_rule)
    probe = nengo.Probe(layers[1])
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


TOO_SMALL = """
(pane) => [...pane.querySelectorAll("button, select, [data-expander]")]
  .map((target) => [target, target.getBoundingClientRect()])
  .filter(([, box]) => box.width < 23.9 || box.height < 23.9)
  .map(([target]) => target.outerHTML)
"""

CUT_OFF = """
(tree) => [...tree.querySelectorAll(".ne-setting-text, .ne-effective-text")]
  .filter((text) => text.scrollWidth > text.clientWidth + 1)
  .map((text) => text.textContent)
"""


@pytest.fixture
def explorer(lab: LabPage) -> ExplorerView:
    """The widget as it is at the start: everything open, no rules, no filters."""
    lab.run_code(NO_RULES)
    lab.keep_cells(2)
    view = lab.explorer()
    clear = view.button("Clear all filters")
    if clear.count():
        clear.click()
    view.tidy()
    expect(view.effective("inner")).to_have_text("5 of 5 on")
    return view


def matches(explorer: ExplorerView) -> Locator:
    return explorer.root.locator(".ne-search-count")


def shown(explorer: ExplorerView) -> list[str]:
    return explorer.tree.locator("[data-row] .ne-label").all_text_contents()


def test_objects_without_a_label_have_the_names_of_their_variables(explorer: ExplorerView) -> None:
    names = shown(explorer)
    assert {"stimulus", "alpha", "layers[0]", "layers[1]", "forward", "learned"} <= set(names)


def test_a_row_says_which_learning_rule_locks_it(explorer: ExplorerView) -> None:
    expect(explorer.effective("learned", "weights")).to_have_text("Locked by PES")


def test_the_accessor_of_a_row_gives_its_object(lab: LabPage, explorer: ExplorerView) -> None:
    explorer.select("layers[1]", "bias")
    code = explorer.why.locator(".ne-accessor code")
    expect(code).to_have_text("layers[1].neurons")
    told = lab.run_code(f"print({code.inner_text()}.ensemble is inner.ensembles[1])")
    assert told.strip() == "True"


def test_rows_are_searched_by_keyboard_alone(lab: LabPage, explorer: ExplorerView) -> None:
    keyboard = lab.page.keyboard
    explorer.select("outer")
    keyboard.press("/")
    expect(explorer.root.get_by_label("Filter rows by name")).to_be_focused()
    keyboard.type("bias")
    expect(matches(explorer)).to_have_text("3 matches")
    keyboard.press("Enter")
    focused = explorer.tree.locator(":focus")
    expect(focused.locator("mark")).to_have_text("bias")
    keyboard.press("/")
    keyboard.press("Escape")
    expect(matches(explorer)).to_have_text("")


def test_rows_are_filtered_by_state_and_kind(lab: LabPage, explorer: ExplorerView) -> None:
    lab.run_code("net.config[alpha].trainable = False")
    expect(explorer.setting("alpha")).to_have_text("Off")
    explorer.button("Set here").click()
    expect(matches(explorer)).to_have_text("1 match")
    assert shown(explorer) == ["outer", "alpha"]
    explorer.button("Set here").click()
    explorer.button("Trained").click()
    expect(matches(explorer)).to_have_text("5 matches")
    explorer.root.get_by_label("Filter rows by kind").select_option("Connections")
    expect(matches(explorer)).to_have_text("No row matches")
    explorer.button("Trained").click()
    expect(matches(explorer)).to_have_text("3 matches")
    explorer.button("Clear all filters").click()
    expect(matches(explorer)).to_have_text("")


def test_rows_with_warnings_are_found(lab: LabPage, explorer: ExplorerView) -> None:
    # Training and the learning rule would both change it.
    lab.run_code("net.config[learned].trainable = True")
    expect(explorer.effective("learned", "weights")).to_have_text("On")
    explorer.button("Warnings").click()
    expect(explorer.row("learned", "weights")).to_contain_text("has a warning")


def test_everything_in_a_network_is_turned_off_by_keyboard_and_undone(
    lab: LabPage, explorer: ExplorerView
) -> None:
    keyboard = lab.page.keyboard
    lab.run_code("inner.config[layers[0]].trainable = True")
    expect(explorer.setting("layers[0]")).to_have_text("On")
    explorer.select("inner")
    keyboard.press("Space")
    expect(explorer.root.get_by_role("menu")).to_be_visible()
    keyboard.press("End")
    keyboard.press("Enter")
    dialog = explorer.root.get_by_role("dialog")
    expect(dialog).to_contain_text("inner.config[nengo.Ensemble].trainable = False")
    expect(dialog).to_contain_text("del inner.config[layers[0]].trainable")
    expect(dialog).to_contain_text("5 parameters: On")
    expect(explorer.effective("inner")).to_have_text("5 of 5 on")
    keyboard.press("Enter")
    expect(explorer.effective("inner")).to_have_text("0 of 5 on")
    expect(explorer.setting("layers[0]")).to_have_text("Inherit")
    expect(explorer.tree.locator(":focus")).to_have_count(1)
    explorer.root.get_by_role("button", name="Undo").click()
    expect(explorer.effective("inner")).to_have_text("5 of 5 on")
    expect(explorer.setting("layers[0]")).to_have_text("On")


def test_a_selection_of_rows_gets_one_setting(lab: LabPage, explorer: ExplorerView) -> None:
    keyboard = lab.page.keyboard
    cells = lab.cell_count
    explorer.select("layers[0]")
    for _ in range(3):
        keyboard.press("Shift+ArrowDown")
    bar = explorer.root.get_by_role("group", name="Selected rows")
    expect(bar).to_contain_text("4 rows selected")
    bar.get_by_role("button", name="Off").click()
    explorer.button("Apply").click()
    for name in ("layers[0]", "layers[1]"):
        expect(explorer.effective(name)).to_have_text("0 of 2 on")
    expect(explorer.effective("forward")).to_have_text("On")
    keyboard.press("Escape")
    expect(bar).to_have_count(0)
    # In a notebook this selects all cells, of which "d d" would leave nothing.
    keyboard.press("Control+a")
    expect(bar).to_contain_text("rows selected")
    keyboard.press("d")
    keyboard.press("d")
    assert lab.cell_count == cells
    keyboard.press("Escape")


def test_escape_leaves_the_preview_and_nothing_is_written(
    lab: LabPage, explorer: ExplorerView
) -> None:
    explorer.setting("inner").click()
    explorer.root.get_by_role("menuitem", name="Off").click()
    dialog = explorer.root.get_by_role("dialog")
    expect(dialog).to_be_visible()
    lab.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(explorer.effective("inner")).to_have_text("5 of 5 on")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_preview_has_no_violation(lab: LabPage, explorer: ExplorerView, theme: str) -> None:
    lab.command("apputils:change-theme", theme=f"JupyterLab {theme.title()}")
    expect(explorer.root).to_have_attribute("data-theme", theme)
    explorer.button("Trained").click()
    explorer.select("layers[0]")
    lab.page.keyboard.press("Shift+ArrowDown")
    bar = explorer.root.get_by_role("group", name="Selected rows")
    expect(bar).to_be_visible()
    result = Axe().run(lab.page, context=".nengo-explorer")
    assert result.violations_count == 0, result.generate_report()
    bar.get_by_role("button", name="Off").click()
    expect(explorer.root.get_by_role("dialog")).to_contain_text("will be written")
    result = Axe().run(lab.page, context=".nengo-explorer [role=dialog]")
    assert result.violations_count == 0, result.generate_report()
    lab.page.keyboard.press("Escape")


@pytest.mark.parametrize("width", [1400, 560])
def test_targets_are_large_enough_and_settings_are_not_cut_off(
    lab: LabPage, explorer: ExplorerView, width: int
) -> None:
    lab.page.set_viewport_size({"width": width, "height": 1000})
    lab.run_code("with net:\n    nengo_explorer.configure_settings(keep_history=False)")
    expect(explorer.setting("all probes")).to_have_text("Last step")
    assert explorer.root.locator(".ne-tree-pane").evaluate(TOO_SMALL) == []
    assert explorer.tree.evaluate(CUT_OFF) == []
    lab.run_code("with net:\n    nengo_explorer.configure_settings(inference_only=True)")
    expect(explorer.effective("alpha", "bias")).to_contain_text("Off (inference")
    cut = explorer.tree.evaluate(CUT_OFF)
    lab.run_code("with net:\n    nengo_explorer.configure_settings(inference_only=None)")
    assert cut == []
    lab.page.set_viewport_size({"width": 1400, "height": 1000})


def test_the_console_has_no_error(lab: LabPage) -> None:
    assert lab.errors == []
    assert lab.dialogs == []
