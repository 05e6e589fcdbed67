"""Doing something short beside everything else."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    Value = TypeVar("Value")


def later(work: Callable[[], Value]) -> Future[Value]:
    """Start something on a thread of its own.

    Parameters
    ----------
    work : callable
        Does it.

    Returns
    -------
    future : Future
        Will have what it returns or raises.
    """
    future: Future[Value] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - whoever waits for it gets it
            future.set_exception(error)

    threading.Thread(target=run, name="nengo_explorer file", daemon=True).start()
    return future
