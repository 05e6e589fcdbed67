"""A notebook whose widgets JupyterLab has saved, opened again without its kernel."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.e2e.lab_page import LabPage
    from tests.e2e.lab_server import LabServer

WIDGETS = "@jupyter-widgets/jupyterlab-manager:plugin"

CELL = """
import nengo
import nengo_explorer

with nengo.Network(label="net", seed=0) as net:
    nengo_explorer.configure_settings(trainable=None)
    alpha = nengo.Ensemble(10, 1, label="alpha")
    result = nengo.Probe(alpha, label="result")
net.config[alpha].trainable = False
explorer = nengo_explorer.Explorer(net, seed=0)
explorer.run(0.05)
explorer
"""


def set_saving(server: LabServer, *, on: bool) -> None:
    """What the menu entry Settings, Save Widget State Automatically does."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/lab/api/settings/{WIDGETS}",
        data=json.dumps({"raw": json.dumps({"saveState": on})}).encode(),
        method="PUT",
        headers={"Authorization": f"token {server.token}"},
    )
    urllib.request.urlopen(request, timeout=20).close()  # noqa: S310 - our own server


@pytest.fixture(scope="module")
def opened_again(
    open_cells: Callable[..., LabPage],
    open_notebook: Callable[[str], LabPage],
    lab_server: LabServer,
) -> Iterator[LabPage]:
    set_saving(lab_server, on=True)
    lab = open_cells(CELL)
    expect(lab.explorer().images).to_have_count(1)
    lab.command("docmanager:save")
    name = lab.page.evaluate("window.jupyterapp.shell.currentWidget.context.path")
    lab.page.close()
    lab_server.stop_kernels()
    yield open_notebook(name)
    set_saving(lab_server, on=False)


def test_tree_and_plots_are_shown_as_they_were(opened_again: LabPage) -> None:
    view = opened_again.explorer()
    expect(view.setting("alpha")).to_have_text("Off")
    expect(view.effective("alpha", "bias")).to_have_text("Off")
    expect(view.images).to_have_count(1)
    view.row("alpha").locator(".ne-label").click()
    opened_again.page.keyboard.press("ArrowLeft")
    expect(view.row("alpha")).to_have_attribute("aria-expanded", "false")


def test_it_is_said_that_nothing_answers(opened_again: LabPage) -> None:
    notices = opened_again.explorer().root.locator(".ne-notices").get_by_role("status")
    expect(notices).to_contain_text("kernel")


def test_the_console_has_no_error(opened_again: LabPage) -> None:
    assert opened_again.errors == []
