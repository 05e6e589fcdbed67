"""What XLA and gradients can make of the function of a TensorNode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nengo.builder import Signal

    from nengo_explorer.simulator.ops.tensor_node import SimTensorNode


def example(op: SimTensorNode, dtype: str) -> tuple[list[tf.Tensor], list[tf.Tensor]]:
    """Arguments and variables of a call for one item."""
    arguments = [tf.zeros(spec.shape, spec.dtype) for spec in op.specs(1, dtype)]
    values = [tf.constant(entry.initial.ravel(), dtype) for entry in op.function.variables]
    return arguments, values


def is_compilable(op: SimTensorNode, dtype: str) -> bool:
    """Whether XLA can compile a function and its gradient.

    Nothing is run: TensorFlow only translates it into the language of XLA.

    Parameters
    ----------
    op : SimTensorNode
        The operator.
    dtype : str
        Precision.
    """
    arguments, values = example(op, dtype)
    count = len(arguments)

    def both_modes(*tensors: tf.Tensor) -> list[Any]:
        results: list[Any] = []
        for training in (True, False):
            with tf.GradientTape() as tape:
                tape.watch(tensors)
                output, kept = op.function.call(tensors[:count], tensors[count:], training=training)
            gradients = tape.gradient(output, tensors)
            results += [output, *kept, *(g for g in gradients if g is not None)]
        return results

    compiled = tf.function(both_modes, jit_compile=True, autograph=False)
    try:
        compiled.experimental_get_compiler_ir(*arguments, *values)(stage="hlo")
    except (tf.errors.OpError, LookupError, ValueError):
        return False
    return True


def gradient_reads(op: SimTensorNode) -> list[Signal]:
    """What an operator reads that its output has a gradient by, in training mode; found once."""
    if op.function.by_item:
        return list(op.reads)
    if op.with_gradient is None:
        given = [signal for signal in (op.time, op.input) if signal is not None]
        connected = _differentiable(op, op.output.dtype.name)
        op.with_gradient = [
            signal for signal, on in zip([*given, *op.variables], connected, strict=True) if on
        ]
    return op.with_gradient


def _differentiable(op: SimTensorNode, dtype: str) -> list[bool]:
    """For each argument and variable, whether the output in training has a gradient by it."""
    arguments, values = example(op, dtype)
    count = len(arguments)
    connected = [False] * (count + len(values))

    def trace(*tensors: tf.Tensor) -> None:
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            output, _ = op.function.call(tensors[:count], tensors[count:], training=True)
        for number, gradient in enumerate(tape.gradient(output, tensors)):
            connected[number] = gradient is not None

    try:
        tf.function(trace, autograph=False).get_concrete_function(*arguments, *values)
    except LookupError:  # an operation that has no gradient
        return [False] * len(connected)
    return connected


def recomputed(
    function: Callable[..., Sequence[tf.Tensor]], tensors: Sequence[tf.Tensor]
) -> list[tf.Tensor]:
    """Call a function so that its gradient calls it once more.

    Parameters
    ----------
    function : callable
        Takes tensors and gives tensors.
    tensors : sequence of tf.Tensor
        What it takes.

    Returns
    -------
    results : list of tf.Tensor
    """

    @tf.custom_gradient
    def call(*given: tf.Tensor) -> tuple[Any, Any]:
        def gradient(*upstream: tf.Tensor, variables: Any = None) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(given)
                again = list(function(*given))
            gradients = tape.gradient(again, list(given), output_gradients=list(upstream))
            return gradients if variables is None else (gradients, [None] * len(variables))

        return list(function(*given)), gradient

    results = call(*tensors)
    return list(results) if isinstance(results, list | tuple) else [results]
