"""Actions on many rows at once: twin of ``js/src/actions/bulk.ts``."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from nengo_explorer.explorer.actions.base import Action
from nengo_explorer.explorer.actions.settings import RuleOption, RuleSetting

if TYPE_CHECKING:
    from nengo_explorer.explorer.session import Session


class PlannedRule(TypedDict):
    """A rule that would be written or removed."""

    target: str
    network: str
    before: str
    after: str
    code: str


class Effect(TypedDict):
    """How many parameters or probes would change in the same way.

    ``numbers`` is how many numbers these parameters have, -1 for probes.
    """

    before: str
    after: str
    what: str
    numbers: int


class RulesPreview(TypedDict):
    """Answer to ``preview_rules``. There are ``count`` rules, of which the first are listed."""

    title: str
    rules: list[PlannedRule]
    count: int
    effects: list[Effect]
    note: str


def _preview_rules(session: Session, rows: list[int], option: str, setting: str) -> RulesPreview:
    return session.shown_preview(session.preview_rules(rows, option, setting))


def _set_rules(session: Session, rows: list[int], option: str, setting: str) -> None:
    session.set_rules(rows, option, setting)


_ARGUMENTS = {"rows": list[int], "option": RuleOption, "setting": RuleSetting}

ACTIONS = {
    "preview_rules": Action(_preview_rules, _ARGUMENTS),
    "set_rules": Action(_set_rules, _ARGUMENTS),
}
