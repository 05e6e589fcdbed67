"""Actions on findings: twin of ``js/src/actions/linting.ts``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nengo_explorer.explorer.actions.base import Action

if TYPE_CHECKING:
    from nengo_explorer.explorer.session import Session


def _apply_fix(session: Session, finding: int) -> None:
    session.apply_fix(finding)


def _dismiss_finding(session: Session, finding: int) -> None:
    session.dismiss_finding(finding)


ACTIONS = {
    "apply_fix": Action(_apply_fix, {"finding": int}),
    "dismiss_finding": Action(_dismiss_finding, {"finding": int}),
}
