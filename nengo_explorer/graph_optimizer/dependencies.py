"""Which operator has to run before which.

Within a step Nengo's order on any piece of memory is: sets, then increments, then reads, then
updates.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING

from nengo.exceptions import BuildError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nengo.builder import Operator, Signal

    Access = tuple[int, int, int, Signal]  # start, stop, operator, signal

#: Names of an operator's lists of signals, in the order in which a step goes through them.
PHASES = ("sets", "incs", "reads", "updates")


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
        Who has to run after, and before.
    """

    def __init__(self, operators: Sequence[Operator]) -> None:
        self.operators = list(operators)
        self.successors: list[list[int]] = [[] for _ in self.operators]
        self.predecessors: list[list[int]] = [[] for _ in self.operators]
        edges = set()
        for phases in _accesses(self.operators).values():
            for earlier, later in _phase_pairs(phases):
                edges.update(_overlapping(earlier, later))
        for before, after in sorted(edges):
            self.successors[before].append(after)
            self.predecessors[after].append(before)

    def order(self) -> list[int]:
        """Positions in an order that honours all dependencies.

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
        if len(ready) < len(self.operators):
            stuck = [str(self.operators[i]) for i, count in enumerate(waiting) if count > 0]
            raise BuildError(
                "Operators depend on each other in a circle within one step: "
                f"{', '.join(stuck[:5])}{' ...' if len(stuck) > 5 else ''}. A synapse on one of "
                "the connections between them breaks the circle."
            )
        return ready


def _accesses(operators: Sequence[Operator]) -> dict[Signal, dict[str, list[Access]]]:
    """For every base signal and phase, which operator touches which range of its elements."""
    found: dict[Signal, dict[str, list[Access]]] = defaultdict(lambda: defaultdict(list))
    for position, op in enumerate(operators):
        for phase in PHASES:
            for signal in getattr(op, phase):
                start, stop = _extent(signal)
                found[signal.base][phase].append((start, stop, position, signal))
    return found


def _extent(signal: Signal) -> tuple[int, int]:
    """First and last-plus-one element of the base that a signal reaches."""
    if signal.sparse:
        return 0, 1
    low = high = signal.elemoffset
    for length, stride in zip(signal.shape, signal.elemstrides, strict=True):
        reach = (length - 1) * stride
        low, high = low + min(reach, 0), high + max(reach, 0)
    return low, high + 1


def _phase_pairs(
    phases: dict[str, list[Access]],
) -> list[tuple[list[Access], list[Access]]]:
    """Accesses of every pair of an earlier and a later phase."""
    present = [phases[phase] for phase in PHASES if phases.get(phase)]
    return [
        (earlier, later)
        for position, earlier in enumerate(present)
        for later in present[position + 1 :]
    ]


def _overlapping(earlier: list[Access], later: list[Access]) -> set[tuple[int, int]]:
    """Pairs of operators, one of each list, whose signals share memory."""
    ordered = sorted(earlier, key=lambda access: access[:3])
    starts = [access[0] for access in ordered]
    longest = max(access[1] - access[0] for access in ordered)
    pairs = set()
    for start, stop, position, signal in later:
        first = bisect_left(starts, start - longest + 1)
        last = bisect_left(starts, stop)
        for _, other_stop, other, other_signal in ordered[first:last]:
            if other_stop <= start or other == position:
                continue
            if other_signal is signal or other_signal.may_share_memory(signal):
                pairs.add((other, position))
    return pairs
