"""The way of somebody who opens the tour for the first time, with its clicks counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.explorer_view import RUN_MILLISECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.explorer_view import ExplorerView
    from tests.e2e.lab_page import LabPage

TOUR_MILLISECONDS = 240_000
MOST_CLICKS = 5

COUNT_CLICKS = """
() => {
  window.clicks = [];
  window.addEventListener("click", (event) => {
    // A click of the mouse; buttons pressed by key have none.
    if (event.detail > 0) window.clicks.push(event.target.textContent.trim().slice(0, 40));
  }, true);
}
"""


@pytest.fixture(scope="module")
def tour(open_notebook: Callable[[str], LabPage]) -> LabPage:
    lab = open_notebook("01-tour.ipynb")
    lab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lab.run_all(TOUR_MILLISECONDS)
    lab.page.evaluate(COUNT_CLICKS)
    return lab


@pytest.fixture(scope="module")
def explorer(tour: LabPage) -> ExplorerView:
    view = tour.explorer(0)
    view.root.evaluate("root => root.scrollIntoView({ block: 'start' })")
    return view


def test_why_a_bias_trains_takes_one_click(explorer: ExplorerView) -> None:
    expect(explorer.effective("hidden_1", "bias")).to_have_text("On")
    explorer.select("hidden_1", "bias")
    expect(explorer.why).to_contain_text("No rule says otherwise, so it is On by default.")


def test_turning_it_off_takes_two(explorer: ExplorerView) -> None:
    explorer.choose("Off", "hidden_1", "bias")
    expect(explorer.effective("hidden_1", "bias")).to_have_text("Off")
    expect(explorer.winner).to_contain_text("hidden_1.neurons")


def test_that_it_no_longer_moves_is_proved_with_one(explorer: ExplorerView) -> None:
    explorer.button("Train").click()
    # Said where the reasons are, without a search through the page.
    facts = explorer.why.get_by_role("list", name="What was tried out")
    # The cells of the tour have trained before, when it was on.
    expect(facts).to_contain_text("Setting then: Off Moved by: 0", timeout=RUN_MILLISECONDS)
    explorer.wait_until_ready()


def test_the_code_is_copied_with_one(tour: LabPage, explorer: ExplorerView) -> None:
    explorer.why.get_by_role("button", name="Copy code").click()
    tour.page.wait_for_function(
        "navigator.clipboard.readText().then((text) => text.includes('trainable = False'))"
    )
    text: str = tour.page.evaluate("navigator.clipboard.readText()")
    assert text == "net.config[hidden_1.neurons].trainable = False"


def test_five_clicks_were_enough(tour: LabPage) -> None:
    clicks: list[str] = tour.page.evaluate("window.clicks")
    assert len(clicks) == MOST_CLICKS, clicks
