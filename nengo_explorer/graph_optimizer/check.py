"""Calling planners, sorters and simplifications of anybody, and checking what they give back."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from nengo.builder import Operator
from nengo.exceptions import BuildError

from nengo_explorer.graph_optimizer.dependencies import DependencyGraph
from nengo_explorer.graph_optimizer.mergeable import mergeable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from nengo.builder import Signal

    Plan = list[tuple[Operator, ...]]

#: Rounds after which simplifications must have come to an end.
MOST_ROUNDS = 100


def name_of(function: Any) -> str:
    """A function in words."""
    return str(getattr(function, "__name__", None) or function)


def run_simplifications(
    functions: Iterable[Callable[..., Any]], operators: Sequence[Operator]
) -> list[Operator]:
    """Apply simplifications in turn until a whole round changes nothing.

    Parameters
    ----------
    functions : iterable of callable
        Each takes a list of operators and returns one.
    operators : sequence of Operator
        The operators.

    Raises
    ------
    BuildError
        If a function returns something else, or there is no end to it.
    """
    chain = tuple(functions)
    current = list(operators)
    for _ in range(MOST_ROUNDS):
        before = current
        for function in chain:
            current = _simplified(function, current)
        if len(current) == len(before) and all(
            new is old for new, old in zip(current, before, strict=True)
        ):
            return current
    names = ", ".join(name_of(function) for function in chain)
    raise BuildError(
        f"The simplifications ({names}) still change something after {MOST_ROUNDS} rounds. A "
        "simplification has to return the same operator objects when there is nothing to simplify."
    )


def _simplified(function: Callable[..., Any], operators: list[Operator]) -> list[Operator]:
    """Result of one simplification, checked."""
    result = function(list(operators))
    if not isinstance(result, list | tuple) or not all(isinstance(op, Operator) for op in result):
        raise BuildError(
            f"The simplification {name_of(function)} has to return a list of operators; it "
            f"returned {result!r}."
        )
    return list(result)


def run_planner(planner: Callable[..., Any], operators: Sequence[Operator]) -> Plan:
    """Plan, and check that the plan can be carried out.

    Parameters
    ----------
    planner : callable
        Takes the operators, returns a list of tuples of them.
    operators : sequence of Operator
        The operators.

    Raises
    ------
    BuildError
        If an operator is missing, there twice or in the wrong order, or members of a group cannot
        run as one; it names the operator.
    """
    plan = _groups(planner(list(operators)), f"The planner {name_of(planner)}")
    _check_complete(plan, operators, f"The planner {name_of(planner)}")
    _check_order(plan, operators, name_of(planner))
    for group in plan:
        for op in group[1:]:
            if not mergeable(op, group[:1]):
                raise BuildError(
                    f"The planner {name_of(planner)} put {op} and {group[0]} into one group, but "
                    "they cannot run as one. graph_optimizer.mergeable tells which can."
                )
    return plan


def _groups(plan: Any, who: str) -> Plan:
    """A plan as a list of tuples."""
    try:
        groups = [tuple(group) for group in plan]
    except TypeError:
        raise BuildError(
            f"{who} has to return a list of tuples of operators; it returned {plan!r}."
        ) from None
    return [group for group in groups if group]


def _check_complete(plan: Plan, operators: Sequence[Operator], who: str) -> None:
    """Every operator once."""
    counts = Counter(id(op) for group in plan for op in group)
    for op in operators:
        if counts.pop(id(op), 0) != 1:
            raise BuildError(f"{who} has to plan every operator exactly once; {op} is not.")
    if counts:
        extra = next(op for group in plan for op in group if id(op) in counts)
        raise BuildError(f"{who} added {extra}, which is none of the network's operators.")


def _check_order(plan: Plan, operators: Sequence[Operator], planner: str) -> None:
    """Groups in an order that honours dependencies, members independent of each other."""
    place = {id(op): number for number, group in enumerate(plan) for op in group}
    graph = DependencyGraph(operators)
    for before, later in enumerate(graph.successors):
        for after in later:
            first, second = graph.operators[before], graph.operators[after]
            if place[id(first)] >= place[id(second)]:
                raise BuildError(
                    f"The planner {planner} has to run {first} before {second}, in an earlier group."
                )


def run_sorter(sorter: Callable[..., Any], plan: Plan) -> tuple[list[Signal], Plan]:
    """Sort, and check that nothing but orders has changed.

    Parameters
    ----------
    sorter : callable
        Takes a plan and the keyword ``n_passes``, returns signals and plan.
    plan : list of tuple of Operator
        The plan.

    Raises
    ------
    BuildError
        If a group lost or gained an operator, or a signal is missing.
    """
    who = f"The sorter {name_of(sorter)}"
    result = sorter(plan, n_passes=10)
    if not isinstance(result, tuple) or len(result) != 2:
        raise BuildError(f"{who} has to return signals and a plan; it returned {result!r}.")
    signals, groups = list(result[0]), _groups(result[1], who)
    if len(groups) != len(plan):
        raise BuildError(f"{who} has to keep the {len(plan)} groups; it returned {len(groups)}.")
    for old, new in zip(plan, groups, strict=True):
        _check_complete([new], old, who)
    known = {signal.base for signal in signals}
    for group in groups:
        for op in group:
            missing = [signal for signal in op.all_signals if signal.base not in known]
            if missing:
                raise BuildError(f"{who} left out the signal {missing[0]}.")
    return signals, groups
