"""Explanations of rows."""

from __future__ import annotations

from typing import Any

import nengo
import pytest

import nengo_explorer
from nengo_explorer.explorer.tree import Tree
from tests.explorer.networks import Small, small_network


def conflicting() -> tuple[Small, Tree]:
    """A rule for an object outside, and one for its class inside."""
    small = small_network()
    with small.net:
        nengo_explorer.configure_settings(trainable=None)
    with small.inner:
        nengo_explorer.configure_settings(trainable=None)
    small.net.config[small.b].trainable = True
    small.inner.config[nengo.Ensemble].trainable = False
    return small, Tree(small.net, {})


def test_the_winner_comes_first_and_losers_say_by_what_they_lost() -> None:
    small, tree = conflicting()
    explanation = tree.explain(tree.view.row_of(small.b, "encoders"))
    assert [rule["outcome"] for rule in explanation["rules"]] == [
        "wins",
        "overridden",
        "overridden",
    ]
    winner, loser, default = explanation["rules"]
    assert (winner["target"], winner["network"], winner["setting"]) == (
        "all ensembles",
        "inner",
        "Off",
    )
    assert winner["network_row"] == tree.view.row_of(small.inner)
    assert (loser["target"], loser["network"], loser["setting"]) == ("b", "outer", "On")
    assert loser["overridden_by"] == "all ensembles in inner"
    assert "inner network" in loser["text"]
    assert (default["target"], default["network_row"]) == ("default", -1)
    assert explanation["state"] == "Off"


def test_a_hidden_rule_is_not_said_to_lose_to_the_winner() -> None:
    small, tree = conflicting()
    small.inner.config[small.b].trainable = None
    tree.update()
    rules = tree.explain(tree.view.row_of(small.b, "encoders"))["rules"]
    assert [rule["outcome"] for rule in rules] == ["no opinion", "overridden", "wins", "overridden"]
    assert "hides" in rules[1]["overridden_by"]


@pytest.mark.parametrize(
    ("obj", "parameter", "state", "said"),
    [
        ("learned", "weights", "Locked", "PES"),
        ("plain", "", "Never", "no weights"),
        ("direct", "bias", "Never", "no neurons"),
        ("source", "", "", "nothing to train"),
        ("decoded", "", "Every step", "by default"),
    ],
)
def test_rows_say_why(obj: str, parameter: str, state: str, said: str) -> None:
    small = small_network()
    tree = Tree(small.net, {})
    explanation = tree.explain(tree.view.row_of(getattr(small, obj), parameter))
    assert explanation["state"] == state
    assert said in explanation["reason"]


def test_every_row_can_be_explained() -> None:
    _, tree = conflicting()
    for row in range(len(tree.view)):
        explanation = tree.explain(row)
        assert explanation["title"]
        winners = [rule for rule in explanation["rules"] if rule["outcome"] == "wins"]
        assert len(winners) == (1 if explanation["rules"] else 0)


def run_code_of(tree: Tree, row: int) -> str:
    """Run the code that a row shows, and look at what has come of it."""
    scope: dict[str, Any] = {"net": tree.net, "nengo": nengo, "nengo_explorer": nengo_explorer}
    exec(tree.explain(row)["code"], scope)  # noqa: S102
    tree.update()
    return tree.explain(row)["state"]


def test_the_code_of_a_row_gives_its_setting() -> None:
    small = small_network()
    tree = Tree(small.net, {})
    row = tree.view.row_of(small.b)
    # Before anything is configured, what is shown has to configure it.
    assert tree.explain(row)["code"].startswith("# No rule here. To freeze it:\nwith net")
    assert run_code_of(tree, row) == "0 of 2 on"
    assert tree.explain(row)["code"].endswith(".trainable = False")
    assert tree.explain(row)["code"].count("\n") == 0


def test_the_code_of_a_row_without_a_rule_is_one_that_changes_something() -> None:
    small = small_network()
    tree = Tree(small.net, {})
    run_code_of(tree, tree.view.row_of(small.a))
    for obj, parameter, said, state in (
        (small.a, "bias", "To train it:", "On"),
        (small.learned, "", "To train it besides the learning rule:", "On"),
        (small.forward, "", "To freeze it:", "Off"),
        (small.decoded, "", "To record the last step only:", "Last step"),
    ):
        row = tree.view.row_of(obj, parameter)
        assert said in tree.explain(row)["code"]
        assert run_code_of(tree, row) == state


def test_no_code_is_proposed_where_no_rule_would_count() -> None:
    small = small_network()
    with small.net:
        nengo_explorer.configure_settings(trainable=None, inference_only=True)
    tree = Tree(small.net, {})
    assert tree.explain(tree.view.row_of(small.a))["code"] == ""
    assert tree.explain(tree.view.row_of(small.plain))["code"] == ""


def test_an_unread_setting_is_told_once() -> None:
    small = small_network()
    with small.inner:
        nengo_explorer.configure_settings(keep_history=False)
    tree = Tree(small.net, {})
    warnings = tree.explain(tree.view.row_of(small.inner))["warnings"]
    assert len(warnings) == 1
    assert "keep_history" in warnings[0]
