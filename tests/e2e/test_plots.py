"""Plots, their numbers and files, curves of a training, and the forecast of memory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.explorer_view import clock_at

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator

    from tests.e2e.explorer_view import ExplorerView
    from tests.e2e.lab_page import LabPage

LONG = 100_000.0

NETWORK = """
import nengo
import numpy as np
import nengo_explorer

with nengo.Network(label="net", seed=0) as net:
    nengo_explorer.configure_settings(trainable=None, learning_phase=None)
    noise = nengo.Node(nengo.processes.WhiteNoise(), label="noise source")
    one = nengo.Node([1.0], label="one")
    growing = nengo.Node(size_in=1, label="growing")  # beyond all numbers, soon
    nengo.Connection(one, growing, synapse=None)
    nengo.Connection(growing, growing, transform=-1e10, synapse=0)
    broken = nengo.Node(size_in=1, label="broken")  # infinity minus infinity
    nengo.Connection(growing, broken, synapse=None)
    nengo.Connection(growing, broken, transform=-1, synapse=None)
    alpha = nengo.Ensemble(20, 1, label="alpha")
    nengo.Connection(noise, alpha)
    out = nengo.Node(size_in=1, label="out")
    readout = nengo.Connection(alpha, out, label="alpha to out", synapse=None)
    nengo.Probe(noise, label="noise <b>1/2</b>")
    nengo.Probe(broken, label="broken values")
    nengo.Probe(alpha, sample_every=0.01, synapse=0.02, label="every 10 ms")
    nengo.Probe(readout, "weights", label="weights of readout")
    nengo.Probe(alpha.neurons, label="spikes of alpha")
    result = nengo.Probe(out, label="result")
"""

SHOW = """
explorer = nengo_explorer.Explorer(net, seed=0, minibatch_size=3)
explorer.set_training(
    y={result: np.zeros((600, 5, 1))}, n_steps=5, optimizer="adam", epochs=2000
)
explorer
"""

START = """
explorer.session.show_item(1)
with net:
    nengo_explorer.configure_settings(trainable=None, learning_phase=None)
