"""Actions on the live simulator: twin of ``js/src/actions/simulation.ts``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nengo_explorer.explorer.actions.base import Action

if TYPE_CHECKING:
    from nengo_explorer.explorer.session import Session


def _run(session: Session, seconds: float) -> None:
    session.run(seconds, wait=False)


ACTIONS = {
    "run": Action(_run, {"seconds": float}),
    "stop": Action(lambda session: session.stop()),
    "reset": Action(lambda session: session.reset(wait=False)),
    "train": Action(lambda session: session.train(wait=False)),
}
