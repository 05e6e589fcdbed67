"""Toggles, undos and edits in code from two threads and from the browser at the same time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest

from nengo_explorer.explorer.session import Session
from nengo_explorer.explorer.tree import Tree
from nengo_explorer.settings import Snapshot, restore, set_rule, take_snapshot
from tests.explorer.test_lesson import in_browser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nengo_explorer.explorer.row_states import RowStates

N_STEPS = 200
SETTINGS = ("inherit", "on", "off")


@pytest.fixture
def net() -> nengo.Network:
    with nengo.Network(label="net", seed=0) as net:
        for index in range(12):
            nengo.Ensemble(5, 1, label=f"e{index}")
    return net


@pytest.fixture
def session(net: nengo.Network) -> Iterator[Session]:
    with Session(net) as session:
        yield session


def at_once(*jobs: Callable[[], None]) -> None:
    """Do things at the same time; errors of any of them are raised."""
    errors: list[BaseException] = []

    def guarded(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:  # noqa: BLE001 - raised below, on the thread of the test
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    if errors:
        raise errors[0]


def assert_shown_is_so(session: Session) -> None:
    """What the session shows is what a fresh look at the network shows."""
    session.check()
    fresh: RowStates = Tree(session.net, {}).now.states
    for name in ("setting", "effective", "on", "total", "keep_setting"):
        np.testing.assert_array_equal(getattr(session.states, name), getattr(fresh, name))


def test_no_change_is_lost_and_everything_is_undone(session: Session, net: nengo.Network) -> None:
    """Each has ensembles of its own, so that the last word on each is known."""
    last: dict[Any, str] = {}

    def toggles(which: slice, seed: int, act: Callable[[int, str], None]) -> Callable[[], None]:
        def job() -> None:
            draw = np.random.default_rng(seed)
            mine = net.ensembles[which]
            for _ in range(N_STEPS):
                ensemble = mine[draw.integers(len(mine))]
                setting = SETTINGS[draw.integers(3)]
                act(session.row_of(ensemble), setting)
                last[ensemble] = setting

        return job

    def by_code(row: int, setting: str) -> None:
        session.set_rule(row, "trainable", setting)

    def by_browser(row: int, setting: str) -> None:
        in_browser(session, "set_rule", row=row, option="trainable", setting=setting)

    def by_config(row: int, setting: str) -> None:
        from nengo_explorer.settings import INHERIT

        value = {"inherit": INHERIT, "on": True, "off": False}[setting]
        set_rule(net, session.view.targets[row].obj, "trainable", value)

    at_once(
        toggles(slice(0, 4), 1, by_code),
        toggles(slice(4, 8), 2, by_browser),
        toggles(slice(8, 12), 3, by_config),
    )
    wanted = {e: s for e, s in last.items() if s != "inherit"}
    words = {True: "on", False: "off"}
    found = {place.target: words[v] for place, v in take_snapshot(net).values.items()}
    assert found == wanted
    assert_shown_is_so(session)


def test_undo_and_redo_meet_changes_of_others(session: Session, net: nengo.Network) -> None:
    """However they are interleaved, all undone is the start, and all made again the end."""

    def toggles(seed: int) -> Callable[[], None]:
        def job() -> None:
            draw = np.random.default_rng(seed)
            for _ in range(N_STEPS // 4):
                row = session.row_of(net.ensembles[draw.integers(12)])
                in_browser(
                    session,
                    "set_rule",
                    row=row,
                    option="trainable",
                    setting=SETTINGS[draw.integers(3)],
                )

        return job

    def undos() -> None:
        draw = np.random.default_rng(9)
        for _ in range(N_STEPS // 2):
            in_browser(session, ("undo", "redo")[draw.integers(2)])

    at_once(toggles(1), toggles(2), undos)
    assert_shown_is_so(session)
    end = take_snapshot(net)
    undone = 0
    while session.undo():
        undone += 1
    assert take_snapshot(net) == Snapshot()
    assert_shown_is_so(session)
    for _ in range(undone):
        session.redo()
    assert take_snapshot(net) == end


def test_a_listener_hears_every_change_in_order(session: Session, net: nengo.Network) -> None:
    """A page that applies the patches has the states of the session."""
    start = session.snapshot
    heard: list[Any] = []
    session.subscribe(lambda event: heard.append(event.patch) if event.patch else None)

    def toggles(seed: int) -> Callable[[], None]:
        def job() -> None:
            draw = np.random.default_rng(seed)
            for _ in range(50):
                row = session.row_of(net.ensembles[draw.integers(12)])
                session.set_rule(row, "trainable", SETTINGS[draw.integers(3)])

        return job

    def clean() -> None:
        for _ in range(20):
            restore(net, Snapshot())

    at_once(toggles(1), toggles(2), clean)
    session.check()
    assert [patch.version for patch in heard] == list(
        range(start.version + 1, session.snapshot.version + 1)
    )
    effective = start.states.effective.copy()
    for patch in heard:
        effective[patch.rows] = patch.states.effective
    np.testing.assert_array_equal(effective, session.states.effective)
