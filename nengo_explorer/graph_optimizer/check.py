"""Calling planners, sorters and simplifications of anybody, and checking what they give back."""

from __future__ import annotations

import operator
import reprlib
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from nengo.builder import Operator, Signal
from nengo.exceptions import BuildError

from nengo_explorer.graph_optimizer.dependencies import dependency_graph, one_graph
from nengo_explorer.graph_optimizer.mergeable import mergeable
from nengo_explorer.graph_optimizer.signal_use import operator_words

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    Plan = list[tuple[Operator, ...]]

#: How often simplifications may come back to operators that do the same as in an earlier round.
MOST_REPETITIONS = 10

#: Rounds after which simplifications must have come to an end, beside one for each operator: some
#: need a round for each operator of a chain.
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
    repetitions: Counter[int] = Counter()
    for _ in range(MOST_ROUNDS + len(operators)):
        before = current
        for function in chain:
            current = _simplified(function, current)
        if _same(before, current):
            return current
        doing = hash(tuple(_doing(op) for op in current))
        repetitions[doing] += 1
        if repetitions[doing] > MOST_REPETITIONS:
            break
    raise _endless(chain, current)


def _same(before: Sequence[Operator], after: Sequence[Operator]) -> bool:
    """Whether two lists hold the same objects."""
    return len(before) == len(after) and all(map(operator.is_, before, after))


def _doing(op: Operator) -> Hashable:
    """What an operator does, as far as can be seen from outside."""
    lists = (op.sets, op.incs, op.reads, op.updates)
    return type(op), tuple(tuple(map(id, signals)) for signals in lists)


def _endless(chain: Sequence[Callable[..., Any]], operators: list[Operator]) -> BuildError:
    """Say which simplification goes on without an end, and with which operator."""
    advice = (
        "A simplification has to return the same operator objects where there is nothing to "
        "simplify."
    )
    for function in chain:
        result = _simplified(function, operators)
        if not _same(operators, result):
            known = {id(op) for op in operators}
            changed = next((op for op in result if id(op) not in known), (*result, *operators)[0])
            return BuildError(
                f"The simplifications do not come to an end: {name_of(function)} changes something "
                f"in every round, for example {operator_words(changed)}. {advice}"
            )
    names = ", ".join(name_of(function) for function in chain)
    return BuildError(f"The simplifications ({names}) do not come to an end. {advice}")


def _simplified(function: Callable[..., Any], operators: list[Operator]) -> list[Operator]:
    """Result of one simplification, checked."""
    result = function(list(operators))
    who = f"The simplification {name_of(function)}"
    if not isinstance(result, list | tuple):
        raise BuildError(f"{who} has to return a list of operators; it returned {_short(result)}.")
    for entry in result:
        if not isinstance(entry, Operator):
            raise BuildError(
                f"{who} has to return a list of operators; it returned {_short(entry)} among them."
            )
    twice = [op for op, count in Counter(map(id, result)).items() if count > 1]
    if twice:
        op = next(op for op in result if id(op) == twice[0])
        raise BuildError(f"{who} returned {operator_words(op)} more than once.")
    return list(result)


def _short(value: Any) -> str:
    """Something that should not be there, in an error message."""
    return f"{reprlib.repr(value)} of type {type(value).__name__}"


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
    with one_graph():
        plan = _groups(planner(list(operators)), f"The planner {name_of(planner)}")
        _check_complete(plan, operators, f"The planner {name_of(planner)}")
        _check_order(plan, operators, name_of(planner))
    for group in plan:
        for op in group[1:]:
            if not mergeable(op, group[:1]):
                raise BuildError(
                    f"The planner {name_of(planner)} put {operator_words(op)} and "
                    f"{operator_words(group[0])} into one group, but they cannot run as one. "
                    "graph_optimizer.mergeable tells which can."
                )
    return plan


def _groups(plan: Any, who: str) -> Plan:
    """A plan as a list of tuples."""
    try:
        groups = [tuple(group) for group in plan]
    except TypeError:
        raise BuildError(
            f"{who} has to return a list of tuples of operators; it returned {_short(plan)}."
        ) from None
    return [group for group in groups if group]


def _check_complete(plan: Plan, operators: Sequence[Operator], who: str) -> None:
    """Every operator once."""
    counts = Counter(id(op) for group in plan for op in group)
    for op in operators:
        count = counts.pop(id(op), 0)
        if count != 1:
            times = "left out" if count == 0 else "planned more than once"
            raise BuildError(
                f"{who} has to plan every operator exactly once; {operator_words(op)} is {times}."
            )
    if counts:
        extra = next(op for group in plan for op in group if id(op) in counts)
        words = operator_words(extra) if isinstance(extra, Operator) else _short(extra)
        raise BuildError(f"{who} added {words}, which is none of the network's operators.")


def _check_order(plan: Plan, operators: Sequence[Operator], planner: str) -> None:
    """Groups in an order that honours dependencies, members independent of each other."""
    group_of = {id(op): number for number, group in enumerate(plan) for op in group}
    graph = dependency_graph(operators)
    count = len(graph.operators)
    place = [group_of[id(op)] for op in graph.operators]
    # A barrier is passed when the last operator before it has run.
    place += [-1] * (len(graph.successors) - count)
    last = list(range(len(place)))
    for barrier in range(count, len(place)):
        last[barrier] = max(graph.predecessors[barrier], key=place.__getitem__)
        place[barrier] = place[last[barrier]]
    for before, later in enumerate(graph.successors):
        for after in later:
            if after < count and place[before] >= place[after]:
                first, second = graph.operators[last[before]], graph.operators[after]
                raise BuildError(
                    f"The planner {planner} has to run {operator_words(first)} before "
                    f"{operator_words(second)}, in an earlier group."
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
    is_pair = isinstance(result, list | tuple) and len(result) == 2
    if not is_pair or not isinstance(result[0], Iterable):
        raise BuildError(f"{who} has to return signals and a plan; it returned {_short(result)}.")
    signals, groups = list(result[0]), _groups(result[1], who)
    if len(groups) != len(plan):
        raise BuildError(f"{who} has to keep the {len(plan)} groups; it returned {len(groups)}.")
    for old, new in zip(plan, groups, strict=True):
        _check_complete([new], old, who)
    _check_signals(signals, groups, who)
    return signals, groups


def _check_signals(signals: list[Signal], groups: Plan, who: str) -> None:
    """Every base signal that is used, once."""
    for entry in signals:
        if not isinstance(entry, Signal):
            raise BuildError(f"{who} has to list signals; it listed {_short(entry)}.")
    for signal, count in Counter(signals).items():
        if count > 1 or signal.is_view:
            problem = "is there more than once" if count > 1 else "is a part of another one"
            raise BuildError(f"{who} has to list every base signal once; {signal} {problem}.")
    known = set(signals)
    for group in groups:
        for op in group:
            missing = [signal for signal in op.all_signals if signal.base not in known]
            if missing:
                raise BuildError(
                    f"{who} left out the signal {missing[0].base} of {operator_words(op)}."
                )
