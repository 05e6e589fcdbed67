"""Undo and redo."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nengo_explorer.explorer.abilities.settings import SettingsAbility
from nengo_explorer.explorer.events import Event
from nengo_explorer.settings import OPTIONS, difference, take_snapshot
from nengo_explorer.settings.edit import noted_writes
from nengo_explorer.settings.snapshot import changed, changes_of, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nengo_explorer.explorer.wire import Edits
    from nengo_explorer.settings import Change, Place, Snapshot
    from nengo_explorer.settings.edit import Write

#: How far one can go back.
MOST_ENTRIES = 200
#: What a change is called that was not made through the session.
IN_CODE = "Change in code"


@dataclass(frozen=True)
class Entry:
    """One change that somebody has made.

    Attributes
    ----------
    title : str
        What was done, for people.
    changes : tuple of Change
        Settings before and after.
    before, after : dict of str to object
        Values of options that were pending before and after.
    cell : int or None
        Number of the cell that has made it, for changes in code.
    """

    title: str
    changes: tuple[Change, ...]
    before: dict[str, Any]
    after: dict[str, Any]
    cell: int | None = None

    def then(self, later: Entry) -> Entry:
        """Both changes as one."""
        places = {change.place: change for change in self.changes}
        for change in later.changes:
            first = places.get(change.place)
            places[change.place] = change if first is None else first._replace(after=change.after)
        return Entry(self.title, tuple(places.values()), self.before, later.after, self.cell)


class HistoryAbility(SettingsAbility):
    """Takes changes of settings back, also those made in code, and makes them again.

    Only what an entry has changed is written, so that what others change meanwhile is not lost.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._done: list[Entry] = []
        self._undone: list[Entry] = []
        self._title = ""
        self._record_is_due = False
        self._cell: int | None = None
        self._recorded: Snapshot = take_snapshot(self.net)
        self._recorded_pending: dict[str, Any] = {}

    @property
    def edits(self) -> Edits:
        """What can be undone and redone, and how changes are applied."""
        return {
            "undo": self._done[-1].title if self._done else "",
            "redo": self._undone[-1].title if self._undone else "",
            "apply_automatically": self.apply_automatically,
        }

    def undo(self) -> str:
        """Take the last change of settings back, whether it was made here or in code.

        Returns
        -------
        title : str
            What was undone; empty if there was nothing.

        Raises
        ------
        BusyError
            If something is running that the change would rebuild.
        """
        with self._lock:
            self.check()  # what a cell has just changed comes first
            if not self._done:
                return ""
            entry = self._done[-1]
            self._write(((change.place, change.before) for change in entry.changes), entry)
            self._options.put_back(entry.before)
            self._undone.append(self._done.pop())
            return self._tell(entry)

    def redo(self) -> str:
        """Make a change again that was undone; see `undo`."""
        with self._lock:
            self.check()
            if not self._undone:
                return ""
            entry = self._undone[-1]
            self._write(((change.place, change.after) for change in entry.changes), entry)
            self._options.put_back(entry.after)
            self._done.append(self._undone.pop())
            return self._tell(entry)

    def begin_cell(self) -> None:
        """Note that a cell is about to be run; what it changes can be undone as one."""
        with self._lock:
            self.check()
            self._cell = (self._cell or 0) + 1

    def refresh(self) -> None:
        """Look at the network anew; see `SessionCore.refresh`."""
        with self._lock:
            super().refresh()
            self._record()

    @contextmanager
    def _changing(self, title: str) -> Iterator[None]:
        with self._lock:
            if self._title:  # part of something larger
                yield
                self.check()
                return
            self.check()
            self._title = title
            writes: list[Write] = []
            try:
                with noted_writes() as writes:
                    yield
                self.check()
            finally:
                # Also what a refused change has left, which should be nothing.
                self._record(writes)
                self._title = ""

    def _note_settings(self) -> bool:
        changed = super()._note_settings()
        if (changed or self._record_is_due) and not self._title:
            self._record()
        return changed

    def _record(self, writes: Sequence[Write] = ()) -> None:
        """Make entries of what is different since the last one: what we have written, and others.

        Parameters
        ----------
        writes : sequence of Write, optional
            What this thread has written for what is being done.
        """
        try:
            now = take_snapshot(self.net)
        except RuntimeError:  # a cell is changing the config at this moment
            self._record_is_due = True
            return
        self._record_is_due = False
        own = changes_of(writes)
        earlier, later = _of_others(self._recorded, own, now)
        before, after = self._recorded_pending, self._options.pending
        self._recorded, self._recorded_pending = now, after
        cell = self._cell
        if not self._title:
            # Nothing is being done here, so a pending option that now holds was set in code, too.
            self._add(Entry(IN_CODE, later, before, after, cell))
            return
        self._add(Entry(IN_CODE, earlier, before, before, cell))
        self._add(Entry(self._title, own, before, after))
        self._add(Entry(IN_CODE, later, after, after, cell))

    def _add(self, entry: Entry) -> None:
        """Take note of a change that can be undone."""
        if not entry.changes and entry.before == entry.after:
            return
        last = self._done[-1] if self._done and not self._undone else None
        if entry.cell is not None and last is not None and last.cell == entry.cell:
            # A cell is one thing that somebody did, however often we looked meanwhile.
            self._done[-1] = last.then(entry)
        else:
            self._done = [*self._done, entry][-MOST_ENTRIES:]
        self._undone = []
        self._publisher.publish(Event("edits"))

    def _write(self, values: Iterable[tuple[Place, Any]], entry: Entry) -> None:
        """Write settings, unless that would pull the rug from under what is running."""
        options = {change.place.option for change in entry.changes}
        if any(OPTIONS[option].cost == "rebuild" for option in options):
            self._live.jobs.refuse_if_busy()
        with noted_writes() as writes:
            write(values)
        self._recorded = changed(self._recorded, changes_of(writes))

    def _tell(self, entry: Entry) -> str:
        """Bring everything up to date after settings were written by us."""
        self._title = entry.title  # so that it is not recorded as a change in code
        try:
            self.check()
        finally:
            self._title = ""
        self._recorded_pending = self._options.pending
        self._publisher.publish(Event("globals"))
        self._publisher.publish(Event("edits"))
        self._record()  # what a cell has changed meanwhile is a change of its own
        return entry.title


def _of_others(
    recorded: Snapshot, own: Sequence[Change], now: Snapshot
) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """What others have changed before something was written here, and after it.

    Parameters
    ----------
    recorded : Snapshot
        What was known.
    own : sequence of Change
        What was written here since.
    now : Snapshot
        What there is.
    """
    # What was there before us we have written over, and so we know of it; all else came after.
    earlier = difference(recorded, changed(recorded, [c._replace(after=c.before) for c in own]))
    return earlier, difference(changed(recorded, own), now)
