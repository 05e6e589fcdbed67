"""What holds for every network and all rules."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import hypothesis
from hypothesis import given, settings
from hypothesis import strategies as st

from nengo_explorer.settings import (
    INHERIT,
    Explanation,
    configure_settings,
    explain,
    fingerprint,
    resolve_trainable,
    set_global,
    set_rule,
)
from tests.helpers.random_networks import Plan, plans

if TYPE_CHECKING:
    from nengo_explorer.settings import Rule

more = settings(max_examples=150, deadline=None)
fewer = settings(max_examples=60, deadline=None)


def explanations(plan: Plan) -> list[Explanation]:
    net = plan.build().apply(plan.rules).net
    return [explain(net, obj, parameter) for obj, parameter in resolve_trainable(net)]


@more
@given(plan=plans(), inference_only=st.booleans())
def test_winner_of_the_chain_is_the_value_in_force(plan: Plan, inference_only: bool) -> None:
    net = plan.build().apply(plan.rules).net
    with net:
        configure_settings(inference_only=inference_only)
    for (obj, parameter), flag in resolve_trainable(net).items():
        found = explain(net, obj, parameter)
        assert found.value is flag
        if flag is None:
            assert (found.state, found.rules) == ("never", ())
        else:
            assert found.winner is not None
            assert found.winner.value is flag
            assert inference_only is (found.winner.kind == "inference_only")


@more
@given(plan=plans())
def test_every_rule_has_an_outcome_and_every_loser_a_reason(plan: Plan) -> None:
    for found in explanations(plan):
        outcomes = [rule.outcome for rule in found.rules]
        assert outcomes.count("wins") == (0 if found.state == "never" else 1)
        for rule in found.rules:
            assert (rule.outcome == "no opinion") is (rule.value is None)
            lost = rule.outcome == "overridden"
            assert bool(rule.overridden_by) is lost
            assert bool(rule.because) is lost
        for rule in found.rules:
            assert rule.text in str(found) or len(found.rules) == 1


def next_in_chain(found: Explanation) -> Rule:
    """The first loser after the winner that nothing else than the winner has beaten."""
    assert found.winner is not None
    after = found.rules[found.rules.index(found.winner) + 1 :]
    return next(rule for rule in after if rule.overridden_by == found.winner.text)


@more
@given(plan=plans(), data=st.data())
def test_deleting_the_winner_makes_the_next_in_the_chain_win(
    plan: Plan, data: st.DataObject
) -> None:
    net = plan.build().apply(plan.rules).net
    with net:
        configure_settings(inference_only=data.draw(st.booleans()))
    keys = [key for key, flag in resolve_trainable(net).items() if flag is not None]
    obj, parameter = data.draw(st.sampled_from(keys))
    found = explain(net, obj, parameter)
    while found.winner is not None and found.winner.kind not in {"learning rule", "default"}:
        expected = next_in_chain(found)
        if found.winner.kind == "inference_only":
            set_global(net, "inference_only", None)
        else:
            assert found.winner.network is not None
            set_rule(found.winner.network, found.winner.target, "trainable", INHERIT)
        found = explain(net, obj, parameter)
        assert found.winner is not None
        assert found.winner.text == expected.text
        assert found.winner.network is expected.network
        assert resolve_trainable(net)[obj, parameter] is expected.value


@more
@given(plan=plans(), data=st.data())
def test_order_of_statements_does_not_matter(plan: Plan, data: st.DataObject) -> None:
    one = plan.build().apply(plan.rules)
    other = plan.build().apply(data.draw(st.permutations(plan.rules)))
    flags = [list(resolve_trainable(built.net).values()) for built in (one, other)]
    assert flags[0] == flags[1]


@fewer
@given(plan=plans(), data=st.data())
def test_rules_of_other_objects_do_not_matter(plan: Plan, data: st.DataObject) -> None:
    hypothesis.assume(plan.rules)
    removed = data.draw(st.sampled_from(plan.rules))
    hypothesis.assume(removed[1] != "class")
    fewer_rules = tuple(rule for rule in plan.rules if rule is not removed)
    one, other = plan.build().apply(plan.rules), plan.build().apply(fewer_rules)
    target = one.target(removed[1], removed[2])
    owner = getattr(target, "ensemble", target)
    flags = zip(
        resolve_trainable(one.net).items(), resolve_trainable(other.net).values(), strict=True
    )
    assert all(before is after or obj is owner for ((obj, _), before), after in flags)


@fewer
@given(plan=plans())
def test_set_rule_is_the_same_as_an_assignment(plan: Plan) -> None:
    assigned, edited = plan.build().apply(plan.rules), plan.build()
    for home, what, number, value in plan.rules:
        target = edited.target(what, number)
        set_rule(edited.networks[home], target, "trainable", value)
    flags = [list(resolve_trainable(built.net).values()) for built in (assigned, edited)]
    assert flags[0] == flags[1]


@fewer
@given(plan=plans())
def test_copies_resolve_alike(plan: Plan) -> None:
    net = plan.build().apply(plan.rules).net
    copied = copy.deepcopy(net)
    assert list(resolve_trainable(copied).values()) == list(resolve_trainable(net).values())


@fewer
@given(plan=plans())
def test_looking_changes_nothing(plan: Plan) -> None:
    net = plan.build().apply(plan.rules).net
    before = fingerprint(net)
    flags = resolve_trainable(net)
    for obj, parameter in flags:
        str(explain(net, obj, parameter))
    assert fingerprint(net) == before
    assert resolve_trainable(net) == flags
