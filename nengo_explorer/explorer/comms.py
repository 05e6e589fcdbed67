"""What hosts do differently with the messages of a widget."""

from __future__ import annotations

from typing import Any


def let_browser_choose_shell(comm: Any) -> None:
    """Handle messages of the browser where the browser wants them handled.

    Since ipykernel 7.4 a message goes to the subshell from which Python has written last, whatever
    the browser asks for. A run in a cell writes from the main shell, which is busy until the cell
    ends: Stop would come too late. After a page was reloaded, that subshell may even be gone.
    Other versions and other hosts have no such routing, and nothing is done.

    Parameters
    ----------
    comm : object
        The comm of the widget; None if it has none.
    """
    if hasattr(comm, "_reply_subshell_for"):
        comm._reply_subshell_for = lambda _data, asked: asked  # noqa: SLF001 - see above
