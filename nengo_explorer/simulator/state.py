"""The state of a simulation, and the random generators and counters that go with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import tensorflow as tf

if TYPE_CHECKING:
    from nengo_explorer.simulator.build import BuiltNetwork


@dataclass(frozen=True)
class SimulationState:
    """Everything that one step hands to the next.

    Attributes
    ----------
    n_steps : int
        Number of steps simulated so far.
    blocks : tuple of tf.Tensor
        What the plan keeps from step to step, each (items, size).
    """

    n_steps: int
    blocks: tuple[tf.Tensor, ...]


def initial_state(built: BuiltNetwork, items: int) -> SimulationState:
    """State before the first step, the same for all items.

    Parameters
    ----------
    built : BuiltNetwork
        The network.
    items : int
        Size of the minibatch.
    """
    values = built.context.space.initial_values(built.context.dtype)
    blocks = [tf.constant(values[elements]) for elements in built.plan.state]
    return SimulationState(0, tuple(tf.repeat(block[tf.newaxis], items, 0) for block in blocks))


def for_items(state: SimulationState, items: int) -> SimulationState:
    """The same state for another number of items.

    A single item is repeated; of several, the first ones are taken.

    Raises
    ------
    ValueError
        If there are fewer items, but more than one.
    """
    have = int(state.blocks[0].shape[0]) if state.blocks else items
    if have == items:
        return state
    if have == 1:
        blocks = tuple(tf.repeat(block, items, axis=0) for block in state.blocks)
    elif have > items:
        blocks = tuple(block[:items] for block in state.blocks)
    else:
        raise ValueError(f"cannot spread the state of {have} items over {items}")
    return SimulationState(state.n_steps, blocks)
