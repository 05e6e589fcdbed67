"""How far each operator is from the inputs, counted in steps that information needs.

Operators of one rank depend on each other within a step only, or not at all, or are in one
circle. What has a higher rank never has an influence on what has a lower one, on no step. So the
groups of a plan can be cut by rank without making circles between groups where the operators
have none, and what is of low rank can be simulated for many steps before anything of high rank is.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from nengo_explorer.simulator.circles import components

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nengo.builder import Operator

    Edges = list[list[tuple[int, int]]]


@dataclass(frozen=True)
class Ranks:
    """Ranks of the operators of a plan.

    Attributes
    ----------
    of : dict of Operator to int
        From 0, without gaps.
    circular : frozenset of Operator
        Operators that have, by way of others, an influence on themselves.
    """

    of: dict[Operator, int]
    circular: frozenset[Operator]

    @property
    def count(self) -> int:
        """Number of ranks."""
        return max(self.of.values(), default=-1) + 1


def rank_operators(plan: Sequence[Sequence[Operator]]) -> Ranks:
    """Ranks of all operators of a plan.

    An edge from one operator to another counts 1 if the other sees what the one writes on the step
    after only, or if it leads into a circle or out of one, and else 0. The rank of an operator is
    the largest sum on a path to it.

    Parameters
    ----------
    plan : sequence of sequences of Operator
        Groups in the order of execution.
    """
    operators = [op for group in plan for op in group]
    edges = _edges(plan)
    component = components([[target for target, _ in leaving] for leaving in edges])
    members: dict[int, int] = defaultdict(int)
    for number in range(len(operators)):
        members[component[number]] += 1
    circular = {number for number, count in members.items() if count > 1}
    ranks = [0] * (max(component, default=-1) + 1)
    by_component: dict[int, list[int]] = defaultdict(list)
    for node, number in enumerate(component):
        by_component[number].append(node)
    # Components are numbered so that edges lead to lower numbers.
    for number in reversed(range(len(ranks))):
        for node in by_component[number]:
            for target, delay in edges[node]:
                other = component[target]
                if other != number:
                    border = number in circular or other in circular
                    ranks[other] = max(ranks[other], ranks[number] + max(delay, int(border)))
    of = {op: ranks[component[i]] for i, op in enumerate(operators)}
    dense = {rank: place for place, rank in enumerate(sorted(set(of.values())))}
    return Ranks(
        {op: dense[rank] for op, rank in of.items()},
        frozenset(op for i, op in enumerate(operators) if component[i] in circular),
    )


def _edges(plan: Sequence[Sequence[Operator]]) -> Edges:
    """Edges between operators and base signals, each with 1 for the step after and else 0.

    Operators come first, in the order of the plan, then base signals. By way of the signals the
    number of edges grows with that of the operators.
    """
    position: list[int] = []
    readers: dict[object, list[int]] = defaultdict(list)
    writers: dict[object, list[int]] = defaultdict(list)
    adders: set[tuple[object, int]] = set()
    for place, group in enumerate(plan):
        for op in group:
            number = len(position)
            position.append(place)
            for base in {signal.base for signal in op.reads}:
                readers[base].append(number)
            for base in {s.base for s in (*op.sets, *op.incs, *op.updates)}:
                writers[base].append(number)
            adders.update((signal.base, number) for signal in op.incs)
    edges: Edges = [[] for _ in range(len(position) + len(writers))]
    for node, (base, writing) in enumerate(writers.items(), start=len(position)):
        last = max(position[writer] for writer in writing)
        for writer in writing:
            edges[writer].append((node, 0))
        for reader in readers[base]:
            edges[node].append((reader, int(position[reader] <= last)))
        # What is added to a signal is added to what the writer before has left there.
        for before, after in pairwise(writing):
            if (base, after) in adders and position[before] < position[after]:
                edges[before].append((after, 0))
        if (base, writing[0]) in adders:
            edges[node].append((writing[0], 1))
    return edges


def split_groups(
    plan: Sequence[Sequence[Operator]], classes: dict[Operator, int]
) -> list[tuple[Operator, ...]]:
    """Cut the groups of a plan so that all members of one are of one class.

    Parameters
    ----------
    plan : sequence of sequences of Operator
        Groups in the order of execution.
    classes : dict of Operator to int
        Class of each operator.
    """
    parts: list[tuple[Operator, ...]] = []
    for group in plan:
        by_class: dict[int, list[Operator]] = defaultdict(list)
        for op in group:
            by_class[classes[op]].append(op)
        parts.extend(tuple(by_class[number]) for number in sorted(by_class))
    return parts
