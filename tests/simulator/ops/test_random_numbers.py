"""The counter-based generator against its published test vectors."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.mark.parametrize(
    ("key", "counter", "expected"),
    [
        # Known answers of the Random123 library, threefry2x32 with 20 rounds.
        ((0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
        ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
        ((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
    ],
)
def test_known_answers(
    key: tuple[int, int], counter: tuple[int, int], expected: tuple[int, int]
) -> None:
    import tensorflow as tf

    from nengo_explorer.simulator.ops.random_numbers import threefry

    def words(pair: tuple[int, int]) -> tuple[tf.Tensor, tf.Tensor]:
        return tf.constant(pair[0], "uint32"), tf.constant(pair[1], "uint32")

    assert tuple(int(word) for word in threefry(words(key), words(counter))) == expected


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_uniform_numbers_fill_the_interval_and_differ_in_every_direction(dtype: str) -> None:
    import tensorflow as tf

    from nengo_explorer.simulator.ops.random_numbers import RandomNumbers

    seeds = np.stack([np.full(50, 3), np.arange(50)], axis=1).astype(np.uint32)
    first = RandomNumbers(seeds, tf.constant([1.0], dtype), 40, dtype)
    second = RandomNumbers(seeds, tf.constant([2.0], dtype), 40, dtype)
    numbers = np.stack([first.uniform(), first.uniform(), second.uniform()])
    assert numbers.dtype == dtype
    assert numbers.min() >= 0
    assert numbers.max() < 1
    assert np.unique(numbers).size > 0.999 * numbers.size
    assert abs(numbers.mean() - 0.5) < 5 / np.sqrt(12 * numbers.size)
    along = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in (numbers[:2], numbers[1:])]
    assert np.max(np.abs(along)) < 5 / np.sqrt(2000)
