"""What Keras layers keep: moving statistics, and where their random generators are.

It is kept from step to step like the state of a simulation, but it belongs to what was learned: a
training keeps it also if it leaves the rest of the state alone, and no call starts without it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from nengo_explorer.simulator.ops.tensor_node import SimTensorNode
from nengo_explorer.simulator.state import SimulationState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from nengo_explorer.settings import GlobalSettings
    from nengo_explorer.simulator.build import BuiltNetwork
    from nengo_explorer.simulator.engine import Engine
    from nengo_explorer.simulator.keras_model import NengoModel


def layer_masks(built: BuiltNetwork) -> list[npt.NDArray[np.bool_]]:
    """For each block of state, which of its elements belong to Keras layers."""
    kept = np.zeros(built.context.space.size, dtype=bool)
    for group in built.groups:
        for op in group:
            if isinstance(op, SimTensorNode):
                for signal in op.kept:
                    kept[built.context.space.of(signal).ravel()] = True
    return [kept[block] for block in built.plan.state]


def take_over(
    built: BuiltNetwork, blocks: Sequence[tf.Tensor], learned: Sequence[Any]
) -> list[tf.Tensor]:
    """Blocks of state, with what layers keep taken from other blocks.

    Parameters
    ----------
    built : BuiltNetwork
        The network.
    blocks : sequence of tf.Tensor
        The state, each (items, size).
    learned : sequence of tf.Tensor
        Another state, whose first item is looked at: what a layer keeps is the same for all.
    """
    masks = layer_masks(built)
    return [
        tf.where(mask, other[:1], block) if mask.any() else block
        for mask, block, other in zip(masks, blocks, learned, strict=True)
    ]


def starting_state(engine: Engine, settings: GlobalSettings) -> SimulationState:
    """State that the next call starts from: the present one, or the initial one.

    Parameters
    ----------
    engine : Engine
        The live simulation.
    settings : GlobalSettings
        The settings in force.
    """
    if settings.stateful:
        return engine.state
    initial = engine.initial_state(engine.items)
    blocks = take_over(engine.built, initial.blocks, engine.state.blocks)
    return SimulationState(initial.n_steps, tuple(blocks))


@contextmanager
def layers_keep(engine: Engine, model: NengoModel) -> Iterator[None]:
    """Whatever ends a training, the live simulation goes on with what layers keep."""
    try:
        yield
    finally:
        learned = model.get_state()[1]
        blocks = take_over(engine.built, engine.state.blocks, learned)
        engine.state = SimulationState(engine.state.n_steps, tuple(blocks))
