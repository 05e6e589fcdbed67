"""The explorer in marimo: no widget manager, a shadow tree, and messages on the main thread."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.conftest import VIEWPORT, WAIT_MILLISECONDS
from tests.e2e.explorer_view import ExplorerView, clock_at
from tests.e2e.marimo_server import MarimoServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page

NOTEBOOK = """
import marimo

app = marimo.App(width="full")


@app.cell
def _():
    import time

    import marimo as mo
    import nengo
    import numpy as np

    import nengo_explorer

    return mo, nengo, nengo_explorer, np, time


@app.cell
def _(nengo, nengo_explorer, np):
    with nengo.Network(label="net", seed=0) as net:
        nengo_explorer.configure_settings(trainable=None)
        stimulus = nengo.Node(lambda t: np.sin(6 * t), label="stimulus")
        alpha = nengo.Ensemble(50, 1, label="alpha")
        unlabelled = nengo.Ensemble(50, 1)
        nengo.Connection(stimulus, alpha)
        nengo.Probe(alpha, synapse=0.02, label="decoded alpha")
        nengo.Probe(alpha.neurons[:10], label="spikes of alpha")
    return alpha, net, unlabelled


@app.cell
def _(mo, nengo_explorer, net):
    explorer = nengo_explorer.Explorer(net, seed=0)
    shown = mo.ui.anywidget(explorer)
    shown
    return (explorer,)


@app.cell
def _(alpha, mo, nengo_explorer, net, time):
    def start_anew(_value):
        with net:
            nengo_explorer.configure_settings(trainable=None)

    def turn_off(_value):
        net.config[alpha].trainable = False

    told = mo.ui.button(label="Ask Python")
    buttons = [
        told,
        mo.ui.button(label="No rules", on_click=start_anew),
        mo.ui.button(label="Off by Python", on_click=turn_off),
        mo.ui.button(label="Be busy", on_click=lambda _value: time.sleep(8)),
    ]
    mo.hstack(buttons)
    return (told,)


@app.cell
def _(alpha, explorer, mo, net, told):
    told
    steps = explorer.sim.n_steps if explorer.session.is_built else 0
    mo.md(f"Python says: {net.config[alpha].trainable} at step {steps}.")
    return


if __name__ == "__main__":
    app.run()
"""

WAITING = "Waiting for the kernel"


class MarimoPage:
    """The notebook in marimo's editor."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    @property
    def explorer(self) -> ExplorerView:
        """The widget."""
        return ExplorerView(self.page, self.page.locator(".nengo-explorer"))

    def press(self, name: str) -> None:
        """Press a button of the notebook."""
        self.page.get_by_role("button", name=name).click()

    def expect_python_to_say(self, text: str) -> None:
        """Ask Python for the state until it is the expected one."""
        said = self.page.get_by_text(re.compile("^Python says: "))
        for _ in range(20):
            self.press("Ask Python")
            self.page.wait_for_timeout(300)
            if text in said.inner_text():
                return
        expect(said).to_contain_text(text)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "nengo" in message.text.lower():
            self.errors.append(message.text)


@pytest.fixture(scope="module")
def marimo(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MarimoPage]:
    with MarimoServer(tmp_path_factory.mktemp("marimo"), NOTEBOOK) as server:
        context = chromium.new_context(viewport=VIEWPORT, color_scheme="light")
        context.set_default_timeout(WAIT_MILLISECONDS)
        notebook = MarimoPage(context.new_page())
        notebook.page.goto(server.url)
        expect(notebook.explorer.tree).to_be_visible(timeout=60_000)
        yield notebook
        context.close()


@pytest.fixture
def explorer(marimo: MarimoPage) -> ExplorerView:
    """The widget with nothing going on, and without rules."""
    view = marimo.explorer
    view.stop()
    marimo.press("No rules")
    view.tidy()
    expect(view.effective("alpha")).to_have_text("2 of 2 on")
    expect(view.setting("alpha")).to_have_text("Inherit")
    return view


