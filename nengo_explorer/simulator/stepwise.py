"""The plain order: all groups of a step, then all of the next, in one loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

from nengo_explorer.simulator.computation import columns, seconds, with_items
from nengo_explorer.simulator.execute import assemble
from nengo_explorer.simulator.segments import (
    run_groups,
    run_groups_lightly,
    run_with_python,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from nengo_explorer.simulator.computation import Computation, Steps
    from nengo_explorer.simulator.execute import StaticPart

    Tensors = list[tf.Tensor]


def simulate_stepwise(
    computation: Computation, static: StaticPart, steps: Steps
) -> tuple[tf.Tensor, tf.Tensor, Tensors]:
    """Loop over steps.

    Parameters
    ----------
    computation : Computation
        What to compute on each step.
    static : StaticPart
        What is the same on every step.
    steps : Steps
        The steps.

    Returns
    -------
    recorded : tf.Tensor
        Probes on every step, (length, items, width); only the first ``count`` count.
    last : tf.Tensor
        Probes on the last step, (items, width).
    state : list of tf.Tensor
        State after the last step.
    """
    items, unroll, dtype = steps.items, computation.unroll, computation.dtype
    known = items if isinstance(items, int) else None
    shape = [known, computation.recorded_width]
    record = tf.TensorArray(dtype, size=steps.length, element_shape=shape)
    last = tf.zeros([items, computation.last_width], dtype)

    # Without a fixed number of steps there are no gradients; without a loop, XLA knows better.
    run = run_groups_lightly if computation.use_loop and steps.count is None else run_groups

    def step(index: tf.Tensor, now: Tensors, _last: tf.Tensor, record: Any) -> Any:
        row = tf.gather(steps.inputs, index)
        number = steps.first + index + 1
        now, seen, last = one_step(computation, static, now, row, number, items, run)
        return index + 1, now, last, record.write(index, seen)

    def body(*variables: Any) -> Any:
        for _ in range(min(unroll, steps.length)):
            variables = step(*variables)
        return variables

    variables: Any = (tf.constant(0), list(steps.state), last, record)
    if not computation.use_loop or (steps.count is None and steps.length <= unroll):
        _, state, last, record = body(*variables)
        return record.stack(), last, list(state)
    end = steps.length if steps.count is None else steps.count
    whole = end // unroll * unroll
    # A bound on the number of rounds lets XLA reserve what the gradient needs.
    rounds = steps.length // unroll if steps.count is None else None
    variables = loop(lambda index, *_: index < whole, body, variables, rounds)
    if unroll > 1:
        rest = unroll if steps.count is None else None
        variables = loop(lambda index, *_: index < end, step, variables, rest)
    _, state, last, record = variables
    return record.stack(), last, list(state)


def loop(condition: Any, body: Any, variables: Any, rounds: int | None) -> Any:
    """A loop whose steps do not overlap, as calls of Python have to keep their order."""
    return tf.while_loop(
        condition, body, variables, parallel_iterations=1, maximum_iterations=rounds
    )


def one_step(
    computation: Computation,
    static: StaticPart,
    state: Tensors,
    row: tf.Tensor,
    number: tf.Tensor,
    items: Any,
    run: Callable[..., None] = run_groups,
) -> tuple[Tensors, tf.Tensor, tf.Tensor]:
    """One simulation step.

    Parameters
    ----------
    computation : Computation
        What to compute.
    static : StaticPart
        What is the same on every step.
    state : list of tf.Tensor
        Blocks of state, each (items, size).
    row : tf.Tensor
        Inputs of this step, (items or 1, size).
    number : tf.Tensor
        Number of this step, from 1.
    items : int
        Size of the minibatch.
    run : callable
        What computes groups, unless some of them call Python.

    Returns
    -------
    state : list of tf.Tensor
        State after the step.
    recorded, last : tf.Tensor
        What probes see, each (items, width).
    """
    plan, dtype = computation.plan, computation.dtype
    values = dict(static.values)
    for value in plan.values:
        if value.kind == "state":
            values[value.identifier] = state[value.slot]
        elif value.kind == "input":
            values[value.identifier] = row
        elif value.kind == "step":
            values[value.identifier] = tf.cast(number, dtype)[tf.newaxis]
        elif value.kind == "time":
            values[value.identifier] = seconds(number, computation)[tf.newaxis]
    groups = [group for group in plan.groups if not group.static]
    if plan.calls_python:
        run_with_python(
            groups, values, static, computation.step, dtype,
            number=number, items=items, failure=computation.failure,
        )  # fmt: skip
    else:
        run(groups, values, static, computation.step, dtype)
    new = [with_items(assemble(read, values, dtype), items) for read in plan.next_state]
    recorded, last = (
        columns([assemble(read, values, dtype) for read in reads], items, dtype)
        for reads in (computation.recorded, computation.last)
    )
    return new, recorded, last
