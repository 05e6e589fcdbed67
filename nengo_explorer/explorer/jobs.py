"""Doing one thing at a time: on the caller's thread, or on a thread of its own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class BusyError(RuntimeError):
    """Something else is being done; it can be stopped."""


class Jobs:
    """Runs jobs, never two at once.

    Parameters
    ----------
    name : str
        Name of the threads that are made.

    Attributes
    ----------
    stop : Event
        Set when the present job should end; jobs look at it as often as they can.
    after : callable
        Called when a job has ended and nothing is being done.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._owner: int | None = None
        self._what = ""
        self._idle = threading.Event()
        self._idle.set()
        self.stop = threading.Event()
        self.after: Callable[[], None] = lambda: None

    @property
    def busy(self) -> bool:
        """Whether a job is being done."""
        return not self._idle.is_set()

    @property
    def is_mine(self) -> bool:
        """Whether the calling thread is doing the present job."""
        return self._owner == threading.get_ident()

    def here(self, what: str, job: Callable[[], None]) -> None:
        """Do a job on the calling thread, after the present one has ended.

        Errors are the caller's.

        Parameters
        ----------
        what : str
            The job in a word, such as "run".
        job : callable
            Does it.

        Raises
        ------
        BusyError
            If a job is started from within a job.
        """
        if self.is_mine:
            raise BusyError(f"A {what} cannot be started from within a {self._what}.")
        with self._lock:
            self._do(what, job)

    def aside(self, what: str, job: Callable[[], None]) -> None:
        """Start a job on a thread of its own, and return at once.

        Parameters
        ----------
        what : str
            The job in a word, such as "run".
        job : callable
            Does it; has to deal with its errors.

        Raises
        ------
        BusyError
            If another job has not ended.
        """
        if not self._lock.acquire(blocking=False):
            raise self._busy_error()

        def work() -> None:
            try:
                self._do(what, job)
            finally:
                self._lock.release()

        self._idle.clear()
        self._what = what
        self.stop.clear()
        # A daemon, so that a long run does not keep the kernel from ending.
        threading.Thread(target=work, name=self._name, daemon=True).start()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until nothing is being done; False if that took longer than ``timeout`` seconds."""
        return self._idle.wait(timeout)

    def refuse_if_busy(self) -> None:
        """Refuse to go on while a job is being done.

        Raises
        ------
        BusyError
            Naming the job.
        """
        if self.busy:
            raise self._busy_error()

    def _do(self, what: str, job: Callable[[], None]) -> None:
        self._idle.clear()
        self._owner, self._what = threading.get_ident(), what
        try:
            job()
        finally:
            self._owner = None
            self.stop.clear()
            self._idle.set()
            self.after()

    def _busy_error(self) -> BusyError:
        return BusyError(f"A {self._what} is going on. Wait until it has ended, or stop it.")
