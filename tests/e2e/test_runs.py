"""Runs, seen from the browser: figures, Stop, changes on the way, errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.explorer_view import clock_at

if TYPE_CHECKING:
    from tests.e2e.explorer_view import ExplorerView
    from tests.e2e.lab_page import LabPage

NETWORK = """
import nengo
import numpy as np
import nengo_explorer

with nengo.Network(label="net", seed=0) as net:
    nengo_explorer.configure_settings(trainable=None)
    stimulus = nengo.Node(lambda t: np.sin(6 * t), label="stimulus")
    alpha = nengo.Ensemble(50, 1, label="alpha")
    nengo.Connection(stimulus, alpha)
    probe = nengo.Probe(alpha, synapse=0.02, label="decoded alpha")
    spikes = nengo.Probe(alpha.neurons[:10], label="spikes of alpha")
"""

FAILING = """
def fail(t):
    if t > 0.05:
        raise ValueError("<b>no</b> value")
    return t


with nengo.Network(label="failing") as failing:
    nengo.Probe(nengo.Node(fail, label="node"))
"""

NO_RULES = """
with net:
    nengo_explorer.configure_settings(trainable=None, keep_history=True)
"""

SHOW = """
explorer = nengo_explorer.Explorer(net, seed=0)
explorer
"""


@pytest.fixture
def explorer(lab: LabPage) -> ExplorerView:
    """The widget with nothing going on, and without rules."""
    view = lab.idle_explorer(NO_RULES)
    expect(view.effective("alpha", "bias")).to_have_text("On")
    return view


def test_run_builds_and_draws_one_figure_for_each_probe(explorer: ExplorerView) -> None:
    explorer.run(0.3)
    expect(explorer.images).to_have_count(2)
    for alt in explorer.images.evaluate_all("images => images.map(image => image.alt)"):
        assert alt


def test_a_run_in_a_cell_draws_too(lab: LabPage, explorer: ExplorerView) -> None:
    before = explorer.image_sources()
    steps = explorer.steps()
    lab.run_code("explorer.sim.run(0.1)")
    expect(explorer.clock).to_have_text(clock_at(steps + 100))
    expect(explorer.images.first).not_to_have_attribute("src", before[0])


def test_reset_goes_back_to_the_start(explorer: ExplorerView) -> None:
    explorer.button("Reset").click()
    expect(explorer.clock).to_have_text(clock_at(0))


def test_a_value_that_is_refused_says_what_is_accepted(explorer: ExplorerView) -> None:
    smoothing = explorer.root.get_by_label("LIF smoothing", exact=True)
    smoothing.fill("a lot")
    smoothing.press("Enter")
    expect(explorer.root.get_by_role("alert")).to_contain_text("lif_smoothing")
    explorer.button("Dismiss").click()
    expect(explorer.root.get_by_role("alert")).to_have_text("")
    smoothing.press("Escape")
    expect(smoothing).to_have_value("")


def test_a_probe_without_history_shows_its_last_value(explorer: ExplorerView) -> None:
    explorer.choose("Last step", "decoded alpha")
    expect(explorer.effective("decoded alpha")).to_have_text("Last step")
    explorer.run(0.1)
    expect(explorer.simulation.locator("figure dl")).to_have_count(1)


def test_an_error_of_a_run_is_shown_as_text(lab: LabPage) -> None:
    lab.run_code(FAILING)
    lab.run_code("failing_explorer = nengo_explorer.Explorer(failing)\nfailing_explorer")
    explorer = lab.explorer(1)
    explorer.start(0.2)
    expect(explorer.phase).to_have_text("Error")
    alert = explorer.root.get_by_role("alert")
    expect(alert).to_contain_text("<b>no</b> value")
    expect(alert.locator("b")).to_have_count(0)


def test_the_console_has_no_error(lab: LabPage) -> None:
    assert lab.errors == []