"""


@pytest.fixture
def explorer(lab: LabPage) -> ExplorerView:
    """The widget at time 0, with nothing going on."""
    view = lab.idle_explorer(START)
    view.button("Reset").click()
    expect(view.clock).to_have_text(clock_at(0))
    expect(view.simulation.get_by_text("Run the model to see")).to_be_visible()
    return view


def plot(explorer: ExplorerView, title: str) -> Locator:
    return explorer.simulation.get_by_role("figure", name=title, exact=True)


def rows_of_table(explorer: ExplorerView, title: str) -> list[list[str]]:
    """Open the table of a plot; texts of its cells, the head first."""
    opened = explorer.button(f"Table: {title}")
    if opened.get_attribute("aria-expanded") == "false":
        opened.click()
    table = plot(explorer, title).get_by_role("table")
    expect(table).to_be_visible()
    cells: list[list[str]] = table.locator("tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    return cells


def saved(explorer: ExplorerView, kind: str, title: str, folder: Path) -> Path:
    """Save a plot, and get the file as it was named."""
    with explorer.page.expect_download() as begun:
        explorer.button(f"{kind}: save {title}").click()
    path = folder / begun.value.suggested_filename
    begun.value.save_as(path)
    return path


# ---- situations of a release --------------------------------------------------------------------


def test_nan_in_a_probe(explorer: ExplorerView) -> None:
    explorer.run(0.05)
    figure = plot(explorer, "broken values")
    expect(figure.get_by_role("img")).to_be_visible()
    expect(figure).to_contain_text("of 50 values are not finite numbers; they leave gaps.")
    column = [row[1] for row in rows_of_table(explorer, "broken values")[1:]]
    assert len(column) == 50
    assert column[:2] == ["0", "0"]
    assert column[-40:] == ["NaN"] * 40
    explorer.button("Table: broken values").click()


def test_zero_length_run(explorer: ExplorerView) -> None:
    explorer.start(0)
    figure = plot(explorer, "result")
    expect(figure).to_contain_text("No data: no step was simulated that this probe records.")
    explorer.wait_until_ready()
    assert explorer.steps() == 0
    expect(explorer.root.get_by_role("alert")).to_have_text("")
    expect(figure.get_by_role("button", name="CSV")).to_have_count(0)
    explorer.run(0.01)
    expect(plot(explorer, "result").get_by_role("img")).to_be_visible()


def test_sample_every(explorer: ExplorerView) -> None:
    explorer.run(0.1)
    rows = rows_of_table(explorer, "every 10 ms")
    assert [row[0] for row in rows] == ["time (s)", *(f"{i / 100:g}" for i in range(1, 11))]
    assert all(float(row[1]) == float(row[1]) for row in rows[1:])
    explorer.button("Table: every 10 ms").click()


def test_probes_on_weights(explorer: ExplorerView) -> None:
    explorer.run(0.05)
    figure = plot(explorer, "weights of readout")
    expect(figure.get_by_role("img")).to_be_visible()
    head, first, *_, last = rows_of_table(explorer, "weights of readout")
    assert head == ["time (s)", *(str(number) for number in range(20))]
    assert first[1:] == last[1:], "nothing has changed the weights"
    assert any(float(text) for text in first[1:])
    explorer.button("Table: weights of readout").click()


# ---- plots follow what happens ------------------------------------------------------------------


def test_plots_follow_a_long_run(explorer: ExplorerView) -> None:
    explorer.start(LONG)
    image = plot(explorer, "result").get_by_role("img")
    seen = []
    for _ in range(3):
        expect(image).to_be_visible()
        seen.append(image.get_attribute("src"))
        expect(image).not_to_have_attribute("src", seen[-1] or "")
    expect(explorer.phase).to_have_text("Running")
    assert len(set(seen)) == 3
    explorer.button("Stop").click()
    explorer.wait_until_ready()


def test_spikes_are_a_raster_and_counted_in_the_table(explorer: ExplorerView) -> None:
    explorer.run(0.3)
    figure = plot(explorer, "spikes of alpha")
    image = figure.get_by_role("img", name=re.compile("spikes of 20 neurons, .* [0-9]+ spikes"))
    expect(image).to_be_visible()
    said = re.search(r"(\d+) spikes\.", image.get_attribute("alt") or "")
    rows = rows_of_table(explorer, "spikes of alpha")[1:]
    assert said is not None
    assert sum(int(count) for row in rows for count in row[1:]) == int(said[1]) > 0
    explorer.button("Table: spikes of alpha").click()


def test_plots_of_other_settings_say_so(explorer: ExplorerView) -> None:
    explorer.run(0.02)
    explorer.root.get_by_label("Learning phase", exact=True).select_option(value="on")
    expect(plot(explorer, "result").get_by_text("from previous settings")).to_be_visible()
    explorer.run(0.02)
    expect(plot(explorer, "result").get_by_text("from previous settings")).to_have_count(0)


# ---- items of a minibatch -----------------------------------------------------------------------


def test_another_item_is_drawn_without_another_run(lab: LabPage, explorer: ExplorerView) -> None:
    explorer.run(0.05)
    item = explorer.root.get_by_role("spinbutton", name="Item of the minibatch")
    expect(item).to_have_value("1")
    image = plot(explorer, "noise <b>1/2</b>").get_by_role("img")
    before = image.get_attribute("src") or ""
    item.focus()
    explorer.page.keyboard.press("ArrowUp")
    expect(image).not_to_have_attribute("src", before)
    expect(plot(explorer, "result")).to_contain_text("Item 2 of 3.")
    assert explorer.steps() == 50
    assert lab.run_code("print(explorer.session.plot_item)").strip() == "2"
    lab.run_code("explorer.session.show_item(3)")
    expect(item).to_have_value("3")
    item.fill("4")
    expect(item).to_have_attribute("aria-invalid", "true")
    expect(explorer.simulation).to_contain_text("Enter 1 to 3.")
    item.blur()
    expect(item).to_have_value("3")


# ---- numbers and files --------------------------------------------------------------------------


def test_a_table_opens_by_keyboard_and_says_what_it_leaves_out(explorer: ExplorerView) -> None:
    explorer.run(0.5)
    opens = explorer.button("Table: result")
    opens.focus()
    explorer.page.keyboard.press("Enter")
    expect(opens).to_have_attribute("aria-expanded", "true")
    table = plot(explorer, "result").get_by_role("table", name="result, item 1")
    expect(table.get_by_role("row")).to_have_count(201)
    expect(plot(explorer, "result")).to_contain_text("200 of 500 samples, evenly spread")
    result = Axe().run(explorer.page, context=".nengo-explorer")
    assert result.violations_count == 0, result.generate_report()
    explorer.page.keyboard.press("Enter")
    expect(table).to_have_count(0)


def test_a_csv_file_has_all_numbers_and_a_safe_name(explorer: ExplorerView, tmp_path: Path) -> None:
    explorer.run(0.5)
    path = saved(explorer, "CSV", "noise <b>1/2</b>", tmp_path)
    assert path.name == "noise-b-1-2-b-item-1.csv"
    head, *lines = path.read_text().splitlines()
    assert head == "time (s),0"
    assert len(lines) == 500
    assert lines[-1].startswith("0.5,")
    expect(plot(explorer, "noise <b>1/2</b>")).to_contain_text(f"Saved {path.name}")


def test_figures_are_saved(explorer: ExplorerView, tmp_path: Path) -> None:
    explorer.run(0.05)
    assert saved(explorer, "PNG", "result", tmp_path).read_bytes().startswith(b"\x89PNG")
    drawing = saved(explorer, "SVG", "result", tmp_path).read_text()
    assert drawing.startswith("<?xml")
    assert "</svg>" in drawing


# ---- training -----------------------------------------------------------------------------------


def test_curves_follow_a_training_and_stay(explorer: ExplorerView) -> None:
    explorer.button("Train").click()
    curves = explorer.simulation.get_by_role("group", name="Last training")
    image = curves.get_by_role("figure", name="Loss of each minibatch").get_by_role("img")
    expect(image).to_be_visible(timeout=60_000)
    before = image.get_attribute("src") or ""
    expect(image).not_to_have_attribute("src", before)
    expect(explorer.phase).to_have_text("Training")
    explorer.button("Stop").click()
    explorer.wait_until_ready()
    for title in ("Loss of each minibatch", "Training loss", "Gradient norms"):
        expect(curves.get_by_role("figure", name=title).get_by_role("img")).to_be_visible()
    head, first, *_ = rows_of_table(explorer, "Gradient norms")
    assert head[0] == "minibatch"
    assert "alpha to out weights" in head
    assert all(float(text) >= 0 for text in first)
    explorer.button("Table: Gradient norms").click()


# ---- memory -------------------------------------------------------------------------------------


def test_a_run_that_will_not_fit_says_so_before(explorer: ExplorerView) -> None:
    run_time = explorer.root.get_by_label("Run time")
    run_time.fill("1e9")
    warning = explorer.simulation.get_by_role("status").filter(has_text="will not fit in memory")
    expect(warning).to_contain_text("Most of it is for")
    expect(warning).to_contain_text(re.compile("sample_every"))
    run_time.fill("0.1")
    expect(warning).to_have_count(0)


def test_the_console_has_no_error(lab: LabPage) -> None:
    assert lab.errors == []
