"""Which operator has to run before which.

Within a step Nengo's order on any piece of memory is: sets, then increments, then reads, then
updates. Where many operators share a piece of memory (a Node with thousands of connections in and
out), a *barrier* stands between those of one phase and those of the next, so that the graph grows
with the number of operators and not with its square.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, NamedTuple

from nengo.exceptions import BuildError

from nengo_explorer.graph_optimizer.signal_use import operator_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nengo.builder import Operator, Signal

#: Names of an operator's lists of signals, in the order in which a step goes through them.
PHASES = ("sets", "incs", "reads", "updates")

#: A barrier takes the place of at least so many times the edges that it needs itself.
LEAST_SAVING = 4

#: The graph that was made last, where one graph is made for several uses.
_LAST: ContextVar[list[DependencyGraph] | None] = ContextVar("last_graph", default=None)


@contextmanager
def one_graph() -> Iterator[None]:
    """Let `dependency_graph` give the same graph again for the same operators."""
    token = _LAST.set([])
    try:
        yield
    finally:
        _LAST.reset(token)


def dependency_graph(operators: Sequence[Operator]) -> DependencyGraph:
    """The dependencies between operators; not to be changed.

    Parameters
    ----------
    operators : sequence of Operator
        The operators.
    """
    last = _LAST.get()
    for graph in last or ():
        same = len(graph.operators) == len(operators)
        if same and all(a is b for a, b in zip(graph.operators, operators, strict=True)):
            return graph
    graph = DependencyGraph(operators)
    if last is not None:
        last[:] = [graph]
    return graph


class DependencyGraph:
    """Operators with their predecessors and successors.

    Parameters
    ----------
    operators : sequence of Operator
        The operators.

    Attributes
    ----------
    operators : list of Operator
        The operators; everything else refers to their positions here.
    successors, predecessors : list of list of int
        Who has to run after, and before. Positions from ``len(operators)`` on are barriers: they
        stand for nothing but an order.
    """

    def __init__(self, operators: Sequence[Operator]) -> None:
        self.operators = list(operators)
        edges: set[tuple[int, int]] = set()
        size = len(self.operators)
        for phases in _areas(self.operators).values():
            for earlier, later in _phase_pairs(phases):
                for before, after in _overlapping(earlier, later):
                    size = _connect(before.users, after.users, edges, size)
        self.successors: list[list[int]] = [[] for _ in range(size)]
        self.predecessors: list[list[int]] = [[] for _ in range(size)]
        for first, second in sorted(edges):
            self.successors[first].append(second)
            self.predecessors[second].append(first)

    def order(self, *, barriers: bool = False) -> list[int]:
        """Positions in an order that honours all dependencies.

        Parameters
        ----------
        barriers : bool, default: False
            Whether barriers are listed too.

        Raises
        ------
        BuildError
            If there is a cycle, naming operators on it.
        """
        waiting = [len(before) for before in self.predecessors]
        ready = [position for position, count in enumerate(waiting) if count == 0]
        for position in ready:
            for after in self.successors[position]:
                waiting[after] -= 1
                if waiting[after] == 0:
                    ready.append(after)
        if len(ready) < len(waiting):
            self._refuse_cycle(waiting)
        return ready if barriers else [i for i in ready if i < len(self.operators)]

    def _refuse_cycle(self, waiting: list[int]) -> None:
        """Name the operators on a cycle. Walking backwards from any that waits ends on one."""
        position = next(i for i, count in enumerate(waiting) if count > 0)
        path: list[int] = []
        while position not in path:
            path.append(position)
            position = next(i for i in self.predecessors[position] if waiting[i] > 0)
        cycle = [i for i in reversed(path[path.index(position) :]) if i < len(self.operators)]
        named = [operator_words(self.operators[i]) for i in cycle[:5]]
        raise BuildError(
            "Operators depend on each other in a circle within one step: "
            f"{', '.join(named)}{' ...' if len(cycle) > 5 else ''}. A synapse on one of the "
            "connections between them breaks the circle."
        )


class _Area(NamedTuple):
    """A piece of a base signal, and the operators that touch exactly it in one phase."""

    start: int
    stop: int
    signal: Signal
    users: list[int]


def _areas(operators: Sequence[Operator]) -> dict[Signal, dict[str, list[_Area]]]:
    """For every base signal and phase, the areas that are touched."""
    found: dict[Signal, dict[str, dict[object, _Area]]] = defaultdict(lambda: defaultdict(dict))
    places: dict[Signal, _Place] = {}
    for position, op in enumerate(operators):
        for phase in PHASES:
            for signal in getattr(op, phase):
                place = places.get(signal)
                if place is None:  # strides of a signal are worked out anew each time
                    place = places[signal] = _place(signal)
                areas = found[signal.base][phase]
                area = areas.get(place)
                if area is None:
                    area = areas[place] = _Area(*_extent(place), signal, [])
                if not area.users or area.users[-1] != position:
                    area.users.append(position)
    return {
        base: {phase: list(areas.values()) for phase, areas in phases.items()}
        for base, phases in found.items()
    }


#: Offset, shape and strides in elements of the base.
_Place = tuple[int, tuple[int, ...], tuple[int, ...]]


def _place(signal: Signal) -> _Place:
    """Where a signal is in its base; sparse ones, of which there are no views, are one element."""
    if signal.sparse:
        return 0, (), ()
    return signal.elemoffset, signal.shape, signal.elemstrides


def _extent(place: _Place) -> tuple[int, int]:
    """First and last-plus-one element of the base that is reached."""
    offset, shape, strides = place
    low = high = offset
    for length, stride in zip(shape, strides, strict=True):
        reach = (length - 1) * stride
        low, high = low + min(reach, 0), high + max(reach, 0)
    return low, high + 1


def _phase_pairs(phases: dict[str, list[_Area]]) -> list[tuple[list[_Area], list[_Area]]]:
    """Areas of every pair of an earlier and a later phase."""
    present = [phases[phase] for phase in PHASES if phases.get(phase)]
    return [
        (earlier, later)
        for position, earlier in enumerate(present)
        for later in present[position + 1 :]
    ]


def _overlapping(earlier: list[_Area], later: list[_Area]) -> Iterator[tuple[_Area, _Area]]:
    """Pairs of areas, one of each list, that share memory."""
    # Areas of about one length together: then few are looked at in vain, also if a single long
    # one lies over thousands of short ones.
    by_length: dict[int, list[_Area]] = defaultdict(list)
    for area in earlier:
        by_length[(area.stop - area.start).bit_length()].append(area)
    for areas in by_length.values():
        ordered = sorted(areas, key=lambda area: area.start)
        starts = [area.start for area in ordered]
        longest = max(area.stop - area.start for area in ordered)
        for area in later:
            first = bisect_left(starts, area.start - longest + 1)
            for other in ordered[first : bisect_left(starts, area.stop)]:
                if other.stop > area.start and _shares_memory(other.signal, area.signal):
                    yield other, area


def _shares_memory(one: Signal, other: Signal) -> bool:
    return one is other or one.may_share_memory(other)


def _connect(earlier: list[int], later: list[int], edges: set[tuple[int, int]], size: int) -> int:
    """Let all of some operators run before all of others; returns the new size of the graph."""
    pairs, spokes = len(earlier) * len(later), len(earlier) + len(later)
    if pairs > LEAST_SAVING * spokes and set(earlier).isdisjoint(later):
        edges.update((before, size) for before in earlier)
        edges.update((size, after) for after in later)
        return size + 1
    edges.update((before, after) for before in earlier for after in later if before != after)
    return size
