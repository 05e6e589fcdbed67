"""Findings of a session: kept up to date, shown on rows, and mended."""

from __future__ import annotations

import threading
import time
import warnings

import nengo
import numpy as np
import pytest
from nengo.exceptions import ValidationError

from nengo_explorer import configure_settings
from nengo_explorer.explorer import Session
from nengo_explorer.explorer.codes import Flag
from nengo_explorer.settings import rule_of
from tests.explorer.linter.cases import CASES, Case, chain

ALL_CASES = [case for cases in CASES.values() for case in cases]


def plan(session: Session, case: Case) -> None:
    """Let a session know the facts of a case."""
    facts = case.facts
    if facts.loss_probes:
        steps = dict.fromkeys(facts.loss_probes, 3) | dict(facts.target_steps)
        session.set_training(None, {p: np.zeros((2, n, 1)) for p, n in steps.items()})


@pytest.mark.parametrize(
    "make",
    [m for m in ALL_CASES if m.__name__ not in ("zero_gradient", "large_history")],
    ids=lambda make: make.__name__,
)
def test_a_fix_mends_what_was_found(make: object) -> None:
    case = make()  # type: ignore[operator]
    with Session(case.net) as session:
        plan(session, case)
        (finding,) = session.findings
        session.apply_fix(finding)
        assert list(session.findings) == []
        session.undo()
        assert list(session.findings) == [finding]


def test_a_row_that_something_was_found_on_is_marked() -> None:
    case = CASES["hiding_none"][0]()
    with Session(case.net) as session:
        assert session.findings
        row = session.row_of(case.obj)
        assert session.states.flags[row] & Flag.WARNING
        session.apply_fix(session.findings[0])
        assert not session.findings
        assert not session.states.flags[row] & Flag.WARNING


def test_a_change_in_code_is_found_beside_everything_else() -> None:
    net, ensemble, _ = chain()
    with net:
        configure_settings(trainable=None)
    heard = []
    with Session(net) as session:
        assert session.findings == ()
        session.subscribe(lambda event: heard.append(event.what))
        net.config[nengo.Ensemble].trainable = False
        net.config[ensemble].trainable = None
        until = time.monotonic() + 10
        while "findings" not in heard and time.monotonic() < until:
            time.sleep(0.02)
        assert [record["check"] for record in session.finding_records] == ["hiding_none"]


def test_records_name_the_row_in_words() -> None:
    case = CASES["hiding_none"][1]()
    with Session(case.net) as session:
        session.lint_wanted()
        (record,) = session.finding_records
        assert record["row"] == session.row_of(case.obj, "bias")
        assert record["object"] == "a bias"
        assert record["can_fix"]


def test_a_planned_run_that_does_not_fit_is_found() -> None:
    net, _, probe = chain()
    with Session(net) as session:
        session.plan_run(1e12)
        (finding,) = session.findings
        assert (finding.check, finding.obj) == ("large_history", probe)
        session.apply_fix(finding)
        assert rule_of(net, probe, "keep_history") is False
        assert session.findings == ()


def test_what_is_mended_already_cannot_be_mended_again() -> None:
    case = CASES["hiding_none"][0]()
    with Session(case.net) as session:
        session.lint_wanted()
        number = session.finding_records[0]["id"]
        session.apply_fix(number)
        with pytest.raises(ValidationError, match="not among the findings"):
            session.apply_fix(number)
        with pytest.raises(ValidationError, match="not among the findings"):
            session.apply_fix(99)


def test_what_is_dismissed_is_not_said_again() -> None:
    case = CASES["hiding_none"][0]()
    with Session(case.net) as session:
        session.dismiss_finding(session.findings[0])
        assert session.findings == ()
        assert not session.states.flags[session.row_of(case.obj)] & Flag.WARNING
        case.net.config[nengo.Ensemble].trainable = True
        case.net.config[nengo.Ensemble].trainable = False
        assert session.findings == ()
        session.refresh()
        assert len(session.findings) == 1


def test_a_refresh_takes_what_was_discarded_as_meant() -> None:
    case = CASES["discarded_setting"][0]()
    with Session(case.net) as session:
        assert len(session.findings) == 1
        session.refresh()
        assert list(session.findings) == []


def test_looking_refreshing_and_changing_at_once_come_to_an_end() -> None:
    case = CASES["hiding_none"][0]()
    with Session(case.net) as session:
        row = session.row_of(case.obj)

        def change() -> None:
            for setting in ("on", "off") * 20:
                session.set_rule(row, "trainable", setting)
                session.refresh()

        def look() -> None:
            for _ in range(40):
                assert isinstance(session.findings, tuple)

        threads = [threading.Thread(target=work, daemon=True) for work in (change, look, look)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert not any(thread.is_alive() for thread in threads)
        assert session.findings == ()


def test_a_refresh_keeps_the_marks() -> None:
    case = CASES["hiding_none"][0]()
    with Session(case.net) as session:
        assert session.findings
        with case.net:
            nengo.Node([0])
        session.refresh()
        assert session.findings
        assert session.states.flags[session.row_of(case.obj)] & Flag.WARNING


def test_targets_by_name_are_understood() -> None:
    net, _, probe = chain()
    probe.label = "my probe"
    with net:
        configure_settings(keep_history=False)
    with Session(net) as session:
        session.set_training(None, {"my_probe": np.zeros((1, 7, 1))})
        assert [f.obj for f in session.findings] == [probe]


def test_a_healthy_session_finds_nothing_and_says_nothing() -> None:
    net, _, probe = chain()
    with Session(net) as session, warnings.catch_warnings():
        warnings.simplefilter("error")
        session.set_training(None, {probe: np.zeros((1, 7, 1))})
        session.plan_run(1.0)
        assert session.findings == ()
        assert session.finding_records == []
