"""Running a simulation: what users call, chunk by chunk underneath."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from nengo.exceptions import ValidationError
from nengo.utils.progress import Progress, ProgressTracker

from nengo_explorer.simulator.core import SimulatorCore
from nengo_explorer.simulator.inputs import (
    check_count,
    check_data,
    check_items,
    check_steps,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import nengo
    import numpy.typing as npt

    from nengo_explorer.simulator.chunks import Chunk

    Array = npt.NDArray[Any]


class RunCalls(SimulatorCore):
    """The part of a simulator that simulates."""

    def run(self, time_in_seconds: float, **kwargs: Any) -> None:
        """Simulate for some time.

        Parameters
        ----------
        time_in_seconds : float
            Rounded to whole steps.
        **kwargs
            As for `run_steps`.
        """
        if not np.isfinite(time_in_seconds) or time_in_seconds < 0:
            raise ValidationError(
                f"must be a time of at least 0 seconds; got {time_in_seconds!r}.",
                attr="time_in_seconds",
                obj=self,
            )
        n_steps = round(float(time_in_seconds) / self.dt)
        if n_steps == 0:
            warnings.warn(
                f"{time_in_seconds} s is no whole step of {self.dt} s; nothing is simulated.",
                stacklevel=2,
            )
        self.run_steps(n_steps, **kwargs)

    def step(self, **kwargs: Any) -> None:
        """Simulate one step; arguments as for `run_steps`."""
        if kwargs or not self._step_ahead():
            self.run_steps(1, **{"progress_bar": False, **kwargs})

    def _step_ahead(self) -> bool:
        """Take one step that is simulated ahead; returns whether there was one."""
        self._check_open("run")
        with self.lock:
            self._training.pull()
            chunk = self._engine.next_step()
            if chunk is None:
                return False
            self._record(chunk)
        self._notify("run")
        return True

    def run_steps(
        self, n_steps: int, data: Any = None, progress_bar: Any = None, stateful: bool = True
    ) -> None:
        """Simulate a number of steps.

        Parameters
        ----------
        n_steps : int
            Exactly that many steps are simulated.
        data : dict of Node or str to array, optional
            Output of input Nodes, (minibatch_size or 1, n_steps, size_out); Nodes that are not
            named put out what they are defined to.
        progress_bar : bool or ProgressBar, optional
            By default as given to the constructor.
        stateful : bool, default: True
            Whether the state at the end is where the next call starts.
        """
        shown = self.progress_bar if progress_bar is None else progress_bar
        check_count(n_steps, "n_steps", smallest=0)
        with ProgressTracker(shown, Progress("Simulating", "Simulation", n_steps or 1)) as tracker:
            done = 0
            for now in self.run_chunks(n_steps, data, stateful=stateful):
                tracker.total_progress.step(now - done)
                done = now

    def run_chunks(self, n_steps: int, data: Any = None, *, stateful: bool = True) -> Iterator[int]:
        """Simulate chunk by chunk.

        `data` is up to date at each yield, and abandoning the iterator ends the run cleanly there.

        Parameters
        ----------
        n_steps, data, stateful
            As for `run_steps`.

        Yields
        ------
        done : int
            Number of steps simulated in this call so far.
        """
        self._check_open("run")
        check_count(n_steps, "n_steps", smallest=0)
        checked = self._check_run_data(n_steps, data)
        return self._run_chunks(int(n_steps), checked, stateful=stateful)

    def _run_chunks(
        self, n_steps: int, data: dict[nengo.Node, Array], *, stateful: bool
    ) -> Iterator[int]:
        done, last = 0, {}
        try:
            if n_steps:
                chunks = self._engine.simulation.simulate(n_steps, data, stateful=stateful)
                while True:
                    with self.lock:
                        self._training.pull()
                        chunk = next(chunks, None)
                        if chunk is None:
                            break
                        self._record(chunk)
                        last = chunk.last
                    done += chunk.count
                    yield done
        finally:
            with self.lock:
                for probe, values in last.items():
                    self._recorder.append_last(probe, values)
            self._notify("run")

    def _record(self, chunk: Chunk) -> None:
        """Take note of what probes saw."""
        for probe, values in chunk.recorded.items():
            self._recorder.add(probe, values, chunk.first_step)
        first, count = chunk.first_step, chunk.count
        if self._recorded_steps and sum(self._recorded_steps[-1]) == first:
            first, before = self._recorded_steps.pop()
            count += before
        self._recorded_steps.append((first, count))

    def _check_run_data(self, n_steps: int, data: Any) -> dict[nengo.Node, Array]:
        """Data of a run, which has exactly one minibatch."""
        if data is None:
            return {}
        checked = check_data(
            data, self.node_inputs, self._names, what="input", dtype=self._engine.dtype
        )
        check_steps(n_steps, checked)
        check_items(checked, self.minibatch_size or 1)
        return checked.arrays
