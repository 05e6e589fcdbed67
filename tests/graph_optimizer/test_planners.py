"""Planners: complete plans in a possible order, with few groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
from hypothesis import given, settings
from nengo.builder import Model
from nengo.builder.operator import Copy, DotInc, Reset
from nengo.exceptions import BuildError

from nengo_explorer.graph_optimizer import (
    default_simplifications,
    greedy_planner,
    mergeable,
    noop_planner,
    transitive_planner,
    tree_planner,
)
from nengo_explorer.graph_optimizer.check import run_planner, run_simplifications
from nengo_explorer.graph_optimizer.dependencies import DependencyGraph
from tests.helpers.operators import Task, hub, signal
from tests.helpers.random_operators import tasks

if TYPE_CHECKING:
    from collections.abc import Callable

    from nengo.builder import Operator

    Plan = list[tuple[Operator, ...]]
    Planner = Callable[..., Plan]

MERGING: list[Any] = [tree_planner, greedy_planner, transitive_planner]
PLANNERS: list[Any] = [*MERGING, noop_planner]


@pytest.mark.parametrize("planner", PLANNERS)
@settings(max_examples=100, deadline=None)
@given(operators=tasks())
def test_plan_is_complete_ordered_and_its_groups_can_run_as_one(
    planner: Planner, operators: list[Task]
) -> None:
    plan = planner(operators)
    assert all(isinstance(group, tuple) for group in plan)
    assert sorted(map(id, operators)) == sorted(id(op) for group in plan for op in group)
    place = {id(op): number for number, group in enumerate(plan) for op in group}
    graph = DependencyGraph(operators)
    for before, successors in enumerate(graph.successors):
        for after in successors:
            assert place[id(operators[before])] < place[id(operators[after])]
    for group in plan:
        assert all(mergeable(op, group[:1]) for op in group)
        assert planner is not noop_planner or len(group) == 1


@settings(max_examples=100, deadline=None)
@given(operators=tasks())
def test_default_planner_is_at_least_as_good_as_the_others(operators: list[Task]) -> None:
    groups = {planner.__name__: len(planner(operators)) for planner in PLANNERS}
    assert groups["tree_planner"] <= groups["transitive_planner"] <= groups["noop_planner"]
    assert groups["tree_planner"] <= groups["noop_planner"]


@pytest.mark.parametrize("planner", PLANNERS)
def test_nothing_to_plan(planner: Planner) -> None:
    assert planner([]) == []


@pytest.mark.parametrize("planner", PLANNERS)
def test_plan_around_a_signal_that_many_use(planner: Planner) -> None:
    plan = run_planner(planner, hub(30))
    assert len(plan) == (91 if planner is noop_planner else 3)


@pytest.mark.parametrize("planner", PLANNERS)
def test_planning_is_deterministic(planner: Planner) -> None:
    operators = small_model_operators()
    assert planner(operators) == planner(operators)


def test_independent_tasks_of_a_kind_become_one_group() -> None:
    operators = [Task(f"task {n}", "a", sets=[signal([0.0])]) for n in range(5)]
    for planner in MERGING:
        assert [set(group) for group in planner(operators)] == [set(operators)]


def puzzle() -> list[Task]:
    """Tasks for which the largest group now is not the best choice.

    First come one of kind b and two of kind a; after that of kind b come two more of kind a.
    """
    after_b = signal([0.0], name="after b")
    return [
        Task("a1", "a", sets=[signal([0.0])]),
        Task("a2", "a", sets=[signal([0.0])]),
        Task("b", "b", sets=[after_b]),
        Task("a3", "a", reads=[after_b], sets=[signal([0.0])]),
        Task("a4", "a", reads=[after_b], sets=[signal([0.0])]),
    ]


def test_looking_ahead_waits_with_a_group_that_will_grow() -> None:
    assert len(greedy_planner(puzzle())) == 3
    assert len(transitive_planner(puzzle())) == 2
    assert len(tree_planner(puzzle())) == 2
    assert len(tree_planner(puzzle(), max_depth=1)) == 3


def small_model_operators(n_ensembles: int = 6) -> list[Operator]:
    """Operators of arrays of ensembles and a recurrent ensemble."""
    with nengo.Network(seed=0) as net:
        a = nengo.networks.EnsembleArray(5, n_ensembles)
        b = nengo.networks.EnsembleArray(5, n_ensembles)
        nengo.Connection(a.output, b.input)
        memory = nengo.Ensemble(10, 1)
        nengo.Connection(memory, memory, synapse=0.1)
        nengo.Connection(b.output[0], memory)
        nengo.Probe(memory)
    model = Model()
    model.build(net)
    return run_simplifications(default_simplifications, model.operators)


@pytest.mark.parametrize("planner", PLANNERS)
def test_plans_of_a_real_model_pass_the_check(planner: Planner) -> None:
    run_planner(planner, small_model_operators())


def test_number_of_groups_follows_kinds_not_ensembles() -> None:
    few, many = small_model_operators(4), small_model_operators(12)
    assert len(many) > 2 * len(few)
    for planner in MERGING:
        assert len(planner(few)) == len(planner(many))


@pytest.mark.parametrize("planner", PLANNERS)
def test_circle_is_refused_with_the_operators_on_it(planner: Planner) -> None:
    first, second = signal([0.0]), signal([0.0])
    operators = [
        Task("apart", sets=[signal([0.0])]),
        Task("one", reads=[second], sets=[first]),
        Task("other", reads=[first], sets=[second]),
        Task("behind", reads=[first], sets=[signal([0.0])]),
    ]
    with pytest.raises(BuildError, match="in a circle") as error:
        planner(operators)
    message = str(error.value)
    assert "one" in message
    assert "other" in message
    assert "apart" not in message
    assert "behind" not in message
    assert "synapse" in message


def test_mergeable_compares_kind_shape_and_use() -> None:
    matrix, vector, target = signal(np.ones((2, 3))), signal(np.ones(3)), signal(np.zeros(2))
    dot = DotInc(matrix, vector, target)
    assert mergeable(dot, [])
    assert mergeable(DotInc(signal(np.ones((4, 3))), vector, signal(np.zeros(4))), [dot])
    assert not mergeable(
        DotInc(signal(np.ones((2, 4))), signal(np.ones(4)), target), [dot]
    )  # rows of another length
    assert not mergeable(Reset(target), [dot])
    assert not mergeable(Copy(target, signal(np.zeros(2)), inc=True), [Copy(target, target)])


def test_operators_of_unknown_classes_stay_alone() -> None:
    class Unknown(Task):
        """Has no rule."""

    one, other = Unknown("one", "a"), Unknown("other", "a")
    assert not mergeable(one, [other])
    assert all(len(group) == 1 for group in tree_planner([one, other]))
