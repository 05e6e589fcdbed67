"""Actions on settings: twin of ``js/src/actions/settings.ts``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

from nengo_explorer.explorer.actions.base import Action

if TYPE_CHECKING:
    from nengo_explorer.explorer.session import Session

RuleOption = Literal["trainable", "keep_history"]
RuleSetting = Literal["inherit", "on", "off"]
RuleOutcome = Literal["wins", "overridden", "no opinion", "default"]


class Rule(TypedDict):
    """One rule that has a say in a value."""

    network: str
    network_row: int
    target: str
    setting: str
    outcome: RuleOutcome
    overridden_by: str
    text: str


class Explanation(TypedDict):
    """Answer to ``explain``. Rules come most specific first.

    ``code`` sets the rule of the row, and ``accessor`` is an expression for what it stands for.
    """

    title: str
    subtitle: str
    state: str
    reason: str
    rules: list[Rule]
    code: str
    accessor: str
    warnings: list[str]


def _explain(session: Session, row: int) -> Explanation:
    return session.shown_explanation(row)


def _catch_up(session: Session, version: int) -> None:
    session.catch_up(version)


def _set_rule(session: Session, row: int, option: str, setting: str) -> None:
    session.set_rule(row, option, setting)


def _set_global(session: Session, option: str, value: str) -> None:
    session.set_global(option, value)


ACTIONS = {
    "explain": Action(_explain, {"row": int}),
    "catch_up": Action(_catch_up, {"version": int}),
    "set_rule": Action(_set_rule, {"row": int, "option": RuleOption, "setting": RuleSetting}),
    "set_global": Action(_set_global, {"option": str, "value": str}),
    "apply": Action(lambda session: session.apply()),
    "discard": Action(lambda session: session.discard()),
    "refresh": Action(lambda session: session.refresh()),
}
