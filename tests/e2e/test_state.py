"""Undo, code, files and pages in JupyterLab."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.e2e.explorer_view import ExplorerView
    from tests.e2e.lab_page import LabPage
    from tests.e2e.lab_server import LabServer

NETWORK = """
import nengo
import nengo_explorer

def make():
    with nengo.Network(label="outer", seed=0) as net:
        nengo.Ensemble(20, 1, label="alpha")
        nengo.Ensemble(20, 1, label="beta")
        nengo.Connection(net.ensembles[0], net.ensembles[1], label="alpha to beta")
        nengo.Probe(net.ensembles[1], label="probe of beta")
    return net

net = make()
"""

SHOW = """
explorer = nengo_explorer.Explorer(net, seed=0)
explorer
"""

CLEAN = """
from nengo_explorer.settings import Snapshot, restore
_ = restore(net, Snapshot())
explorer.session.apply_automatically = False
"""


@pytest.fixture
def explorer(lab: LabPage) -> ExplorerView:
    """The widget with everything open and no rules."""
    view = lab.tidy_explorer(CLEAN)
    expect(view.effective("alpha")).to_have_text("2 of 2 on")
    return view


def test_a_toggle_is_undone_and_made_again_by_buttons(explorer: ExplorerView) -> None:
    explorer.choose("Off", "alpha")
    expect(explorer.effective("alpha")).to_have_text("0 of 2 on")
    explorer.button("Undo").click()
    expect(explorer.effective("alpha")).to_have_text("2 of 2 on")
    bar = explorer.root.get_by_role("region", name="All settings")
    expect(bar.get_by_role("status")).to_have_text("Undone: alpha: Trainable")
    explorer.button("Redo").click()
    expect(explorer.effective("alpha")).to_have_text("0 of 2 on")


def test_keys_undo_inside_of_the_widget_only(lab: LabPage, explorer: ExplorerView) -> None:
    explorer.choose("Off", "alpha")
    expect(explorer.effective("alpha")).to_have_text("0 of 2 on")
    cells = lab.cell_count
    explorer.setting("alpha").focus()
    lab.page.keyboard.press("Control+z")
    expect(explorer.effective("alpha")).to_have_text("2 of 2 on")
    lab.page.keyboard.press("Control+Shift+z")
    expect(explorer.effective("alpha")).to_have_text("0 of 2 on")
    assert lab.cell_count == cells
    # In a cell, the same keys are about its text.
    lab.add_cell("")
    lab.command("notebook:enter-edit-mode")
    lab.page.keyboard.type("x = 1")
    lab.page.keyboard.press("Control+z")
    printed = lab.run_code("print(net.config[net.ensembles[0]].trainable)")
    assert printed.strip() == "False"
    expect(explorer.effective("alpha")).to_have_text("0 of 2 on")


def test_configure_settings_in_a_cell_is_undone_as_one(
    lab: LabPage, explorer: ExplorerView
) -> None:
    explorer.choose("Off", "alpha")
    lab.run_code(
        "with net:\n    nengo_explorer.configure_settings(trainable=False, dtype='float64')"
    )
    expect(explorer.effective("beta")).to_have_text("0 of 2 on")
    expect(explorer.button("Undo")).to_have_attribute("title", "Undo: Change in code (Ctrl+Z)")
    explorer.button("Undo").click()
    expect(explorer.effective("beta")).to_have_text("2 of 2 on")
    expect(explorer.setting("alpha")).to_have_text("Off")
    expect(explorer.root.get_by_label("Precision", exact=True)).to_have_value("float32")


def test_the_code_gives_the_same_on_a_fresh_copy(lab: LabPage, explorer: ExplorerView) -> None:
    explorer.choose("Off", "alpha")
    explorer.choose("On", "alpha", "bias")
    explorer.root.get_by_label("LIF smoothing", exact=True).fill("0.25")
    explorer.root.get_by_label("LIF smoothing", exact=True).press("Enter")
    explorer.button("Code").click()
    code = explorer.root.get_by_role("region", name="All settings in Python")
    expect(code).to_contain_text("lif_smoothing=0.25")
    text = code.inner_text()
    explorer.button("Code").click()
    lab.run_code(f"kept, net = net, make()\n{text}\nfresh, net = net, kept")
    lab.run_code(
        "flags = lambda n: list(nengo_explorer.resolve_trainable(n).values())\n"
        "assert flags(fresh) == flags(net) != flags(make())\n"
        "from nengo_explorer.settings import global_settings\n"
        "assert global_settings(fresh) == global_settings(net)"
    )


def test_settings_go_through_a_file(lab: LabPage, explorer: ExplorerView, tmp_path: Path) -> None:
    explorer.choose("Off", "alpha")
    expect(explorer.effective("alpha")).to_have_text("0 of 2 on")
    with lab.page.expect_download() as begun:
        explorer.button("Save").click()
    download = begun.value
    assert download.suggested_filename == "outer-settings.json"
    file = tmp_path / "settings.json"
    download.save_as(file)
    assert json.loads(file.read_text())["settings"][0]["identity"] == "alpha"
    explorer.choose("Inherit", "alpha")
    expect(explorer.effective("alpha")).to_have_text("2 of 2 on")
    explorer.root.get_by_label("File of settings").set_input_files(file)
    expect(explorer.effective("alpha")).to_have_text("0 of 2 on")
    file.write_text(file.read_text().replace("ensembles[0]", "ensembles[7]"))
    explorer.root.get_by_label("File of settings").set_input_files(file)
    alert = explorer.root.get_by_role("alert")
    expect(alert).to_contain_text("there is no ensembles[7]")
    expect(explorer.effective("alpha")).to_have_text("0 of 2 on")
    alert.get_by_role("button", name="Dismiss").click()


def test_all_eleven_options_are_controls(explorer: ExplorerView) -> None:
    advanced = explorer.root.locator("details.ne-advanced summary")
    advanced.click()
    options = explorer.root.locator(".ne-option-label")
    assert set(options.all_text_contents()) == {
        "Precision",
        "LIF smoothing",
        "Learning phase",
        "Trainable",
        "Keep history",
        "Inference only",
        "Stateful",
        "Use a loop",
        "Planner",
        "Sorter",
        "Simplifications",
    }
    explorer.root.get_by_label("Trainable", exact=True).select_option("Off")
    expect(explorer.effective("beta")).to_have_text("0 of 2 on")
    group = explorer.root.get_by_role("group", name="Simplifications")
    group.get_by_label("remove_zero_incs").uncheck()
    explorer.button("Help on Simplifications").click()
    expect(explorer.root.get_by_text("Each simplification takes the list")).to_be_visible()
    explorer.button("Help on Simplifications").click()
    advanced.click()


def test_no_automatic_check_finds_a_fault(explorer: ExplorerView) -> None:
    explorer.button("Code").click()
    explorer.root.locator("details.ne-advanced summary").click()
    expect(explorer.root.get_by_role("region", name="All settings in Python")).to_be_visible()
    results = Axe().run(explorer.page, ".nengo-explorer")
    assert results.violations_count == 0, results.generate_report()
    explorer.root.locator("details.ne-advanced summary").click()
    explorer.button("Code").click()


def test_a_page_needs_no_kernel_and_no_network(
    lab: LabPage, explorer: ExplorerView, chromium: Browser, tmp_path: Path
) -> None:
    explorer.choose("Off", "alpha")
    explorer.run(0.02)
    with lab.page.expect_download() as begun:
        explorer.button("Page").click()
    file = tmp_path / "page.html"
    begun.value.save_as(file)
    context = chromium.new_context(offline=True)
    page = context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(file.as_uri())
    row = page.locator("details > summary").filter(has_text="alpha").first
    expect(row).to_contain_text("Setting: Off, Effective: 0 of 2 on")
    reason = page.get_by_text("Decided by the rule for alpha in outer: Off.").first
    expect(reason).not_to_be_visible()
    row.focus()
    page.keyboard.press("Enter")
    expect(reason).to_be_visible()
    image = page.get_by_role("img")
    assert image.evaluate("image => image.naturalWidth") > 0
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    context.close()


def test_a_saved_notebook_holds_a_picture(
    open_cells: Callable[..., LabPage], lab_server: LabServer, chromium: Browser
) -> None:
    lab = open_cells(NETWORK, "net.config\n" + SHOW)
    lab.command("docmanager:save")
    saved = max(lab_server.notebooks.glob("made-*.ipynb"), key=lambda path: path.stat().st_mtime)
    outputs = json.loads(saved.read_text())["cells"][1]["outputs"]
    html = "".join(outputs[0]["data"]["text/html"])
    page = chromium.new_page()
    page.set_content(html)
    expect(page.locator("details[open] > summary").first).to_contain_text("outer")
    row = page.locator("summary").filter(has_text="beta").first
    expect(row).to_contain_text("Effective: 2 of 2 on")
    page.close()
