"""Records as tables of texts, for the page."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nengo_explorer.explorer.network_view import NetworkView
    from nengo_explorer.explorer.proof.verdicts import GradientRow, MovementRow
    from nengo_explorer.explorer.wire import ProofRow, ProofTable

GRADIENT_COLUMNS = (
    "Setting then",
    "Gradient norm",
    "Neurons with zero gradient",
    "Change of one step",
)
MOVEMENT_COLUMNS = ("Setting then", "Moved by", "Numbers that moved")


def gradient_table(view: NetworkView, rows: Iterable[GradientRow], loss: float) -> ProofTable:
    """One step of training as a table.

    Parameters
    ----------
    view : NetworkView
        Rows of the tree.
    rows : iterable of GradientRow
        The records.
    loss : float
        Loss of the minibatch.
    """
    lines = [
        _line(
            view,
            row,
            [
                row.claim,
                "none" if row.gradient_norm is None else number(row.gradient_norm),
                "" if row.zero_share is None else percent(row.zero_share),
                length(row.change_norm, row.relative_change),
            ],
            row.verdict or row.remark,
            flagged=bool(row.verdict),
        )
        for row in rows
    ]
    return {
        "title": "One step of training, tried on a copy",
        "columns": list(GRADIENT_COLUMNS),
        "rows": lines,
        "note": f"Loss of the first minibatch: {number(loss)}. {_summary(lines)}",
    }


def movement_table(view: NetworkView, rows: Iterable[MovementRow]) -> ProofTable:
    """What a training has moved, as a table.

    Parameters
    ----------
    view : NetworkView
        Rows of the tree.
    rows : iterable of MovementRow
        The records.
    """
    lines = [
        _line(
            view,
            row,
            [
                row.claim,
                length(row.distance, row.relative_distance),
                percent(row.moved_share),
            ],
            row.verdict,
            flagged=bool(row.verdict),
        )
        for row in rows
    ]
    return {
        "title": "What the last training has moved",
        "columns": list(MOVEMENT_COLUMNS),
        "rows": lines,
        "note": _summary(lines),
    }


def _line(
    view: NetworkView,
    row: GradientRow | MovementRow,
    cells: list[str],
    verdict: str,
    *,
    flagged: bool,
) -> ProofRow:
    return {
        "row": view.row_of(row.obj, row.parameter),
        "name": f"{view.names.of(row.obj)} {row.parameter}",
        "cells": cells,
        "verdict": verdict,
        "flagged": flagged,
    }


def _summary(lines: list[ProofRow]) -> str:
    flagged = sum(line["flagged"] for line in lines)
    if not flagged:
        return "Settings and facts agree."
    what = "parameter does" if flagged == 1 else "parameters do"
    return f"{flagged} {what} not do what the settings say."


def length(value: float, relative: float) -> str:
    """Length of a change, and in brackets what part of the whole it is."""
    return "0" if value == 0 else f"{number(value)} ({percent(relative)})"


def number(value: float) -> str:
    """A number for people; exactly zero is "0"."""
    if not math.isfinite(value):
        return "not finite"
    return "0" if value == 0 else f"{value:.3g}"


def percent(share: float) -> str:
    """A share for people: "0 %" and "100 %" only where it is exactly that."""
    if not math.isfinite(share):
        return "from 0"
    scaled = 100 * share
    if scaled == 0 or scaled >= 1000:
        return f"{scaled:.3g} %"
    if scaled < 0.01:
        return "< 0.01 %"
    text = f"{scaled:.2g}" if scaled < 10 else f"{scaled:.0f}"
    return f"{'99.9' if text == '100' and scaled < 100 else text} %"
