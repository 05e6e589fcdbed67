"""The widget: a session in the notebook."""

from __future__ import annotations

import contextlib
import pathlib
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import anywidget  # noqa: TID253 - this is the widget, and loaded when one is made

from nengo_explorer.explorer.actions import ACTIONS
from nengo_explorer.explorer.cells import check_after_cells, user_namespace
from nengo_explorer.explorer.comms import let_browser_choose_shell
from nengo_explorer.explorer.events import logger
from nengo_explorer.explorer.messages import accepted_reply, parse_action, refused_reply
from nengo_explorer.explorer.option_values import catalogue
from nengo_explorer.explorer.serialize import packed_patch, packed_states, packed_structure
from nengo_explorer.explorer.session import Session
from nengo_explorer.explorer.status import idle_status
from nengo_explorer.explorer.traits import Synced, SyncedDict, SyncedFloat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import nengo

    from nengo_explorer.explorer.events import Event, What
    from nengo_explorer.simulator import Simulator

STATIC = pathlib.Path(__file__).parent / "static"
_THEMES = ("light", "dark")


def _packed_structure(widget: Explorer) -> dict[str, Any]:
    now = widget.session.snapshot
    return packed_structure(now.view, now.structure_version)


def _packed_states(widget: Explorer) -> dict[str, Any]:
    now = widget.session.snapshot
    return packed_states(widget.session.shown_states, now.version)


#: Which traits follow from each event, and how.
_TRAITS: dict[What, dict[str, Callable[[Session], Any]]] = {
    "structure": {
        "structure": lambda session: session.snapshot.structure_version,
        "row_state": lambda session: session.snapshot.version,
    },
    "globals": {"globals": lambda session: session.global_values},
    "status": {"status": lambda session: session.status},
    "plots": {"plots": lambda session: session.plots},
    "curves": {"curves": lambda session: session.curves},
    "edits": {"edits": lambda session: session.edits},
    "findings": {"findings": lambda session: session.finding_records},
    "lesson": {
        "lesson": lambda session: session.lesson,
        "catalogue": lambda session: session.shown_options(catalogue()),
    },
    "proof": {"proof": lambda session: session.proof},
}


