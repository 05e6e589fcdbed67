"""All eleven options as the browser shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import pytest
from nengo.ensemble import Neurons
from nengo.exceptions import ValidationError

import nengo_explorer
from nengo_explorer.explorer.option_values import catalogue
from nengo_explorer.explorer.session import Session
from nengo_explorer.settings import OPTIONS, resolve_trainable, rule_of, set_rule, take_snapshot
from nengo_explorer.settings.catalogue import SIMPLIFICATIONS
from tests.explorer.networks import Small, small_network

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def small() -> Small:
    return small_network()


@pytest.fixture
def session(small: Small) -> Iterator[Session]:
    with Session(small.net, seed=0) as session:
        yield session


def test_every_option_has_a_control_with_help_and_cost(session: Session) -> None:
    entries = catalogue()
    assert {entry["name"] for entry in entries} == set(OPTIONS) == set(session.global_values)
    assert len(entries) == 11
    first = [entry["name"] for entry in entries if not entry["advanced"]]
    assert first == ["dtype", "lif_smoothing", "learning_phase"]
    for entry in entries:
        assert entry["summary"]
        assert entry["cost_text"]
        assert entry["help"].count(". ") + entry["help"].endswith(".") >= 2


@pytest.mark.parametrize("entry", catalogue(), ids=lambda entry: entry["name"])
def test_every_choice_can_be_made(session: Session, entry: Any) -> None:
    keys = ["0.5", ""] if entry["choices"] is None else [c["key"] for c in entry["choices"]]
    for key in keys:
        session.set_global(entry["name"], key)
        shown = session.global_values[entry["name"]]
        assert (shown["value"], shown["pending"]) == (key, None)
        assert shown["label"]


def test_what_is_trained_is_set_for_all_and_keeps_rules_of_objects(
    session: Session, small: Small
) -> None:
    set_rule(small.net, small.a, "trainable", True)
    session.set_global("trainable", "off")
    flags = resolve_trainable(small.net)
    assert flags[small.a, "encoders"] is True
    assert flags[small.b, "encoders"] is False
    assert session.undo() == "Trainable"
    assert list(take_snapshot(small.net).values.values()) == [True]


def test_rules_that_differ_by_class_are_said(session: Session, small: Small) -> None:
    set_rule(small.net, Neurons, "trainable", False)
    session.check()
    shown = session.global_values["trainable"]
    assert (shown["value"], shown["label"]) == ("custom", "Different for each class")
    session.set_global("trainable", None)
    assert session.global_values["trainable"]["value"] == "auto"
    assert take_snapshot(small.net).values == {}


def test_histories_of_all_probes_are_one_option(session: Session, small: Small) -> None:
    session.set_global("keep_history", False)
    assert rule_of(small.net, nengo.Probe, "keep_history") is False
    assert session.global_values["keep_history"]["label"] == "Last step"
    session.set_global("keep_history", "on")
    assert take_snapshot(small.net).values == {}


def test_simplifications_are_chosen_one_by_one(session: Session, small: Small) -> None:
    shown = session.global_values["simplifications"]
    assert (shown["value"], shown["label"]) == (",".join(SIMPLIFICATIONS), "All")
    session.set_global("simplifications", "remove_identity_muls, remove_zero_incs")
    expected = ("remove_zero_incs", "remove_identity_muls")
    assert nengo_explorer.get_setting(small.net, "simplifications") == expected
    session.set_global("simplifications", "none")
    assert session.global_values["simplifications"]["label"] == "None"
    with pytest.raises(ValidationError, match=r"'remove_all' is not possible.*remove_zero_incs"):
        session.set_global("simplifications", "remove_zero_incs,remove_all")


def my_simplification(operators: Any) -> Any:
    return operators


def test_functions_of_ones_own_are_shown_and_not_lost(session: Session) -> None:
    session.set_global("simplifications", [my_simplification, "remove_zero_incs"])
    shown = session.global_values["simplifications"]
    assert shown["label"] == "my_simplification, remove_zero_incs"
    assert shown["value"] == "custom"
    assert "set in code" in shown["disabled_reason"]


def test_there_are_no_other_options(session: Session) -> None:
    with pytest.raises(ValidationError, match="there is no option 'colour'"):
        session.set_global("colour", "red")
