"""Actions on the live simulator: twin of ``js/src/actions/simulation.ts``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

from nengo_explorer.explorer.actions.base import Action
from nengo_explorer.explorer.later import later
from nengo_explorer.explorer.memory import bytes_text

if TYPE_CHECKING:
    from concurrent.futures import Future

    from nengo_explorer.explorer.memory import MemoryForecast
    from nengo_explorer.explorer.session import Session


MemoryLevel = Literal["small", "notable", "too_large"]


class Forecast(TypedDict):
    """Answer to ``forecast``: the memory of a run in words, and what to do if it is too much."""

    level: MemoryLevel
    text: str
    advice: str


def _forecast(session: Session, seconds: float) -> Future[Forecast]:
    return later(lambda: _in_words(session, session.memory_forecast(seconds)))


def _in_words(session: Session, found: MemoryForecast) -> Forecast:
    if not found.is_notable and found.fits:
        return {"level": "small", "text": "", "advice": ""}
    text = (
        f"After this run histories of probes take {bytes_text(found.history)}. It needs "
        f"{bytes_text(found.needed)} of memory; {bytes_text(found.available)} are free."
    )
    if found.fits:
        return {"level": "notable", "text": text, "advice": ""}
    largest = session.view.names.of(found.largest)
    advice = (
        f"Most of it is for {largest}: {bytes_text(found.largest_history)}. Set it to Last step in "
        "the tree, give the probe a sample_every, or run for a shorter time."
    )
    return {"level": "too_large", "text": text, "advice": advice}


def _run(session: Session, seconds: float) -> None:
    session.run(seconds, wait=False)


ACTIONS = {
    "run": Action(_run, {"seconds": float}),
    "forecast": Action(_forecast, {"seconds": float}),
    "stop": Action(lambda session: session.stop()),
    "reset": Action(lambda session: session.reset(wait=False)),
    "train": Action(lambda session: session.train(wait=False)),
}
