"""How long a chunk of steps is."""

from __future__ import annotations

#: What a chunk records should fit into this many bytes.
CHUNK_BYTES = 32 * 2**20

#: Longest and shortest chunk: a long one costs little per step, a short one answers sooner.
MOST_STEPS = 1000
FEWEST_STEPS = 8


def chunk_length(numbers_per_step: int, dtype: str, unroll: int) -> int:
    """Steps in a chunk.

    Parameters
    ----------
    numbers_per_step : int
        How many numbers go into and come out of a program on each step, for all items.
    dtype : str
        Their type.
    unroll : int
        Steps in one body of the loop; chunks are a multiple of it.
    """
    bytes_per_step = max(numbers_per_step, 1) * (8 if dtype == "float64" else 4)
    steps = min(MOST_STEPS, max(FEWEST_STEPS, CHUNK_BYTES // bytes_per_step))
    return max(unroll, steps // unroll * unroll)
