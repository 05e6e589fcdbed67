"""Undo and redo: one entry for each thing that somebody has done."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import nengo
import numpy as np
import pytest
from nengo.exceptions import ValidationError

import nengo_explorer
from nengo_explorer.explorer.abilities.history import IN_CODE, MOST_ENTRIES
from nengo_explorer.explorer.jobs import BusyError
from nengo_explorer.explorer.session import Session
from nengo_explorer.settings import rule_of, set_global, set_rule, take_snapshot
from tests.explorer.networks import Small, small_network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nengo_explorer.explorer.events import Event


@pytest.fixture
def small() -> Small:
    return small_network()


@pytest.fixture
def session(small: Small) -> Iterator[Session]:
    with Session(small.net, seed=0) as session:
        yield session


def toggle(session: Session, obj: object, setting: str = "off") -> None:
    session.set_rule(session.row_of(obj), "trainable", setting)


def until(go_on: threading.Event) -> Callable[[], None]:
    """A job that ends when it is allowed to."""

    def job() -> None:
        assert go_on.wait(30)

    return job


def test_nothing_to_undo_is_no_error(session: Session) -> None:
    assert session.edits == {"undo": "", "redo": "", "apply_automatically": False}
    assert session.undo() == ""
    assert session.redo() == ""


def test_a_toggle_is_taken_back_and_made_again(session: Session, small: Small) -> None:
    before = take_snapshot(small.net)
    toggle(session, small.a)
    after = take_snapshot(small.net)
    assert session.edits["undo"] == "a: Trainable"
    assert session.undo() == "a: Trainable"
    assert take_snapshot(small.net) == before
    assert session.edits == {"undo": "", "redo": "a: Trainable", "apply_automatically": False}
    assert session.redo() == "a: Trainable"
    assert take_snapshot(small.net) == after


def test_rows_follow_in_one_patch(session: Session, small: Small) -> None:
    toggle(session, small.a)
    events: list[Event] = []
    session.subscribe(events.append)
    session.undo()
    assert [event.what for event in events].count("rows") == 1
    assert session.states.setting[session.row_of(small.a)] == 1


def test_what_a_cell_changes_meanwhile_is_a_change_of_its_own(
    session: Session, small: Small
) -> None:
    def by_cell(event: Event) -> None:
        """Change something while the session tells of what it has changed."""
        if event.what == "rows":
            cell = threading.Thread(target=set_rule, args=(small.net, small.b, "trainable", False))
            cell.start()
            cell.join()

    unsubscribe = session.subscribe(by_cell)
    toggle(session, small.a)
    unsubscribe()
    assert session.undo() == IN_CODE
    assert session.undo() == "a: Trainable"
    assert session.redo() == "a: Trainable"
    session.subscribe(by_cell)
    session.undo()
    assert rule_of(small.net, small.b, "trainable") is False
    assert session.edits["undo"] == IN_CODE


def test_what_is_set_to_what_it_is_already_is_no_entry(session: Session, small: Small) -> None:
    toggle(session, small.a, "inherit")
    assert session.edits["undo"] == ""


def test_a_refused_change_is_no_entry(session: Session, small: Small) -> None:
    with pytest.raises(ValidationError):
        session.set_rule(session.row_of(small.source), "trainable", "off")
    with pytest.raises(ValidationError):
        session.set_global("dtype", "float16")
    assert session.edits["undo"] == ""


def test_a_call_in_code_that_drops_settings_is_taken_back(session: Session, small: Small) -> None:
    toggle(session, small.a)
    before = take_snapshot(small.net)
    with small.net, pytest.warns(nengo_explorer.settings.DiscardedSettingsWarning):
        nengo_explorer.configure_settings(trainable=True)
    assert session.undo() == IN_CODE
    assert take_snapshot(small.net) == before
    assert session.undo() == "a: Trainable"
    assert take_snapshot(small.net).values == {}


def test_code_before_an_action_is_an_entry_of_its_own(session: Session, small: Small) -> None:
    set_rule(small.net, small.b, "trainable", False)
    toggle(session, small.a)
    assert session.undo() == "a: Trainable"
    assert session.undo() == IN_CODE


def test_a_cell_is_one_entry(session: Session, small: Small) -> None:
    session.begin_cell()
    for obj in (small.a, small.b):
        set_rule(small.net, obj, "trainable", False)
        session.check()
    session.begin_cell()
    set_rule(small.net, small.a, "trainable", True)
    session.undo()
    assert small.net.config[small.a].trainable is False
    session.undo()
    assert take_snapshot(small.net).values == {}


def test_a_new_change_forgets_what_was_undone(session: Session, small: Small) -> None:
    toggle(session, small.a)
    session.undo()
    toggle(session, small.b)
    assert session.edits["redo"] == ""
    assert session.redo() == ""


def test_only_what_an_entry_has_changed_is_written(session: Session, small: Small) -> None:
    toggle(session, small.a)
    toggle(session, small.b)
    session.undo()
    set_global(small.net, "lif_smoothing", 0.5)
    session.undo()  # the change in code
    session.undo()
    assert take_snapshot(small.net).values == {}


def test_pending_options_are_part_of_it(session: Session) -> None:
    session.sim  # noqa: B018 - makes it, so that changes have to wait
    session.set_global("dtype", "float64")
    session.set_global("use_loop", "off")
    session.undo()
    assert session.pending == {"dtype": "float64"}
    session.redo()
    session.apply()
    assert session.global_values["dtype"]["value"] == "float64"
    assert session.undo() == "Apply"
    assert session.global_values["dtype"]["value"] == "float32"
    assert session.pending == {"dtype": "float64", "use_loop": False}


def test_what_is_running_is_not_rebuilt_by_undo(session: Session, small: Small) -> None:
    session.set_global("dtype", "float64")
    go_on = threading.Event()
    session._live.jobs.aside("run", until(go_on))
    with pytest.raises(BusyError):
        session.undo()
    toggle(session, small.a)
    assert session.undo() == "a: Trainable"
    go_on.set()
    assert session.wait(30)
    assert session.undo() == "Precision"


def test_changes_are_applied_automatically_on_request(session: Session) -> None:
    session.sim  # noqa: B018 - makes it, so that changes have to wait
    session.set_global("dtype", "float64")
    session.apply_automatically = True
    assert session.edits["apply_automatically"]
    assert not session.pending
    session.set_global("use_loop", "off")
    assert session.global_values["use_loop"] | {"label": ""} == {
        "value": "off",
        "label": "",
        "pending": None,
        "pending_label": None,
        "disabled_reason": "",
    }
    assert session.undo() == "Use a loop"


def test_while_something_runs_automatic_changes_wait_for_its_end(session: Session) -> None:
    session.apply_automatically = True
    go_on = threading.Event()
    session._live.jobs.aside("run", until(go_on))
    session.set_global("dtype", "float64")
    assert session.pending == {"dtype": "float64"}
    go_on.set()
    assert session.wait(30)
    deadline = threading.Event()
    while session.pending:
        assert not deadline.wait(0.01)
    assert session.global_values["dtype"]["value"] == "float64"


def test_an_object_that_is_gone_does_not_keep_others_from_being_undone(
    session: Session, small: Small
) -> None:
    toggle(session, small.b)
    toggle(session, small.a)
    small.net.probes.clear()
    small.inner.ensembles.remove(small.b)
    small.net.connections.remove(small.forward)
    session.refresh()
    session.undo()
    session.undo()
    assert take_snapshot(small.net).values == {}


def test_the_history_is_bounded(session: Session, small: Small) -> None:
    for index in range(MOST_ENTRIES + 5):
        toggle(session, small.a, ("off", "on")[index % 2])
    undone = 0
    while session.undo():
        undone += 1
    assert undone == MOST_ENTRIES


def test_random_use_is_taken_back_step_by_step(session: Session, small: Small) -> None:
    draw = np.random.default_rng(1)
    rows = [session.row_of(obj) for obj in (small.a, small.b, small.forward, nengo.Ensemble)]
    states = [take_snapshot(small.net)]
    for _ in range(40):
        setting = str(draw.choice(["inherit", "on", "off"]))
        if draw.random() < 0.3:
            session.set_global("lif_smoothing", float(draw.random()))
        else:
            session.set_rule(int(draw.choice(rows)), "trainable", setting)
        if take_snapshot(small.net) != states[-1]:
            states.append(take_snapshot(small.net))
    for state in states[-2::-1]:
        session.undo()
        assert take_snapshot(small.net) == state
    for state in states[1:]:
        session.redo()
        assert take_snapshot(small.net) == state
