"""A lesson in JupyterLab: predict by keyboard, see the score, find controls locked and hidden."""

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
    beta = nengo.Ensemble(20, 1, label="beta")
    nengo.Connection(alpha, beta, label="alpha to beta")
net.config[nengo.Ensemble].trainable = False
net.config[alpha.neurons].trainable = True
"""

SHOW = """
explorer = nengo_explorer.Explorer(
    net, locked=["dtype", "code", beta], hidden=["planner", "train", "findings"]
)
explorer
"""


@pytest.fixture
def explorer(lab: LabPage) -> ExplorerView:
    lab.keep_cells(2)
    view = lab.explorer()
    view.tidy()
    return view


def test_a_prediction_is_made_by_keyboard_and_scored(lab: LabPage, explorer: ExplorerView) -> None:
    expect(explorer.effective("alpha", "bias")).to_have_text("On")
    lab.run_code("explorer.predict(alpha)")
    lesson = explorer.root.get_by_role("region", name="Prediction")
    for name in ("encoders", "bias"):
        expect(explorer.effective("alpha", name)).to_have_text("? predict it")
    explorer.select("alpha", "bias")
    expect(explorer.why).to_contain_text("It is shown once you have answered.")
    results = Axe().run(lab.page, ".nengo-explorer")
    assert results.violations_count == 0, results.generate_report()
    asked = lesson.get_by_role("group", name="Is alpha: encoders trained?")
    asked.get_by_role("button", name="On").focus()
    lab.page.keyboard.press("Enter")
    expect(lesson).to_contain_text("You said On; it is Off.")
    expect(explorer.effective("alpha", "encoders")).to_have_text("Off")
    expect(explorer.effective("alpha", "bias")).to_have_text("? predict it")
    # The focus has gone on to the next question.
    lab.page.keyboard.press("Enter")
    expect(lesson).to_contain_text("1 of 2 right")
    expect(explorer.effective("alpha", "bias")).to_have_text("On")
    assert lab.run_code("print(*explorer.session.score)").strip() == "1 2 2"


def test_everything_can_be_revealed(lab: LabPage, explorer: ExplorerView) -> None:
    lab.run_code("explorer.predict()")
    expect(explorer.effective("beta")).to_have_text("? predict it")
    explorer.button("Reveal all").click()
    expect(explorer.effective("beta")).to_have_text("0 of 2 on")


def test_what_is_locked_says_so_and_stays(lab: LabPage, explorer: ExplorerView) -> None:
    expect(explorer.root.get_by_label("Precision", exact=True)).to_be_disabled()
    expect(explorer.root.get_by_text("Locked for this lesson.")).to_be_visible()
    expect(explorer.button("Code")).to_have_attribute("aria-disabled", "true")
    locked = explorer.setting("beta")
    expect(locked).to_have_accessible_name(re.compile("locked for this lesson$"))
    locked.click(force=True)
    explorer.select("beta")
    lab.page.keyboard.press("Space")
    expect(explorer.root.get_by_role("menu")).to_have_count(0)
    expect(explorer.effective("beta")).to_have_text("0 of 2 on")
    lab.run_code("net.config[beta].trainable = True")
    expect(explorer.setting("beta")).to_have_text("On")


def test_what_is_hidden_is_not_there(explorer: ExplorerView) -> None:
    explorer.root.locator("details.ne-advanced summary").click()
    expect(explorer.root.get_by_label("Sorter", exact=True)).to_be_visible()
    expect(explorer.root.get_by_label("Planner", exact=True)).to_have_count(0)
    expect(explorer.button("Train")).to_have_count(0)
    expect(explorer.root.get_by_role("region", name="Findings")).to_have_count(0)
    explorer.root.locator("details.ne-advanced summary").click()
