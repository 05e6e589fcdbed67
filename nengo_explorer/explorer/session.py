"""A network, its settings and its live simulator, without a widget."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Self

from nengo.exceptions import ValidationError

from nengo_explorer.explorer.activities import Activities
from nengo_explorer.explorer.arguments import check_session_arguments
from nengo_explorer.explorer.background import Background
from nengo_explorer.explorer.events import Event, Publisher
from nengo_explorer.explorer.global_options import GlobalOptions
from nengo_explorer.explorer.live import LiveSimulation
from nengo_explorer.explorer.names import variable_names
from nengo_explorer.explorer.training_task import TrainingTask
from nengo_explorer.explorer.tree import Tree
from nengo_explorer.settings import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import nengo

    from nengo_explorer.explorer.events import Listener
    from nengo_explorer.explorer.messages import Explanation
    from nengo_explorer.explorer.network_view import NetworkView
    from nengo_explorer.explorer.row_states import RowStates
    from nengo_explorer.explorer.tree import Snapshot
    from nengo_explorer.explorer.wire import GlobalValue, Plot, Status, Theme
    from nengo_explorer.simulator import Simulator


class Session:
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
        check_session_arguments(net, simulator, simulator_arguments)
        self._namespace = {} if namespace is None else namespace
        self._lock = threading.RLock()
        self._publisher = Publisher()
        self._tree = Tree(net, variable_names(self._namespace))
        self._options = GlobalOptions(net)
        self._seen = fingerprint(net)
        self._apply_after_job = False
        self._drawing_wanted = self._redrawing_wanted = False
        self._live = LiveSimulation(self._tree, self._publisher, simulator_arguments, simulator)
        self._activities = Activities(self._live)
        self._live.wants_drawing = self._want_drawing
        self._live.jobs.after = self._after_job
        self._background = Background(self)
        self.closed = False
        if simulator is not None and simulator.n_steps:
            self._want_drawing()

    # ---- what there is --------------------------------------------------------------------------

    @property
    def net(self) -> nengo.Network:
        """The outermost network."""
        return self._tree.net

    @property
    def sim(self) -> Simulator:
        """The live simulator; made when it is first used, which loads TensorFlow."""
        return self._live.simulator

    @property
    def is_built(self) -> bool:
        """Whether the live simulator has been made."""
        return self._live.is_built

    @property
    def view(self) -> NetworkView:
        """The rows of the tree."""
        return self._tree.view

    @property
    def snapshot(self) -> Snapshot:
        """Rows and their states, with versions, as one record."""
        return self._tree.now

    @property
    def states(self) -> RowStates:
        """States of the rows."""
        return self._tree.now.states

    @property
    def global_values(self) -> dict[str, GlobalValue]:
        """Global options: what is in force, and what is pending."""
        return self._options.values()

    @property
    def pending(self) -> dict[str, Any]:
        """Values of global options that wait for `apply`."""
        return self._options.pending

    @property
    def status(self) -> Status:
        """What is going on."""
        return self._live.status

    @property
    def plots(self) -> list[Plot]:
        """The plots as they were drawn last."""
        return self._live.gallery.plots(stale=self._live.stale)

    @property
    def busy(self) -> bool:
        """Whether a run, a training or a reset is going on."""
        return self._live.jobs.busy

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear of every `Event`; returns a function that ends that.

        The listener is called on the thread that has made the change, and has to be quick.
        """
        return self._publisher.subscribe(listener)

    # ---- settings -------------------------------------------------------------------------------

    def row_of(self, obj: Any, parameter: str = "") -> int:
        """Row of an object or a class of the outermost network.

        Parameters
        ----------
        obj : object or class
            Something in the network, or a class such as ``nengo.Ensemble``.
        parameter : str, optional
            "encoders", "bias" or "weights", for the row of that parameter.

        Raises
        ------
        ValidationError
            If it is not among the rows.
        """
        is_class = isinstance(obj, type)
        row = (
            self.view.class_row_of(self.net, obj) if is_class else self.view.row_of(obj, parameter)
        )
        if row < 0:
            raise ValidationError(f"{obj} {parameter} is not among the rows.", attr="obj")
        return row

    def explain(self, row: int) -> Explanation:
        """Why a row has the state it has."""
        with self._lock:
            return self._tree.explain(row)

    def set_rule(self, row: int, option: str, setting: str) -> None:
        """Set or remove the rule of a row.

        Parameters
        ----------
        row : int
            A row; see `row_of`.
        option : str
            "trainable" or "keep_history".
        setting : str
            "inherit", "on" or "off".

        Raises
        ------
        ValidationError
            If the row has no such setting.
        """
        with self._lock:
            self._tree.set_rule(row, option, setting)
            self.check()

    def set_global(self, option: str, value: Any) -> None:
        """Set a global option: at once where that is free, else it is pending.

        Parameters
        ----------
        option : str
            Name of the option.
        value : object
            A value, or its key in the catalogue, or text that stands for it; None for the default.

        Raises
        ------
        ValidationError
            If there is no such option, or it does not accept the value.
        """
        with self._lock:
            # Without a simulator there is nothing to rebuild.
            self._options.set(option, value, at_once=not (self.is_built or self.busy))
            self.check()
            self._publisher.publish(Event("globals"))

    def apply(self) -> None:
        """Put pending options into force; while something is running, when that has ended."""
        with self._lock:
            if self.busy and self.pending:
                self._apply_after_job = True
                self._live.tell(message="Changes are applied when this has ended")
                return
            self._apply_after_job = False
            self._options.apply()
            self.check()
            self._publisher.publish(Event("globals"))

    def discard(self) -> None:
        """Forget pending options."""
        with self._lock:
            self._apply_after_job = False
            self._options.discard()
            self._publisher.publish(Event("globals"))

    def check(self) -> bool:
        """Notice settings and objects that were changed in code; whether there were any."""
        with self._lock:
            changed = self._note_settings()
            structure_changed = self._tree.structure_changed
            if structure_changed != self.status["structure_changed"]:
                self._live.tell(structure_changed=structure_changed)
                changed = True
            return changed

    def _note_settings(self) -> bool:
        try:
            seen = fingerprint(self.net)
        except RuntimeError:  # a cell is changing the config at this moment; the next look sees it
            return False
        if seen == self._seen:
            return False
        self._seen = seen
        patch = self._tree.update()
        if patch is not None:
            self._publisher.publish(Event("rows", patch))
        self._options.drop_what_holds()
        self._publisher.publish(Event("globals"))
        self._live.settings_changed()
        return True

    def refresh(self) -> None:
        """Look at the network anew; if objects were added or removed, the simulator is made anew.

        Raises
        ------
        BusyError
            If a run or training is going on and the network's structure has changed.
        """
        with self._lock:
            changed = self._tree.structure_changed
            if changed:
                self._live.jobs.refuse_if_busy()
            self._tree.refresh(variable_names(self._namespace))
            self._seen = fingerprint(self.net)
            self._options.drop_what_holds()
            if changed:
                self._live.drop_simulator()
            self._publisher.publish(Event("structure"))
            self._publisher.publish(Event("globals"))
            self._live.tell(structure_changed=False)

    # ---- simulation -----------------------------------------------------------------------------

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

    # ---- plots ----------------------------------------------------------------------------------

    def set_appearance(self, theme: Theme, width: float) -> None:
        """Draw for a page of that theme ("light" or "dark") and width in pixels, soon."""
        gallery = self._live.gallery
        if (gallery.theme, gallery.width) != (theme, width):
            gallery.theme, gallery.width = theme, width
            self._redrawing_wanted = True
            self._background.wake()

    def draw(self) -> None:
        """Draw what probes have recorded, now."""
        self._live.draw()

    def draw_wanted(self) -> None:
        """Draw if somebody has asked for it and the simulator is free."""
        if self._drawing_wanted:
            self._drawing_wanted = self._redrawing_wanted = False
            if not self._live.try_to_draw():
                self._drawing_wanted = True
        elif self._redrawing_wanted:
            self._redrawing_wanted = False
            self._live.redraw()

    def _want_drawing(self) -> None:
        self._drawing_wanted = True
        self._background.wake()

    # ---- the end --------------------------------------------------------------------------------

    def _after_job(self) -> None:
        if self._apply_after_job:
            self.apply()

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
