"""Planners: operators to an ordered list of groups that run as one.

Planners that merge work on *kinds* instead of operators: operators with the same merge key whose
predecessors are of the same kinds become ready at the same moment, so a network of ten thousand
equal ensembles is as quick to plan as one of ten.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from nengo_explorer.graph_optimizer.dependencies import dependency_graph
from nengo_explorer.graph_optimizer.mergeable import merge_key

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from nengo.builder import Operator

    from nengo_explorer.graph_optimizer.dependencies import DependencyGraph

    Plan = list[tuple[Operator, ...]]

#: How many choices a look-ahead may try for one decision; beyond, it looks less far.
MOST_TRIALS = 2000


class _Kinds:
    """Operators grouped by kind, with the dependencies between kinds.

    Attributes
    ----------
    members : list of list of int
        Positions of the operators of each kind.
    keys : list
        Merge key of each kind.
    successors, predecessors : list of set of int
        Kinds that have to run after, and before.
    """

    def __init__(self, graph: DependencyGraph) -> None:
        numbers: dict[Hashable, int] = {}
        # An operator is of one kind; a barrier stands for the kinds before it.
        kinds_of: list[frozenset[int]] = [frozenset()] * len(graph.successors)
        self.members: list[list[int]] = []
        self.keys: list[Hashable] = []
        self.predecessors: list[set[int]] = []
        for position in graph.order(barriers=True):
            before = frozenset().union(*(kinds_of[i] for i in graph.predecessors[position]))
            if position >= len(graph.operators):
                kinds_of[position] = before
                continue
            key = merge_key(graph.operators[position])
            number = numbers.setdefault((key, before), len(numbers))
            if number == len(self.members):
                self.members.append([])
                self.keys.append(key)
                self.predecessors.append(set(before))
            kinds_of[position] = frozenset((number,))
            self.members[number].append(position)
        self.successors: list[set[int]] = [set() for _ in self.members]
        for number, earlier in enumerate(self.predecessors):
            for other in earlier:
                self.successors[other].add(number)


class _Progress:
    """How far a plan has come.

    Attributes
    ----------
    ready : dict of key to list of int
        Kinds that could run now, by merge key.
    left : dict of key to int
        How many kinds with that key have not run.
    """

    def __init__(self, kinds: _Kinds) -> None:
        self._kinds = kinds
        self._waiting = [len(before) for before in kinds.predecessors]
        self.left: dict[Hashable, int] = defaultdict(int)
        self.ready: dict[Hashable, list[int]] = {}
        for number, key in enumerate(kinds.keys):
            self.left[key] += 1
            if self._waiting[number] == 0:
                self.ready.setdefault(key, []).append(number)

    def copy(self) -> _Progress:
        """An independent copy."""
        other = object.__new__(_Progress)
        other._kinds = self._kinds
        other._waiting = list(self._waiting)
        other.left = dict(self.left)
        other.ready = {key: list(kinds) for key, kinds in self.ready.items()}
        return other

    def take(self, key: Hashable) -> list[int]:
        """Run everything that is ready with a key; returns the kinds."""
        chosen = self.ready.pop(key)
        self.left[key] -= len(chosen)
        for number in chosen:
            for after in sorted(self._kinds.successors[number]):
                self._waiting[after] -= 1
                if self._waiting[after] == 0:
                    self.ready.setdefault(self._kinds.keys[after], []).append(after)
        return chosen

    def complete(self) -> Hashable | None:
        """A key of which everything that is left is ready: to run it now loses nothing."""
        for key, kinds in self.ready.items():
            if len(kinds) == self.left[key]:
                return key
        return None

    def size(self, key: Hashable) -> int:
        """Number of operators that are ready with a key."""
        return sum(len(self._kinds.members[number]) for number in self.ready[key])


def _plan(graph: DependencyGraph, kinds: _Kinds, choose: Callable[[_Progress], Hashable]) -> Plan:
    """Plan by choosing one key after the other."""
    progress = _Progress(kinds)
    plan = []
    while progress.ready:
        chosen = progress.take(choose(progress))
        positions = sorted(p for number in chosen for p in kinds.members[number])
        plan.append(tuple(graph.operators[position] for position in positions))
    return plan


def _largest(progress: _Progress) -> Hashable:
    """The key with the most operators ready; the first of them if several have."""
    return max(progress.ready, key=progress.size)


def noop_planner(operators: Sequence[Operator]) -> Plan:
    """One operator per group, in an order that honours all dependencies.

    Parameters
    ----------
    operators : sequence of Operator
        In any order.

    Returns
    -------
    plan : list of tuple of Operator
    """
    graph = dependency_graph(operators)
    return [(graph.operators[position],) for position in graph.order()]


def greedy_planner(operators: Sequence[Operator]) -> Plan:
    """Always run the largest group that is possible now.

    Parameters
    ----------
    operators : sequence of Operator
        In any order.

    Returns
    -------
    plan : list of tuple of Operator
    """
    graph = dependency_graph(operators)
    return _plan(graph, _Kinds(graph), _largest)


def tree_planner(op_list: Sequence[Operator], max_depth: int = 3) -> Plan:
    """Look some choices ahead for the fewest groups.

    Where the plan of `transitive_planner` turns out to have fewer groups, it is that one.

    Parameters
    ----------
    op_list : sequence of Operator
        In any order.
    max_depth : int, default: 3
        How many choices to look ahead; 1 is greedy. Where there is so much to choose from that this
        would take too long, it looks less far.

    Returns
    -------
    plan : list of tuple of Operator
    """
    if max_depth <= 1:
        return greedy_planner(op_list)

    def choose(progress: _Progress) -> Hashable:
        if (key := _easy_choice(progress)) is not None:
            return key
        depth = max_depth
        while depth > 1 and len(progress.ready) ** depth > MOST_TRIALS:
            depth -= 1
        scores = {k: _look_ahead(progress, k, depth) for k in progress.ready}
        return max(scores, key=lambda k: (scores[k], progress.size(k)))

    graph = dependency_graph(op_list)
    kinds = _Kinds(graph)
    return min((_plan(graph, kinds, choose), _patient_plan(graph, kinds)), key=len)


def _easy_choice(progress: _Progress) -> Hashable | None:
    """The only key that is ready, or one that loses nothing by running now; None for neither."""
    return next(iter(progress.ready)) if len(progress.ready) == 1 else progress.complete()


def _look_ahead(progress: _Progress, key: Hashable, depth: int) -> int:
    """How many operators the best ``depth`` choices run, if the first is ``key``.

    Groups that lose nothing are run on the way: they are no choice.
    """
    ran = progress.size(key)
    after = progress.copy()
    after.take(key)
    free = after.complete()
    while free is not None:
        ran += after.size(free)
        after.take(free)
        free = after.complete()
    if depth == 1 or not after.ready:
        return ran
    return ran + max(_look_ahead(after, k, depth - 1) for k in after.ready)


def transitive_planner(op_list: Sequence[Operator]) -> Plan:
    """Wait with a group as long as waiting can still make it larger.

    From the transitive closure of the dependencies: if what is left of a kind comes after what is
    ready of it, they can never run together, so there is nothing to wait for.

    Parameters
    ----------
    op_list : sequence of Operator
        In any order.

    Returns
    -------
    plan : list of tuple of Operator
    """
    graph = dependency_graph(op_list)
    return _patient_plan(graph, _Kinds(graph))


def _patient_plan(graph: DependencyGraph, kinds: _Kinds) -> Plan:
    """Always run what loses least by not waiting any longer."""
    later: list[int] = []
    of_key: dict[Hashable, int] = defaultdict(int)

    def choose(progress: _Progress) -> Hashable:
        if (key := _easy_choice(progress)) is not None:
            return key
        if not later:  # most networks have easy choices only
            later.extend(_closure(kinds))
            for number, kind in enumerate(kinds.keys):
                of_key[kind] |= 1 << number
        losses = {k: _loss(progress, later, of_key[k], k) for k in progress.ready}
        return min(losses, key=lambda k: (losses[k], -progress.size(k)))

    return _plan(graph, kinds, choose)


def _closure(kinds: _Kinds) -> list[int]:
    """For each kind, all kinds that come after it, as bits of a number.

    Kinds are numbered in a valid order.
    """
    later = [0] * len(kinds.members)
    for number in reversed(range(len(later))):
        for after in kinds.successors[number]:
            later[number] |= 1 << after | later[after]
    return later


def _loss(progress: _Progress, later: list[int], same: int, key: Hashable) -> float:
    """Kinds that could have joined, had one waited, for each operator that runs with a key now."""
    ready = progress.ready[key]
    after = 0
    for number in ready:
        after |= later[number]
    missed = progress.left[key] - len(ready) - (same & after).bit_count()
    return missed / progress.size(key)
