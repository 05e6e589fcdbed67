"""What ``sim.signals`` gives: present values of the signals that Nengo built."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from nengo_explorer.simulator.state_values import read_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt
    from nengo.builder import Signal

    from nengo_explorer.simulator.engine import Engine

    Array = npt.NDArray[Any]


class SignalValues(Mapping[Any, Any]):
    """Present values of signals, read-only.

    Signals that are the same on every step, or are kept from step to step, have the value that they
    have after the last step; what is only passed on within a step has its initial value.

    Parameters
    ----------
    engine : Engine
        The live simulation.
    batched : bool
        Whether arrays have a first axis of items.
    """

    def __init__(self, engine: Engine, *, batched: bool) -> None:
        self._engine = engine
        self._batched = batched

    def __getitem__(self, signal: Signal) -> Array:
        """Present value, of the signal's shape; with a minibatch (items, ...).

        Raises
        ------
        KeyError
            If the signal does not belong to the simulated network.
        """
        engine = self._engine
        built = engine.built
        if signal.sparse:
            raise KeyError(signal)
        if signal not in built.context.space:
            return self._unused(signal)
        elements = built.context.space.of(signal).ravel()
        values = read_state(built, engine.state, elements, engine.items)
        parameters = np.full(built.context.space.size, np.nan, dtype=engine.dtype)
        for block, numbers in zip(built.plan.parameters, engine.store.blocks, strict=True):
            parameters[block] = numbers
        own = parameters[elements]
        values = np.where(np.isnan(own), values, own)
        steps = engine.n_steps
        for clock, now in zip(built.context.clock, (steps, steps * engine.model.dt), strict=True):
            if signal.base is clock:
                values = np.full_like(values, now)
        values = values.reshape(engine.items, *signal.shape)
        values.flags.writeable = False
        return values if self._batched else values[0]

    def _unused(self, signal: Signal) -> Array:
        """Value of a signal whose operators were all simplified away: it never changes."""
        engine = self._engine
        if not any(signal.base is s.base for op in engine.model.operators for s in op.all_signals):
            raise KeyError(signal)
        values = np.array(signal.initial_value)
        if self._batched:
            values = np.repeat(values[np.newaxis], engine.items, axis=0)
        values.flags.writeable = False
        return values

    def __iter__(self) -> Iterator[Any]:
        return (base for base in self._engine.built.context.space.bases if not base.sparse)

    def __len__(self) -> int:
        return sum(1 for _ in self)
