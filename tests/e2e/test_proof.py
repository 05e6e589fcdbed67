"""What the linter finds, and what settings claim, tried out: seen from the browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.explorer_view import RUN_MILLISECONDS, clock_at

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.e2e.explorer_view import ExplorerView
    from tests.e2e.lab_page import LabPage

NETWORK = """
import nengo
import numpy as np
import nengo_explorer

with nengo.Network(label="net", seed=0) as net:
    stimulus = nengo.Node([0.5], label="stimulus")
    alpha = nengo.Ensemble(
        20, 1, label="alpha", gain=np.ones(20), bias=np.repeat([2.0, -5.0], [8, 12])
    )
    nengo.Connection(stimulus, alpha, synapse=None)
    end = nengo.Node(size_in=1, label="end")
    out = nengo.Connection(alpha, end, synapse=None, label="alpha to end")
    result = nengo.Probe(end, label="result")
    nengo_explorer.configure_settings(trainable=None)
"""

SHOW = """
explorer = nengo_explorer.Explorer(net, seed=1)
x = np.linspace(-1, 1, 40).reshape(8, 5, 1)
explorer.set_training({stimulus: x}, {result: x**2}, optimizer="adam")
explorer
"""

START = """
with net:
    nengo_explorer.configure_settings(trainable=None, lif_smoothing=None, learning_phase=None)
