"""Situations every release is tried in, of labels: none, the same twice, HTML, right to left."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.e2e.explorer_view import ExplorerView
    from tests.e2e.lab_page import LabPage

MARKUP = "<img src=x onerror=alert(1)>"
# Hebrew with a number and a bracket, which a page that mixes directions would move about.
RIGHT_TO_LEFT = "\u05e9\u05db\u05d1\u05d4 (2)"

NETWORK = f"""
import nengo
import nengo_explorer

with nengo.Network(label="net", seed=0) as net:
    nengo_explorer.configure_settings(trainable=None)
    layers = [nengo.Ensemble(20, 1) for _ in range(2)]
    twins = [nengo.Ensemble(20, 1, label="twin") for _ in range(2)]
    nengo.Ensemble(20, 1, label={MARKUP!r})
    read = nengo.Ensemble(20, 1, label={RIGHT_TO_LEFT!r})
    nengo.Probe(read, label={RIGHT_TO_LEFT!r})
    nengo.Probe(twins[0], label={MARKUP!r})
"""

NO_RULES = "with net:\n    nengo_explorer.configure_settings(trainable=None)"

SHOW = """
explorer = nengo_explorer.Explorer(net)
explorer
"""

# Which way a text is read.
DIRECTION = "element => getComputedStyle(element).direction"


@pytest.fixture
def explorer(lab: LabPage) -> ExplorerView:
    """The widget as it is at the start: everything open, and no rules."""
    view = lab.tidy_explorer(NO_RULES)
    expect(view.effective("net")).to_have_text("12 of 12 on")
    return view


def test_unlabelled_and_duplicate_labels(lab: LabPage, explorer: ExplorerView) -> None:
    names = explorer.tree.locator("[data-row] .ne-label").all_text_contents()
    assert {"layers[0]", "layers[1]"} <= set(names)
    assert names.count("twin") == 2
    twins = explorer.tree.locator("[data-row]").filter(has_text="twin")
    numbers = [twins.nth(index).get_attribute("data-row") for index in range(2)]
    first, second = (explorer.tree.locator(f"[data-row='{number}']") for number in numbers)
    # The same label, and yet each row is about its own object.
    second.locator("[data-setting]").click()
    explorer.root.get_by_role("menuitemradio", name=re.compile("^Off")).click()
    expect(second.locator(".ne-effective-text")).to_have_text("0 of 2 on")
    expect(first.locator(".ne-effective-text")).to_have_text("2 of 2 on")
    assert lab.value_of("[net.config[e].trainable for e in twins]") == "[None, False]"
    second.locator(".ne-label").click()
    expect(explorer.why.locator(".ne-accessor code")).to_have_text("twins[1]")
    explorer.select("layers[1]")
    expect(explorer.why.locator(".ne-accessor code")).to_have_text("layers[1]")


def test_labels_with_html_and_right_to_left_text(lab: LabPage, explorer: ExplorerView) -> None:
    for label in (MARKUP, RIGHT_TO_LEFT):
        explorer.choose("Off", label)
        expect(explorer.effective(label)).to_have_text("0 of 2 on")
        explorer.select(label, "bias")
        expect(explorer.row(label).locator(".ne-label")).to_have_text(label)
        expect(explorer.why).to_contain_text(label)
    assert explorer.row(RIGHT_TO_LEFT).locator(".ne-label").evaluate(DIRECTION) == "rtl"
    assert explorer.row(MARKUP).locator(".ne-label").evaluate(DIRECTION) == "ltr"
    # Wherever it is said, it is read in its own direction and does not turn what is around it.
    said = explorer.why.get_by_text(RIGHT_TO_LEFT, exact=True)
    expect(said).not_to_have_count(0)
    assert set(said.evaluate_all(f"found => found.map({DIRECTION})")) == {"rtl"}
    around = explorer.why.locator(".ne-path, .ne-rule-body")
    assert set(around.evaluate_all(f"found => found.map({DIRECTION})")) == {"ltr"}
    explorer.run(0.02)
    titles = explorer.simulation.locator("figcaption")
    for label in (MARKUP, RIGHT_TO_LEFT):
        expect(titles.get_by_text(label, exact=True)).to_be_visible()
    expect(explorer.images).to_have_count(2)
    expect(explorer.root.locator("img[src=x]")).to_have_count(0)
    assert lab.dialogs == []
    assert lab.errors == []
    told = "sorted(e.label for e in net.ensembles if net.config[e].trainable is False)"
    assert lab.value_of(told) == str(sorted([MARKUP, RIGHT_TO_LEFT]))
