"""Hearing when a code cell has been run, where the host says so."""

from __future__ import annotations

import inspect
import sys
import weakref
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nengo_explorer.explorer.session import Session

_PACKAGE: Final = __name__.partition(".")[0]


def user_namespace() -> Mapping[str, Any]:
    """Variables of the notebook; without IPython, as in marimo, those around the calling code."""
    shell = _shell()
    return _globals_of_caller() if shell is None else shell.user_ns


def _globals_of_caller() -> Mapping[str, Any]:
    """Global variables of the code that has called this package."""
    frame = inspect.currentframe()
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] != _PACKAGE:
            return frame.f_globals
        frame = frame.f_back
    return {}


def check_after_cells(session: Session) -> Callable[[], None]:
    """Let a session look for changes around each cell; returns a function that ends that."""
    shell = _shell()
    if shell is None:
        return lambda: None
    reference = weakref.ref(session)

    def check(*_result: Any) -> None:
        alive = reference()
        if alive is not None and not alive.closed:
            alive.look()

    def begin(*_information: Any) -> None:
        alive = reference()
        if alive is not None and not alive.closed:
            alive.begin_cell()

    callbacks = {"pre_run_cell": begin, "post_run_cell": check}
    for event, callback in callbacks.items():
        shell.events.register(event, callback)

    def end() -> None:
        for event, callback in callbacks.items():
            if callback in shell.events.callbacks[event]:
                shell.events.unregister(event, callback)

    return end


def _shell() -> Any:
    """The running IPython shell, if there is one; IPython is not loaded for that."""
    ipython = sys.modules.get("IPython")
    return None if ipython is None else ipython.get_ipython()
