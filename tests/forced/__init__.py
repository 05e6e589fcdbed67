"""The package with one way of simulating forced, whatever pays.

`tests.forced.plain` and `tests.forced.staged` stand in for `nengo_explorer` where a test takes the
name of a module. As plugins of pytest they force the mode in tests that know nothing of modes, as
those of Nengo.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

from nengo_explorer.simulator import stage_choice

if TYPE_CHECKING:
    from nengo_explorer.simulator.stage_choice import StageMode


def force(mode: StageMode) -> None:
    """Build all simulators of this process in one mode, also those of other threads."""
    stage_choice._MODE = ContextVar("stage_mode", default=mode)
