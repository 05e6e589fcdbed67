"""Clicks in the browser while two threads in the kernel work on the same network."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.explorer_view import ExplorerView
    from tests.e2e.lab_page import LabPage

CLICKS = 70

NETWORK = """
import threading

import nengo_explorer
from tests.explorer.replay import Recorder, replay
from tests.explorer.test_stress import Person, make_net, state_of

explorer = nengo_explorer.Explorer(make_net(), seed=0)
session = explorer.session
simulator = session.sim
recorder = Recorder(session)
"""
SHOW = "explorer"

# 70 actions each, which end about when the clicks do.
BEGIN = """
def slowly(person, actions):
    person.pause = lambda: threading.Event().wait(0.25 * person.draw.random())
    return actions

first, second = Person(session, 5), Person(session, 6)
others = [
    threading.Thread(target=first.do(slowly(first, {"set_rules": 3, "set_global": 3, "apply": 2}))),
    threading.Thread(target=slowly(second, second.edit_config)),
]
for thread in others:
    thread.start()
"""

END = """
for thread in others:
    thread.join(60)
assert not any(thread.is_alive() for thread in others)
assert session.wait(60)
session.check()
"""

REPLAY = """
serial = nengo_explorer.explorer.Session(make_net(), seed=0)
simulator = serial.sim
replay(recorder.steps, serial, session.net)
assert session.status["error"] is None
assert state_of(session) == state_of(serial), (state_of(session), state_of(serial))
serial.close()
print(sorted({step.name for step in recorder.steps}))
"""

STATES = """
from nengo_explorer.explorer.tree import Tree
from nengo_explorer.explorer.why import state_text
states = Tree(session.net, {}).now.states
print({row: state_text(states, row) for row in range(len(session.view))})
"""

SHOWN = """
(tree) => Object.fromEntries([...tree.querySelectorAll("[data-row]")].map((row) => [
  row.dataset.row, row.querySelector(".ne-effective-text")?.textContent ?? ""]))
"""


@pytest.fixture(scope="module")
def explorer(lab: LabPage) -> ExplorerView:
    lab.page.set_viewport_size({"width": 1400, "height": 1600})
    view = lab.explorer()
    # All of them in sight, whatever happens.
    view.root.get_by_label("Filter rows by kind").select_option("Ensembles")
    view.root.get_by_label("Run time").fill("0.02")
    return view


def click_around(explorer: ExplorerView, draw: np.random.Generator) -> None:
    """One thing that somebody does with the mouse."""

    def press(name: str) -> Callable[[], None]:
        # Also where there is nothing to undo, as a person would.
        return lambda: explorer.button(name).click(force=True)

    def toggle() -> None:
        part, member = draw.integers(2), draw.integers(4)
        setting = ("Inherit", "On", "Off")[draw.integers(3)]
        explorer.choose(setting, f"part {part}", f"ensemble {member}")

    actions = [toggle] * 5 + [press("Undo")] * 3 + [press("Redo")] + [press("Run")] * 2
    actions[draw.integers(len(actions))]()


def test_clicks_and_threads_end_as_the_same_one_by_one(
    lab: LabPage, explorer: ExplorerView
) -> None:
    lab.run_code(BEGIN)
    lab.keep_cells(2)
    draw = np.random.default_rng(1)
    for _ in range(CLICKS):
        click_around(explorer, draw)
    lab.run_code(END)
    explorer.wait_until_ready()
    done = ast.literal_eval(lab.run_code(REPLAY))
    assert {"set_rule", "set_rules", "set_global", "undo", "run", "code"} <= set(done)


def test_what_is_shown_at_the_end_is_so(lab: LabPage, explorer: ExplorerView) -> None:
    told: dict[int, str] = ast.literal_eval(lab.run_code(STATES))
    explorer.button("Clear all filters").click()
    explorer.tidy()
    shown: dict[str, Any] = {}
    height = explorer.tree.evaluate("tree => tree.scrollHeight")
    for top in range(0, height, 300):
        explorer.tree.evaluate("(tree, top) => { tree.scrollTop = top; }", top)
        explorer.page.wait_for_timeout(100)
        shown |= explorer.tree.evaluate(SHOWN)
    without_notes = {row: text.split(":")[0] for row, text in shown.items()}
    assert without_notes == {str(row): text for row, text in told.items()}


def test_the_console_has_no_error(lab: LabPage) -> None:
    assert lab.errors == []
    assert lab.dialogs == []
