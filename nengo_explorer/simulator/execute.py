"""Carrying out a planned step with TensorFlow: pure functions of values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import tensorflow as tf

from nengo_explorer.simulator.ops.computed_once import computed_once
from nengo_explorer.simulator.ops.products import join_columns
from nengo_explorer.simulator.tracking import ZERO

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nengo_explorer.simulator.merging import Merge
    from nengo_explorer.simulator.ops.base import StepContext
    from nengo_explorer.simulator.step_plan import GroupPlan, OutputPlan, StepPlan
    from nengo_explorer.simulator.tracking import Piece, Read

    Values = dict[int, tf.Tensor]


def assemble(read: Read, values: Mapping[int, tf.Tensor], dtype: str) -> tf.Tensor:
    """Carry out a read.

    Parameters
    ----------
    read : Read
        The recipe.
    values : dict of int to tf.Tensor
        Values by identifier, each (size,) or (rows, size).
    dtype : str
        Floating point type.

    Returns
    -------
    tensor : tf.Tensor
        (size,) if every value that takes part has no axis of rows, else (rows, size).
    """
    if read.zero:
        return tf.zeros([read.size], dtype=dtype)
    parts = [_piece(piece, values, dtype) for piece in read.pieces]
    joined = parts[0] if len(parts) == 1 else join_columns(parts)
    if read.index is None:
        return joined
    gathered = tf.gather(joined, read.index, axis=-1)
    return gathered if read.static else computed_once(gathered)


def _piece(piece: Piece, values: Mapping[int, tf.Tensor], dtype: str) -> tf.Tensor:
    """One contiguous part of a value."""
    if piece.value == ZERO:
        return tf.zeros([piece.stop - piece.start], dtype=dtype)
    value = values[piece.value]
    return value if piece.whole else value[..., piece.start : piece.stop]


def add_up(merge: Merge, arriving: tf.Tensor) -> tf.Tensor:
    """Add what arrives at the same element.

    Parameters
    ----------
    merge : Merge
        Who arrives where.
    arriving : tf.Tensor
        (arriving,) or (rows, arriving).

    Returns
    -------
    sums : tf.Tensor
        (n_elements,) or (rows, n_elements).
    """
    if merge.table is None:
        last_first = tf.transpose(arriving)
        sums = tf.math.unsorted_segment_sum(last_first, merge.segment, len(merge.elements))
        return tf.transpose(sums)
    table = merge.table
    if np.any(table == merge.arriving):
        padding = [[0, 0]] * (arriving.shape.rank - 1) + [[0, 1]]
        arriving = tf.pad(arriving, padding)
    regular = np.array_equal(table.T.ravel(), np.arange(table.size))
    if regular:  # the same targets, one operator after the other
        shape = [*tf.unstack(tf.shape(arriving))[:-1], table.shape[1], table.shape[0]]
        return tf.reduce_sum(tf.reshape(arriving, shape), axis=-2)
    return tf.reduce_sum(tf.gather(arriving, table, axis=-1), axis=-1)


def finish(
    output: OutputPlan, computed: tf.Tensor, values: Mapping[int, tf.Tensor], dtype: str
) -> tf.Tensor:
    """Turn the output of a lowering into the value that later groups read."""
    if output.merge is not None:
        computed = add_up(output.merge, computed)
    if output.present is not None:
        computed = assemble(output.present, values, dtype) + computed
    return computed


def run_group(
    group: GroupPlan,
    values: Values,
    step: StepContext,
    dtype: str,
    ready: Sequence[tf.Tensor | None] | None = None,
) -> None:
    """Compute one group and enter its outputs into the values.

    Parameters
    ----------
    group : GroupPlan
        The group.
    values : dict of int to tf.Tensor
        Values by identifier; extended in place.
    step : StepContext
        Mode of the computation.
    dtype : str
        Floating point type.
    ready : sequence of tf.Tensor or None, optional
        Inputs that have been assembled before (static ones, once a run).
    """
    inputs = [
        assemble(read, values, dtype) if ready is None or ready[i] is None else ready[i]
        for i, read in enumerate(group.reads)
    ]
    computed = group.lowering.compute(inputs, step)
    for output, tensor in zip(group.outputs, computed, strict=True):
        values[output.value] = finish(output, tensor, values, dtype)


class StaticPart:
    """What is the same on every step, computed once before the loop.

    Parameters
    ----------
    plan : StepPlan
        The planned step.
    parameters : sequence of tf.Tensor
        Flat blocks of parameters.
    step : StepContext
        Mode of the computation.
    dtype : str
        Floating point type.

    Attributes
    ----------
    values : dict of int to tf.Tensor
        Static values by identifier.
    ready : dict of int to list of (tf.Tensor or None)
        By identity of a group that runs on every step, its inputs that are static.
    """

    def __init__(
        self, plan: StepPlan, parameters: Sequence[tf.Tensor], step: StepContext, dtype: str
    ) -> None:
        self.values: Values = {}
        for value in plan.values:
            if value.kind == "parameter":
                self.values[value.identifier] = parameters[value.slot]
            elif value.kind == "constant":
                self.values[value.identifier] = tf.constant(plan.constants[value.slot], dtype=dtype)
        for group in plan.groups:
            if group.static:
                run_group(group, self.values, step, dtype)
        self.ready = {
            id(group): [
                assemble(read, self.values, dtype) if read.static and not read.zero else None
                for read in group.reads
            ]
            for group in plan.groups
            if not group.static
        }
