"""Simplifications of products: with zero, and with one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from nengo.builder.operator import Copy, DotInc, ElementwiseInc, Reset
from nengo.builder.transforms import ConvInc, ConvTransposeInc

from nengo_explorer.graph_optimizer.marks import is_constant
from nengo_explorer.graph_optimizer.resets import changed_signals
from nengo_explorer.graph_optimizer.signal_use import destination, signal_io_dicts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nengo.builder import Operator, Signal

_PRODUCTS = (DotInc, ElementwiseInc, ConvInc, ConvTransposeInc)


def remove_zero_incs(operators: Sequence[Operator]) -> list[Operator]:
    """Drop increments by a product or copy one of whose inputs is always zero.

    One that sets its target becomes a reset. Parameters and outputs of Nodes are never taken for
    zero.

    Parameters
    ----------
    operators : sequence of Operator
        The operators.

    Returns
    -------
    operators : list of Operator
    """
    zero = _ZeroSignals(operators)
    kept: list[Operator] = []
    for op in operators:
        if type(op) in _PRODUCTS:
            vanishes = any(zero.always(signal) for signal in op.reads)
        else:
            vanishes = type(op) is Copy and op.dst_slice is None and zero.always(op.src)
        if not vanishes:
            kept.append(op)
        elif op.sets:
            kept.append(Reset(destination(op), tag=op.tag))
    return kept


class _ZeroSignals:
    """Knows which signals are always zero.

    Parameters
    ----------
    operators : sequence of Operator
        All operators.
    """

    def __init__(self, operators: Sequence[Operator]) -> None:
        self._sets, incs, _, updates = signal_io_dicts(operators)
        self._changed = {*incs, *updates}

    def always(self, signal: Signal) -> bool:
        """Whether a signal is zero on every step."""
        base = signal.base
        if base in self._changed or signal.sparse:
            return False
        setters = self._sets.get(base)
        if setters is None:
            return is_constant(signal) and not np.any(signal.initial_value)
        return all(type(op) is Reset and not np.any(op.value) for op in setters) and not np.any(
            base.initial_value
        )


def remove_identity_muls(operators: Sequence[Operator]) -> list[Operator]:
    """Turn products with a constant one, or identity matrix, into copies.

    Parameters are never taken for one, and neither are sparse matrices.

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
        if type(op) in (DotInc, ElementwiseInc) and _is_identity(op, changed):
            target = destination(op)
            kept.append(Copy(op.X, target, inc=bool(op.incs), tag=op.tag))
        else:
            kept.append(op)
    return kept


def _is_identity(op: Operator, changed: set[Signal]) -> bool:
    """Whether an operator multiplies by one and keeps the shape."""
    factor = op.A
    if factor.sparse or factor.base in changed or not is_constant(factor):
        return False
    if op.X.shape != destination(op).shape:
        return False
    value: np.ndarray = factor.initial_value
    if type(op) is DotInc:
        if value.ndim == 2:
            return value.shape[0] == value.shape[1] and _is_eye(value)
        return bool(value.size == 1 and value.item() == 1 and op.X.size == 1)
    return bool(np.all(value == 1))


def _is_eye(value: np.ndarray) -> bool:
    """Whether a square matrix is the identity."""
    # The diagonal decides for nearly all matrices, without looking at the rest.
    return bool(np.all(np.diagonal(value) == 1)) and np.count_nonzero(value) == len(value)
