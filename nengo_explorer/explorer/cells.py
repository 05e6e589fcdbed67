"""Hearing when a code cell has been run, where the host says so."""

from __future__ import annotations

import sys
import weakref
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nengo_explorer.explorer.session import Session


def user_namespace() -> Mapping[str, Any]:
    """Variables of the notebook; nothing where there is none."""
    shell = _shell()
    return {} if shell is None else shell.user_ns


def check_after_cells(session: Session) -> Callable[[], None]:
    """Let a session look for changes after each cell; returns a function that ends that."""
    shell = _shell()
    if shell is None:
        return lambda: None
    reference = weakref.ref(session)

    def check(*_result: Any) -> None:
        alive = reference()
        if alive is not None and not alive.closed:
            alive.check()

    shell.events.register("post_run_cell", check)

    def end() -> None:
        if check in shell.events.callbacks["post_run_cell"]:
            shell.events.unregister("post_run_cell", check)

    return end


def _shell() -> Any:
    """The running IPython shell, if there is one; IPython is not loaded for that."""
    ipython = sys.modules.get("IPython")
    return None if ipython is None else ipython.get_ipython()
