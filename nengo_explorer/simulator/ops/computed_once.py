"""Numbers that a compiled program computes once, though many of its parts need them.

XLA would rather compute a number again in every loop over neurons that needs it than write it to
memory, unless that takes a division, a root or the like. For the state of neurons this is a bad
bargain: everything before it is then computed again, too. So such a number is divided by a one of
which XLA does not know that it is one, which leaves it as it is, to the last bit.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

import tensorflow as tf

if TYPE_CHECKING:
    from collections.abc import Iterator

_ONE: ContextVar[tf.Tensor | None] = ContextVar("one", default=None)


@contextmanager
def knowing_count(count: tf.Tensor, dtype: str) -> Iterator[None]:
    """Within this, `computed_once` has an effect.

    Parameters
    ----------
    count : tf.Tensor
        A positive integer that is known when the program runs, not when it is compiled.
    dtype : str
        Floating point type of the program.
    """
    token = _ONE.set(tf.cast(tf.minimum(count, 1), dtype))
    try:
        yield
    finally:
        _ONE.reset(token)


def computed_once(tensor: tf.Tensor) -> tf.Tensor:
    """The same numbers, computed once, whatever needs them.

    Without `knowing_count` the tensor itself: gradients would have to go through the division.

    Parameters
    ----------
    tensor : tf.Tensor
        Numbers that several others depend on, of any shape.
    """
    one = _ONE.get()
    return tensor if one is None else tensor / one
