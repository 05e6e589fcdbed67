"""Situations every release is tried in, of runs: what goes on beside them, what outlives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.explorer_view import clock_at

if TYPE_CHECKING:
    from tests.e2e.explorer_view import ExplorerView
    from tests.e2e.lab_page import LabPage

LONG = 100_000.0

NETWORK = """
import time

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

NO_RULES = """
with net:
    nengo_explorer.configure_settings(trainable=None, keep_history=True, dtype=None)
"""

SHOW = """
explorer = nengo_explorer.Explorer(net, seed=0)
explorer
"""

# Ends once the browser has turned alpha off and a run has gone on for 100 steps.
WAIT_FOR_BROWSER = """
begun = explorer.sim.n_steps
end = time.monotonic() + 60
is_off = lambda: net.config[alpha].trainable is False
has_run = lambda: explorer.sim.n_steps == begun + 100 and not explorer.session.busy
while not (is_off() and has_run()) and time.monotonic() < end:
    time.sleep(0.02)
print("alpha is off:", is_off(), "and the run has ended:", has_run())
"""


@pytest.fixture
def explorer(lab: LabPage) -> ExplorerView:
    """The widget with nothing going on, and without rules."""
    view = lab.idle_explorer(NO_RULES)
    expect(view.effective("alpha", "bias")).to_have_text("On")
    return view


def test_toggle_during_a_run(lab: LabPage, explorer: ExplorerView) -> None:
    steps = explorer.steps()
    explorer.start(LONG)
    expect(explorer.phase).to_have_text("Running")
    expect(explorer.clock).not_to_have_text(clock_at(steps))
    explorer.choose("Off", "alpha")
    expect(explorer.effective("alpha", "bias")).to_have_text("Off")
    assert lab.value_of("net.config[alpha].trainable") == "False"
    # The run has not waited for it, nor ended with it.
    between = explorer.steps()
    expect(explorer.clock).not_to_have_text(clock_at(between))
    expect(explorer.phase).to_have_text("Running")
    explorer.button("Stop").click()
    explorer.wait_until_ready()
    assert between < explorer.steps() < steps + LONG * 1000
    assert lab.value_of("explorer.sim.n_steps") == str(explorer.steps())
    expect(explorer.effective("alpha", "bias")).to_have_text("Off")


def test_run_during_a_cell(lab: LabPage, explorer: ExplorerView) -> None:
    explorer.run(0.1)  # what is compiled meanwhile is not the question here
    steps = explorer.steps()
    figures = explorer.image_sources()
    lab.start_code(WAIT_FOR_BROWSER)
    explorer.run(0.1)
    expect(explorer.images.first).not_to_have_attribute("src", figures[0])
    explorer.choose("Off", "alpha")
    expect(explorer.effective("alpha", "bias")).to_have_text("Off")
    expect(lab.last_cell).to_contain_text("alpha is off: True and the run has ended: True")
    assert explorer.steps() == steps + 100


def test_page_reloaded_with_a_live_kernel(lab: LabPage, explorer: ExplorerView) -> None:
    explorer.choose("Off", "alpha")
    expect(explorer.effective("alpha", "bias")).to_have_text("Off")
    explorer.run(0.1)
    steps = explorer.steps()
    explorer.start(LONG)
    expect(explorer.phase).to_have_text("Running")
    lab.command("docmanager:save")
    lab.open(lab.page.url)
    again = lab.explorer()
    # Settings, figures and the run that is going on are those of before, and all of it works.
    expect(again.effective("alpha", "bias")).to_have_text("Off")
    expect(again.phase).to_have_text("Running")
    expect(again.images).to_have_count(2)
    assert again.steps() >= steps
    again.choose("On", "alpha", "bias")
    expect(again.effective("alpha", "bias")).to_have_text("On")
    again.button("Stop").click()
    again.wait_until_ready()
    steps = again.steps()
    again.run(0.1)
    assert lab.value_of("explorer.sim.n_steps") == str(steps + 100)
    told = "net.config[alpha].trainable, net.config[alpha.neurons].trainable"
    assert lab.value_of(told) == "False True"
    # Also while a cell is busy: the messages' way of before the page was loaded is gone.
    lab.start_code("time.sleep(8)")
    again.choose("Inherit", "alpha", "bias")
    expect(again.effective("alpha", "bias")).to_have_text("Off", timeout=6000)
    lab.wait_for_kernel()


def test_dtype_change(lab: LabPage, explorer: ExplorerView) -> None:
    explorer.run(0.1)
    lab.run_code("before = explorer.sim.get_nengo_params(alpha)['encoders']")
    precision = explorer.root.get_by_label("Precision", exact=True)
    pending = explorer.root.get_by_role("group", name="Pending changes")
    precision.select_option(value="float64")
    expect(pending).to_contain_text("1 change pending")
    assert lab.value_of("explorer.sim.data[probe].dtype, explorer.session.pending") == (
        "float32 {'dtype': 'float64'}"
    )
    explorer.button("Discard").click()
    expect(pending).to_have_count(0)
    expect(precision).to_have_value("float32")
    precision.select_option(value="float64")
    explorer.button("Apply").click()
    expect(pending).to_have_count(0)
    expect(precision).to_have_value("float64")
    explorer.run(0.1)
    assert lab.value_of("explorer.sim.data[probe].dtype") == "float64"
    lab.run_code(
        "np.testing.assert_array_equal(explorer.sim.get_nengo_params(alpha)['encoders'], before)"
    )
    expect(explorer.root.get_by_role("alert")).to_have_text("")


def test_the_console_has_no_error(lab: LabPage) -> None:
    assert lab.errors == []
    assert lab.dialogs == []
