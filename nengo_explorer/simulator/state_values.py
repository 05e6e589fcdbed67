"""Values of single signals inside a state: reading them, and replacing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from nengo_explorer.simulator.state import SimulationState

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from nengo_explorer.simulator.build import BuiltNetwork
    from nengo_explorer.simulator.elements import Elements

    Array = npt.NDArray[Any]


def read_state(
    built: BuiltNetwork, state: SimulationState, elements: Elements, items: int
) -> Array:
    """Present values of some elements; those that are not kept have their initial values.

    Parameters
    ----------
    built : BuiltNetwork
        The network.
    state : SimulationState
        Its state.
    elements : (n_elements,) ndarray of int32
        Element numbers.
    items : int
        Size of the minibatch.

    Returns
    -------
    values : (items, n_elements) ndarray
    """
    initial = built.context.space.initial_values(elements, built.context.dtype)
    values = np.repeat(initial[np.newaxis], items, axis=0)
    for place, tensor in zip(_places(built, elements), state.blocks, strict=True):
        here = place >= 0
        if here.any():
            values[:, here] = tensor.numpy()[:, place[here]]
    return values


def replace_in_state(
    built: BuiltNetwork, state: SimulationState, changes: Sequence[tuple[Elements, Array]]
) -> SimulationState:
    """A state with other values of some elements.

    Parameters
    ----------
    built : BuiltNetwork
        The network.
    state : SimulationState
        Its state, which stays as it is.
    changes : sequence of (ndarray of int32, ndarray)
        Element numbers (n_elements,), and their values (items, n_elements).
    """
    blocks = list(state.blocks)
    for elements, values in changes:
        for number, place in enumerate(_places(built, elements)):
            here = place >= 0
            if here.any():
                numbers = blocks[number].numpy().copy()
                numbers[:, place[here]] = values[:, here]
                blocks[number] = tf.constant(numbers)
    return SimulationState(state.n_steps, tuple(blocks))


def _places(built: BuiltNetwork, elements: Elements) -> list[npt.NDArray[np.int64]]:
    """For each block of the state, the position of each element in it; -1 if it is not there."""
    position = np.full(built.context.space.size, -1, dtype=np.int64)
    places = []
    for block in built.plan.state:
        position[block] = np.arange(block.size)
        places.append(position[elements])
        position[block] = -1
    return places
