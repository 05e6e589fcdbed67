"""The order of operators that touch the same memory."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from nengo_explorer.graph_optimizer import dependencies
from nengo_explorer.graph_optimizer.dependencies import PHASES, DependencyGraph
from tests.helpers.operators import Task, hub, signal
from tests.helpers.random_operators import tasks


def must_precede(operators: list[Task]) -> set[tuple[int, int]]:
    """Pairs of positions in which the first has to run before the second, directly or not."""
    graph = DependencyGraph(operators)
    later: list[set[int]] = [set() for _ in graph.successors]
    for position in reversed(graph.order(barriers=True)):
        for after in graph.successors[position]:
            later[position] |= {after} | later[after]
    size = len(operators)
    return {(i, j) for i in range(size) for j in later[i] if j < size}


@pytest.mark.parametrize("earlier", range(4))
@pytest.mark.parametrize("later", range(4))
def test_phases_of_a_step_come_in_order(earlier: int, later: int) -> None:
    shared = signal([0.0, 0.0])
    operators = [
        Task("earlier", **{PHASES[earlier]: [shared]}),  # type: ignore[arg-type]
        Task("later", **{PHASES[later]: [shared]}),  # type: ignore[arg-type]
    ]
    expected = {(0, 1)} if earlier < later else {(1, 0)} if earlier > later else set()
    assert must_precede(operators) == expected


def test_parts_of_a_signal_depend_only_where_they_overlap() -> None:
    base = signal(np.zeros(6))
    operators = [
        Task("whole", sets=[base]),
        Task("left", incs=[base[:3]]),
        Task("middle", reads=[base[2:4]]),
        Task("right", reads=[base[3:]]),
        Task("backwards", reads=[base[::-1]]),
    ]
    assert must_precede(operators) == {(0, 1), (0, 2), (0, 3), (0, 4), (1, 2), (1, 4)}


def test_an_operator_does_not_wait_for_itself() -> None:
    state = signal([0.0])
    graph = DependencyGraph([Task("loop", reads=[state], updates=[state])])
    assert graph.order() == [0]


@settings(max_examples=100, deadline=None)
@given(operators=tasks())
def test_barriers_change_nothing_about_the_order(operators: list[Task]) -> None:
    plain = must_precede(operators)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dependencies, "LEAST_SAVING", 0)
        graph = DependencyGraph(operators)
        with_barriers = must_precede(operators)
    assert with_barriers == plain
    assert not any(graph.successors) or len(graph.successors) > len(operators)


def test_many_operators_around_one_signal_need_few_edges() -> None:
    operators = hub(500)
    graph = DependencyGraph(operators)
    assert sum(map(len, graph.successors)) < 4 * len(operators)
    order = graph.order()
    assert sorted(order) == list(range(len(operators)))
    assert order.index(1000) == 0
    assert set(order[-1000:]) == set(range(1000))


def test_an_operator_may_increment_and_read_what_many_others_do() -> None:
    middle = signal(np.zeros(1))
    first = [Task(f"in {n}", incs=[middle]) for n in range(30)]
    both = Task("both", incs=[middle], reads=[middle])
    last = [Task(f"out {n}", reads=[middle]) for n in range(30)]
    order = DependencyGraph([*last, both, *first]).order()
    assert order.index(30) == 30
    assert set(order[:30]) == set(range(31, 61))
