"""Every task of the tour by keyboard alone, from JupyterLab's command mode on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.explorer_view import RUN_MILLISECONDS, clock_at
from tests.e2e.keyboard_user import KeyboardUser, assert_nothing_found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.explorer_view import ExplorerView
    from tests.e2e.lab_page import LabPage

NETWORK = """
import nengo
import numpy as np
import nengo_explorer

with nengo.Network(label="net", seed=0) as net:
    stimulus = nengo.Node([0.5], label="stimulus")
    alpha = nengo.Ensemble(20, 1, label="alpha", gain=np.ones(20), bias=np.linspace(-1, 2, 20))
    nengo.Connection(stimulus, alpha, synapse=None)
    end = nengo.Node(size_in=1, label="end")
    out = nengo.Connection(alpha, end, synapse=None, label="alpha to end")
    result = nengo.Probe(end, label="result")
    nengo_explorer.configure_settings(trainable=None)
"""

SHOW = """
explorer = nengo_explorer.Explorer(net, seed=1)
x = np.linspace(-1, 1, 40).reshape(8, 5, 1)
explorer.set_training({stimulus: x}, {result: x**2}, optimizer="adam", epochs=2)
explorer
"""

CLIPBOARD = "navigator.clipboard.readText()"

MICE = """
() => {
  window.pointed = 0;
  for (const kind of ["pointerdown", "mousemove"]) {
    window.addEventListener(kind, () => { window.pointed += 1; }, true);
  }
}
"""


@pytest.fixture(scope="module")
def user(lab: LabPage) -> Iterator[KeyboardUser]:
    """Somebody who begins on the cell that shows the widget."""
    lab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lab.page.set_viewport_size({"width": 1400, "height": 1500})
    lab.page.evaluate(MICE)
    user = KeyboardUser(lab, lab.explorer())
    cells = lab.cell_count
    user.enter_widget()
    yield user
    assert lab.cell_count == cells
    assert lab.page.evaluate("window.pointed") == 0


@pytest.fixture
def explorer(lab: LabPage, user: KeyboardUser) -> ExplorerView:
    del user
    return lab.explorer()


def copied(lab: LabPage) -> str:
    text: str = lab.page.evaluate(CLIPBOARD)
    return text


def test_the_notebook_is_in_command_mode(lab: LabPage, explorer: ExplorerView) -> None:
    expect(lab.page.locator(".jp-Notebook")).to_have_class(re.compile("jp-mod-commandMode"))
    expect(explorer.root.locator(":focus")).to_have_count(1)


def test_why_a_bias_trains_is_found_out(
    lab: LabPage, user: KeyboardUser, explorer: ExplorerView
) -> None:
    user.go_to(explorer.tree.locator("[data-focus]"))
    user.go_to_row("alpha")
    user.keys("ArrowRight", "ArrowDown", "ArrowDown")
    expect(explorer.tree.locator(":focus .ne-label")).to_have_text("bias")
    expect(explorer.why).to_contain_text("bias of alpha")
    expect(explorer.winner).to_contain_text("default")
    assert_nothing_found(lab)


def test_it_is_turned_off_and_back_on(
    lab: LabPage, user: KeyboardUser, explorer: ExplorerView
) -> None:
    user.go_to_tree()
    user.press("Enter")
    expect(explorer.root.get_by_role("menu")).to_be_visible()
    assert_nothing_found(lab)
    user.keys("End", "Enter")
    expect(explorer.effective("alpha", "bias")).to_have_text("Off")
    expect(explorer.winner).to_contain_text("alpha.neurons")
    user.press("Control+z")
    expect(explorer.effective("alpha", "bias")).to_have_text("On")
    user.press("Control+Shift+z")
    expect(explorer.effective("alpha", "bias")).to_have_text("Off")
    user.go_to(explorer.button("Undo"), "Shift+Tab")
    user.press("Enter")
    expect(explorer.setting("alpha", "bias")).to_have_text("Inherit")
    expect(explorer.button("Undo")).to_be_focused()


def test_rows_are_searched_and_filtered(
    lab: LabPage, user: KeyboardUser, explorer: ExplorerView
) -> None:
    count = explorer.root.locator(".ne-search-count")
    user.go_to(explorer.tree.locator("[data-focus]"))
    user.press("/")
    user.type("bias")
    expect(count).to_have_text("1 match")
    assert_nothing_found(lab)
    user.press("Escape")
    user.go_to(explorer.button("Trained"))
    user.press("Space")
    expect(count).to_have_text("3 matches")
    user.go_to(explorer.button("Clear all filters"))
    user.press("Enter")
    expect(count).to_have_text("")


def test_the_model_is_run_stopped_and_reset(
    lab: LabPage, user: KeyboardUser, explorer: ExplorerView
) -> None:
    user.go_to(explorer.root.get_by_label("Run time"))
    user.press("Control+a")
    user.type("0.05")
    user.press("Enter")
    expect(explorer.clock).to_have_text(clock_at(50), timeout=RUN_MILLISECONDS)
    explorer.wait_until_ready()
    assert_nothing_found(lab)
    user.press("Control+a")
    user.type("1000")
    user.go_to(explorer.button("Run"))
    user.press("Space")
    expect(explorer.phase).to_have_text("Running")
    user.go_to(explorer.button("Stop"))
    user.press("Enter")
    explorer.wait_until_ready()
    user.go_to(explorer.button("Reset"))
    user.press("Enter")
    expect(explorer.clock).to_have_text(clock_at(0))


def test_it_is_trained_and_its_gradients_are_checked(
    lab: LabPage, user: KeyboardUser, explorer: ExplorerView
) -> None:
    user.go_to(explorer.button("Train"))
    user.press("Enter")
    expect(explorer.root.get_by_role("table", name=re.compile("training has moved"))).to_be_visible(
        timeout=RUN_MILLISECONDS
    )
    explorer.wait_until_ready()
    user.go_to(explorer.button("Check gradients"))
    user.press("Enter")
    expect(explorer.root.get_by_role("table", name=re.compile("tried on a copy"))).to_be_visible(
        timeout=RUN_MILLISECONDS
    )
    explorer.wait_until_ready()
    assert_nothing_found(lab)


def test_an_option_is_changed_and_applied(
    lab: LabPage, user: KeyboardUser, explorer: ExplorerView
) -> None:
    precision = explorer.root.get_by_label("Precision", exact=True)
    user.go_to(precision, "Shift+Tab")
    before = precision.input_value()
    user.press("ArrowDown")
    expect(precision).not_to_have_value(before)
    pending = explorer.root.get_by_role("group", name="Pending changes")
    expect(pending).to_contain_text("1 change pending")
    assert_nothing_found(lab)
    user.go_to(pending.get_by_role("button", name="Apply"))
    user.press("Enter")
    expect(pending).to_have_count(0)
    expect(precision).not_to_have_value(before)


def test_everything_is_turned_off_after_a_look_at_the_rules(
    lab: LabPage, user: KeyboardUser, explorer: ExplorerView
) -> None:
    user.go_to_tree()
    user.keys("Control+Home", "Space", "End", "Enter")
    dialog = explorer.root.get_by_role("dialog")
    expect(dialog).to_contain_text("will be written")
    assert_nothing_found(lab, ".nengo-explorer [role=dialog]")
    user.press("Enter")
    expect(explorer.effective("net")).to_have_text("0 of 3 on")
    expect(explorer.tree.locator(":focus")).to_have_count(1)
    user.press("Control+z")
    expect(explorer.effective("net")).to_have_text("3 of 3 on")
    user.keys("Control+Home", "Shift+ArrowDown", "Shift+ArrowDown")
    bar = explorer.root.get_by_role("group", name="Selected rows")
    expect(bar).to_contain_text("3 rows selected")
    assert_nothing_found(lab)
    user.go_to(bar.get_by_role("button", name="Off"))
    user.press("Enter")
    expect(dialog).to_contain_text("will be written")
    user.press("Escape")
    expect(dialog).to_have_count(0)


def test_the_code_is_copied(lab: LabPage, user: KeyboardUser, explorer: ExplorerView) -> None:
    user.go_to_tree()
    user.press("Escape")
    user.go_to_row("alpha")
    user.keys("Space", "End", "Enter")
    expect(explorer.effective("alpha", "bias")).to_have_text("Off")
    user.go_to(explorer.button("Code"), "Shift+Tab")
    user.press("Enter")
    code = explorer.root.get_by_role("region", name="All settings in Python")
    expect(code).to_contain_text("net.config[alpha].trainable = False")
    assert_nothing_found(lab)
    user.go_to(explorer.button("Copy all settings as code"))
    user.press("Enter")
    lab.page.wait_for_function(f"{CLIPBOARD}.then((text) => text.includes('trainable'))")
    assert "net.config[alpha].trainable = False" in copied(lab)


def test_the_console_has_no_error(lab: LabPage) -> None:
    assert lab.errors == []
    assert lab.dialogs == []
