"""Making the changes of a fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nengo_explorer.explorer.linter.finding import ForgottenSetting, GlobalChange
from nengo_explorer.settings import INHERIT, set_global, set_rule
from nengo_explorer.settings.edit import noting

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    import nengo

    from nengo_explorer.explorer.linter.finding import Fix


def apply_fix(fix: Fix, net: nengo.Network, set_option: Callable[[str, Any], None]) -> None:
    """Change settings as a fix says.

    Parameters
    ----------
    fix : Fix
        The fix.
    net : Network
        The outermost network.
    set_option : callable
        Sets an option of the outermost network, which may have to wait.
    """
    for change in fix.changes:
        if isinstance(change, ForgottenSetting):
            with noting(change.network, change.target, change.option, INHERIT):
                delattr(change.network.config[change.target], change.option)
        elif not isinstance(change, GlobalChange):
            set_rule(change.network, change.target, change.option, change.value)
        elif change.network is net:
            set_option(change.option, change.value)
        else:
            set_global(change.network, change.option, change.value)
