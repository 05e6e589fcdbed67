"""Carrying a state over from one plan of a network to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from nengo_explorer.simulator.state import SimulationState

if TYPE_CHECKING:
    import numpy.typing as npt
    from nengo.builder import Signal

    from nengo_explorer.simulator.build import BuiltNetwork


def transfer_state(
    old: BuiltNetwork, state: SimulationState, new: BuiltNetwork, initial: SimulationState
) -> SimulationState:
    """State for a new plan, with the values that the old one had.

    Nengo builds the same network to the same signals in the same order, so signals of the two
    models are paired by position; where their shapes disagree (the network was edited), the new
    plan starts from its initial values.

    Parameters
    ----------
    old, new : BuiltNetwork
        The two plans.
    state : SimulationState
        State of the old one.
    initial : SimulationState
        Initial state of the new one, for the same number of items.
    """
    if not initial.blocks:
        return SimulationState(state.n_steps, ())
    items = int(initial.blocks[0].shape[0])
    known = _by_element(old, state, items)
    values = np.repeat(new.context.space.initial_values(new.context.dtype)[np.newaxis], items, 0)
    for block, tensor in zip(new.plan.state, initial.blocks, strict=True):
        values[:, block] = tensor.numpy()
    old_signals, new_signals = _signals(old), _signals(new)
    if len(old_signals) == len(new_signals):
        for before, after in zip(old_signals, new_signals, strict=True):
            if (
                before.shape == after.shape
                and before in old.context.space
                and after in new.context.space
            ):
                source = old.context.space.of(before).ravel()
                target = new.context.space.of(after).ravel()
                found = ~np.isnan(known[:, source]).any(axis=0)
                values[:, target[found]] = known[:, source[found]]
    blocks = tuple(tf.constant(values[:, block]) for block in new.plan.state)
    return SimulationState(state.n_steps, blocks)


def _by_element(built: BuiltNetwork, state: SimulationState, items: int) -> npt.NDArray[Any]:
    """Known values of all elements, (items, n_elements); NaN where nothing is kept."""
    values = np.full((items, built.context.space.size), np.nan)
    for block, tensor in zip(built.plan.state, state.blocks, strict=True):
        values[:, block] = tensor.numpy()
    return values


def _signals(built: BuiltNetwork) -> list[Signal]:
    """Base signals of the built model, in the order of its operators."""
    return list(dict.fromkeys(s.base for op in built.model.operators for s in op.all_signals))
