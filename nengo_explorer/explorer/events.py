"""What a session tells to whoever shows it."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from nengo_explorer.explorer.row_states import Patch

    Listener = Callable[["Event"], None]

logger = logging.getLogger("nengo_explorer.explorer")

What = Literal[
    "structure",
    "rows",
    "globals",
    "status",
    "plots",
    "curves",
    "edits",
    "lesson",
    "findings",
    "proof",
]


@dataclass(frozen=True)
class Event:
    """Something has changed.

    Attributes
    ----------
    what : str
        "structure" (the rows are different ones), "rows" (states of some rows), "globals",
        "status", "plots" (of probes), "curves" (of a training), "edits" (what can be undone, and
        how changes are applied) "findings" (settings without effect) or "proof" (what was looked
        at).
    patch : Patch or None
        For "rows", the difference.
    """

    what: What
    patch: Patch | None = None


class Publisher:
    """Hands events to listeners, in one order for all of them."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._lock = threading.RLock()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Add a listener; returns a function that removes it.

        Listeners are called on the thread that made the change, and have to be quick.
        """
        with self._lock:
            self._listeners.append(listener)

        def remove() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return remove

    def publish(self, event: Event) -> None:
        """Tell all listeners; the error of one does not keep the others from hearing."""
        with self._lock:
            for listener in list(self._listeners):
                try:
                    listener(event)
                except Exception:
                    logger.exception("A listener of the explorer failed.")
