"""What the browser may ask for: one file for each part of the page, joined here.

Each file has a twin of the same name in ``js/src/actions/``. A part defines the records that it
answers with, and a table ``ACTIONS``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nengo_explorer.explorer.actions import (
    bulk,
    lesson,
    linting,
    plots,
    proof,
    saving,
    settings,
    simulation,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nengo_explorer.explorer.actions.base import Action

#: Every action by its name.
ACTIONS: Mapping[str, Action] = {
    **settings.ACTIONS,
    **bulk.ACTIONS,
    **simulation.ACTIONS,
    **plots.ACTIONS,
    **saving.ACTIONS,
    **linting.ACTIONS,
    **proof.ACTIONS,
    **lesson.ACTIONS,
}
