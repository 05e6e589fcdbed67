"""Tensors of a minibatch whose size may not be known, or not be that of the state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

from nengo_explorer.simulator.names import SOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping


def items_of(inputs: Mapping[str, tf.Tensor]) -> Any:
    """Size of the minibatch: a number if it is known while tracing, else a tensor."""
    sizes = [tensor.shape[0] for name, tensor in inputs.items() if name != SOURCES]
    known = [size for size in sizes if size is not None]
    if known:
        return int(known[0])
    name = next((name for name in inputs if name != SOURCES), SOURCES)
    size = inputs[name].shape[0]
    return int(size) if size is not None else tf.shape(inputs[name])[0]


def for_items(part: tf.Tensor, items: Any) -> tf.Tensor:
    """Columns of the input for all items, some of which are the same for all of them."""
    if isinstance(items, int) and part.shape[0] == items:
        return part
    return tf.broadcast_to(part, [items, tf.shape(part)[1], part.shape[2]])


def completed(block: tf.Tensor, variable: tf.Variable) -> tf.Tensor:
    """New state of a smaller last minibatch, with the old one of the items it lacks."""
    have, whole = block.shape[0], variable.shape[0]
    if have is not None and have == whole:
        return block
    return tf.concat([block, variable[tf.shape(block)[0] :]], axis=0)[:whole]


def spread(block: tf.Tensor, items: Any) -> tf.Tensor:
    """State of one item for all, or of the first items of a larger minibatch."""
    have = int(block.shape[0])
    if have == 1:
        return tf.broadcast_to(block, [items, block.shape[1]])
    return block[:items]
