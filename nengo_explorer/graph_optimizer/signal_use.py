"""Who uses which signal: what authors of simplifications need to know."""

from __future__ import annotations

from collections import defaultdict
from copy import copy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nengo.builder import Operator, Signal

    Users = dict[Signal, list[Operator]]


def signal_io_dicts(operators: Sequence[Operator]) -> tuple[Users, Users, Users, Users]:
    """For each base signal, the operators that set, increment, read and update it.

    Parameters
    ----------
    operators : sequence of Operator
        The operators.

    Returns
    -------
    sets, incs, reads, updates : dict of Signal to list of Operator
        Keys are base signals; a signal that is not used in some way is not a key.
    """
    found: tuple[Users, ...] = tuple(defaultdict(list) for _ in range(4))
    for op in operators:
        for users, signals in zip(found, (op.sets, op.incs, op.reads, op.updates), strict=True):
            for signal in signals:
                users[signal.base].append(op)
    sets, incs, reads, updates = (dict(users) for users in found)
    return sets, incs, reads, updates


def destination(op: Operator) -> Signal:
    """The signal that an increment writes, also after a simplification made it a set."""
    return (op.incs or op.sets)[0]


def as_set(op: Operator) -> Operator:
    """A copy of an incrementing operator that sets its target instead.

    Parameters
    ----------
    op : Operator
        An operator with one increment and no set.

    Returns
    -------
    op : Operator
        Of the same class, with its increment in ``sets``.
    """
    changed = copy(op)
    # Nengo's classes keep these lists private, but hand them out to be replaced.
    changed.incs, changed.sets = [], list(op.incs)
    if hasattr(changed, "inc"):
        changed.inc = False
    return changed
