"""What rows say of everything below them: how many parameters are trained, of how many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nengo_explorer.explorer.codes import KINDS, Effective
from nengo_explorer.explorer.network_view import CLASS_RULES

if TYPE_CHECKING:
    import numpy.typing as npt

    from nengo_explorer.explorer.network_view import NetworkView

    Column = npt.NDArray[Any]

_COUNTED = (Effective.ON, Effective.OFF, Effective.LOCKED, Effective.INFERENCE_ONLY)


class Aggregates:
    """Sums up the states of parameters in the rows above them.

    Parameters
    ----------
    view : NetworkView
        The rows.
    """

    def __init__(self, view: NetworkView) -> None:
        self._end = view.end
        could = [KINDS.index(kind) for kind in ("ensemble", "connection", "parameter")]
        self._could = np.isin(view.kind, could)
        names = np.array([target.parameter for target in view.targets])
        # Weights of Keras layers may have the same names, but no rule for a class decides them.
        names[view.kind[view.parent] == KINDS.index("node")] = ""
        rows = view.rows_of_kind("class_rule")
        classes = [view.targets[row].obj for row in rows]
        #: For each class the rows of its rules, their networks, and the parameters it decides.
        self._class_rules = []
        for cls, (parameter, _) in CLASS_RULES.items():
            of_class = rows[[found is cls for found in classes]]
            self._class_rules.append((of_class, view.parent[of_class], names == parameter))

    def of(self, own: Column) -> tuple[Column, Column, Column]:
        """What is in force for all rows.

        Parameters
        ----------
        own : (count,) ndarray of uint8
            For rows of parameters what is in force, as `Effective`.

        Returns
        -------
        effective : (count,) ndarray of uint8
            What is in force for each row and what is below it, as `Effective`.
        on, total : (count,) ndarray of int32
            Parameters below each row that are trained, and that could be.
        """
        counts = np.stack([self._counted(own == code) for code in _COUNTED])
        on, _, locked, inference = counts
        total = counts.sum(axis=0)
        effective = np.full(own.shape, Effective.MIXED, dtype=np.uint8)
        effective[on == 0] = Effective.OFF
        effective[locked == total] = Effective.LOCKED
        effective[inference == total] = Effective.INFERENCE_ONLY
        effective[on == total] = Effective.ON
        # Where there is nothing to count, only objects that might have parameters say "never".
        empty = total == 0
        effective[empty & self._could] = Effective.NEVER
        effective[empty & ~self._could] = Effective.NOTHING
        return effective, on.astype(np.int32), total.astype(np.int32)

    def _counted(self, marked: Column) -> Column:
        """How many marked rows there are below each row, and in what each class rule is about."""
        counted = self._below(marked)
        for rows, networks, decided in self._class_rules:
            counted[rows] = self._below(marked & decided)[networks]
        return counted

    def _below(self, marked: Column) -> Column:
        """How many marked rows the subtree of each row has."""
        before = np.concatenate([[0], np.cumsum(marked)])
        counted: Column = before[self._end] - before[:-1]
        return counted
