"""The live simulator of a session: built when it is needed, run and trained in jobs."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from nengo_explorer.explorer.events import Event
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

#: How long a drawing that somebody else's run has asked for waits for the simulator, in seconds.
PATIENCE = 0.05


class LiveSimulation:
    """Owns the simulator and the plots, and reports on them.

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
    arguments : dict
        Arguments of the Simulator.
    task : TrainingTask or None
        What `train` does.
    gallery : Gallery
        The plots.
    jobs : Jobs
        What is being done.
    reported : float
        When the status was told last, by the monotonic clock.
    wants_drawing : callable
        Called when somebody else has used the simulator, so that plots are out of date.
    wants_redrawing, wants_curves : callable
        Called when there are other data of probes, or of a training, to be drawn beside a job.
    watchers : list of callable
        Called with "adopt" when there is a new simulator, and with its own events ("run", "reset",
        "fit", "rebuild"), whoever has caused them.
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
        self.arguments = {"progress_bar": False, **arguments}
        self._simulator: Simulator | None = None
        self._previous: Simulator | None = None
        self._is_own = True
        self._building = threading.RLock()
        self._reporting = threading.RLock()
        self._status = idle_status()
        self.reported = 0.0
        self._drawn_with: Hashable = None
        self._trained_since = False
        self.task: TrainingTask | None = None
        self.gallery = Gallery()
        self.jobs = Jobs("nengo_explorer simulation")
        self.wants_drawing: Callable[[], None] = lambda: None
        self.wants_redrawing: Callable[[], None] = lambda: None
        self.wants_curves: Callable[[], None] = lambda: None
        self.watchers: list[Callable[[str], None]] = []
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

            simulator = Simulator(self.net, **self.arguments)
            lost = self._carry_over(simulator)
            self._adopt(simulator, is_own=True)
        except BaseException:
            self.tell(phase=before, message="")
            raise
        message = "" if not lost else f"Trained parameters that are gone: {', '.join(lost)}"
        self.tell(phase="ready", message=message)

    def _carry_over(self, simulator: Simulator) -> list[str]:
        """Go on with what the simulator before has trained; gives what could not be kept."""
        from nengo_explorer.simulator.carry import carry_parameters  # noqa: PLC0415 - as above

        previous, self._previous = self._previous, None
        return [] if previous is None else carry_parameters(previous, simulator)

    def _adopt(self, simulator: Simulator, *, is_own: bool) -> None:
        self._simulator, self._is_own = simulator, is_own
        simulator.observers.append(self._on_simulator_event)
        if simulator.n_steps:
            self._drawn_with = self.run_mark()
        self._status["phase"] = "ready"
        self._tell_watchers("adopt")

    def _tell_watchers(self, event: str) -> None:
        for watcher in self.watchers:
            watcher(event)

    def drop_simulator(self) -> None:
        """Give up the simulator; the next use makes a new one, with what this one has trained."""
        with self._building:
            simulator, self._simulator = self._simulator, None
            if simulator is None:
                return
            if self._on_simulator_event in simulator.observers:
                simulator.observers.remove(self._on_simulator_event)
            self._previous = simulator
            if self._is_own:
                simulator.close()
            self._drawn_with = None
            self._trained_since = False
        self.gallery.clear()
        self.gallery.show_training(None)
        self.publish_plots()
        self._publisher.publish(Event("curves"))
        self.tell(phase="idle", message="", steps=0, total_steps=0, error=None)

    def _on_simulator_event(self, event: str) -> None:
        """Somebody has used the simulator; our own jobs report for themselves."""
        if event in ("fit", "reset"):
            self._trained_since = event == "fit"
        if event == "run":
            self._drawn_with = self.run_mark()
            self._trained_since = False
        self._tell_watchers(event)
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
            hint = self.train_hint()
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
            self.reported = time.monotonic()
        self._publisher.publish(Event("status"))

    def train_hint(self) -> str:
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
        return self._trained_since or self._drawn_with != self.run_mark()

    def drawn_with(self, mark: Hashable) -> None:
        """Note the `run_mark` of the data that are drawn; None for no data."""
        self._drawn_with = mark
        self._trained_since = False

    def run_mark(self) -> Hashable:
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
            self.publish_plots()

    # ---- plots ----------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw what probes have recorded so far."""
        if self._simulator is not None:
            self._collect(self._simulator)
            self._draw_collected()

    def stream(self) -> None:
        """Have what probes have recorded so far drawn beside the job, on another thread."""
        if self._simulator is not None:
            self._collect(self._simulator)
            self.wants_redrawing()

    def _collect(self, simulator: Simulator) -> None:
        with simulator.lock:
            view = self._tree.view
            self.gallery.collect(view, simulator, lambda: self._simulator is simulator)

    def publish_plots(self) -> None:
        """Tell that there are other plots."""
        self._publisher.publish(Event("plots"))

    def draw_training(self) -> None:
        """Draw the curves of the training."""
        self.gallery.draw_training()
        self._publisher.publish(Event("curves"))

    def parameter_name(self, owner: Any, kind: str) -> str:
        """Name of a parameter for people."""
        return f"{self._tree.view.names.of(owner)} {kind}"

    def try_to_draw(self) -> bool:
        """Draw unless the simulator is in use; whether that was possible."""
        simulator = self._simulator
        if simulator is None:
            return True
        if self.jobs.busy or not simulator.lock.acquire(timeout=PATIENCE):
            return False
        try:
            self._collect(simulator)
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
        self.publish_plots()
