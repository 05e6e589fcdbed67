"""Cheap forms of the exponential and the logarithm where their arguments are known to be small.

A step is short beside the time constant of a membrane, so the arguments of the exponential that
moves a voltage, and of the logarithm that says when a neuron spiked, stay in narrow ranges that are
known when a network is built. There a few terms of a series are as exact as the library's function,
which has to be good everywhere, and cost a fraction of it.
"""

from __future__ import annotations

from math import factorial
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.polynomial import Chebyshev, Polynomial

#: Beyond this argument, the library's functions are used: series would become long.
MOST_ARGUMENT = 0.5

#: What is left of a series is below this part of the smallest relative difference of the type.
REST = 1 / 8

#: Terms of a power series after which nothing is left in double precision.
TERMS_OF_ALL = 20


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


def expm1_of_small(argument: tf.Tensor, most: float) -> tf.Tensor:
    """``exp(argument) - 1``.

    That is ``x + x**2 * q(x)`` with ``q(x) = 1 / 2! + x / 3! + x**2 / 4! + ...``. In place of ``q``
    a polynomial is used that is left of its Chebyshev series for the range if the last terms are
    dropped: one term less than from the power series. What is dropped is at most the sum of the
    dropped coefficients, times ``x**2``; the result is at least ``|x| (1 - |x| / 2)`` in size.

    Few operations matter more than that they are quick: with more of them than bytes in memory, XLA
    would divide the neurons among threads, which takes longer for some thousand of them.

    Parameters
    ----------
    argument : tf.Tensor
        From ``-most`` to 0.
    most : float
        The largest size of the argument.
    """
    limit = REST * np.finfo(argument.dtype.as_numpy_dtype).eps
    power = Polynomial([1 / factorial(k + 2) for k in range(TERMS_OF_ALL)])
    series = power.convert(domain=[-most, 0], kind=Chebyshev)
    terms = 1
    while most * np.sum(np.abs(series.coef[terms:])) / (1 - most / 2) > limit:
        terms += 1
    shortened = series.truncate(terms).convert(domain=power.domain, kind=Polynomial)
    return argument * _horner(argument, [1.0, *shortened.coef])


def _horner(variable: tf.Tensor, coefficients: list[float]) -> Any:
    """A polynomial, coefficients from the lowest power on."""
    value: Any = tf.constant(coefficients[-1], variable.dtype)
    for coefficient in reversed(coefficients[:-1]):
        value = value * variable + coefficient
    return value
