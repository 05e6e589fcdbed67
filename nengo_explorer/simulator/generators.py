"""Random generators for what is stepped by Python, one for each item of a minibatch."""

from __future__ import annotations

import numpy as np

_LARGEST_SEED = np.iinfo(np.uint32).max


class ItemGenerators:
    """Where the items of one process or neuron type take their randomness from.

    The first item uses the given generator itself, as Nengo core does. The others have generators
    of their own, which depend on the item's number alone and not on when they are asked for.

    Parameters
    ----------
    rng : RandomState
        The generator. What others have taken from it before is taken into account, but nothing
        is taken.
    """

    def __init__(self, rng: np.random.RandomState) -> None:
        self._first = rng
        ahead = np.random.RandomState()
        ahead.set_state(rng.get_state())
        self._seed = int(ahead.randint(_LARGEST_SEED, dtype=np.uint32))

    def of(self, item: int) -> np.random.RandomState:
        """The generator of an item, from 0; anew for every item but the first."""
        return self._first if item == 0 else np.random.RandomState([self._seed, item])
