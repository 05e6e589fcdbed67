"""The tour, as a reader goes through it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.explorer_view import ExplorerView
    from tests.e2e.lab_page import LabPage

TOUR_MILLISECONDS = 240_000


@pytest.fixture(scope="module")
def tour(open_notebook: Callable[[str], LabPage]) -> LabPage:
    page = open_notebook("01-tour.ipynb")
    page.run_all(TOUR_MILLISECONDS)
    return page


@pytest.fixture
def explorer(tour: LabPage) -> ExplorerView:
    return tour.explorer(0)


def test_all_cells_run(tour: LabPage) -> None:
    assert tour.failed_cells() == []
    assert tour.cells_not_run() == 0


def test_the_tree_shows_the_network(explorer: ExplorerView) -> None:
    expect(explorer.tree).to_have_count(1)
    expect(explorer.tree.get_by_role("row")).not_to_have_count(0)
    expect(explorer.setting("hidden_1")).to_have_text("Inherit")


def test_an_ensemble_set_to_off_freezes_its_parameters(explorer: ExplorerView) -> None:
    expect(explorer.effective("hidden_1", "bias")).to_have_text("On")
    explorer.choose("Off", "hidden_1")
    expect(explorer.setting("hidden_1")).to_have_text("Off")
    for parameter in ("encoders", "bias"):
        expect(explorer.effective("hidden_1", parameter)).to_have_text("Off")
    explorer.select("hidden_1", "bias")
    expect(explorer.winner).to_contain_text("hidden_1")
    expect(explorer.winner).to_contain_text("Off")
    explorer.choose("Inherit", "hidden_1")
    expect(explorer.effective("hidden_1", "bias")).to_have_text("On")


def test_run_draws_another_figure(explorer: ExplorerView) -> None:
    # The curves of the training in a cell of the tour come before them.
    images = explorer.simulation.get_by_role("group", name="Probes").locator("figure img")
    before = images.first.get_attribute("src")
    assert before
    explorer.run(0.2)
    expect(images.first).not_to_have_attribute("src", before)
    sizes = images.evaluate_all("images => images.map(image => image.naturalWidth)")
    assert sizes
    assert all(size > 100 for size in sizes)


def test_a_cell_that_changes_the_config_moves_the_row(
    tour: LabPage, explorer: ExplorerView
) -> None:
    expect(explorer.effective("hidden_2", "bias")).to_have_text("On")
    tour.run_code("net.config[hidden_2].trainable = False")
    expect(explorer.setting("hidden_2")).to_have_text("Off")
    expect(explorer.effective("hidden_2", "bias")).to_have_text("Off")
    tour.run_code("del net.config[hidden_2].trainable")
    expect(explorer.setting("hidden_2")).to_have_text("Inherit")
    expect(explorer.effective("hidden_2", "bias")).to_have_text("On")


def test_a_choice_in_the_tree_is_seen_by_code(tour: LabPage, explorer: ExplorerView) -> None:
    explorer.choose("Off", "hidden_2 to digit")
    expect(explorer.setting("hidden_2 to digit")).to_have_text("Off")
    assert tour.run_code("print(net.config[to_digit].trainable)").strip() == "False"
    explorer.choose("Inherit", "hidden_2 to digit")
    expect(explorer.setting("hidden_2 to digit")).to_have_text("Inherit")
    assert tour.run_code("print(net.config[to_digit].trainable)").strip() == "None"


def test_training_from_the_browser(explorer: ExplorerView) -> None:
    curves = explorer.simulation.get_by_role("group", name="Last training").locator("figure img")
    before = curves.first.get_attribute("src")
    assert before
    explorer.button("Train").click()
    expect(explorer.phase).to_have_text(re.compile("Training|Building"))
    explorer.wait_until_ready()
    expect(curves.first).not_to_have_attribute("src", before)
    expect(explorer.root.get_by_role("alert")).to_have_text("")


def test_the_console_has_no_error(tour: LabPage) -> None:
    assert tour.errors == []
    assert tour.dialogs == []
