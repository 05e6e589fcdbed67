"""What all abilities of a session share: network, rows, options, simulator, and who listens."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nengo_explorer.explorer.activities import Activities
from nengo_explorer.explorer.arguments import check_session_arguments
from nengo_explorer.explorer.background import Background
from nengo_explorer.explorer.events import Event, Publisher
from nengo_explorer.explorer.global_options import GlobalOptions
from nengo_explorer.explorer.live import LiveSimulation
from nengo_explorer.explorer.names import variable_names
from nengo_explorer.explorer.tree import Tree
from nengo_explorer.settings import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import nengo

    from nengo_explorer.explorer.events import Listener
    from nengo_explorer.explorer.network_view import NetworkView
    from nengo_explorer.explorer.row_states import RowStates
    from nengo_explorer.explorer.tree import Snapshot
    from nengo_explorer.explorer.wire import Status
    from nengo_explorer.simulator import Simulator


class SessionCore:
    """A network, the rows of its tree and its live simulator, kept in step with its settings.

    Abilities are classes on top of this one. Each is about one thing, and may have state of its
    own, which it makes in its ``__init__`` after that of its base class.

    Parameters
    ----------
    net, simulator, namespace, simulator_arguments
        As for `nengo_explorer.explorer.Session`.
    """

    def __init__(
        self,
        net: nengo.Network,
        *,
        simulator: Simulator | None,
        namespace: Mapping[str, Any],
        simulator_arguments: Mapping[str, Any],
    ) -> None:
        check_session_arguments(net, simulator, simulator_arguments)
        self._namespace = namespace
        self._lock = threading.RLock()
        self._publisher = Publisher()
        self._tree = Tree(net, variable_names(self._namespace))
        self._options = GlobalOptions(net)
        self._seen = fingerprint(net)
        self._live = LiveSimulation(self._tree, self._publisher, simulator_arguments, simulator)
        self._activities = Activities(self._live)
        self._background = Background(self)
        self.closed = False

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
    def status(self) -> Status:
        """What is going on."""
        return self._live.status

    @property
    def busy(self) -> bool:
        """Whether a run, a training or a reset is going on."""
        return self._live.jobs.busy

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear of every `Event`; returns a function that ends that.

        The listener is called on the thread that has made the change, and has to be quick.
        """
        return self._publisher.subscribe(listener)

    # ---- what may have changed ------------------------------------------------------------------

    def check(self) -> bool:
        """Notice settings and objects that were changed in code; whether there were any."""
        with self._lock:
            changed = self._note_settings()
            structure_changed = self._tree.structure_changed
            if structure_changed != self.status["structure_changed"]:
                self._live.tell(structure_changed=structure_changed)
                changed = True
            return changed

    def look_closely(self) -> None:
        """Look for edits inside of objects, which takes longer; `check` tells of them."""
        # Without the lock: what somebody does in a large network must not wait for it.
        self._tree.look_closely()

    def look(self) -> None:
        """Notice all that was changed in code."""
        self.look_closely()
        self.check()

    def catch_up(self, version: int) -> None:
        """Send the states of all rows again if a page has older ones.

        Changes go to the pages that are open. One that its host restores later, or that has missed
        a change, knows the states of another time.

        Parameters
        ----------
        version : int
            Version of the states that the page has.
        """
        with self._lock:
            if version != self.snapshot.version:
                self._publisher.publish(Event("structure"))

    @contextmanager
    def _changing(self, title: str) -> Iterator[None]:
        """Change settings, as one thing that can be undone.

        Parameters
        ----------
        title : str
            What is being done, for people.
        """
        del title  # for those who keep a history
        with self._lock:
            self.check()  # what a cell has changed before is not part of this
            yield
            self.check()

    def _note_settings(self) -> bool:
        try:
            seen = fingerprint(self.net)
        except RuntimeError:  # a cell is changing the config at this moment; the next look sees it
            return False
        if seen == self._seen:
            return False
        self._seen = seen
        patch = self._tree.update(seen)
        if patch is not None:
            self._publisher.publish(Event("rows", patch))
        self._options.drop_what_holds()
        self._publisher.publish(Event("globals"))
        self._live.settings_changed()
        return True

    def refresh(self) -> None:
        """Look at the network anew; if it was edited, the simulator is made anew.

        Raises
        ------
        BusyError
            If a run or training is going on and the network's structure has changed.
        """
        with self._lock:
            self._tree.look_closely()
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

    def draw_wanted(self) -> None:
        """Draw if somebody has asked for it and the simulator is free."""

    def lint_wanted(self) -> None:
        """Look for settings without effect if something has changed."""
