"""The state of a simulation, where some steps were simulated before they are asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from nengo_explorer.simulator.chunks import Chunk
    from nengo_explorer.simulator.state import SimulationState


@dataclass
class StepsAhead:
    """Steps that were simulated at once, to be given out one by one.

    Attributes
    ----------
    chunk : Chunk
        What probes saw on all of them.
    made_with : object
        Whatever the steps depend on; they are of no use once it is different.
    state_after : callable
        Computes the state after some of them.
    taken : int
        How many were given out.
    """

    chunk: Chunk
    made_with: object
    state_after: Callable[[int], SimulationState]
    taken: int = field(default=0)


class LiveState:
    """A state, and steps ahead of it.

    Parameters
    ----------
    state : SimulationState
        The state.

    Attributes
    ----------
    ahead : StepsAhead or None
        Steps from the state on; some of them may be given out, and then the state is computed once
        it is asked for.
    """

    def __init__(self, state: SimulationState) -> None:
        self._state = state
        self.ahead: StepsAhead | None = None

    @property
    def n_steps(self) -> int:
        """Number of steps simulated so far."""
        return self._state.n_steps + (0 if self.ahead is None else self.ahead.taken)

    def get(self) -> SimulationState:
        """The state after the steps that were given out."""
        if self.ahead is not None and self.ahead.taken:
            self._state = self.ahead.state_after(self.ahead.taken)
            self.ahead = None
        return self._state