"""


@pytest.fixture
def explorer(lab: LabPage) -> ExplorerView:
    """The widget with nothing going on, and without rules."""
    view = lab.idle_explorer(START)
    expect(view.effective("alpha", "bias")).to_have_text("On")
    return view


def findings(explorer: ExplorerView) -> Locator:
    return explorer.root.get_by_role("region", name="Findings", exact=True)


def proof(explorer: ExplorerView) -> Locator:
    return explorer.root.get_by_role("region", name="Proof", exact=True)


def press(explorer: ExplorerView, name: str) -> None:
    button = explorer.button(name)
    expect(button).to_have_attribute("aria-disabled", "false")
    button.click()


def line_of(explorer: ExplorerView, table: str, parameter: str) -> Locator:
    """The row of a parameter in a table of proof."""
    shown = proof(explorer).get_by_role("table", name=table)
    expect(shown).to_be_visible(timeout=RUN_MILLISECONDS)
    return shown.get_by_role("row").filter(
        has=explorer.page.get_by_role("rowheader", name=parameter)
    )


GRADIENTS = "One step of training, tried on a copy"
MOVEMENT = "What the last training has moved"


def test_a_setting_of_a_cell_that_hides_a_rule_is_found_and_mended(
    lab: LabPage, explorer: ExplorerView
) -> None:
    region = findings(explorer)
    expect(region.get_by_role("status")).to_have_text("Every setting has its effect")
    lab.run_code("net.config[nengo.Ensemble].trainable = False\nnet.config[alpha].trainable = None")
    expect(region.get_by_role("listitem")).to_have_count(1)
    item = region.get_by_role("listitem")
    expect(item).to_contain_text("None hides a class rule")
    item.get_by_role("button", name="alpha", exact=True).click()
    expect(explorer.row("alpha")).to_have_attribute("aria-selected", "true")
    item.get_by_role("button", name=re.compile("^Apply fix")).click()
    expect(region.get_by_role("listitem")).to_have_count(0)
    expect(explorer.effective("alpha", "encoders")).to_have_text("Off")
    assert lab.run_code("print(nengo_explorer.resolve_trainable(net)[alpha, 'bias'])") == "False\n"


def test_gradients_are_checked_and_silent_neurons_found(
    lab: LabPage, explorer: ExplorerView
) -> None:
    lab.run_code("before = explorer.sim.parameter_values()")
    press(explorer, "Check gradients")
    bias = line_of(explorer, GRADIENTS, "alpha bias")
    expect(bias).to_contain_text("60% of the neurons have no gradient")
    item = findings(explorer).get_by_role("listitem")
    expect(item).to_contain_text("Neurons without gradient")
    same = "print(all(np.array_equal(before[k], v) for k, v in "
    assert lab.run_code(same + "explorer.sim.parameter_values().items()))") == "True\n"
    item.get_by_role("button", name=re.compile("^Apply fix")).click()
    expect(item).to_have_count(0)
    assert lab.run_code("print(net.config[nengo.Network].lif_smoothing)") == "0.1\n"


def test_a_bias_that_is_turned_off_is_proved_not_to_move(explorer: ExplorerView) -> None:
    explorer.choose("Off", "alpha", "bias")
    press(explorer, "Train")
    explorer.wait_until_ready()
    bias = line_of(explorer, MOVEMENT, "alpha bias").get_by_role("cell")
    expect(bias).to_have_text(["as set", "Off", "0", "0 %"])
    weights = line_of(explorer, MOVEMENT, "alpha to end weights").get_by_role("cell").nth(1)
    expect(weights).to_have_text("On")


def test_rates_and_spikes_are_overlaid(explorer: ExplorerView) -> None:
    explorer.root.get_by_label("Run time").fill("0.1")
    press(explorer, "Rates and spikes")
    part = proof(explorer).get_by_role("region", name="Rates and spikes")
    figure = part.get_by_role("img", name=re.compile("^result: rates and spikes"))
    expect(figure).to_be_visible(timeout=RUN_MILLISECONDS)


def test_a_pinned_run_says_what_is_different(lab: LabPage, explorer: ExplorerView) -> None:
    explorer.run(0.05)
    press(explorer, "Pin this run")
    pins = proof(explorer).get_by_role("region", name="Pinned runs")
    expect(pins).to_contain_text("The present run has the same settings")
    lab.run_code("with net:\n    nengo_explorer.configure_settings(learning_phase=True)")
    press(explorer, "Reset")
    expect(explorer.clock).to_have_text(clock_at(0))
    explorer.run(0.05)
    expect(pins).to_contain_text("Learning phase: Automatic \u2192 Training (rates)")
    expect(pins.get_by_role("img", name=re.compile("^result: present run and Pin"))).to_be_visible()
    pins.get_by_role("button", name=re.compile("^Remove Pin")).click()
    expect(pins).to_have_count(0)


def test_neurons_of_the_selected_ensemble_are_shown(explorer: ExplorerView) -> None:
    explorer.select("stimulus")
    expect(explorer.button("Neurons")).to_have_attribute("aria-disabled", "true")
    explorer.select("alpha")
    press(explorer, "Neurons")
    figure = proof(explorer).get_by_role("img", name=re.compile("^Neurons of alpha"))
    expect(figure).to_be_visible(timeout=RUN_MILLISECONDS)


def test_all_of_it_works_by_keyboard_alone(explorer: ExplorerView) -> None:
    explorer.button("Check gradients").focus()
    explorer.page.keyboard.press("Enter")
    link = line_of(explorer, GRADIENTS, "alpha bias").get_by_role("button")
    explorer.wait_until_ready()
    link.focus()
    explorer.page.keyboard.press("Enter")
    expect(explorer.row("alpha", "bias")).to_have_attribute("aria-selected", "true")


def test_no_automatic_check_finds_a_violation(lab: LabPage, explorer: ExplorerView) -> None:
    lab.run_code("net.config[nengo.Ensemble].trainable = False\nnet.config[alpha].trainable = None")
    expect(findings(explorer).get_by_role("listitem")).not_to_have_count(0)
    expect(proof(explorer).get_by_role("table")).to_have_count(2)
    result = Axe().run(lab.page, context=".nengo-explorer")
    assert result.violations_count == 0, result.generate_report()


def test_no_command_waits_for_an_answer(explorer: ExplorerView) -> None:
    expect(explorer.root.get_by_text("Waiting for the kernel")).to_have_count(0)


def test_nothing_was_wrong(lab: LabPage) -> None:
    assert lab.errors == []
