"""Planners, sorters and simplifications of users are checked before anything is built on them."""

# ruff: noqa: ARG005 - a faulty function need not use what it gets

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from nengo.builder.operator import Copy, Reset
from nengo.exceptions import BuildError

from nengo_explorer.graph_optimizer import (
    noop_order_signals,
    noop_planner,
    order_signals,
    remove_unmodified_resets,
    remove_zero_incs,
    tree_planner,
)
from nengo_explorer.graph_optimizer.check import run_planner, run_simplifications, run_sorter
from nengo_explorer.graph_optimizer.signal_use import as_set
from tests.helpers.operators import Task, signal


def pipeline() -> list[Task]:
    """Two sources of a kind, and what reads them."""
    a, b = signal([0.0], name="a"), signal([0.0], name="b")
    return [
        Task("first", "source", sets=[a]),
        Task("second", "source", sets=[b]),
        Task("reader", "reader", reads=[a, b], sets=[signal([0.0], name="c")]),
    ]


def test_good_planners_pass() -> None:
    operators = pipeline()
    for planner in (tree_planner, noop_planner, partial(tree_planner, max_depth=1)):
        assert run_planner(planner, operators) == planner(operators)
    assert run_planner(lambda ops: [list(g) for g in noop_planner(ops)], operators)


FAULTY_PLANNERS: dict[str, tuple[Any, str]] = {
    "leaves one out": (lambda ops: [(ops[0],), (ops[2],)], r"second.* left out"),
    "one twice": (
        lambda ops: [(ops[0],), (ops[1],), (ops[0],), (ops[2],)],
        "first.* more than once",
    ),
    "one too many": (
        lambda ops: [*noop_planner(ops), (Task("stranger"),)],
        "added .*stranger.* none of the network's",
    ),
    "something else in a group": (lambda ops: [*noop_planner(ops), ("text",)], "added 'text'"),
    "wrong order": (
        lambda ops: [(ops[2],), (ops[0],), (ops[1],)],
        "first.* before .*reader.* in an earlier group",
    ),
    "dependent in one group": (lambda ops: [tuple(ops)], "first.* before .*reader"),
    "nothing": (lambda ops: None, "list of tuples of operators; it returned None"),
    "operators without groups": (lambda ops: ops, "list of tuples"),
    "empty": (lambda ops: [], "first.* left out"),
}


@pytest.mark.parametrize("fault", FAULTY_PLANNERS)
def test_faulty_planner(fault: str) -> None:
    planner, message = FAULTY_PLANNERS[fault]
    with pytest.raises(BuildError, match=message) as error:
        run_planner(planner, pipeline())
    assert "planner <lambda>" in str(error.value)


def test_members_that_cannot_run_as_one() -> None:
    apart = [Task("one", "a", sets=[signal([0.0])]), Task("other", "b", sets=[signal([0.0])])]
    with pytest.raises(BuildError, match=r"other.* and .*one.* into one group"):
        run_planner(lambda ops: [tuple(ops)], apart)


def test_order_around_a_signal_that_many_use_is_checked() -> None:
    middle = signal([0.0])
    writers = [Task(f"writer {n}", "w", incs=[middle]) for n in range(30)]
    readers = [Task(f"reader {n}", "r", reads=[middle]) for n in range(30)]
    operators = [*writers, *readers]
    run_planner(lambda ops: [tuple(ops[:30]), tuple(ops[30:])], operators)
    with pytest.raises(BuildError, match=r"writer 29.* before .*reader 0"):
        run_planner(
            lambda ops: [tuple(ops[:29]), (ops[30],), (ops[29],), tuple(ops[31:])], operators
        )


def test_error_of_a_planner_itself_arrives_as_it_is() -> None:
    def failing(operators: Any) -> Any:
        raise KeyError(len(operators))

    with pytest.raises(KeyError, match="3"):
        run_planner(failing, pipeline())


def test_operator_that_became_a_set_can_be_named() -> None:
    increment = Copy(signal([0.0], name="x"), signal([0.0], name="target"), inc=True)
    with pytest.raises(BuildError, match="target"):
        run_planner(lambda ops: [], [as_set(increment)])


def test_good_sorters_pass() -> None:
    plan = tree_planner(pipeline())
    for sorter in (order_signals, noop_order_signals):
        assert run_sorter(sorter, plan) == sorter(plan)


def signals_of(plan: Any) -> list[Any]:
    return noop_order_signals(plan)[0]


