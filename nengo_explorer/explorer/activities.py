"""What a person starts and stops: runs, trainings, resets."""

from __future__ import annotations

import time
import traceback
from typing import TYPE_CHECKING, Any

import numpy as np
from nengo.exceptions import ValidationError

from nengo_explorer.explorer.events import logger
from nengo_explorer.explorer.training_curves import TrainingCurves

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from nengo_explorer.explorer.live import LiveSimulation
    from nengo_explorer.explorer.training_task import TrainingTask
    from nengo_explorer.simulator import Simulator

#: Least time between two reports of progress, in seconds.
REPORT_INTERVAL = 0.1
#: Least time between two drawings beside a job, in seconds; as a multiple of their duration; and as
#: a multiple of the time for which the job waits while data are taken over. But however long the
#: recorded data are, they are looked at after the last number of seconds.
DRAW_INTERVAL = 0.5
DRAW_SHARE = 3
WAIT_SHARE = 20
LONGEST_PAUSE = 5.0


class Activities:
    """Runs, trains and resets a live simulation, one thing at a time.

    Parameters
    ----------
    live : LiveSimulation
        The simulation.
    """

    def __init__(self, live: LiveSimulation) -> None:
        self._live = live
        self._curves = TrainingCurves()
        self._drawn = 0.0
        self._compiled_for: tuple[Any, Any] | None = None

    def run(self, seconds: float, *, wait: bool) -> None:
        """Simulate; see `Session.run`."""
        seconds = check_seconds(seconds)
        self.do("run", lambda: self._run(seconds), wait=wait)

    def train(self, *, wait: bool) -> None:
        """Train; see `Session.train`."""
        hint = self._live.train_hint()
        if hint:
            raise ValidationError(hint, attr="training")
        self.do("training", self._train, wait=wait)

    def reset(self, *, wait: bool) -> None:
        """Go back to time 0; see `Session.reset`."""
        if self._live.is_built:
            self.do("reset", self._reset, wait=wait)

    def stop(self) -> None:
        """Ask the present job to end; it does so within a chunk or batch."""
        if self._live.jobs.busy:
            self._live.jobs.stop.set()
            self._live.tell(phase="stopping", message="Stopping after the present chunk")

    def do(self, what: str, job: Callable[[], None], *, wait: bool) -> None:
        """Do something with the simulator that nothing else may be done beside.

        Parameters
        ----------
        what : str
            The job in a word.
        job : callable
            Does it.
        wait : bool
            Return when it has ended, and raise its errors; else return at once and show them.

        Raises
        ------
        BusyError
            If something else is going on and ``wait`` is False.
        """
        if wait:
            self._live.jobs.here(what, lambda: self._guarded(job))
            return

        def quietly() -> None:
            try:
                self._guarded(job)
            except Exception:  # noqa: BLE001 - nobody else would hear of it
                logger.exception("The %s failed.", what)

        self._live.jobs.aside(what, quietly)

    def _guarded(self, job: Callable[[], None]) -> None:
        """Do a job; an error is shown, and raised again."""
        try:
            self._live.tell(error=None, steps=0, total_steps=0)
            job()
        except Exception as error:
            trace = "".join(traceback.format_exception(error))
            shown = {"type": type(error).__name__, "text": str(error), "traceback": trace}
            self._live.tell(phase="error", message="", error=shown)
            raise
        except BaseException:  # such as a keyboard interrupt
            self._live.tell(phase="ready" if self._live.is_built else "idle", message="Interrupted")
            raise

    def _run(self, seconds: float) -> None:
        simulator = self._live.simulator
        n_steps = round(seconds / simulator.dt)
        self._live.tell(phase="running", message="", total_steps=n_steps)
        began = time.monotonic()
        mark = self._live.run_mark()
        done = self._run_chunks(simulator, n_steps, mark)
        self._live.drawn_with(mark)
        self._live.draw()
        elapsed = time.monotonic() - began
        message = f"Ran {done} steps in {elapsed:.1f} s"
        if done < n_steps:
            message = f"Stopped after {done} of {n_steps} steps"
        self._live.tell(phase="ready", message=message, steps=done)

    def _run_chunks(self, simulator: Simulator, n_steps: int, mark: Hashable) -> int:
        """Simulate with reports and drawings in between; returns the number of steps done."""
        done = 0
        self._drawn = time.monotonic()
        chunks = simulator.run_chunks(n_steps)
        try:
            while not self._live.jobs.stop.is_set():
                done_now = next(chunks, None)
                if done_now is None:
                    break
                done = done_now
                if self._should_report():
                    self._live.tell(steps=done)
                gallery = self._live.gallery
                pause = max(DRAW_SHARE * gallery.drawn_in, WAIT_SHARE * gallery.collected_in)
                if done < n_steps and self._should_draw(pause):
                    self._live.drawn_with(mark)
                    self._live.stream()
        finally:
            chunks.close()  # type: ignore[attr-defined]
        return done

    def _should_report(self) -> bool:
        """Whether progress is news: not too often, and not while "stopping" is shown."""
        due = time.monotonic() - self._live.reported >= REPORT_INTERVAL
        return due and not self._live.jobs.stop.is_set()

    def _should_draw(self, pause: float) -> bool:
        """Whether it is time for other figures, some seconds after those before."""
        now = time.monotonic()
        pause = min(max(DRAW_INTERVAL, pause), LONGEST_PAUSE)
        if now - self._drawn < pause or self._live.gallery.is_drawing:
            return False
        self._drawn = now
        return True

    def _train(self) -> None:
        from nengo_explorer.simulator.callbacks import FitProgress  # noqa: PLC0415 - loads Keras
        from nengo_explorer.simulator.step_notes import StepWatch  # noqa: PLC0415 - as above

        task, simulator = self._live.task, self._live.simulator
        if task is None or self._live.jobs.stop.is_set():
            return
        self.compile_for(task)
        self._live.tell(phase="training", message=f"Training: {task.summary}")
        curves = self._curves = TrainingCurves()
        self._live.gallery.show_training(curves)
        arguments = dict(task.fit_arguments)
        callbacks = list(arguments.pop("callbacks", None) or [])
        callbacks.append(StepWatch(self._on_begin, curves.step))
        callbacks.append(FitProgress(self._on_batch, self._on_epoch, self._live.jobs.stop.is_set))
        arguments = {"verbose": 0, **arguments, "callbacks": callbacks}
        try:
            simulator.fit(task.x, task.y, n_steps=task.n_steps, epochs=task.epochs, **arguments)
        finally:
            self._live.draw_training()
        ended = "Training was stopped" if self._live.jobs.stop.is_set() else "Trained"
        loss = f", loss {curves.last_loss:.4g}" if curves.n_epochs else ""
        self._live.tell(phase="ready", message=f"{ended} after {curves.n_epochs} epochs{loss}")

    def _on_begin(self, keys: Sequence[tuple[Any, str]]) -> None:
        self._curves.begin([self._live.parameter_name(owner, kind) for owner, kind in keys])

    def compile_for(self, task: TrainingTask) -> None:
        """Let the simulator know optimizer and losses of a task.

        Once, so that a second training goes on with the same optimizer state.
        """
        simulator = self._live.simulator
        if self._compiled_for != (task, simulator):
            _compile(simulator, task)
            self._compiled_for = (task, simulator)

    def _on_batch(self, done: int, total: int, logs: Mapping[str, Any]) -> None:
        del logs
        if self._should_report():
            self._live.tell(steps=done, total_steps=total)
        if self._should_draw(DRAW_SHARE * self._live.gallery.curves_drawn_in):
            self._live.wants_curves()

    def _on_epoch(self, epoch: int, logs: Mapping[str, Any]) -> None:
        self._curves.epoch(logs)
        task = self._live.task
        of = "" if task is None else f" of {task.epochs}"
        if not self._live.jobs.stop.is_set():
            self._live.tell(message=f"Epoch {epoch}{of}, loss {self._curves.last_loss:.4g}")

    def _reset(self) -> None:
        simulator = self._live.simulator
        simulator.reset(include_trainable=False)
        self._live.drawn_with(None)
        self._live.gallery.clear()
        self._live.publish_plots()
        self._live.tell(phase="ready", message="Back to time 0", steps=0, total_steps=0)


def check_seconds(seconds: Any) -> float:
    """A run time.

    Raises
    ------
    ValidationError
        If it is none.
    """
    if isinstance(seconds, bool) or not isinstance(seconds, int | float | np.number):
        raise ValidationError(f"must be a number of seconds; got {seconds!r}.", attr="seconds")
    if not np.isfinite(seconds) or seconds < 0:
        raise ValidationError(
            f"must be a time of at least 0 seconds; got {seconds!r}.", attr="seconds"
        )
    return float(seconds)


def _compile(simulator: Simulator, task: TrainingTask) -> None:
    """Let a simulator know the optimizer and losses of a task."""
    loss = task.loss
    if isinstance(task.y, dict) and not isinstance(loss, dict):
        # A loss for all is one for those that have a target; other probes are only watched.
        loss = dict.fromkeys(task.y, loss)
    simulator.compile(
        task.optimizer, loss=loss, metrics=task.metrics, loss_weights=task.loss_weights
    )
