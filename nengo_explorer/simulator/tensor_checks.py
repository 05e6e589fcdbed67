"""What XLA and gradients can make of the function of a TensorNode."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import tensorflow as tf
from nengo.exceptions import SimulationError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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


def examine(op: SimTensorNode, dtype: str) -> None:
    """Look at what a function gives, and where its output has a gradient, in training mode.

    Parameters
    ----------
    op : SimTensorNode
        The operator; what is found about gradients is noted there.
    dtype : str
        Precision.

    Raises
    ------
    SimulationError
        If the function fails, or gives something else than it should.

    Warns
    -----
    UserWarning
        If it uses variables that are not its own, because these are not trained.
    """
    arguments, values = example(op, dtype)
    count = len(arguments)

    def trace(*tensors: tf.Tensor) -> None:
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            output, _ = op.function.call(tensors[:count], tensors[count:], training=True)
            check_output(op, output, dtype)
        try:
            gradients = tape.gradient(output, tensors)
        except LookupError:  # an operation that has none
            gradients = [None] * len(tensors)
        given = zip(op.arguments, gradients, strict=True)
        op.with_gradient = [signal for signal, gradient in given if gradient is not None]

    traced = tf.function(trace, autograph=False)
    try:
        graph = traced.get_concrete_function(*arguments, *values).graph
    except SimulationError:
        raise
    except Exception as error:
        given = ", ".join(str(tuple(tensor.shape)) for tensor in arguments)
        raise SimulationError(
            f"The function of {op.name} failed when it was called with {dtype} tensors of shape "
            f"{given}: {error}"
        ) from error
    if graph.variables:
        names = ", ".join(sorted({variable.name for variable in graph.variables}))
        warnings.warn(
            f"The function of {op.name} uses variables ({names}), which the simulator neither "
            "trains nor saves. Give the Keras layer itself to the TensorNode, so that its weights "
            "become parameters.",
            stacklevel=2,
        )


def check_output(op: SimTensorNode, output: Any, dtype: str) -> None:
    """Refuse an output that is not what the node says it is.

    Raises
    ------
    SimulationError
        If it is no tensor, or one of another size or type.
    """
    expected = f"a {dtype} tensor of shape (items, {', '.join(map(str, op.shape_out))})"
    if not tf.is_tensor(output):
        raise SimulationError(f"{op.name} returned {output!r}; its function must give {expected}.")
    shape = output.shape
    if not tf.TensorShape((None, *op.shape_out)).is_compatible_with(shape):
        raise SimulationError(
            f"{op.name} returned a tensor of shape {tuple(shape)}; it was made to give {expected}. "
            "Leave shape_out away to have it found, or correct it."
        )
    if output.dtype.name != dtype:
        raise SimulationError(
            f"{op.name} returned a tensor of type {output.dtype.name}; it has to give {expected}. "
            f"Cast it in the function with tf.cast(..., {dtype!r}), or change the option dtype."
        )


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
            # Copies, as in a loop a tensor that came in for another gradient is new to no tape.
            own = [tf.identity(tensor) for tensor in given]
            with tf.GradientTape() as tape:
                tape.watch(own)
                again = list(function(*own))
            gradients = tape.gradient(again, own, output_gradients=list(upstream))
            return gradients if variables is None else (gradients, [None] * len(variables))

        return list(function(*given)), gradient

    results = call(*tensors)
    return list(results) if isinstance(results, list | tuple) else [results]
