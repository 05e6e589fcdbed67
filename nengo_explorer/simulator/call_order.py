"""The order in which a step calls Python.

Node functions and parts that users write may be coupled through Python: one acts on an environment,
another one looks at it. So they are called in the order in which Nengo core's simulator calls them
(that is, without its optimizer, which puts calls that do not depend on each other in an order
that differs from run to run).
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING

from nengo.builder.operator import SimPyFunc
from nengo.utils.graphs import toposort
from nengo.utils.simulator import operator_dependency_graph

from nengo_explorer.graph_optimizer.dependencies import DependencyGraph
from nengo_explorer.simulator.ops.registry import runs_as_python
from nengo_explorer.simulator.ops.sources import is_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nengo.builder import Operator

    Groups = list[tuple[Operator, ...]]


def in_call_order(groups: Sequence[Sequence[Operator]], operators: Sequence[Operator]) -> Groups:
    """A plan whose groups that call Python are in Nengo core's order.

    Parameters
    ----------
    groups : sequence of sequences of Operator
        A plan.
    operators : sequence of Operator
        All operators as Nengo has built them, before simplifications.

    Returns
    -------
    groups : list of tuples of Operator
        The plan in another order. Groups that stand in the way are taken apart.
    """
    plan = [tuple(group) for group in groups]
    calling = [op for group in plan for op in group if _calls_python(op)]
    if len(calling) < 2 or all(is_source(op) for op in calling):
        return plan
    place = {op: i for i, op in enumerate(toposort(operator_dependency_graph(operators)))}
    # An operator that a simplification made has no place; it is called where the plan has it.
    calls = sorted((op for op in calling if op in place), key=place.__getitem__)
    graph = DependencyGraph([op for group in plan for op in group])
    return _ordered(plan, graph, calls)


def _calls_python(op: Operator) -> bool:
    if isinstance(op, SimPyFunc):
        return True
    return not is_source(op) and runs_as_python(op)


def _ordered(plan: Groups, graph: DependencyGraph, calls: Sequence[Operator]) -> Groups:
    """Order groups by their dependencies and the order of calls, else as they are."""
    while True:
        order, stuck = _sort(plan, graph, calls)
        if not stuck:
            return [plan[group] for group in order]
        merged = {group for group in stuck if len(plan[group]) > 1}
        if not merged:
            return plan
        plan = [
            part
            for number, group in enumerate(plan)
            for part in ([(op,) for op in group] if number in merged else [group])
        ]


def _sort(
    plan: Groups, graph: DependencyGraph, calls: Sequence[Operator]
) -> tuple[list[int], set[int]]:
    """Numbers of groups in order, and of those that wait for each other."""
    group_of = {op: number for number, group in enumerate(plan) for op in group}
    # Barriers of the graph are units of their own, behind the groups.
    first_barrier = len(graph.operators)
    units = [group_of[op] for op in graph.operators]
    units += [len(plan) + i for i in range(len(graph.successors) - first_barrier)]
    edges = {
        (units[before], units[after])
        for before, successors in enumerate(graph.successors)
        for after in successors
    }
    edges |= {(group_of[before], group_of[after]) for before, after in pairwise(calls)}
    after: list[list[int]] = [[] for _ in range(max(units, default=-1) + 1)]
    waiting = [0] * len(after)
    for first, second in edges:
        if first != second:
            after[first].append(second)
            waiting[second] += 1
    ready = [unit for unit, count in enumerate(waiting) if count == 0]
    heapify(ready)
    order = []
    while ready:
        unit = heappop(ready)
        if unit < len(plan):
            order.append(unit)
        for later in after[unit]:
            waiting[later] -= 1
            if waiting[later] == 0:
                heappush(ready, later)
    return order, set(range(len(plan))) - set(order)
