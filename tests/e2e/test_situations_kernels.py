"""Situations every release is tried in, of kernels: restarted, two at once, without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.e2e.conftest import write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.explorer_view import ExplorerView
    from tests.e2e.lab_page import LabPage
    from tests.e2e.lab_server import LabServer

NETWORK = """
import nengo
import nengo_explorer

with nengo.Network(label="{label}", seed=0) as net:
    nengo_explorer.configure_settings(trainable=None)
    stimulus = nengo.Node([0.5], label="stimulus")
    alpha = nengo.Ensemble(20, 1, label="alpha")
    nengo.Connection(stimulus, alpha)
    probe = nengo.Probe(alpha, synapse=0.02, label="decoded alpha")
"""

SHOW = """
explorer = nengo_explorer.Explorer(net, seed=0)
explorer
"""

LOST = "The connection to the kernel was lost."
RESTART = "() => void window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"

# Ids and what refers to them, which two widgets in one page must not share.
IDS = """
() => [...document.querySelectorAll(".nengo-explorer [id]")].map((element) => element.id)
"""


def cells(label: str) -> tuple[str, str]:
    return NETWORK.format(label=label), SHOW


def test_kernel_restarted(open_cells: Callable[..., LabPage]) -> None:
    lab = open_cells(*cells("net"))
    explorer = lab.explorer()
    explorer.choose("Off", "alpha")
    expect(explorer.effective("alpha", "bias")).to_have_text("Off")
    lab.page.evaluate(RESTART)
    # What was known stays on show, and it is said that nothing can be done with it.
    expect(explorer.root.get_by_text(LOST)).to_be_visible()
    expect(explorer.effective("alpha", "bias")).to_have_text("Off")
    explorer.setting("alpha").click()
    explorer.root.get_by_role("menuitemradio", name="On").click()
    expect(explorer.root.get_by_text(LOST)).to_be_visible()
    expect(explorer.setting("alpha")).to_have_text("Off")
    # Cells that are run again bring a widget that works.
    lab.wait_for_kernel()
    lab.run_all()
    assert lab.failed_cells() == []
    expect(lab.page.get_by_text(LOST)).to_have_count(0)
    again = lab.explorer()
    expect(again.effective("alpha", "bias")).to_have_text("On")
    again.choose("Off", "alpha")
    expect(again.effective("alpha", "bias")).to_have_text("Off")
    assert lab.value_of("net.config[alpha].trainable") == "False"


def test_two_kernels_in_one_jupyterlab(
    open_cells: Callable[..., LabPage], lab_server: LabServer
) -> None:
    lab = open_cells(*cells("first"))
    name_of_first = lab.notebook_name
    name_of_second = write_notebook(lab_server, *cells("second"))
    lab.open_beside(name_of_second)
    lab.run_all()
    first, second = lab.explorer(0), lab.explorer(1)
    for view, label in ((first, "first"), (second, "second")):
        expect(view.row(label)).to_be_visible()
    second.choose("Off", "alpha")
    expect(second.effective("alpha", "bias")).to_have_text("Off")
    expect(first.effective("alpha", "bias")).to_have_text("On")
    first.run(0.05)
    second.run(0.1)
    assert (first.steps(), second.steps()) == (50, 100)
    ids = lab.page.evaluate(IDS)
    assert len(ids) == len(set(ids)) > 0
    told = "net.label, net.config[alpha].trainable, explorer.sim.n_steps"
    assert lab.value_of(told) == "second False 100"
    lab.activate(name_of_first)
    assert lab.value_of(told) == "first None 50"
    # One that ends leaves the other alone.
    lab.activate(name_of_second)
    lab.page.evaluate(RESTART)
    expect(second.root.get_by_text(LOST)).to_be_visible()
    expect(first.root.get_by_text(LOST)).to_have_count(0)
    first.choose("Off", "alpha")
    expect(first.effective("alpha", "bias")).to_have_text("Off")
    assert lab.errors == []


def test_offline(open_cells: Callable[..., LabPage]) -> None:
    lab = open_cells(*cells("net"))
    explorer = lab.explorer()
    use_everything(lab, explorer)
    # Neither widget nor host has asked for anything from elsewhere, and nothing would have come.
    assert lab.requests_elsewhere == []
    assert lab.errors == []
    elsewhere = "https://example.org/script.js"
    fetched = lab.page.evaluate(f"() => fetch({elsewhere!r}).then(() => true, () => false)")
    assert fetched is False
    assert lab.requests_elsewhere == [elsewhere]


def use_everything(lab: LabPage, explorer: ExplorerView) -> None:
    """Do what might need a file: tree, reasons, runs, figures, options, code, pages."""
    explorer.choose("Off", "alpha")
    expect(explorer.effective("alpha", "bias")).to_have_text("Off")
    explorer.select("alpha", "bias")
    explorer.run(0.05)
    sizes = explorer.images.evaluate_all("images => images.map(image => image.naturalWidth)")
    assert sizes
    assert min(sizes) > 100
    explorer.root.locator("details.ne-advanced summary").click()
    explorer.button("Code").click()
    expect(explorer.root.get_by_role("region", name="All settings in Python")).to_be_visible()
    with lab.page.expect_download() as begun:
        explorer.button("Page").click()
    assert begun.value.suggested_filename.endswith(".html")
    assert lab.value_of("net.config[alpha].trainable, explorer.sim.n_steps") == "False 50"
