"""The explorer in Notebook 7."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.conftest import VIEWPORT, WAIT_MILLISECONDS, write_notebook
from tests.e2e.lab_page import LabPage
from tests.e2e.lab_server import LabServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.e2e.explorer_view import ExplorerView

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
    nengo.Probe(alpha, synapse=0.02, label="decoded alpha")
    nengo.Probe(alpha.neurons[:10], label="spikes of alpha")
"""

SHOW = """
explorer = nengo_explorer.Explorer(net, seed=0)
explorer
"""

# Of Notebook's own script, in pages without any widget, too.
HOST_FAULT = "Cannot read properties of undefined (reading 'schema')"

NO_RULES = "with net:\n    nengo_explorer.configure_settings(trainable=None)"


@pytest.fixture(scope="module")
def notebook(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPage]:
    with LabServer(tmp_path_factory.mktemp("notebook"), "notebook") as server:
        context = chromium.new_context(viewport=VIEWPORT)
        context.set_default_timeout(WAIT_MILLISECONDS)
        page = LabPage(context.new_page())
        page.open(server.url(write_notebook(server, NETWORK, SHOW)))
        page.run_all()
        assert page.failed_cells() == []
        yield page
        context.close()
        server.stop_kernels()


@pytest.fixture
def explorer(notebook: LabPage) -> ExplorerView:
    """The widget with nothing going on, and without rules."""
    view = notebook.idle_explorer(NO_RULES)
    expect(view.effective("alpha", "bias")).to_have_text("On")
    return view


def test_this_is_notebook_7(notebook: LabPage, explorer: ExplorerView) -> None:
    expect(explorer.tree).to_be_visible()
    name, version = notebook.page.evaluate(
        "() => [window.jupyterapp.name, window.jupyterapp.version]"
    )
    assert name == "Jupyter Notebook"
    assert version.startswith("7.")


def test_a_toggle_reaches_python(notebook: LabPage, explorer: ExplorerView) -> None:
    explorer.choose("Off", "alpha")
    expect(explorer.effective("alpha", "bias")).to_have_text("Off")
    assert notebook.run_code("print(net.config[alpha].trainable)").strip() == "False"
    explorer.select("alpha", "bias")
    expect(explorer.winner).to_contain_text("alpha")


def test_a_cell_reaches_the_tree(notebook: LabPage, explorer: ExplorerView) -> None:
    notebook.run_code("net.config[nengo.Ensemble].trainable = False")
    expect(explorer.effective("alpha", "encoders")).to_have_text("Off")


def test_a_run_draws_a_figure_for_each_probe(notebook: LabPage, explorer: ExplorerView) -> None:
    steps = explorer.steps()
    explorer.run(0.1)
    expect(explorer.images).to_have_count(2)
    sizes = explorer.images.evaluate_all("images => images.map(image => image.naturalWidth)")
    assert min(sizes) > 100
    assert notebook.run_code("print(explorer.sim.n_steps)").strip() == str(steps + 100)


def test_settings_and_stop_work_beside_a_busy_cell(
    notebook: LabPage, explorer: ExplorerView
) -> None:
    explorer.start(100_000)
    expect(explorer.phase).to_have_text("Running")
    notebook.start_code("time.sleep(8)\nprint('the end')")
    explorer.choose("Off", "alpha")
    expect(explorer.effective("alpha", "bias")).to_have_text("Off", timeout=6000)
    explorer.button("Stop").click()
    explorer.wait_until_ready()
    expect(notebook.last_cell.locator(".jp-OutputArea")).to_contain_text("the end")


def test_letters_typed_in_the_widget_are_not_commands(
    notebook: LabPage, explorer: ExplorerView
) -> None:
    cells = notebook.cell_count
    explorer.select("net")
    for key in "abxdd":
        notebook.page.keyboard.press(key)
    expect(explorer.tree.locator(":focus")).to_have_count(1)
    assert notebook.cell_count == cells


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_themes_are_followed_without_a_violation(
    notebook: LabPage, explorer: ExplorerView, theme: str
) -> None:
    notebook.command("apputils:change-theme", theme=f"JupyterLab {theme.title()}")
    expect(explorer.root).to_have_attribute("data-theme", theme)
    result = Axe().run(notebook.page, context=".nengo-explorer")
    assert result.violations_count == 0, result.generate_report()


def test_nothing_was_asked_for_elsewhere(notebook: LabPage) -> None:
    assert notebook.requests_elsewhere == []
    assert [error for error in notebook.errors if HOST_FAULT not in error] == []
