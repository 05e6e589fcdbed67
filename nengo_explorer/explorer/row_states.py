"""What the settings say of each row, and what is in force: columns, and patches between them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Column = npt.NDArray[Any]


@dataclass(frozen=True)
class RowStates:
    """Columns that change with the settings, each (count,) long.

    Attributes
    ----------
    setting, keep_setting : ndarray of uint8
        What is set for the row itself, as `Setting`.
    effective : ndarray of uint8
        What is in force, as `Effective`.
    keep_effective : ndarray of uint8
        What a probe records, as `Keep`.
    on, total : ndarray of int32
        Parameters below the row that are trained, and that could be.
    flags : ndarray of uint8
        Marks, as `Flag`.
    """

    setting: Column
    effective: Column
    keep_setting: Column
    keep_effective: Column
    on: Column
    total: Column
    flags: Column


#: Columns in the order in which they travel.
COLUMNS = tuple(field.name for field in fields(RowStates))


@dataclass(frozen=True)
class Patch:
    """The difference between two versions of row states.

    Attributes
    ----------
    version : int
        Version after the patch, one more than before it.
    rows : (n,) ndarray of int32
        Rows that are different.
    states : RowStates
        Their new states, each column (n,) long.
    """

    version: int
    rows: Column
    states: RowStates


def difference(before: RowStates, after: RowStates, version: int) -> Patch | None:
    """The patch from one state to another; None if they are equal.

    Parameters
    ----------
    before, after : RowStates
        States of the same rows.
    version : int
        Version of ``after``.
    """
    differs = np.zeros(before.setting.shape, dtype=bool)
    for name in COLUMNS:
        differs |= getattr(before, name) != getattr(after, name)
    rows = np.flatnonzero(differs).astype(np.int32)
    if rows.size == 0:
        return None
    return Patch(version, rows, RowStates(**{n: getattr(after, n)[rows] for n in COLUMNS}))
