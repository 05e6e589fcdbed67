"""Planners: operators to an ordered list of groups that run as one.

Planners that merge work on *kinds* instead of operators: operators with the same merge key whose
predecessors are of the same kinds become ready at the same moment, so a network of ten thousand
equal ensembles is as quick to plan as one of ten.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from nengo_explorer.graph_optimizer.dependencies import DependencyGraph
from nengo_explorer.graph_optimizer.mergeable import merge_key

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from nengo.builder import Operator

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
        kind_of = [0] * len(graph.operators)
        self.members: list[list[int]] = []
        self.keys: list[Hashable] = []
        self.predecessors: list[set[int]] = []
        for position in graph.order():
            before = frozenset(kind_of[other] for other in graph.predecessors[position])
            key = merge_key(graph.operators[position])
            number = numbers.setdefault((key, before), len(numbers))
            if number == len(self.members):
                self.members.append([])
                self.keys.append(key)
                self.predecessors.append(set(before))
            kind_of[position] = number
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


def _plan(
    operators: Sequence[Operator], choose: Callable[[_Progress, _Kinds], Hashable]
) -> Plan:
    """Plan by choosing one key after the other."""
    graph = DependencyGraph(operators)
    kinds = _Kinds(graph)
    progress = _Progress(kinds)
    plan = []
    while progress.ready:
        chosen = progress.take(choose(progress, kinds))
        positions = sorted(p for number in chosen for p in kinds.members[number])
        plan.append(tuple(graph.operators[position] for position in positions))
    return plan


def _largest(progress: _Progress, kinds: _Kinds) -> Hashable:
    """The key with the most operators ready; the first of them if several have."""
    del kinds
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
    graph = DependencyGraph(operators)
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
    return _plan(operators, _largest)


def tree_planner(op_list: Sequence[Operator], max_depth: int = 3) -> Plan:
    """Look some choices ahead for the fewest groups.

    Parameters
    ----------
    op_list : sequence of Operator
        In any order.
    max_depth : int, default: 3
        How many choices to look ahead; 1 is greedy.

    Returns
    -------
    plan : list of tuple of Operator
    """
    if max_depth <= 1:
        return greedy_planner(op_list)

    def choose(progress: _Progress, kinds: _Kinds) -> Hashable:
        key = progress.complete()
        if key is not None or len(progress.ready) == 1:
            return key if key is not None else next(iter(progress.ready))
        depth = max_depth
        while depth > 1 and len(progress.ready) ** depth > MOST_TRIALS:
            depth -= 1
        scores = {k: _look_ahead(progress, k, depth) for k in progress.ready}
        return max(scores, key=lambda k: (scores[k], progress.size(k)))

    return _plan(op_list, choose)


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
    reachable: list[set[int]] = []

    def choose(progress: _Progress, kinds: _Kinds) -> Hashable:
        if not reachable:
            reachable.extend(_closure(kinds))
        key = progress.complete()
        if key is not None:
            return key
        hopeless = {k: _missed(progress, kinds, reachable, k) for k in progress.ready}
        return min(hopeless, key=lambda k: (hopeless[k], -progress.size(k)))

    return _plan(op_list, choose)


def _closure(kinds: _Kinds) -> list[set[int]]:
    """For each kind, all kinds that come after it. Kinds are numbered in a valid order."""
    reachable: list[set[int]] = [set() for _ in kinds.members]
    for number in reversed(range(len(kinds.members))):
        for after in kinds.successors[number]:
            reachable[number] |= {after} | reachable[after]
    return reachable


def _missed(
    progress: _Progress, kinds: _Kinds, reachable: list[set[int]], key: Hashable
) -> int:
    """How many kinds could have joined, had one waited, if a key runs now."""
    ready = progress.ready[key]
    after = set().union(*(reachable[number] for number in ready))
    same = {number for number, other in enumerate(kinds.keys) if other == key}
    already = progress.left[key] - len(ready) - len(same & after)
    return max(already, 0)
