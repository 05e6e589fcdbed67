"""The live simulator of a session: built when it is needed, run and trained in jobs."""

from __future__ import annotations

import threading
import time
import traceback
from typing import TYPE_CHECKING, Any

import numpy as np
from nengo.exceptions import ValidationError

from nengo_explorer.explorer.events import Event, logger
from nengo_explorer.explorer.jobs import Jobs
from nengo_explorer.explorer.plots.gallery import Gallery
from nengo_explorer.explorer.status import idle_status
from nengo_explorer.settings import global_settings, resolve_keep_history

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    import nengo

    from nengo_explorer.explorer.events import Publisher
    from nengo_explorer.explorer.training_task import TrainingTask
    from nengo_explorer.explorer.tree import Tree
    from nengo_explorer.explorer.wire import Status
    from nengo_explorer.simulator import Simulator

#: Least time between two reports of progress, in seconds.
REPORT_INTERVAL = 0.1
#: Least time between two drawings during a run, in seconds, and as a multiple of their duration.
DRAW_INTERVAL = 0.5
DRAW_SHARE = 5
#: How long a drawing that somebody else's run has asked for waits for the simulator, in seconds.
PATIENCE = 0.05


class LiveSimulation:
    """Runs, trains and resets a simulator, and reports on it.

    Parameters
    ----------
    tree : Tree
        The network and its rows.
    publisher : Publisher
        Is told of "status" and "plots".
    arguments : dict
        Arguments of the Simulator.
    simulator : Simulator, optional
        One that exists already.

    Attributes
    ----------
    task : TrainingTask or None
        What `train` does.
    gallery : Gallery
        The plots.
    jobs : Jobs
        What is being done.
    """

    def __init__(
        self,
        tree: Tree,
        publisher: Publisher,
        arguments: Mapping[str, Any],
        simulator: Simulator | None,
    ) -> None:
        self._tree = tree
        self._publisher = publisher
        self._arguments = {"progress_bar": False, **arguments}
        self._simulator: Simulator | None = None
        self._is_own = True
        self._building = threading.RLock()
        self._reporting = threading.RLock()
        self._status = idle_status()
        self._reported = 0.0
        self._drawn_with: Hashable = None
        self._trained_since = False
        self._compiled_for: tuple[Any, Any] | None = None
        self._losses: list[float] = []
        self.task: TrainingTask | None = None
        self.gallery = Gallery()
        self.jobs = Jobs("nengo_explorer simulation")
        self.wants_drawing: Callable[[], None] = lambda: None
        if simulator is not None:
            self._adopt(simulator, is_own=False)
        self.tell()

    # ---- the simulator --------------------------------------------------------------------------

    @property
    def net(self) -> nengo.Network:
        """The network that is simulated."""
        return self._tree.net

    @property
    def is_built(self) -> bool:
        """Whether there is a simulator."""
        return self._simulator is not None

    @property
    def simulator(self) -> Simulator:
        """The live simulator; made when it is first needed, which loads TensorFlow."""
        with self._building:
            if self._simulator is None:
                self._build()
            assert self._simulator is not None  # noqa: S101 - made above
            return self._simulator

    def _build(self) -> None:
        before = self._status["phase"]
        self.tell(phase="building", message="Loading TensorFlow and building the network")
        try:
            from nengo_explorer.simulator import Simulator  # noqa: PLC0415 - loads TensorFlow

            self._adopt(Simulator(self.net, **self._arguments), is_own=True)
        except BaseException:
            self.tell(phase=before, message="")
            raise
        self.tell(phase="ready", message="")

    def _adopt(self, simulator: Simulator, *, is_own: bool) -> None:
        self._simulator, self._is_own = simulator, is_own
        simulator.observers.append(self._on_simulator_event)
        if simulator.n_steps:
            self._drawn_with = self._run_mark()
        self._status["phase"] = "ready"

    def drop_simulator(self) -> None:
        """Give up the simulator; the next use makes a new one."""
        with self._building:
            simulator, self._simulator = self._simulator, None
            self._compiled_for = None
            if simulator is None:
                return
            if self._on_simulator_event in simulator.observers:
                simulator.observers.remove(self._on_simulator_event)
            if self._is_own:
                simulator.close()
            self._drawn_with = None
            self._trained_since = False
        self.gallery.clear()
        self._publisher.publish(Event("plots"))
        self.tell(phase="idle", message="", steps=0, total_steps=0, error=None)

    def _on_simulator_event(self, event: str) -> None:
        """Somebody has used the simulator; our own jobs report for themselves."""
        if event in ("fit", "reset"):
            self._trained_since = event == "fit"
        if event == "run":
            self._drawn_with = self._run_mark()
            self._trained_since = False
        if self.jobs.is_mine:
            return
        if event in ("run", "reset"):
            self.wants_drawing()
        self.settings_changed()

    # ---- status ---------------------------------------------------------------------------------

    @property
    def status(self) -> Status:
        """What is going on."""
        with self._reporting:
            return self._status.copy()

    def tell(self, **changes: Any) -> None:
        """Change the status and tell everybody."""
        with self._reporting:
            simulator = self._simulator
            hint = self._train_hint()
            self._status.update(
                {
                    "time": 0.0 if simulator is None else simulator.time,
                    "n_steps": 0 if simulator is None else simulator.n_steps,
                    "stale": self.stale,
                    "can_train": not hint,
                    "train_hint": hint,
                    **changes,  # type: ignore[typeddict-item]
                }
            )
            self._reported = time.monotonic()
        self._publisher.publish(Event("status"))

    def _train_hint(self) -> str:
        """Why training is not possible; empty if it is."""
        if self.task is None:
            return "Say what to train on: explorer.set_training(x, y, loss=..., epochs=...)."
        if global_settings(self.net).inference_only:
            return "The network is built for inference only."
        return ""

    @property
    def stale(self) -> bool:
        """Whether what is drawn comes from other settings or parameters than those now."""
        if self._drawn_with is None:
            return False
        return self._trained_since or self._drawn_with != self._run_mark()

    def _run_mark(self) -> Hashable:
        """Everything in the settings that another run would show."""
        settings = global_settings(self.net)
        smoothing = settings.lif_smoothing if settings.learning_phase else None
        history = tuple(resolve_keep_history(self.net).values())
        return (settings.dtype, settings.learning_phase, settings.stateful, smoothing, history)

    def settings_changed(self) -> None:
        """Settings were changed: say what is stale now."""
        before = self._status["stale"]
        self.tell()
        if self._status["stale"] != before:
            self._publisher.publish(Event("plots"))

    # ---- jobs -----------------------------------------------------------------------------------

    def run(self, seconds: float, *, wait: bool) -> None:
        """Simulate; see `Session.run`."""
        if isinstance(seconds, bool) or not isinstance(seconds, int | float | np.number):
            raise ValidationError(f"must be a number of seconds; got {seconds!r}.", attr="seconds")
        if not np.isfinite(seconds) or seconds < 0:
            raise ValidationError(
                f"must be a time of at least 0 seconds; got {seconds!r}.", attr="seconds"
            )
        self._do("run", lambda: self._run(float(seconds)), wait=wait)

    def train(self, *, wait: bool) -> None:
        """Train; see `Session.train`."""
        hint = self._train_hint()
        if hint:
            raise ValidationError(hint, attr="training")
        self._do("training", self._train, wait=wait)

    def reset(self, *, wait: bool) -> None:
        """Go back to time 0; see `Session.reset`."""
        if self.is_built:
            self._do("reset", self._reset, wait=wait)

    def stop(self) -> None:
        """Ask the present job to end; it does so within a chunk or batch."""
        if self.jobs.busy:
            self.jobs.stop.set()
            self.tell(phase="stopping", message="Stopping after the present chunk")

    def _do(self, what: str, job: Callable[[], None], *, wait: bool) -> None:
        if wait:
            self.jobs.here(what, lambda: self._guarded(job))
            return

        def quietly() -> None:
            try:
                self._guarded(job)
            except Exception:  # noqa: BLE001 - nobody else would hear of it
                logger.exception("The %s failed.", what)

        self.jobs.aside(what, quietly)

    def _guarded(self, job: Callable[[], None]) -> None:
        """Do a job; an error is shown, and raised again."""
        try:
            self.tell(error=None, steps=0, total_steps=0)
            job()
        except Exception as error:
            trace = "".join(traceback.format_exception(error))
            shown = {"type": type(error).__name__, "text": str(error), "traceback": trace}
            self.tell(phase="error", message="", error=shown)
            raise
        except BaseException:  # such as a keyboard interrupt
            self.tell(phase="ready" if self.is_built else "idle", message="Interrupted")
            raise

    def _run(self, seconds: float) -> None:
        simulator = self.simulator
        n_steps = round(seconds / simulator.dt)
        self.tell(phase="running", message="", total_steps=n_steps)
        began = time.monotonic()
        mark = self._run_mark()
        done = self._run_chunks(simulator, n_steps)
        self._drawn_with = mark
        self.draw()
        elapsed = time.monotonic() - began
        message = f"Ran {done} steps in {elapsed:.1f} s"
        if done < n_steps:
            message = f"Stopped after {done} of {n_steps} steps"
        self.tell(phase="ready", message=message, steps=done)

    def _run_chunks(self, simulator: Simulator, n_steps: int) -> int:
        """Simulate with reports and drawings in between; returns the number of steps done."""
        done = 0
        drawn, pause = time.monotonic(), DRAW_INTERVAL
        chunks = simulator.run_chunks(n_steps)
        try:
            while not self.jobs.stop.is_set():
                done_now = next(chunks, None)
                if done_now is None:
                    break
                done = done_now
                now = time.monotonic()
                if now - self._reported >= REPORT_INTERVAL and not self.jobs.stop.is_set():
                    self.tell(steps=done)
                if now - drawn >= pause and done < n_steps:
                    self.draw()
                    drawn = time.monotonic()
                    pause = max(DRAW_INTERVAL, DRAW_SHARE * (drawn - now))
        finally:
            chunks.close()  # type: ignore[attr-defined]
        return done

    def _train(self) -> None:
        from nengo_explorer.simulator.callbacks import FitProgress  # noqa: PLC0415 - loads Keras

        task, simulator = self.task, self.simulator
        if task is None or self.jobs.stop.is_set():
            return
        if self._compiled_for != (task, simulator):
            # Compiled once, so that a second training goes on with the same optimizer state.
            simulator.compile(
                task.optimizer,
                loss=task.loss,
                metrics=task.metrics,
                loss_weights=task.loss_weights,
            )
            self._compiled_for = (task, simulator)
        self.tell(phase="training", message=f"Training: {task.summary}")
        arguments = dict(task.fit_arguments)
        callbacks = list(arguments.pop("callbacks", None) or [])
        callbacks.append(FitProgress(self._on_batch, self._on_epoch, self.jobs.stop.is_set))
        self._losses = []
        simulator.fit(
            task.x,
            task.y,
            n_steps=task.n_steps,
            epochs=task.epochs,
            callbacks=callbacks,
            **{"verbose": 0, **arguments},
        )
        ended = "Training was stopped" if self.jobs.stop.is_set() else "Trained"
        loss = f", loss {self._losses[-1]:.4g}" if self._losses else ""
        self._show_losses()
        self.tell(phase="ready", message=f"{ended} after {len(self._losses)} epochs{loss}")

    def _on_batch(self, done: int, total: int, logs: Mapping[str, Any]) -> None:
        del logs
        if time.monotonic() - self._reported >= REPORT_INTERVAL and not self.jobs.stop.is_set():
            self.tell(steps=done, total_steps=total)

    def _on_epoch(self, epoch: int, logs: Mapping[str, Any]) -> None:
        self._losses.append(float(logs.get("loss", np.nan)))
        task = self.task
        of = "" if task is None else f" of {task.epochs}"
        if not self.jobs.stop.is_set():
            self.tell(message=f"Epoch {epoch}{of}, loss {self._losses[-1]:.4g}")

    def _show_losses(self) -> None:
        self.gallery.set_losses(self._losses)
        self.gallery.draw()
        self._publisher.publish(Event("plots"))

    def _reset(self) -> None:
        simulator = self.simulator
        simulator.reset(include_trainable=False)
        self._drawn_with = None
        self.gallery.clear()
        self._publisher.publish(Event("plots"))
        self.tell(phase="ready", message="Back to time 0", steps=0, total_steps=0)

    # ---- plots ----------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw what probes have recorded so far."""
        simulator = self._simulator
        if simulator is None:
            return
        with simulator.lock:
            self.gallery.collect(self._tree.view, simulator)
        self._draw_collected()

    def try_to_draw(self) -> bool:
        """Draw unless the simulator is in use; whether that was possible."""
        simulator = self._simulator
        if simulator is None:
            return True
        if self.jobs.busy or not simulator.lock.acquire(timeout=PATIENCE):
            return False
        try:
            self.gallery.collect(self._tree.view, simulator)
        finally:
            simulator.lock.release()
        self._draw_collected()
        return True

    def redraw(self) -> None:
        """Draw the same data again, for a page that looks otherwise."""
        if self.is_built:
            self._draw_collected()

    def _draw_collected(self) -> None:
        if len(self._tree.view.rows_of_kind("probe")):
            self.gallery.draw()
        else:
            note = "This network has no probes. Add nengo.Probe(...), then refresh."
            self.gallery.say("Nothing to plot", note)
        self._publisher.publish(Event("plots"))
