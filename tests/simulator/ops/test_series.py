"""The series for logarithms and exponentials of small arguments, against the exact functions."""

from __future__ import annotations

import numpy as np
import pytest

from nengo_explorer.simulator.ops.series import (
    MOST_ARGUMENT,
    expm1_of_small,
    twice_atanh_of_small,
)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("most", [0.001, 0.025, 0.2, float(np.tanh(MOST_ARGUMENT / 2))])
def test_the_logarithm_is_as_exact_as_its_type(dtype: str, most: float) -> None:
    import tensorflow as tf

    argument = np.linspace(0, most, 10_001).astype(dtype)
    found = twice_atanh_of_small(tf.constant(argument), most).numpy()
    exact = 2 * np.arctanh(argument.astype(np.longdouble))
    error = np.abs(found - exact)
    assert np.all(error <= 2 * np.finfo(dtype).eps * np.abs(exact))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("most", [0.001, 0.05, 0.2, MOST_ARGUMENT])
def test_the_exponential_is_as_exact_as_its_type(dtype: str, most: float) -> None:
    import tensorflow as tf

    argument = -np.linspace(0, most, 10_001).astype(dtype)
    found = expm1_of_small(tf.constant(argument), most).numpy()
    exact = np.expm1(argument.astype(np.longdouble))
    assert np.all(np.abs(found - exact) <= 2 * np.finfo(dtype).eps * np.abs(exact))
