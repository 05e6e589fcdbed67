"""Compiled parts of a step, and the calls of Python between them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from nengo_explorer.simulator.execute import assemble, finish, run_group
from nengo_explorer.simulator.ops.python_call import PythonLowering
from nengo_explorer.simulator.tensor_checks import recomputed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nengo_explorer.simulator.execute import StaticPart
    from nengo_explorer.simulator.ops.base import StepContext
    from nengo_explorer.simulator.ops.python_call import PythonFailure
    from nengo_explorer.simulator.step_plan import GroupPlan

    Values = dict[int, tf.Tensor]


def run_groups(
    groups: Sequence[GroupPlan],
    values: Values,
    static: StaticPart,
    step: StepContext,
    dtype: str,
) -> None:
    """Compute groups, none of which calls Python, in order; extends ``values`` in place."""
    for group in groups:
        run_group(group, values, step, dtype, static.ready.get(id(group)))


def run_groups_lightly(
    groups: Sequence[GroupPlan],
    values: Values,
    static: StaticPart,
    step: StepContext,
    dtype: str,
) -> None:
    """As `run_groups`, but a gradient keeps nothing of what is between.

    It computes the groups once more. In a loop over time this is what makes memory small: what
    comes into a step is mostly much less than what is in between, for all steps.
    """
    written = [output.value for group in groups for output in group.outputs]
    names: dict[int, None] = {}
    prepared: list[tuple[int, int]] = []
    for group in groups:
        ready = static.ready.get(id(group))
        for place, read in enumerate(group.reads):
            if ready is not None and ready[place] is not None:
                prepared.append((id(group), place))
            else:
                names.update(dict.fromkeys(value for value in read.values if value in values))
        for output in group.outputs:
            present = () if output.present is None else output.present.values
            names.update(dict.fromkeys(value for value in present if value in values))

    if not written or not (names or prepared):
        run_groups(groups, values, static, step, dtype)
        return

    # Everything has to come in by an argument: what is captured would get no gradient.
    def compute(*given: tf.Tensor) -> list[tf.Tensor]:
        own = dict(zip(names, given, strict=False))
        ready = {id(group): list(static.ready.get(id(group), ())) for group in groups}
        for (key, place), tensor in zip(prepared, given[len(names) :], strict=True):
            ready[key][place] = tensor
        for group in groups:
            run_group(group, own, step, dtype, ready[id(group)] or None)
        return [own[value] for value in written]

    tensors = [values[value] for value in names]
    tensors += [static.ready[key][place] for key, place in prepared]
    values.update(zip(written, recomputed(compute, tensors), strict=True))


def run_with_python(
    groups: Sequence[GroupPlan],
    values: Values,
    static: StaticPart,
    step: StepContext,
    dtype: str,
    *,
    number: tf.Tensor,
    items: int,
    failure: PythonFailure,
) -> None:
    """Compute groups, some of which call Python, in order; extends ``values`` in place.

    Runs of groups between two calls of Python are compiled, each on its own.

    Parameters
    ----------
    groups : sequence of GroupPlan
        The groups.
    values : dict of int to tf.Tensor
        Values by identifier.
    static : StaticPart
        What is the same on every step.
    step : StepContext
        Mode of the computation.
    dtype : str
        Floating point type.
    number : tf.Tensor
        Number of the step, from 1.
    items : int
        Size of the minibatch.
    failure : PythonFailure
        Takes the exception of a Python function.
    """
    for calls_python, members in groupby(groups, key=lambda group: group.lowering.calls_python):
        if calls_python:
            for group in members:
                if isinstance(group.lowering, PythonLowering):
                    _call_python(group, group.lowering, values, dtype, number, items, failure)
                else:  # TensorFlow can run it, XLA cannot compile it
                    run_group(group, values, step, dtype)
        else:
            _run_compiled(list(members), values, static, step, dtype)


def _run_compiled(
    groups: list[GroupPlan], values: Values, static: StaticPart, step: StepContext, dtype: str
) -> None:
    """Compute groups as one compiled function; what it reads is captured from around it."""
    written = [output.value for group in groups for output in group.outputs]

    @tf.function(jit_compile=True, autograph=False)
    def segment() -> list[tf.Tensor]:
        local = dict(values)
        run_groups(groups, local, static, step, dtype)
        return [local[identifier] for identifier in written]

    values.update(zip(written, segment(), strict=True))


def _call_python(
    group: GroupPlan,
    lowering: PythonLowering,
    values: Values,
    dtype: str,
    number: tf.Tensor,
    items: Any,
    failure: PythonFailure,
) -> None:
    """Call the step functions of one group."""

    def call(n_steps: Any, count: Any, *inputs: Any) -> list[Any]:
        try:
            outputs = lowering.call(int(n_steps), list(inputs))
        except BaseException as error:
            failure.error = error
            raise
        return [np.broadcast_to(output, (int(count), output.shape[1])) for output in outputs]

    inputs = [assemble(read, values, dtype) for read in group.reads]
    inputs = [tensor if tensor.shape.rank == 2 else tensor[tf.newaxis] for tensor in inputs]
    results = tf.numpy_function(call, [number, items, *inputs], [dtype] * len(group.outputs))
    if not group.outputs:  # Nodes that only take: TensorFlow gives back the bare operation
        return
    for output, tensor, write in zip(group.outputs, results, lowering.writes, strict=True):
        # Keras may trace for minibatches of any size: their size is then a tensor.
        known = items if isinstance(items, int) else None
        tensor.set_shape([known, write.elements.size])
        values[output.value] = finish(output, tensor, values, dtype)
