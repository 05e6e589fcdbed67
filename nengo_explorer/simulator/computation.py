"""What every way of carrying out a planned step has in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import tensorflow as tf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nengo_explorer.simulator.ops.base import StepContext
    from nengo_explorer.simulator.ops.python_call import PythonFailure
    from nengo_explorer.simulator.step_plan import StepPlan
    from nengo_explorer.simulator.tracking import Read

    Tensors = list[tf.Tensor]


@dataclass(frozen=True)
class Computation:
    """A planned step, and how it is to be computed.

    Attributes
    ----------
    plan : StepPlan
        The planned step.
    step : StepContext
        Training or inference, and smoothing.
    dt : float
        Length of a step, in seconds.
    dtype : str
        "float32" or "float64".
    unroll : int
        Steps in one body of the loop over steps.
    use_loop : bool
        Whether there is a loop; without one, exactly ``unroll`` steps are computed.
    recorded, last : tuple of Read
        What is recorded on every step, and what is returned of the last step only.
    failure : PythonFailure
        Takes the exception of a Python function.
    """

    plan: StepPlan
    step: StepContext
    dt: float
    dtype: str
    unroll: int
    use_loop: bool
    recorded: tuple[Read, ...]
    last: tuple[Read, ...]
    failure: PythonFailure

    @property
    def recorded_width(self) -> int:
        """Numbers recorded on each step, for each item."""
        return sum(read.size for read in self.recorded)

    @property
    def last_width(self) -> int:
        """Numbers returned of the last step, for each item."""
        return sum(read.size for read in self.last)


@dataclass(frozen=True)
class Steps:
    """The steps to simulate, and where they start.

    Attributes
    ----------
    length : int
        Number of steps that there are inputs for.
    count : tf.Tensor or None
        How many of them to simulate; None for exactly all, so that gradients can be taken.
    first : tf.Tensor
        How many steps were simulated before.
    state : list of tf.Tensor
        Blocks of state at the start, each (items, size).
    inputs : tf.Tensor
        What comes from outside, (length, items or 1, size).
    items : int or tf.Tensor
        Size of the minibatch.
    """

    length: int
    count: tf.Tensor | None
    first: tf.Tensor
    state: Tensors
    inputs: tf.Tensor
    items: Any


def with_items(tensor: tf.Tensor, items: Any) -> tf.Tensor:
    """Give a tensor its axis of items, so that loop variables keep their shape."""
    width = tensor.shape[-1]
    if tensor.shape.rank == 1 or tensor.shape[0] == 1:
        tensor = tf.broadcast_to(tensor, [items, width])
    tensor.set_shape([items if isinstance(items, int) else None, width])
    return tensor


def columns(parts: Sequence[tf.Tensor], items: Any, dtype: str) -> tf.Tensor:
    """What several probes see, side by side, (items, width)."""
    if not parts:
        return tf.zeros([items, 0], dtype)
    return tf.concat([with_items(part, items) for part in parts], axis=1)


def seconds(number: tf.Tensor, computation: Computation) -> tf.Tensor:
    """Simulation time at the end of a step.

    Computed in double precision: a float32 product would drift from n * dt.
    """
    return tf.cast(tf.cast(number, "float64") * computation.dt, computation.dtype)
