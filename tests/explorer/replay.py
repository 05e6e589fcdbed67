"""A log of what several have done to a session at once, and doing it again, one thing by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nengo.ensemble import Neurons

from nengo_explorer.explorer.abilities.history import IN_CODE
from nengo_explorer.settings import Place
from nengo_explorer.settings.snapshot import write

if TYPE_CHECKING:
    from collections.abc import Callable

    import nengo

    from nengo_explorer.explorer.abilities.history import Entry
    from nengo_explorer.explorer.session import Session

#: What changes settings in a session, also when the browser has asked for it.
_CHANGES = ("set_rule", "set_rules", "set_global", "apply", "discard", "undo", "redo")


class Step(NamedTuple):
    """Something that took effect: a method of a session, or settings that a cell has changed."""

    name: str
    arguments: tuple[Any, ...] = ()


class Recorder:
    """Notes what takes effect in a session, in that order.

    Parameters
    ----------
    session : Session
        The session, before anything is done.

    Attributes
    ----------
    steps : list of Step
        What has taken effect so far.
    """

    def __init__(self, session: Session) -> None:
        self.steps: list[Step] = []
        self._session = session
        self._current: Step | None = None
        for name in _CHANGES:
            setattr(session, name, self._asked_for(name))
        self._before(session, "_add", self._on_entry)
        self._before(session, "_tell", lambda _entry: self._note())
        activities = session._activities
        self._before(activities, "_reset", lambda: self.steps.append(Step("reset")))
        setattr(activities, "_run", self._counted(activities._run))  # noqa: B010 - a method

    def _asked_for(self, name: str) -> Callable[..., Any]:
        """A method that lets us know what is being done while it is."""
        method = getattr(self._session, name)

        def carry_out(*args: Any, **kwargs: Any) -> Any:
            # The lock is one that the method takes as well; cells and runs go on.
            with self._session._lock:
                outer = self._current
                self._current = outer or Step(name, (*args, *kwargs.values()))
                try:
                    return method(*args, **kwargs)
                finally:
                    self._current = outer

        return carry_out

    @staticmethod
    def _before(owner: Any, name: str, note: Callable[..., None]) -> None:
        method = getattr(owner, name)

        def carry_out(*args: Any) -> Any:
            note(*args)
            return method(*args)

        setattr(owner, name, carry_out)

    def _counted(self, run: Callable[[float], None]) -> Callable[[float], None]:
        """A run of which the steps are noted that were done before it was stopped."""

        def carry_out(seconds: float) -> None:
            before = self._session.sim.n_steps
            try:
                run(seconds)
            finally:
                self.steps.append(Step("run", (self._session.sim.n_steps - before,)))

        return carry_out

    def _on_entry(self, entry: Entry) -> None:
        """Note a new entry of the history, in whose order changes have taken effect."""
        if not entry.changes and entry.before == entry.after:
            return
        if entry.title == IN_CODE:
            self.steps.append(Step("code", (entry.changes, entry.cell)))
        else:
            self._note()

    def _note(self) -> None:
        assert self._current is not None, "something was changed that nobody has asked for"
        self.steps.append(self._current)


def replay(steps: list[Step], session: Session, of: nengo.Network) -> None:
    """Do again what was done, one thing after another.

    Parameters
    ----------
    steps : list of Step
        From a `Recorder`.
    session : Session
        A new session of a copy of the network.
    of : Network
        The network to which the steps were done.
    """
    twins = {id(one): other for one, other in zip(_parts(of), _parts(session.net), strict=True)}

    def twin(thing: Any) -> Any:
        if isinstance(thing, Neurons):
            return twin(thing.ensemble).neurons
        return twins.get(id(thing), thing)

    for name, arguments in steps:
        if name == "code":
            changes, cell = arguments
            with session._lock:  # so that nobody looks before all is written
                session.check()
                session._cell = cell
                write((Place(*map(twin, place)), after) for place, _, after in changes)
                session.check()
        elif name == "run":
            session.run(arguments[0] * session.sim.dt)
        else:
            getattr(session, name)(*arguments)


def _parts(net: nengo.Network) -> list[Any]:
    return [net, *net.all_networks, *net.all_objects]
