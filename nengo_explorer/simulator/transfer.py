"""A state by signal: to carry it over to another plan of a network, or into a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from nengo_explorer.simulator.state import SimulationState

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt
    from nengo.builder import Signal

    from nengo_explorer.simulator.build import BuiltNetwork

    Array = npt.NDArray[Any]


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
    same = len(_signals(old)) == len(_signals(new))
    arrays = state_arrays(old, state) if same else {}
    return state_from_arrays(new, arrays, state.n_steps, initial)


def state_arrays(built: BuiltNetwork, state: SimulationState) -> dict[str, Array]:
    """What a state keeps of each signal.

    Parameters
    ----------
    built : BuiltNetwork
        The network.
    state : SimulationState
        Its state.

    Returns
    -------
    arrays : dict of str to ndarray
        By position of the signal, each (items, size); NaN for elements that are not kept.
    """
    if not state.blocks:
        return {}
    items = int(state.blocks[0].shape[0])
    values = np.full((items, built.context.space.size), np.nan, dtype=built.context.dtype)
    for block, tensor in zip(built.plan.state, state.blocks, strict=True):
        values[:, block] = tensor.numpy()
    arrays = {}
    for position, signal in enumerate(_signals(built)):
        if signal in built.context.space:
            found = values[:, built.context.space.of(signal).ravel()]
            if not np.isnan(found).all():
                arrays[str(position)] = found
    return arrays


def state_from_arrays(
    built: BuiltNetwork, arrays: Mapping[str, Array], n_steps: int, initial: SimulationState
) -> SimulationState:
    """A state with given values of some signals.

    Parameters
    ----------
    built : BuiltNetwork
        The network.
    arrays : dict of str to ndarray
        From `state_arrays`, of this or another plan of the network.
    n_steps : int
        Number of steps simulated so far.
    initial : SimulationState
        Values of everything else.
    """
    if not initial.blocks:
        return SimulationState(n_steps, ())
    space = built.context.space
    items = int(initial.blocks[0].shape[0])
    values = np.zeros((items, space.size), dtype=built.context.dtype)
    for block, tensor in zip(built.plan.state, initial.blocks, strict=True):
        values[:, block] = tensor.numpy()
    signals = _signals(built)
    for position, array in arrays.items():
        signal = signals[int(position)]
        if signal not in space or array.shape != (items, space.of(signal).size):
            continue
        target = space.of(signal).ravel()
        known = ~np.isnan(array).any(axis=0)
        values[:, target[known]] = array[:, known]
    blocks = tuple(tf.constant(values[:, block]) for block in built.plan.state)
    return SimulationState(n_steps, blocks)


def _signals(built: BuiltNetwork) -> list[Signal]:
    """Base signals of the built model, in the order of its operators."""
    return list(dict.fromkeys(s.base for op in built.model.operators for s in op.all_signals))
