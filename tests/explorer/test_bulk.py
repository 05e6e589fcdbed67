"""One setting for many rows: what is written, what is said of it before, and one undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
import nengo
import numpy as np
import pytest
from hypothesis import given, settings
from nengo.ensemble import Neurons
from nengo.exceptions import ValidationError

import nengo_explorer
from nengo_explorer.explorer import Session
from nengo_explorer.explorer.codes import Effective, Keep, Setting
from nengo_explorer.settings import fingerprint
from tests.explorer.networks import Small, small_network

if TYPE_CHECKING:
    from collections.abc import Iterator

RULES = st.tuples(
    st.sampled_from(["net", "inner"]),
    st.sampled_from([nengo.Ensemble, Neurons, nengo.Connection, "a", "b", "b.neurons", "forward"]),
    st.sampled_from([True, False, None]),
)
CODES = {"on": Effective.ON, "off": Effective.OFF}


@pytest.fixture
def small() -> Small:
    small = small_network()
    for network in (small.net, small.inner):
        with network:
            nengo_explorer.configure_settings(trainable=None)
    return small


@pytest.fixture
def session(small: Small) -> Iterator[Session]:
    with Session(small.net) as session:
        yield session


def write(small: Small, where: str, what: Any, value: bool | None) -> None:
    target = what
    if isinstance(what, str):
        target = getattr(small, what.removesuffix(".neurons"))
        target = target.neurons if what.endswith(".neurons") else target
    getattr(small, where).config[target].trainable = value


@settings(max_examples=80, deadline=None)
@given(
    rules=st.lists(RULES, max_size=5),
    rows=st.lists(st.integers(0, 26), min_size=1, max_size=4, unique=True),
    setting=st.sampled_from(["on", "off"]),
)
def test_rows_and_what_is_in_them_get_the_setting_and_nothing_else_changes(
    rules: list[tuple[str, Any, bool | None]], rows: list[int], setting: str
) -> None:
    small = small_network()
    for network in (small.net, small.inner):
        with network:
            nengo_explorer.configure_settings(trainable=None)
    for rule in rules:
        write(small, *rule)
    with Session(small.net) as session:
        view = session.view
        rows = [row for row in rows if view.kind_of(row) not in ("class_rule", "probe")]
        before = session.states
        try:
            said = session.preview_rules(rows, "trainable", setting)
        except ValidationError:
            return
        session.set_rules(rows, "trainable", setting)
        after = session.states
        inside = np.zeros(len(view), dtype=bool)
        for row in rows:
            inside[row : view.end[row]] = True
        parameters = view.rows_of_kind("parameter")
        asked = [r for r in parameters if inside[r] and before.effective[r] != Effective.NEVER]
        others = [r for r in parameters if not inside[r]]
        assert {int(after.effective[r]) for r in asked} <= {CODES[setting]}
        assert np.array_equal(after.effective[others], before.effective[others])
        changed = int((after.effective[parameters] != before.effective[parameters]).sum())
        assert sum(int(e["what"].split()[0]) for e in said["effects"]) == changed


@settings(max_examples=40, deadline=None)
@given(rules=st.lists(RULES, min_size=1, max_size=6))
def test_inherit_for_a_network_leaves_no_rule_in_it(
    rules: list[tuple[str, Any, bool | None]],
) -> None:
    small = small_network()
    for network in (small.net, small.inner):
        with network:
            nengo_explorer.configure_settings(trainable=None)
    clean = fingerprint(small.net)
    for rule in rules:
        # A rule where nothing reads it is not the tree's business.
        if rule[:2] not in {("inner", "a"), ("inner", "forward")}:
            write(small, *rule)
    with Session(small.net) as session:
        session.set_rules([0], "trainable", "inherit")
        assert fingerprint(small.net) == clean
        assert set(session.states.setting.tolist()) <= {Setting.NOTHING, Setting.INHERIT}


def test_the_preview_lists_the_rules_and_what_they_change(small: Small, session: Session) -> None:
    small.inner.config[small.b].trainable = True
    session.check()
    seen = fingerprint(small.net)
    said = session.preview_rules([session.row_of(small.inner)], "trainable", "off")
    assert fingerprint(small.net) == seen
    assert said["title"] == "inner and everything in it: Off"
    assert [(rule["target"], rule["before"], rule["after"]) for rule in said["rules"]] == [
        ("all ensembles", "Inherit", "Off"),
        ("all neurons", "Inherit", "Off"),
        ("b", "On", "Inherit"),
    ]
    codes = [rule["code"] for rule in said["rules"]]
    assert codes[0] == "net.networks[0].config[nengo.Ensemble].trainable = False"
    assert codes[2] == "del net.networks[0].config[net.networks[0].ensembles[0]].trainable"
    assert said["count"] == 3
    assert said["effects"] == [
        {"before": "On", "after": "Off", "what": "3 parameters", "numbers": 10 + 10 + 1}
    ]


def test_locked_parameters_that_would_be_trained_are_said(small: Small, session: Session) -> None:
    said = session.preview_rules([session.row_of(small.learned)], "trainable", "on")
    assert [(e["before"], e["after"]) for e in said["effects"]] == [("Locked", "On")]


def test_one_call_is_one_change_to_undo(small: Small, session: Session) -> None:
    before = fingerprint(small.net)
    rows = [session.row_of(small.a), session.row_of(small.forward), session.row_of(small.inner)]
    session.set_rules(rows, "trainable", "off")
    assert fingerprint(small.net) != before
    session.undo()
    assert fingerprint(small.net) == before


def test_encoders_alone_leave_the_bias_as_it_is(small: Small, session: Session) -> None:
    session.set_rules([session.row_of(small.a, "encoders")], "trainable", "off")
    assert session.states.effective[session.row_of(small.a, "encoders")] == Effective.OFF
    assert session.states.effective[session.row_of(small.a, "bias")] == Effective.ON


def test_rows_without_such_a_setting_are_skipped_and_counted(
    small: Small, session: Session
) -> None:
    rows = [session.row_of(small.source), session.row_of(small.plain), session.row_of(small.a)]
    assert session.preview_rules(rows, "trainable", "off")["note"].startswith("2 rows have")
    session.set_rules(rows, "trainable", "off")
    assert small.net.config[small.a].trainable is False


def test_what_is_set_already_is_not_written_again(small: Small, session: Session) -> None:
    session.set_rules([session.row_of(small.a)], "trainable", "off")
    said = session.preview_rules([session.row_of(small.a)], "trainable", "off")
    assert (said["rules"], said["effects"]) == ([], [])


def test_histories_of_all_probes_are_one_rule(small: Small, session: Session) -> None:
    with small.net:
        nengo_explorer.configure_settings(keep_history=True)
    small.net.config[small.decoded].keep_history = True
    session.check()
    said = session.preview_rules([0], "keep_history", "off")
    assert [(e["before"], e["after"], e["what"]) for e in said["effects"]] == [
        ("Every step", "Last step", "2 probes")
    ]
    session.set_rules([0], "keep_history", "off")
    for probe in (small.decoded, small.spikes):
        assert session.states.keep_effective[session.row_of(probe)] == Keep.LAST_STEP


@pytest.mark.parametrize(
    ("rows", "option", "setting", "named"),
    [
        ([1000], "trainable", "on", "1000"),
        ([-1], "trainable", "on", "-1"),
        ([], "trainable", "on", "none of these rows"),
        ([0], "trainable", "maybe", "maybe"),
        ([0], "dtype", "on", "dtype"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(
    session: Session, rows: list[int], option: str, setting: str, named: str
) -> None:
    before = fingerprint(session.net)
    for method in (session.preview_rules, session.set_rules):
        with pytest.raises(ValidationError, match=named):
            method(rows, option, setting)
    assert fingerprint(session.net) == before
