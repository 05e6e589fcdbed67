"""Sorters: the order of signals in memory and of operators inside groups.

A group puts out its results one operator after the other, so a later group reads them as one piece
if its operators come in the same order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nengo_explorer.graph_optimizer.dependencies import PHASES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nengo.builder import Operator, Signal

    Plan = list[tuple[Operator, ...]]


def noop_order_signals(plan: Plan, **ignored: Any) -> tuple[list[Signal], Plan]:
    """Signals in the order of their first use, and the plan as it is.

    Parameters
    ----------
    plan : list of tuple of Operator
        The groups.
    **ignored
        Accepted, so that it can stand for any sorter.
    """
    del ignored
    return _first_use(plan), plan


def order_signals(plan: Plan, n_passes: int = 10) -> tuple[list[Signal], Plan]:
    """Order operators inside groups so that what a group reads is as contiguous as possible.

    Each pass walks over the groups in order and sorts the operators of each by where the largest
    thing that they read was written. It ends when a pass changes nothing.

    Parameters
    ----------
    plan : list of tuple of Operator
        The groups.
    n_passes : int, default: 10
        Most passes.

    Returns
    -------
    signals : list of Signal
        Every base signal once, in memory order.
    plan : list of tuple of Operator
        The same groups, operators inside of them permuted.
    """
    groups = list(plan)
    for _ in range(n_passes):
        before = list(groups)
        position: dict[tuple[Signal, int], tuple[int, int]] = {}
        for number, group in enumerate(groups):
            groups[number] = _sort_group(group, position)
            for place, op in enumerate(groups[number]):
                for signal in (*op.sets, *op.incs, *op.updates):
                    position[signal.base, signal.elemoffset] = (number, place)
                    position.setdefault((signal.base, 0), (number, place))
        if groups == before:
            break
    return _first_use(groups), groups


def _sort_group(
    group: tuple[Operator, ...], position: dict[tuple[Signal, int], tuple[int, int]]
) -> tuple[Operator, ...]:
    """A group in the order in which its inputs were written; as it is where nothing is known."""
    if len(group) == 1:
        return group

    def key(member: tuple[int, Operator]) -> Any:
        place, op = member
        # The largest input matters most: parameters are laid out for the group anyway.
        found = [
            (position.get((s.base, s.elemoffset)) or position.get((s.base, 0)), s)
            for s in (*op.reads, *op.incs)
        ]
        known = [(where, s) for where, s in found if where is not None]
        if not known:
            return (1, (0, 0), 0, place)
        where, signal = max(known, key=lambda pair: pair[1].size)
        return (0, where, signal.elemoffset, place)

    return tuple(op for _, op in sorted(enumerate(group), key=key))


def _first_use(plan: Sequence[Sequence[Operator]]) -> list[Signal]:
    """Base signals in the order of their first use."""
    return list(dict.fromkeys(signal.base for signal in _signals(plan)))


def _signals(plan: Sequence[Sequence[Operator]]) -> Iterator[Signal]:
    """All signals, in an order that puts the same argument of all members of a group together."""
    for group in plan:
        for phase in PHASES:
            lists = [getattr(op, phase) for op in group]
            for place in range(max((len(signals) for signals in lists), default=0)):
                for signals in lists:
                    if place < len(signals):
                        yield signals[place]
