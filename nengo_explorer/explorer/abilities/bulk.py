"""Settings of many rows at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nengo_explorer.explorer.abilities.settings import SettingsAbility
from nengo_explorer.explorer.bulk import plan_rules
from nengo_explorer.explorer.rules_preview import preview, title_of
from nengo_explorer.settings import set_rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nengo_explorer.explorer.actions.bulk import RulesPreview


class BulkAbility(SettingsAbility):
    """Gives many rows, and everything in them, one setting."""

    def preview_rules(self, rows: Sequence[int], option: str, setting: str) -> RulesPreview:
        """Say what `set_rules` would write and change.

        Parameters
        ----------
        rows, option, setting
            As for `set_rules`.

        Raises
        ------
        ValidationError
            As for `set_rules`.
        """
        with self._lock:
            plan = plan_rules(self.view, rows, option, setting)
            title = title_of(self.view, rows, setting)
            return preview(self.view, self.states, plan, option, title)

    def set_rules(self, rows: Sequence[int], option: str, setting: str) -> None:
        """Give rows, and everything in them, one setting; that is one change to undo.

        A network gets one rule for each class, and rules further in are removed. Rows of
        parameters leave the other parameters of their object as they are.

        Parameters
        ----------
        rows : sequence of int
            Rows; see `row_of`. Those that have no such setting are skipped.
        option : str
            "trainable" or "keep_history".
        setting : str
            "inherit", "on" or "off".

        Raises
        ------
        ValidationError
            If a row, option or setting does not exist, or none of the rows has such a setting.
            Nothing is set then.
        """
        with self._lock:
            checked = [self._tree.check_row(row) for row in rows]
            with self._changing(title_of(self.view, checked, setting)):
                plan = plan_rules(self.view, checked, option, setting)
                for (network, target), value in plan.edits.items():
                    set_rule(network, target, option, value)
