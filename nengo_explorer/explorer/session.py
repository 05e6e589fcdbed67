"""A network, its settings and its live simulator, without a widget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from nengo_explorer.explorer.abilities.bulk import BulkAbility
from nengo_explorer.explorer.abilities.lesson import LessonAbility
from nengo_explorer.explorer.abilities.simulation import SimulationAbility

if TYPE_CHECKING:
    from collections.abc import Mapping

    import nengo

    from nengo_explorer.simulator import Simulator


class Session(LessonAbility, BulkAbility, SimulationAbility):
    """Everything that the explorer can do, for scripts and tests, and for the widget.

    All methods may be called from any thread.

    Parameters
    ----------
    net : Network
        The outermost network.
    simulator : Simulator, optional
        A simulator of the network to go on with; by default one is made when it is needed.
    namespace : dict of str to object, optional
        Variables, such as ``globals()``, whose names are used for objects without a label.
    **simulator_arguments
        Arguments of `nengo_explorer.Simulator`, such as ``dt``, ``seed``, ``minibatch_size``.

    Raises
    ------
    ValidationError
        If the network is none, or an argument is not accepted.
    """

    def __init__(
        self,
        net: nengo.Network,
        *,
        simulator: Simulator | None = None,
        namespace: Mapping[str, Any] | None = None,
        **simulator_arguments: Any,
    ) -> None:
        super().__init__(
            net,
            simulator=simulator,
            namespace={} if namespace is None else namespace,
            simulator_arguments=simulator_arguments,
        )
        # Only now is there something that its thread may look at.
        self._background.begin()

    def close(self) -> None:
        """End threads, and give up the simulator unless it was made by somebody else."""
        if self.closed:
            return
        self.closed = True
        self._background.end()
        self._activities.stop()
        self._live.jobs.wait(timeout=10)
        self._live.drop_simulator()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
