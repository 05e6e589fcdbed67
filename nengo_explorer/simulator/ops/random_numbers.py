"""Random numbers that are a function of (seed, step, item, neuron) and need no state.

A generator with a state would have to be part of the simulation's state, and its numbers would
depend on which neurons happen to run side by side. A counter-based generator has neither problem:
every neuron of every item has its own stream, whatever the planner or the size of the minibatch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

if TYPE_CHECKING:
    import numpy.typing as npt

_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_PARITY = 0x1BD11BDA
_ROUNDS = 20

#: The item's number and the number of the draw share one word of the counter.
_ITEM_BITS = 24


def threefry(
    key: tuple[tf.Tensor, tf.Tensor], counter: tuple[tf.Tensor, tf.Tensor]
) -> tuple[tf.Tensor, tf.Tensor]:
    """Threefry-2x32 with 20 rounds [1]_: two words that look random, from a key and a counter.

    Parameters
    ----------
    key, counter : tuple of two tf.Tensor
        Words of type uint32; shapes are broadcast.

    Returns
    -------
    words : tuple of two tf.Tensor
        Of type uint32.

    References
    ----------
    .. [1] Salmon, Moraes, Dror & Shaw (2011). Parallel random numbers: as easy as 1, 2, 3. SC '11.
    """
    parity = tf.bitwise.bitwise_xor(tf.bitwise.bitwise_xor(key[0], key[1]), _word(_PARITY))
    keys = (key[0], key[1], parity)
    first, second = counter[0] + keys[0], counter[1] + keys[1]
    for block in range(_ROUNDS // 4):
        for rotation in _ROTATIONS[block % 2]:
            first += second
            second = tf.bitwise.bitwise_xor(_rotated(second, rotation), first)
        first += keys[(block + 1) % 3]
        second += keys[(block + 2) % 3] + _word(block + 1)
    return first, second


def _word(value: int) -> tf.Tensor:
    return tf.constant(value, dtype="uint32")


def _rotated(word: tf.Tensor, bits: int) -> tf.Tensor:
    """Bits moved to the left; what falls out comes back on the right."""
    return tf.bitwise.bitwise_or(
        tf.bitwise.left_shift(word, _word(bits)), tf.bitwise.right_shift(word, _word(32 - bits))
    )


class RandomNumbers:
    """Random numbers for one step of a group of neurons.

    Parameters
    ----------
    seeds : (n_neurons, 2) ndarray of uint32
        Seed of its ensemble and number in it, for each neuron.
    step : tf.Tensor
        Number of the step, (rows, 1) or (1,), from 1.
    rows : int or tf.Tensor
        Number of items; every row is one.
    dtype : str
        "float32" or "float64".

    Attributes
    ----------
    shape : list
        Rows and neurons, the shape of what is drawn.
    """

    def __init__(
        self, seeds: npt.NDArray[Any], step: tf.Tensor, rows: int | tf.Tensor, dtype: str
    ) -> None:
        self._key = (tf.constant(seeds[:, 0]), tf.constant(seeds[:, 1]))
        # By way of int64: not every kernel converts a floating point number to uint32.
        self._step = tf.cast(tf.cast(step, "int64"), "uint32")
        self._item = tf.cast(tf.range(rows)[:, tf.newaxis], "uint32")
        self._dtype = dtype
        self._draws = 0
        self.shape = [rows, len(seeds)]

    def uniform(self, draw: tf.Tensor | None = None) -> tf.Tensor:
        """Numbers from 0 (included) to 1 (not included), (rows, n_neurons).

        Parameters
        ----------
        draw : tf.Tensor, optional
            Number of the draw, an integer from 0 to 255, for draws inside a loop; a step has either
            such draws or others. By default, each call is a new draw.
        """
        if draw is None:
            draw = tf.constant(self._draws)
            self._draws += 1
        number = tf.bitwise.left_shift(tf.cast(draw, "uint32"), _word(_ITEM_BITS))
        words = threefry(self._key, (self._step, tf.bitwise.bitwise_or(self._item, number)))
        if self._dtype == "float32":
            return tf.cast(tf.bitwise.right_shift(words[0], _word(8)), "float32") * 2.0**-24
        high = tf.cast(tf.bitwise.right_shift(words[0], _word(5)), "float64")
        low = tf.cast(tf.bitwise.right_shift(words[1], _word(6)), "float64")
        return (high * 2.0**26 + low) * 2.0**-53
