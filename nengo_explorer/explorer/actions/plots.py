"""Actions on plots: twin of ``js/src/actions/plots.ts``."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import numpy as np

from nengo_explorer.explorer.actions.base import Action
from nengo_explorer.explorer.later import later
from nengo_explorer.explorer.plots.files import FigureKind, file_name
from nengo_explorer.explorer.serialize import packed

if TYPE_CHECKING:
    from concurrent.futures import Future

    from nengo_explorer.explorer.session import Session


class PlotTable(TypedDict):
    """Answer to ``plot_table``: numbers row by row, places in double precision, both packed."""

    title: str
    x_label: str
    names: list[str]
    count: int
    places: bytes
    values: bytes
    note: str


class PlotFile(TypedDict):
    """Answer to ``plot_figure``."""

    name: str
    contents: bytes


class PlotPart(TypedDict):
    """Answer to ``plot_csv``: some lines of a file, and what to ask for next."""

    name: str
    contents: bytes
    start: int
    stop: int
    version: int


def _show_item(session: Session, item: int) -> None:
    session.show_item(item, wait=False)


def _plot_table(session: Session, plot: str) -> Future[PlotTable]:
    def work() -> PlotTable:
        table = session.plot_table(plot)
        return {
            "title": table.title,
            "x_label": table.x_label,
            "names": list(table.names),
            "count": len(table.places),
            # In single precision steps of a millisecond would run together after two hours.
            "places": packed(table.places, np.float64),
            "values": packed(table.values, np.float32),
            "note": table.note,
        }

    return later(work)


def _plot_figure(session: Session, plot: str, kind: FigureKind) -> Future[PlotFile]:
    def work() -> PlotFile:
        name = file_name(session.plot_heading(plot), kind)
        return {"name": name, "contents": session.plot_file(plot, kind)}

    return later(work)


def _plot_csv(session: Session, plot: str, start: int, stop: int, version: int) -> Future[PlotPart]:
    def work() -> PlotPart:
        text, following, end, known = session.csv_part(plot, start, stop, version)
        return {
            "name": file_name(session.plot_heading(plot), "csv"),
            "contents": packed(np.frombuffer(text.encode(), np.uint8), np.uint8),
            "start": following,
            "stop": end,
            "version": known,
        }

    return later(work)


ACTIONS = {
    "show_item": Action(_show_item, {"item": int}),
    "plot_table": Action(_plot_table, {"plot": str}),
    "plot_figure": Action(_plot_figure, {"plot": str, "kind": FigureKind}),
    "plot_csv": Action(_plot_csv, {"plot": str, "start": int, "stop": int, "version": int}),
}
