"""Actions that prove what settings claim: twin of ``js/src/actions/proof.ts``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nengo_explorer.explorer.actions.base import Action

if TYPE_CHECKING:
    from nengo_explorer.explorer.session import Session


def _check_gradients(session: Session) -> None:
    session.check_gradients(wait=False)


def _compare_phases(session: Session, seconds: float) -> None:
    session.compare_phases(seconds, wait=False)


def _look_at_neurons(session: Session, row: int) -> None:
    session.look_at_neurons(row, wait=False)


def _pin(session: Session) -> None:
    session.pin()


def _unpin(session: Session, number: int) -> None:
    session.unpin(number)


ACTIONS = {
    "check_gradients": Action(_check_gradients),
    "compare_phases": Action(_compare_phases, {"seconds": float}),
    "look_at_neurons": Action(_look_at_neurons, {"row": int}),
    "pin": Action(_pin),
    "unpin": Action(_unpin, {"number": int}),
}
