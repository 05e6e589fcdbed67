"""A thread that looks for changes made elsewhere and draws what was asked for."""

from __future__ import annotations

import threading
import time
import weakref
from typing import TYPE_CHECKING

from nengo_explorer.explorer.events import logger

if TYPE_CHECKING:
    from nengo_explorer.explorer.abilities.core import SessionCore

#: Time between two looks, in seconds, and as a multiple of what a look takes; for close ones, too.
INTERVAL = 0.4
SHARE = 20


class Background:
    """Calls ``check`` of a session now and then, and ``draw_wanted`` when woken.

    The thread does not keep the session alive, and ends with it.

    Parameters
    ----------
    session : SessionCore
        The session.
    """

    def __init__(self, session: SessionCore) -> None:
        self._session = weakref.ref(session)
        self._wake = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(
            target=_work,
            args=(self._session, self._wake, self._ended),
            name="nengo_explorer background",
            daemon=True,
        )

    def begin(self) -> None:
        """Start the thread."""
        self._thread.start()

    def wake(self) -> None:
        """Look at once."""
        self._wake.set()

    def end(self) -> None:
        """End the thread; it may still finish what it is doing."""
        self._ended.set()
        self._wake.set()

    @property
    def alive(self) -> bool:
        """Whether the thread is still there."""
        return self._thread.is_alive()


def _work(
    reference: weakref.ref[SessionCore], wake: threading.Event, ended: threading.Event
) -> None:
    pause = INTERVAL
    next_close_look = 0.0
    while True:
        wake.wait(pause)
        wake.clear()
        session = reference()
        if session is None or ended.is_set():
            return
        began = time.monotonic()
        try:
            if began >= next_close_look:
                session.look_closely()
                ended_look = time.monotonic()
                next_close_look = ended_look + SHARE * (ended_look - began)
                began = ended_look
            session.check()
            looked = time.monotonic() - began
            session.lint_wanted()
            session.draw_wanted()
        except Exception:  # noqa: BLE001 - the thread has to live on
            logger.exception("The explorer could not be brought up to date.")
            looked = time.monotonic() - began
        pause = max(INTERVAL, SHARE * looked)
        del session
