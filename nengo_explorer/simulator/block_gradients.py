"""Gradients of many parameters from those of a few blocks.

A network of a thousand ensembles has some thousand parameters, but its programs read a few large
blocks of numbers. If XLA compiled what happens to each parameter, that would be thousands of small
functions, and most of the time before the first step and most of the memory. So XLA compiles the
gradients of the blocks, which grow with the number of kinds of operators, and TensorFlow takes them
apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import keras

    from nengo_explorer.simulator.keras_model import NengoModel

#: With so many parameters their gradients are taken apart outside of what XLA compiles. XLA updates
#: a large array in half the time, but takes 30 ms to compile what it does to each.
MANY = 32


def differentiated(
    model: NengoModel,
    variables: Sequence[keras.Variable],
    compute: Callable[[], tuple[tf.Tensor, Any]],
    *,
    compiled: bool,
) -> tuple[Any, list[tf.Tensor | None]]:
    """Compute a loss, and its gradients.

    Parameters
    ----------
    model : NengoModel
        The model.
    variables : list of keras.Variable
        Parameters of the model.
    compute : callable
        Calls the model, and gives the loss, and whatever else is wanted.
    compiled : bool
        Whether XLA compiles it.

    Returns
    -------
    result : object
        What is wanted beside the loss.
    gradients : list of tf.Tensor or None
        For each variable; None if nothing leads from it to the loss.
    """
    values = [variable.value for variable in variables]
    # Not only the network depends on these: their penalties are a part of the loss.
    penalised = [n for n, variable in enumerate(variables) if variable.regularizer is not None]
    connected: list[bool] = []
    with tf.GradientTape() as outer:
        outer.watch(values)
        blocks = model.parameter_blocks()

    @tf.function(jit_compile=compiled, autograph=False)
    def differentiate(blocks: list[tf.Tensor]) -> tuple[Any, list[tf.Tensor]]:
        own = [values[number] for number in penalised]
        with model.reading(blocks), tf.GradientTape() as inner:
            inner.watch([*blocks, *own])
            loss, result = compute()
        found = inner.gradient(loss, [*blocks, *own])
        connected[:] = [gradient is not None for gradient in found]
        return result, [tf.convert_to_tensor(g) for g in found if g is not None]

    result, present = differentiate(blocks)
    rest = iter(present)
    found = [next(rest) if there else None for there in connected]
    pairs = [
        (block, slope) for block, slope in zip(blocks, found, strict=False) if slope is not None
    ]
    gradients: list[tf.Tensor | None] = outer.gradient(
        [block for block, _ in pairs], values, output_gradients=[slope for _, slope in pairs]
    )
    for number, slope in zip(penalised, found[len(blocks) :], strict=True):
        before = gradients[number]
        if slope is not None:
            gradients[number] = slope if before is None else tf.convert_to_tensor(before) + slope
    return result, gradients
