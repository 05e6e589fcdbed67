"""A cheap form of the logarithm where its argument is known to be small.

A step is short beside the time constant of a membrane, so the argument of the logarithm that says
when a neuron spiked stays in a narrow range that is known when a network is built. There a few
terms of a series are as exact as the library's function, which has to be good everywhere, and cost
a fraction of it. (For the exponential the same pays nothing: the library's is as quick in float32.)
"""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

#: Beyond this argument, the library's function is used: the series would become long.
MOST_ARGUMENT = 0.5

#: What is left of a series is below this part of the smallest relative difference of the type.
REST = 1 / 8


def twice_atanh_of_small(argument: tf.Tensor, most: float) -> tf.Tensor:
    """``log((1 + argument) / (1 - argument))``.

    The series ``2 * (x + x**3 / 3 + ...)`` with ``n`` terms leaves, relative to the result, less
    than ``most**(2 n) / (2 n + 1) / (1 - most**2)``.

    Parameters
    ----------
    argument : tf.Tensor
        From 0 to ``most``.
    most : float
        The largest argument.
    """
    limit = REST * np.finfo(argument.dtype.as_numpy_dtype).eps
    terms = 1
    while most ** (2 * terms) / (2 * terms + 1) / (1 - most**2) > limit:
        terms += 1
    square = argument * argument
    return argument * _horner(square, [2 / (2 * k + 1) for k in range(terms)])


def _horner(variable: tf.Tensor, coefficients: list[float]) -> Any:
    """A polynomial, coefficients from the lowest power on."""
    value: Any = tf.constant(coefficients[-1], variable.dtype)
    for coefficient in reversed(coefficients[:-1]):
        value = value * variable + coefficient
    return value
