"""Planners, sorters and simplifications: from Nengo's operators to a plan of groups."""

from typing import Any

from nengo_explorer.graph_optimizer.increments import remove_identity_muls, remove_zero_incs
from nengo_explorer.graph_optimizer.mergeable import mergeable
from nengo_explorer.graph_optimizer.planners import (
    greedy_planner,
    noop_planner,
    transitive_planner,
    tree_planner,
)
from nengo_explorer.graph_optimizer.resets import (
    remove_constant_copies,
    remove_reset_incs,
    remove_unmodified_resets,
)
from nengo_explorer.graph_optimizer.signal_use import signal_io_dicts
from nengo_explorer.graph_optimizer.sorters import noop_order_signals, order_signals

#: What is applied unless the setting ``simplifications`` says otherwise.
default_simplifications = (
    remove_unmodified_resets,
    remove_zero_incs,
    remove_identity_muls,
    remove_constant_copies,
    remove_reset_incs,
)

_NAMED = {
    function.__name__: function
    for function in (
        tree_planner,
        greedy_planner,
        transitive_planner,
        noop_planner,
        order_signals,
        noop_order_signals,
        *default_simplifications,
    )
}


def named(value: Any) -> Any:
    """The function for one of our names; anything else as it is.

    Parameters
    ----------
    value : str or callable
        A value of the settings ``planner``, ``sorter`` or one of ``simplifications``.
    """
    return _NAMED[value] if isinstance(value, str) else value


__all__ = [
    "default_simplifications",
    "greedy_planner",
    "mergeable",
    "named",
    "noop_order_signals",
    "noop_planner",
    "order_signals",
    "remove_constant_copies",
    "remove_identity_muls",
    "remove_reset_incs",
    "remove_unmodified_resets",
    "remove_zero_incs",
    "signal_io_dicts",
    "transitive_planner",
    "tree_planner",
]
