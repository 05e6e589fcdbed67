"""Lessons: predictions with a score, and controls that an instructor has locked or hidden."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
from nengo.exceptions import ValidationError

from nengo_explorer.explorer.codes import Effective
from nengo_explorer.explorer.lesson import LockedError
from nengo_explorer.explorer.session import Session
from nengo_explorer.settings import Place, set_rule, take_snapshot
from tests.explorer.networks import Small, small_network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nengo_explorer.explorer.events import Event


@pytest.fixture
def small() -> Small:
    return small_network()


@pytest.fixture
def session(small: Small) -> Iterator[Session]:
    with Session(small.net, seed=0) as session:
        yield session


def in_browser(session: Session, action: str, **arguments: Any) -> Any:
    """What the widget does with a message."""
    from nengo_explorer.explorer.actions import ACTIONS

    with session.as_learner(action, arguments):
        return ACTIONS[action].carry_out(session, **arguments)


def toggle(session: Session, obj: object, setting: str = "off") -> None:
    row = session.row_of(obj)
    in_browser(session, "set_rule", row=row, option="trainable", setting=setting)


class TestPrediction:
    def test_nothing_is_hidden_without_one(self, session: Session) -> None:
        assert session.shown_states is session.states
        assert session.lesson["questions"] == []

    def test_what_is_in_force_is_hidden_until_it_is_predicted(
        self, session: Session, small: Small
    ) -> None:
        session.predict(small.a)
        hidden = session.shown_states.effective == Effective.HIDDEN
        assert (hidden == (session.states.effective != Effective.NOTHING)).all()
        assert not session.shown_states.on.any()
        assert [q["title"] for q in session.lesson["questions"]] == ["a: encoders", "a: bias"]
        row = session.row_of(small.a, "bias")
        assert session.answer(row, "on") is True
        assert session.shown_states.effective[row] == Effective.ON
        assert session.shown_states.effective[session.row_of(small.a)] == Effective.HIDDEN

    def test_after_the_last_answer_everything_is_shown(
        self, session: Session, small: Small
    ) -> None:
        session.predict((small.a, "bias"), (small.learned, "weights"))
        session.answer(session.row_of(small.a, "bias"), "off")
        session.answer(session.row_of(small.learned, "weights"), "locked")
        assert session.score == (1, 2, 2)
        assert not session.lesson["open"]
        assert session.shown_states is session.states
        wrong, right = session.lesson["questions"]
        assert (wrong["answer"], wrong["truth"], wrong["right"]) == ("off", "on", False)
        assert (right["truth"], right["right"]) == ("locked", True)
        assert "PES" in right["reason"]

    @pytest.mark.parametrize(
        ("obj", "parameter", "truth"),
        [
            ("plain", "", "never"),
            ("b", "encoders", "off"),
            ("a", "encoders", "on"),
            ("learned", "weights", "locked"),
        ],
    )
    def test_every_answer_can_be_right(self, obj: str, parameter: str, truth: str) -> None:
        small = small_network()
        set_rule(small.net, small.b, "trainable", False)
        with Session(small.net) as session:
            target = getattr(small, obj)
            session.predict((target, parameter) if parameter else target)
            row = session.row_of(target, parameter)
            assert session.answer(row, truth)
            assert session.lesson["questions"][0]["truth"] == truth

    def test_what_counts_is_what_is_in_force_when_it_is_answered(
        self, session: Session, small: Small
    ) -> None:
        session.predict((small.a, "bias"))
        toggle(session, small.a)
        assert session.answer(session.row_of(small.a, "bias"), "off")

    def test_changes_do_not_give_the_answer_away(self, session: Session, small: Small) -> None:
        session.predict(small.a, small.b)
        patches: list[Event] = []
        session.subscribe(lambda e: patches.append(e) if e.what == "rows" else None)
        toggle(session, small.a)
        assert patches[0].patch is not None
        effective = session.shown_patch(patches[0].patch).states.effective
        assert set(np.unique(effective)) <= {Effective.NOTHING, Effective.HIDDEN}
        explanation = in_browser(session, "explain", row=session.row_of(small.a, "bias"))
        assert explanation["state"] == "?"
        assert explanation["rules"] == []
        assert explanation["code"] == ""
        rows = {"rows": [0], "option": "trainable", "setting": "on"}
        preview = in_browser(session, "preview_rules", **rows)
        assert preview["rules"]
        assert preview["effects"] == []
        with pytest.raises(LockedError):
            in_browser(session, "file", kind="page")

    def test_findings_do_not_give_the_answer_away(self, session: Session, small: Small) -> None:
        set_rule(small.net, small.learned, "trainable", True)
        assert session.findings
        shown = session.finding_records
        session.predict(small.learned)
        told: list[str] = []
        session.subscribe(lambda event: told.append(event.what))
        assert shown
        assert session.finding_records == []
        session.reveal()
        assert session.finding_records == shown
        assert {"findings", "proof"} <= set(told)

    def test_revealing_ends_it(self, session: Session, small: Small) -> None:
        session.predict(small.a)
        session.answer(session.row_of(small.a, "bias"), "on")
        assert session.reveal() == (1, 1, 2)
        with pytest.raises(ValidationError, match="answered already"):
            session.answer(session.row_of(small.a, "encoders"), "on")

    def test_answers_are_given_once_and_only_to_what_was_asked(
        self, session: Session, small: Small
    ) -> None:
        session.predict((small.a, "bias"), (small.b, "bias"))
        session.answer(session.row_of(small.a, "bias"), "on")
        with pytest.raises(ValidationError, match="answered already"):
            session.answer(session.row_of(small.a, "bias"), "off")
        with pytest.raises(ValidationError, match="was not asked"):
            session.answer(session.row_of(small.a, "encoders"), "off")
        with pytest.raises(ValidationError, match="one of on, off, locked, never"):
            session.answer(session.row_of(small.b, "bias"), "maybe")

    @pytest.mark.parametrize("bad", [("source", ""), ("a", "weights")])
    def test_only_parameters_can_be_asked_for(
        self, session: Session, small: Small, bad: tuple[str, str]
    ) -> None:
        name, parameter = bad
        obj = getattr(small, name)
        with pytest.raises(ValidationError, match="has no parameter"):
            session.predict((obj, parameter) if parameter else obj)

    def test_all_parameters_are_asked_for_by_default(self, session: Session) -> None:
        session.predict()
        asked = {question["row"] for question in session.lesson["questions"]}
        assert set(session.view.rows_of_kind("parameter").tolist()) < asked
        assert session.row_of(session.net.connections[0]) in asked


class TestLocks:
    def test_a_locked_option_stays_as_it_is(self, session: Session, small: Small) -> None:
        session.set_lesson(locked=["dtype"])
        with pytest.raises(LockedError, match="Precision is locked"):
            in_browser(session, "set_global", option="dtype", value="float64")
        assert take_snapshot(small.net).values == {}
        assert session.edits["undo"] == ""
        assert "Locked" in session.global_values["dtype"]["disabled_reason"]
        session.set_global("dtype", "float64")  # code may do it
        assert session.global_values["dtype"]["value"] == "float64"

    def test_a_locked_option_does_not_become_pending_either(self, session: Session) -> None:
        session.sim  # noqa: B018 - makes it, so that changes have to wait
        session.set_lesson(locked=["dtype"])
        with pytest.raises(LockedError):
            in_browser(session, "set_global", option="dtype", value="float64")
        assert session.pending == {}

    def test_rules_of_a_locked_object_stay(self, session: Session, small: Small) -> None:
        session.set_lesson(locked=[small.a])
        for parameter in ("", "bias"):
            row = session.row_of(small.a, parameter)
            with pytest.raises(LockedError):
                in_browser(session, "set_rule", row=row, option="trainable", setting="off")
        toggle(session, small.b)
        assert [place.target for place in take_snapshot(small.net).values] == [small.b]

    def test_a_locked_network_locks_what_is_in_it(self, session: Session, small: Small) -> None:
        session.set_lesson(locked=[small.inner])
        with pytest.raises(LockedError):
            toggle(session, small.b)
        toggle(session, small.a)

    def test_files_and_undo_are_no_way_around(self, session: Session, small: Small) -> None:
        session.set_global("dtype", "float64")
        text = session.settings_json()
        session.set_lesson(locked=["dtype"])
        with pytest.raises(LockedError):
            in_browser(session, "undo")
        assert session.global_values["dtype"]["value"] == "float64"
        session.set_global("dtype", "float32")
        session.set_global("use_loop", False)
        with pytest.raises(LockedError):
            in_browser(session, "load_settings", text=text)
        assert take_snapshot(small.net).values == {
            Place(small.net, nengo.Network, "use_loop"): False,
        } | {
            place: value
            for place, value in take_snapshot(small.net).values.items()
            if place.option == "dtype" and value == "float32"
        }

    @pytest.mark.parametrize(
        ("command", "action", "arguments"),
        [
            ("run", "run", {"seconds": 0.1}),
            ("undo", "redo", {}),
            ("code", "code", {}),
            ("save", "file", {"kind": "settings"}),
            ("page", "file", {"kind": "page"}),
            ("load", "load_settings", {"text": json.dumps({})}),
        ],
    )
    def test_locked_commands_are_refused(
        self, session: Session, command: str, action: str, arguments: dict[str, Any]
    ) -> None:
        session.set_lesson(locked=[command])
        with pytest.raises(LockedError, match=f"{command.title()} is locked"):
            in_browser(session, action, **arguments)

    def test_what_is_hidden_is_not_shown_and_locked(self, session: Session) -> None:
        session.set_lesson(hidden=["planner", "run", "why"])
        assert session.lesson["hidden"] == ["planner", "run", "why"]
        assert "planner" not in session.global_values
        with pytest.raises(LockedError):
            in_browser(session, "run", seconds=0.1)
        with pytest.raises(LockedError):
            in_browser(session, "set_global", option="planner", value="noop_planner")

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ({"locked": ["colour"]}, "'colour' cannot be locked. Accepted: trainable"),
            ({"locked": ["why"]}, "'why' cannot be locked"),
            ({"hidden": ["colour"]}, "'colour' cannot be hidden"),
            ({"locked": "dtype"}, "must be a list"),
            ({"hidden": "dtype"}, "must be a list"),
            ({"locked": [3]}, "3 is not in"),
        ],
    )
    def test_what_there_is_not_is_refused(
        self, session: Session, arguments: dict[str, Any], said: str
    ) -> None:
        with pytest.raises(ValidationError, match=said):
            session.set_lesson(**arguments)
        assert session.lesson["locked"] == []
