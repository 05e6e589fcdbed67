"""Numbers that are computed once, whatever needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from nengo_explorer.simulator.ops.computed_once import computed_once, knowing_count

if TYPE_CHECKING:
    import tensorflow as tf


def two_readers(values: tf.Tensor, once: Any) -> tuple[tf.Tensor, tf.Tensor]:
    """Two things that need the same number."""
    import tensorflow as tf

    number = once(values * values + 3 * values)
    return tf.maximum(number, 1), tf.minimum(number, 5)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_numbers_stay_what_they_are(dtype: str) -> None:
    import tensorflow as tf

    values = tf.constant(np.random.RandomState(0).randn(1000) * 1e3, dtype)

    @tf.function(jit_compile=True, autograph=False)
    def program(count: tf.Tensor) -> tf.Tensor:
        with knowing_count(count, dtype):
            return computed_once(values)

    for count in (1, 7):
        np.testing.assert_array_equal(program(tf.constant(count)), values)


def test_without_a_program_it_is_the_same_tensor() -> None:
    import tensorflow as tf

    values = tf.constant([1.0, 2.0])
    assert computed_once(values) is values


def test_the_compiler_does_not_compute_it_for_each_reader() -> None:
    import tensorflow as tf

    def optimized(once: Any) -> str:
        @tf.function(jit_compile=True, autograph=False)
        def program(count: tf.Tensor, values: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            with knowing_count(count, "float32"):
                return two_readers(values, once)

        arguments = (tf.constant(2), tf.zeros(100))
        text: str = program.experimental_get_compiler_ir(*arguments)(stage="optimized_hlo")
        return text

    assert optimized(lambda tensor: tensor).count(" multiply(") == 4
    assert optimized(computed_once).count(" multiply(") == 2
