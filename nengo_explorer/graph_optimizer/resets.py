"""Simplifications that remove resets and copies of constants."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
from nengo.builder.operator import Copy, DotInc, ElementwiseInc, Reset
from nengo.builder.transforms import ConvInc, ConvTransposeInc

from nengo_explorer.graph_optimizer.marks import is_constant
from nengo_explorer.graph_optimizer.signal_use import as_set, destination, signal_io_dicts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nengo.builder import Operator, Signal


def remove_unmodified_resets(operators: Sequence[Operator]) -> list[Operator]:
    """Drop resets of signals that nothing else changes: the value becomes the initial value.

    The signal's initial value is overwritten in the built model, which changes nothing for anybody
    who runs that model with the reset.

    Parameters
    ----------
    operators : sequence of Operator
        The operators.

    Returns
    -------
    operators : list of Operator
    """
    sets, incs, _, updates = signal_io_dicts(operators)
    arrays = _Arrays(operators)
    kept = []
    for op in operators:
        if type(op) is Reset and not op.dst.is_view:
            base = op.dst
            alone = base not in incs and base not in updates and len(sets[base]) == 1
            if alone and arrays.overwrite(base, op.value):
                continue
        kept.append(op)
    return kept


class _Arrays:
    """The arrays that hold initial values.

    Parameters
    ----------
    operators : sequence of Operator
        All operators.
    """

    def __init__(self, operators: Sequence[Operator]) -> None:
        self._operators = operators
        self._users: Counter[int] = Counter()

    def overwrite(self, signal: Signal, value: Any) -> bool:
        """Make a number the initial value, in place, so that views see it too.

        Returns
        -------
        done : bool
            False if the array belongs to somebody else.
        """
        if signal.sparse:
            return False
        if np.all(signal.initial_value == value):
            return True  # as nearly always: Nengo resets to zero what begins with zero
        array = _array(signal)
        if array is None or array.size != signal.size or self._count(array) > 1:
            return False
        was_writeable = array.flags.writeable
        array.setflags(write=True)
        array[...] = np.broadcast_to(value, signal.shape).reshape(array.shape)
        array.setflags(write=was_writeable)
        return True

    def _count(self, array: np.ndarray) -> int:
        """How many signals begin with the values of an array."""
        if not self._users:
            bases = {signal.base for op in self._operators for signal in op.all_signals}
            found = (_array(base) for base in bases if not base.sparse)
            self._users.update(id(entry) for entry in found if entry is not None)
        return self._users[id(array)]


def _array(signal: Signal) -> np.ndarray | None:
    """The array that owns a signal's initial value; None if it is no array of its own."""
    value = signal.initial_value
    array = value if value.base is None else value.base
    return array if isinstance(array, np.ndarray) and array.flags.owndata else None


def _value_of(signal: Signal, changed: set[Signal]) -> Any:
    """The value of a constant signal; None if it is no constant."""
    if signal.sparse or signal.base in changed or not is_constant(signal):
        return None
    return signal.initial_value


def changed_signals(operators: Sequence[Operator]) -> set[Signal]:
    """Base signals that some operator changes."""
    sets, incs, _, updates = signal_io_dicts(operators)
    return {*sets, *incs, *updates}


def remove_constant_copies(operators: Sequence[Operator]) -> list[Operator]:
    """Turn copies of a constant that is no parameter into resets to that constant.

    Only where all its elements are the same number.

    Parameters
    ----------
    operators : sequence of Operator
        The operators.

    Returns
    -------
    operators : list of Operator
    """
    changed = changed_signals(operators)
    kept: list[Operator] = []
    for op in operators:
        value = _value_of(op.src, changed) if type(op) is Copy and op.sets else None
        if value is not None and op.src_slice is not None:
            value = value[op.src_slice]
        # Nengo's Reset holds a single number.
        if value is None or op.dst_slice is not None or np.unique(value).size != 1:
            kept.append(op)
        else:
            kept.append(Reset(op.dst, value=float(np.ravel(value)[0]), tag=op.tag))
    return kept


#: Increments that may become sets; all of them write every element of their target.
_INCREMENTS = (Copy, DotInc, ElementwiseInc, ConvInc, ConvTransposeInc)


def remove_reset_incs(operators: Sequence[Operator]) -> list[Operator]:
    """Let the first increment after a reset to zero set its target, and drop the reset.

    Parameters
    ----------
    operators : sequence of Operator
        The operators.

    Returns
    -------
    operators : list of Operator
    """
    resets: dict[Signal, list[Operator]] = defaultdict(list)
    increments: dict[Signal, list[Operator]] = defaultdict(list)
    for op in operators:
        if type(op) is Reset:
            resets[op.dst.base].append(op)
        for signal in op.incs:
            increments[signal.base].append(op)
    replaced: dict[int, Operator | None] = {}
    for base, ops in resets.items():
        if len(ops) != 1 or np.any(ops[0].value):
            continue
        reset = ops[0]
        first = next((op for op in increments[base] if _covers(op, reset.dst)), None)
        if first is not None and id(first) not in replaced:
            replaced[id(reset)] = None
            replaced[id(first)] = as_set(first)
    kept = (replaced.get(id(op), op) for op in operators)
    return [op for op in kept if op is not None]


def _covers(op: Operator, target: Signal) -> bool:
    """Whether an operator increments exactly the elements of a signal."""
    if type(op) not in _INCREMENTS or len(op.incs) != 1:
        return False
    if type(op) is Copy and op.dst_slice is not None:
        return False
    written = destination(op)
    return written is target or (
        written.base is target.base
        and written.shape == target.shape
        and written.elemoffset == target.elemoffset
        and written.elemstrides == target.elemstrides
    )
