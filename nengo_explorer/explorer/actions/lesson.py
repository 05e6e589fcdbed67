"""Actions of a lesson: twin of ``js/src/actions/lesson.ts``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from nengo_explorer.explorer.actions.base import Action

if TYPE_CHECKING:
    from nengo_explorer.explorer.session import Session

#: What a learner can say of a parameter.
Answer = Literal["on", "off", "locked", "never"]


def _answer(session: Session, row: int, answer: Answer) -> bool:
    return session.answer(row, answer)


def _reveal(session: Session) -> None:
    session.reveal()


ACTIONS = {
    "answer": Action(_answer, {"row": int, "answer": Answer}),
    "reveal": Action(_reveal),
}