FAULTY_SORTERS: dict[str, tuple[Any, str]] = {
    "plan alone": (lambda plan, n_passes: plan[:1], "signals and a plan"),
    "nothing": (lambda plan, n_passes: None, "signals and a plan; it returned None"),
    "no list of signals": (lambda plan, n_passes: (3, plan), "signals and a plan"),
    "no signal": (lambda plan, n_passes: (["x"], plan), "it listed 'x'"),
    "signal left out": (
        lambda plan, n_passes: (signals_of(plan)[:-1], plan),
        r"left out the signal .*name=c.* of .*reader",
    ),
    "signal twice": (
        lambda plan, n_passes: (signals_of(plan) * 2, plan),
        "name=a.* more than once",
    ),
    "part of a signal": (
        lambda plan, n_passes: ([*signals_of(plan), signal([0.0, 0.0])[:1]], plan),
        "part of another",
    ),
    "group left out": (lambda plan, n_passes: (signals_of(plan), plan[:1]), "keep the 2 groups"),
    "operator left out": (
        lambda plan, n_passes: (signals_of(plan), [plan[0][:1], plan[1]]),
        "second.* left out",
    ),
    "groups in another order": (
        lambda plan, n_passes: (signals_of(plan), plan[::-1]),
        "first.* left out",
    ),
}


@pytest.mark.parametrize("fault", FAULTY_SORTERS)
def test_faulty_sorter(fault: str) -> None:
    sorter, message = FAULTY_SORTERS[fault]
    with pytest.raises(BuildError, match=message) as error:
        run_sorter(sorter, tree_planner(pipeline()))
    assert "sorter <lambda>" in str(error.value)


def renewing(operators: list[Any]) -> list[Any]:
    """Makes new operators that do the same, in every round."""
    return [Reset(op.dst, value=op.value) for op in operators]


def growing(operators: list[Any]) -> list[Any]:
    """Adds an operator in every round."""
    return [*operators, Reset(signal([1.0], name="another"))]


def turning(operators: list[Any]) -> list[Any]:
    """Puts operators into another order in every round."""
    return [*operators[1:], operators[0]]


@pytest.mark.parametrize("function", [renewing, growing, turning])
def test_simplifications_without_an_end_are_refused(function: Any) -> None:
    operators = [Reset(signal([1.0], name=f"signal {n}")) for n in range(3)]
    with pytest.raises(BuildError, match=f"{function.__name__} changes something.*for example"):
        run_simplifications([remove_zero_incs, function], operators)


def test_simplifications_that_undo_each_other_within_a_round_have_an_end() -> None:
    extra = Reset(signal([1.0]))

    def adding(operators: list[Any]) -> list[Any]:
        return operators if extra in operators else [*operators, extra]

    def removing(operators: list[Any]) -> list[Any]:
        return [op for op in operators if op is not extra]

    operators = [Reset(signal([0.0]))]
    assert run_simplifications([adding, removing], operators) == operators


FAULTY_SIMPLIFICATIONS: dict[str, tuple[Any, str]] = {
    "nothing": (lambda ops: None, "list of operators; it returned None"),
    "a generator": (lambda ops: (op for op in ops), "list of operators; it returned <generator"),
    "no operator": (lambda ops: [*ops, "text"], "'text' of type str among them"),
    "one twice": (lambda ops: [*ops, ops[0]], "first.* more than once"),
}


@pytest.mark.parametrize("fault", FAULTY_SIMPLIFICATIONS)
def test_faulty_simplification(fault: str) -> None:
    function, message = FAULTY_SIMPLIFICATIONS[fault]
    with pytest.raises(BuildError, match=message) as error:
        run_simplifications([function], pipeline())
    assert "simplification <lambda>" in str(error.value)


def test_no_simplifications() -> None:
    operators = pipeline()
    assert run_simplifications([], operators) == operators


def test_the_whole_list_is_repeated_and_may_be_a_generator() -> None:
    operators = [Reset(signal([0.0])) for _ in range(7)]

    def removing_one(ops: list[Any]) -> list[Any]:
        return ops[:-1] if len(ops) > 2 else ops

    assert len(run_simplifications((f for f in [removing_one]), operators)) == 2


def test_a_long_chain_may_need_many_rounds() -> None:
    first = signal([0.0])
    operators: list[Any] = [Reset(first)]
    for _ in range(300):
        last, target = operators[-1], signal([0.0])
        source = last.dst
        operators += [Reset(target), Copy(source, target, inc=True)]
    simplified = run_simplifications([remove_unmodified_resets, remove_zero_incs], operators)
    assert simplified == []
