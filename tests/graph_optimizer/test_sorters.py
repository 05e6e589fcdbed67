"""Sorters: every signal once, the same groups, and neighbours in memory."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from nengo_explorer.graph_optimizer import noop_order_signals, order_signals, tree_planner
from nengo_explorer.graph_optimizer.check import run_sorter
from tests.helpers.operators import Task, signal
from tests.helpers.random_operators import tasks

SORTERS: list[Any] = [order_signals, noop_order_signals]


@pytest.mark.parametrize("sorter", SORTERS)
@settings(max_examples=60, deadline=None)
@given(operators=tasks())
def test_signals_are_there_once_and_groups_stay_together(
    sorter: Any, operators: list[Task]
) -> None:
    plan = tree_planner(operators)
    signals, ordered = run_sorter(sorter, plan)
    used = {s.base for op in operators for s in op.all_signals}
    assert len(signals) == len(used)
    assert set(signals) == used
    assert [set(group) for group in ordered] == [set(group) for group in plan]


def test_noop_gives_back_the_plan_itself_and_first_use() -> None:
    a, b, c = (signal([0.0], name=name) for name in "abc")
    plan: Any = [(Task("one", sets=[b]),), (Task("two", reads=[b[:1], a], sets=[c]),)]
    signals, same = noop_order_signals(plan, n_passes=3, anything="else")
    assert same is plan
    assert signals == [b, c, a]


def shuffled_plan(count: int = 20) -> Any:
    """Writers, and readers of what they write in another order; each has a large input too."""
    middles = [signal(np.zeros(4), name=f"middle {n}") for n in range(count)]
    writers = [Task(f"writer {n}", "w", sets=[m]) for n, m in enumerate(middles)]
    order = np.random.default_rng(0).permutation(count)
    readers = [Task(f"reader {n}", "r", reads=[middles[n]], sets=[signal([0.0])]) for n in order]
    return [tuple(writers), tuple(readers)]


def breaks(signals: list[Any], group: Any) -> int:
    """How often the inputs of one member do not lie right behind those of the one before."""
    places = [signals.index(op.reads[0].base) for op in group]
    return sum(after != before + 1 for before, after in pairwise(places))


def test_readers_take_the_order_of_writers() -> None:
    plan = shuffled_plan()
    assert breaks(noop_order_signals(plan)[0], plan[1]) > 10
    signals, ordered = order_signals(plan)
    assert breaks(signals, ordered[1]) == 0


def test_order_is_carried_on_to_readers_of_readers() -> None:
    writers, readers = shuffled_plan()
    more = tuple(
        Task(f"more {n}", "m", reads=[op.sets[0]], sets=[signal([0.0])])
        for n, op in enumerate(reversed(readers))
    )
    signals, ordered = order_signals([writers, readers, more])
    assert breaks(signals, ordered[1]) == 0
    assert breaks(signals, ordered[2]) == 0


def test_sorting_is_deterministic_and_at_rest() -> None:
    plan = shuffled_plan()
    once = order_signals(plan)
    assert order_signals(plan) == once
    assert order_signals(once[1]) == once


def test_without_passes_nothing_is_sorted() -> None:
    plan = shuffled_plan()
    assert order_signals(plan, n_passes=0)[1] == plan
