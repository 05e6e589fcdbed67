"""Running and training the live simulator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nengo_explorer.explorer.abilities.core import SessionCore
from nengo_explorer.explorer.activities import check_seconds
from nengo_explorer.explorer.memory import available_memory, forecast
from nengo_explorer.explorer.training_task import TrainingTask
from nengo_explorer.settings import global_settings, resolve_keep_history

if TYPE_CHECKING:
    from nengo_explorer.explorer.memory import MemoryForecast


class SimulationAbility(SessionCore):
    """Runs, trains, resets and stops."""

    def run(self, seconds: float, *, wait: bool = True) -> None:
        """Simulate, and draw the probes.

        Parameters
        ----------
        seconds : float
            How long, in simulated seconds.
        wait : bool, default: True
            Return when it has ended, and raise its errors; else return at once, log them, and show
            them in `status`.

        Raises
        ------
        ValidationError
            If that is no time.
        BusyError
            If something else is going on and ``wait`` is False.
        """
        self._activities.run(seconds, wait=wait)

    def memory_forecast(self, seconds: float) -> MemoryForecast:
        """How much memory the histories of probes will take after a run.

        Parameters
        ----------
        seconds : float
            Length of the run, in simulated seconds.

        Raises
        ------
        ValidationError
            If that is no time.
        """
        seconds = check_seconds(seconds)
        live = self._live
        simulator = live.simulator if live.is_built else None
        dt = live.arguments.get("dt", 0.001) if simulator is None else simulator.dt
        items = live.arguments.get("minibatch_size")
        items = items if simulator is None else simulator.minibatch_size
        return forecast(
            (probe for probe, kept in resolve_keep_history(self.net).items() if kept),
            before=0 if simulator is None else simulator.n_steps,
            n_steps=round(seconds / dt),
            dt=dt,
            items=items or 1,
            dtype=global_settings(self.net).dtype,
            available=available_memory(),
        )

    def train(self, *, wait: bool = True) -> None:
        """Train as `set_training` has said; ``wait`` as in `run`.

        Raises
        ------
        ValidationError
            If it is not known what to train on, or the network cannot be trained.
        BusyError
            If something else is going on and ``wait`` is False.
        """
        self._activities.train(wait=wait)

    def reset(self, *, wait: bool = True) -> None:
        """Go back to time 0 and drop recorded data; trained parameters stay."""
        self._activities.reset(wait=wait)

    def stop(self) -> None:
        """Ask a run or training to end, which it does within a chunk or batch."""
        self._activities.stop()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until nothing is going on; False if that took longer than ``timeout`` seconds."""
        return self._live.jobs.wait(timeout)

    def set_training(self, *args: Any, **kwargs: Any) -> None:
        """Say what `train` does.

        Parameters
        ----------
        *args, **kwargs
            A `TrainingTask`, or its parameters; None for no training.
        """
        if len(args) == 1 and not kwargs and (args[0] is None or isinstance(args[0], TrainingTask)):
            self._live.task = args[0]
        else:
            self._live.task = TrainingTask(*args, **kwargs)
        self._live.tell()
