"""A kernel without subshells: what the page sends is answered between cells; nothing is lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.explorer_view import clock_at
from tests.e2e.lab_server import MAIN_THREAD

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.explorer_view import ExplorerView
    from tests.e2e.lab_page import LabPage

NETWORK = """
import time

import nengo
import numpy as np
import nengo_explorer

with nengo.Network(label="net", seed=0) as net:
    nengo_explorer.configure_settings(trainable=None)
    stimulus = nengo.Node(lambda t: np.sin(6 * t), label="stimulus")
    alpha = nengo.Ensemble(50, 1, label="alpha")
    beta = nengo.Ensemble(50, 1, label="beta")
    nengo.Connection(stimulus, alpha)
    probe = nengo.Probe(alpha, synapse=0.02, label="decoded alpha")
"""

SHOW = """
explorer = nengo_explorer.Explorer(net, seed=0)
explorer
"""

NO_RULES = "with net:\n    nengo_explorer.configure_settings(trainable=None)"

# Says what the browser was able to change while it was running.
BUSY = """
time.sleep(8)
print("alpha was", net.config[alpha].trainable, "at step", explorer.sim.n_steps)
"""

WAITING = "Waiting for the kernel"


@pytest.fixture(scope="module")
def lab(open_cells: Callable[..., LabPage]) -> LabPage:
    page = open_cells(NETWORK, SHOW, kernel=MAIN_THREAD)
    features = "get_ipython().kernel.kernel_info['supported_features']"
    assert "subshells" not in page.run_code(f"print({features})")
    return page


@pytest.fixture
def explorer(lab: LabPage) -> ExplorerView:
    """The widget with nothing going on, and without rules."""
    view = lab.idle_explorer(NO_RULES)
    expect(view.effective("alpha", "bias")).to_have_text("On")
    return view


def test_settings_and_runs_work_while_no_cell_is_busy(lab: LabPage, explorer: ExplorerView) -> None:
    explorer.choose("Off", "alpha")
    expect(explorer.effective("alpha", "bias")).to_have_text("Off")
    steps = explorer.steps()
    explorer.run(0.1)
    expect(explorer.images).to_have_count(1)
    told = lab.run_code("print(net.config[alpha].trainable, explorer.sim.n_steps)")
    assert told.strip() == f"False {steps + 100}"


def test_a_setting_is_changed_and_a_run_is_stopped_on_the_way(
    lab: LabPage, explorer: ExplorerView
) -> None:
    explorer.start(100_000)
    expect(explorer.phase).to_have_text("Running")
    explorer.choose("Off", "beta")
    expect(explorer.effective("beta", "bias")).to_have_text("Off")
    # Cells run beside a run, as it has a thread of its own.
    assert lab.run_code("print(explorer.session.busy)").strip() == "True"
    explorer.button("Stop").click()
    explorer.wait_until_ready()


def test_what_is_asked_while_a_cell_is_busy_is_done_after_it(
    lab: LabPage, explorer: ExplorerView
) -> None:
    steps = explorer.steps()
    lab.start_code(BUSY)
    expect(lab.last_cell.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\*"))
    explorer.choose("Off", "alpha")
    explorer.choose("Off", "beta")
    explorer.choose("On", "beta")
    explorer.start(0.1)
    # The page does not look dead meanwhile, and claims nothing that is not so.
    said = explorer.root.get_by_role("status").get_by_text(WAITING)
    expect(said).to_be_visible(timeout=6000)
    expect(explorer.setting("alpha")).to_have_text("Inherit")
    expect(explorer.effective("alpha", "bias")).to_have_text("On")
    expect(lab.last_cell).to_contain_text(f"alpha was None at step {steps}")
    expect(explorer.effective("alpha", "bias")).to_have_text("Off")
    expect(explorer.setting("beta")).to_have_text("On")
    expect(explorer.clock).to_have_text(clock_at(steps + 100))
    explorer.wait_until_ready()
    expect(explorer.root.get_by_text(WAITING)).to_have_count(0)
    told = "net.config[alpha].trainable, net.config[beta].trainable, explorer.sim.n_steps"
    assert lab.run_code(f"print({told})").strip() == f"False True {steps + 100}"


def test_a_cell_that_changes_settings_shows_them_while_it_is_busy(
    lab: LabPage, explorer: ExplorerView
) -> None:
    lab.start_code("net.config[beta].trainable = False\ntime.sleep(8)\nprint('the', 'end')")
    # The tree hears from a thread beside the cell.
    expect(explorer.effective("beta", "bias")).to_have_text("Off", timeout=6000)
    expect(lab.last_cell).not_to_contain_text("the end")
    expect(lab.last_cell).to_contain_text("the end")


def test_a_run_of_a_cell_shows_its_progress(lab: LabPage, explorer: ExplorerView) -> None:
    steps = explorer.steps()
    lab.run_code("explorer.run(0.2)")
    expect(explorer.clock).to_have_text(clock_at(steps + 200))


def test_the_console_has_no_error(lab: LabPage) -> None:
    assert lab.errors == []
