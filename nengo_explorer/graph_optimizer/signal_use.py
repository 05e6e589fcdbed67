"""Who uses which signal: what authors of simplifications need to know."""

from __future__ import annotations

from collections import defaultdict
from copy import copy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nengo.builder import Operator, Signal

    Users = defaultdict[Signal, list[Operator]]


def signal_io_dicts(operators: Sequence[Operator]) -> tuple[Users, Users, Users, Users]:
    """For each base signal, the operators that set, increment, read and update it.

    Parameters
    ----------
    operators : sequence of Operator
        The operators.

    Returns
    -------
    sets, incs, reads, updates : defaultdict of Signal to list of Operator
        Keys are base signals. A signal that is not used in some way is not a key, but can be
        looked up all the same: it has the empty list.
    """
    sets: Users = defaultdict(list)
    incs: Users = defaultdict(list)
    reads: Users = defaultdict(list)
    updates: Users = defaultdict(list)
    for op in operators:
        for users, signals in ((sets, op.sets), (incs, op.incs), (reads, op.reads)):
            for signal in signals:
                users[signal.base].append(op)
        for signal in op.updates:
            updates[signal.base].append(op)
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


def operator_words(op: Operator) -> str:
    """An operator in words, also where a simplification made its increment a set."""
    try:
        return str(op)
    except IndexError:  # Nengo looks for its target among the increments
        return f"<{type(op).__name__} that sets {destination(op)}>"