def test_the_tree_is_shown_in_a_shadow_tree(explorer: ExplorerView) -> None:
    inside = explorer.root.evaluate("root => root.getRootNode() instanceof ShadowRoot")
    assert inside
    expect(explorer.row("unlabelled")).to_be_visible()


def test_a_toggle_reaches_python(marimo: MarimoPage, explorer: ExplorerView) -> None:
    explorer.choose("Off", "alpha")
    expect(explorer.effective("alpha", "bias")).to_have_text("Off")
    marimo.expect_python_to_say("False at step")
    explorer.select("alpha", "bias")
    expect(explorer.winner).to_contain_text("alpha")


def test_a_setting_made_in_python_reaches_the_tree(
    marimo: MarimoPage, explorer: ExplorerView
) -> None:
    marimo.press("Off by Python")
    expect(explorer.setting("alpha")).to_have_text("Off")
    expect(explorer.effective("alpha", "bias")).to_have_text("Off")


def test_a_run_draws_a_figure_for_each_probe(marimo: MarimoPage, explorer: ExplorerView) -> None:
    steps = explorer.steps()
    explorer.run(0.1)
    expect(explorer.images).to_have_count(2)
    sizes = explorer.images.evaluate_all("images => images.map(image => image.naturalWidth)")
    assert min(sizes) > 100
    marimo.expect_python_to_say(f"at step {steps + 100}.")


def test_a_run_is_stopped_and_settings_change_on_the_way(explorer: ExplorerView) -> None:
    explorer.start(100_000)
    expect(explorer.phase).to_have_text("Running")
    explorer.choose("Off", "alpha")
    expect(explorer.effective("alpha", "bias")).to_have_text("Off")
    explorer.button("Stop").click()
    explorer.wait_until_ready()


def test_what_is_asked_while_python_is_busy_is_done_after_it(
    marimo: MarimoPage, explorer: ExplorerView
) -> None:
    steps = explorer.steps()
    marimo.press("Be busy")
    explorer.choose("Off", "alpha")
    explorer.start(0.1)
    expect(explorer.root.get_by_text(WAITING)).to_be_visible(timeout=6000)
    expect(explorer.effective("alpha", "bias")).to_have_text("Off")
    expect(explorer.clock).to_have_text(clock_at(steps + 100))
    expect(explorer.root.get_by_text(WAITING)).to_have_count(0)
    marimo.expect_python_to_say(f"False at step {steps + 100}.")


def test_menus_work_by_keyboard_in_a_shadow_tree(
    marimo: MarimoPage, explorer: ExplorerView
) -> None:
    keyboard = marimo.page.keyboard
    explorer.select("alpha")
    keyboard.press("Space")
    expect(explorer.root.get_by_role("menu")).to_be_visible()
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        keyboard.press(key)
    expect(explorer.setting("alpha")).to_have_text("Off")
    expect(explorer.setting("alpha")).to_be_focused()
    keyboard.press("Space")
    keyboard.press("ArrowUp")
    keyboard.press("Enter")
    expect(explorer.setting("alpha")).to_have_text("On")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_themes_are_followed_without_a_violation(
    marimo: MarimoPage, explorer: ExplorerView, theme: str
) -> None:
    marimo.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    expect(explorer.root).to_have_attribute("data-theme", theme)
    result = Axe().run(marimo.page, context="marimo-anywidget")
    assert result.violations_count == 0, result.generate_report()


def test_a_page_loaded_again_shows_the_same_state(
    marimo: MarimoPage, explorer: ExplorerView
) -> None:
    explorer.run(0.1)
    explorer.choose("Off", "alpha")
    expect(explorer.effective("alpha", "bias")).to_have_text("Off")
    steps = explorer.steps()
    marimo.page.reload()
    again = marimo.explorer
    expect(again.tree).to_be_visible(timeout=60_000)
    expect(again.effective("alpha")).to_have_text("0 of 2 on")
    expect(again.clock).to_have_text(clock_at(steps))
    expect(again.images).to_have_count(2)
    again.choose("On", "alpha")
    marimo.expect_python_to_say("True at step")


def test_the_console_has_no_error(marimo: MarimoPage) -> None:
    assert marimo.errors == []