class Explorer(anywidget.AnyWidget):
    """A network as a tree of settings with reasons, a live simulator, and plots of its probes.

    Settings are kept in the network's config and nowhere else: what is set here is seen by code,
    and what code sets is seen here.

    Parameters
    ----------
    net : Network
        The outermost network.
    simulator : Simulator, optional
        A simulator of the network to go on with, such as a trained one; by default one is made
        when it is needed.
    locked, hidden : list, optional
        For lessons: controls that cannot be used or are not shown, by name, and objects whose rules
        cannot be changed; see `Session.set_lesson`.
    **simulator_arguments
        Arguments of `nengo_explorer.Simulator`, such as ``dt``, ``seed``, ``minibatch_size``.

    Raises
    ------
    ValidationError
        If the network is none, or an argument is not accepted.
    FileNotFoundError
        If the part for the browser has not been built; the message says how to build it.

    Attributes
    ----------
    session : Session
        Everything that the widget can do, without the widget.
    """

    _esm = STATIC / "explorer.js"
    _css = STATIC / "explorer.css"

    catalogue = Synced([])
    structure = Synced(0, packed=_packed_structure)
    row_state = Synced(0, packed=_packed_states)
    globals = Synced({})
    status = Synced(idle_status())
    plots = Synced([])
    curves = Synced([])
    edits = Synced({})
    lesson = Synced({})
    findings = Synced([])
    proof = Synced({})
    appearance = SyncedDict({"theme": "light", "width": 0})
    run_time = SyncedFloat(1.0)

    def __init__(
        self,
        net: nengo.Network,
        *,
        simulator: Simulator | None = None,
        locked: Iterable[Any] = (),
        hidden: Iterable[str] = (),
        **simulator_arguments: Any,
    ) -> None:
        _check_bundle()
        # Traits are written by the threads of the session and by the host's messages.
        self._wire = threading.RLock()
        self.session = Session(
            net, simulator=simulator, namespace=user_namespace(), **simulator_arguments
        )
        self.session.set_lesson(locked=locked, hidden=hidden)
        traits = {name: get for of_event in _TRAITS.values() for name, get in of_event.items()}
        super().__init__(**{name: get(self.session) for name, get in traits.items()})
        let_browser_choose_shell(self.comm)
        self._unsubscribe = self.session.subscribe(self._on_event)
        self._end_checks = check_after_cells(self.session)
        self.on_msg(self._on_action)
        self.observe(self._on_appearance, "appearance")
        self.observe(self._on_run_time, "run_time")
        self.session.plan_run(self.run_time)

    # ---- what there is, and what can be done ----------------------------------------------------

    @property
    def net(self) -> nengo.Network:
        """The outermost network."""
        return self.session.net

    @property
    def sim(self) -> Simulator:
        """The live simulator; made when it is first used, which loads TensorFlow."""
        return self.session.sim

    def run(self, seconds: float) -> None:
        """Simulate some seconds, and draw the probes; returns when that is done."""
        self.session.run(seconds)

    def set_training(self, *args: Any, **kwargs: Any) -> None:
        """Say what Train does: a `TrainingTask`, or its parameters."""
        self.session.set_training(*args, **kwargs)

    def train(self) -> None:
        """Train as `set_training` has said; returns when that is done."""
        self.session.train()

    def predict(self, *targets: Any) -> None:
        """Let a learner say what is trained before it is shown; see `Session.predict`."""
        self.session.predict(*targets)

    def stop(self) -> None:
        """Ask a run or training to end."""
        self.session.stop()

    def reset(self) -> None:
        """Go back to time 0 and drop recorded data; trained parameters stay."""
        self.session.reset()

    def refresh(self) -> None:
        """Look at the network anew, after objects were added or removed."""
        self.session.refresh()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The widget, and for hosts without a kernel a picture of it."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:  # this host shows no widgets
            return {"text/html": self.session.to_fragment(), "text/plain": repr(self)}
        data, metadata = bundle
        return {**data, "text/html": self.session.to_fragment()}, metadata

    # ---- to the browser -------------------------------------------------------------------------

    def _on_event(self, event: Event) -> None:
        """Pass a change on. What is sent is what is so now, not what was when the event began."""
        with self._wire:
            if event.what == "rows" and event.patch is not None:
                message, buffers = packed_patch(self.session.shown_patch(event.patch))
                self.send(message, buffers=buffers)
            for trait, value in _TRAITS.get(event.what, {}).items():
                setattr(self, trait, value(self.session))
            if event.what == "lesson":
                # The version is the same, but what is shown of it is not.
                self.send_state("row_state")

    # ---- from the browser -----------------------------------------------------------------------

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take over what the browser has written."""
        # The widget library gathers notifications meanwhile, and is not made for threads.
        with self._wire:
            super().set_state(sync_data)

    def _on_appearance(self, change: Any) -> None:
        theme = change["new"].get("theme")
        width = change["new"].get("width")
        if theme in _THEMES and isinstance(width, int | float):
            self.session.set_appearance(theme, width)

    def _on_run_time(self, change: Any) -> None:
        self.session.plan_run(change["new"])

    def _on_action(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """Carry out an action and reply; long ones are only started."""
        request = content.get("id") if isinstance(content, dict) else None
        if not isinstance(request, int):
            return
        try:
            action, arguments = parse_action(content, ACTIONS)
            with self.session.as_learner(content["action"], arguments):
                value = action.carry_out(self.session, **arguments)
        except Exception as error:  # noqa: BLE001 - whatever it is, the browser gets a reply
            self._refuse(request, error)
            return
        if isinstance(value, Future):  # worked out beside everything else
            value.add_done_callback(lambda ended: self._reply_when_done(request, ended))
        else:
            self._reply(request, value)

    def _reply_when_done(self, request: int, ended: Future[Any]) -> None:
        error = ended.exception()
        if isinstance(error, Exception):
            self._refuse(request, error)
        else:
            self._reply(request, ended.result())

    def _reply(self, request: int, value: Any) -> None:
        reply, buffers = accepted_reply(request, value)
        with self._wire:
            self.send(reply, buffers=buffers)

    def _refuse(self, request: int, error: Exception) -> None:
        logger.debug("Request %s was refused.", request, exc_info=error)
        with self._wire:
            self.send(refused_reply(request, error))

    # ---- the end --------------------------------------------------------------------------------

    def close(self) -> None:
        """Take the widget off the page, end its threads, and close its simulator."""
        if hasattr(self, "_unsubscribe"):
            self._unsubscribe()
            self._end_checks()
            self.session.close()
        with contextlib.suppress(AttributeError):  # the widget was never finished
            super().close()


def _check_bundle() -> None:
    """Refuse to show nothing where the part for the browser is missing.

    Raises
    ------
    FileNotFoundError
        Saying how to get it.
    """
    missing = [name for name in ("explorer.js", "explorer.css") if not (STATIC / name).is_file()]
    if missing:
        raise FileNotFoundError(
            f"The explorer's part for the browser has not been built: {', '.join(missing)} missing "
            f"in {STATIC}. In a clone of the source run: make build. Otherwise install the package "
            "again: pip install --force-reinstall nengo-explorer."
        )
