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
    context = built.context
    blocks = [
        tf.constant(context.space.initial_values(elements, context.dtype))
        for elements in built.plan.state
    ]
    return SimulationState(0, tuple(tf.repeat(block[tf.newaxis], items, 0) for block in blocks))
