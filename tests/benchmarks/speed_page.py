"""Tables and plots of a comparison with other simulators, and with the limit of the machine.

Run as ``python -m tests.benchmarks.speed_page COMPARED.json NETWORKS GROWTH.json IMPORTED.json``:
what a comparison of simulators has written, the folder of its ``models.py``, what ``growth.py`` has
written, and another comparison, by ``python_with_tensorflow``, where TensorFlow is imported before
anything is measured. It writes plots into ``docs/figures`` and tables into ``docs/speed.md``.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import statistics
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure  # noqa: TID253 - not imported by the package

import nengo_explorer
from tests.benchmarks.limits import measure_machine, work_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import ModuleType

    from tests.benchmarks.limits import Machine

    Row = dict[str, Any]

DOCS = Path(__file__).parents[2] / "docs"
PAGE, IMAGES = DOCS / "speed.md", DOCS / "figures"
#: Between these lines of the page is what this script writes.
BEGIN, END = "<!-- figures begin -->", "<!-- figures end -->"
#: Colours that people with any colour vision can tell apart (Okabe and Ito).
BLUE, ORANGE, GREEN = "#0072B2", "#E69F00", "#009E73"
#: Heads of the table of all cases.
HEADS = (
    *("case", "own, ms", "NengoDL / own", "core / own", "first", "imported", "memory"),
    *("neuron, ns", "own / limit"),
)
PEERS = (("dl", "NengoDL", ORANGE), ("core", "Nengo core", GREEN))


def main() -> None:
    """Read what was measured, measure the machine, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("compared", type=Path)
    parser.add_argument("networks", type=Path)
    parser.add_argument("growth", type=Path)
    parser.add_argument("imported", type=Path)
    arguments = parser.parse_args()
    rows = json.loads(arguments.compared.read_text(encoding="utf-8"))
    growth = json.loads(arguments.growth.read_text(encoding="utf-8"))
    imported = json.loads(arguments.imported.read_text(encoding="utf-8"))
    machine = measure_machine()
    least = _least(rows, _module(arguments.networks / "models.py"), machine)
    plot_peers(rows, IMAGES / "speed-peers.png")
    plot_limits(rows, least, IMAGES / "speed-limits.png")
    plot_growth(growth, IMAGES / "speed-growth.png")
    tables = (
        _machine(machine),
        _geometric_means(rows),
        _first_and_memory(rows, imported),
        _table(rows, least, {row["case"]: row for row in imported}),
        _growth(growth),
    )
    write_between("\n\n".join(tables), PAGE)


class Least(NamedTuple):
    """What a case needs on a machine: the least time, and updates of neurons in that time."""

    seconds: float
    updates: int


def seconds(row: Row, who: str) -> float | None:
    """Median time of a warm run; None if there is none."""
    steady = row.get(who, {}).get("steady")
    return statistics.median(steady) if steady else None


def ratio(row: Row, peer: str) -> float | None:
    """How many times as long a peer takes."""
    own, other = seconds(row, "own"), seconds(row, peer)
    return other / own if own and other else None


def geometric_mean(values: Iterable[float]) -> float:
    """Geometric mean of ratios."""
    logarithms = [math.log(value) for value in values]
    return math.exp(sum(logarithms) / len(logarithms))


def plot_peers(rows: Sequence[Row], file: Path) -> None:
    """Bars: how many times as long others take."""
    figure = Figure(figsize=(8, 0.32 * len(rows) + 1), layout="constrained")
    axes = figure.subplots()
    place = np.arange(len(rows))
    for number, (peer, name, colour) in enumerate(PEERS):
        ratios = [ratio(row, peer) or np.nan for row in rows]
        axes.barh(place + 0.4 * number - 0.2, ratios, 0.38, color=colour, label=name)
    axes.axvline(1, color="black", linewidth=1)
    axes.set(xscale="log", xlabel="time of others / time of nengo_explorer")
    axes.set_yticks(place, [row["case"] for row in rows])
    axes.invert_yaxis()
    axes.legend(loc="lower right")
    figure.savefig(file, dpi=110)


def plot_limits(rows: Sequence[Row], least: dict[str, Least], file: Path) -> None:
    """Points: time of a step, over the least that the machine needs for its weights."""
    shown = [row for row in rows if row["case"] in least and seconds(row, "own")]
    figure = Figure(figsize=(8, 0.32 * len(shown) + 1), layout="constrained")
    axes = figure.subplots()
    times = [(seconds(row, "own") or np.nan) / least[row["case"]].seconds for row in shown]
    axes.plot(times, range(len(shown)), "o", color=BLUE)
    axes.axvline(1, color="black", linewidth=1)
    axes.set(xscale="log", xlabel="time / least time for the weights")
    axes.set_yticks(range(len(shown)), [row["case"] for row in shown])
    axes.grid(axis="y", alpha=0.3)
    axes.invert_yaxis()
    figure.savefig(file, dpi=110)


def plot_growth(growth: Sequence[Row], file: Path) -> None:
    """Lines: what grows with the number of ensembles, and what does not."""
    small = [row for row in growth if row["neurons"] == 50 * row["ensembles"]]
    ensembles = [row["ensembles"] for row in small]
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for name, label, colour in (
        ("build", "building", ORANGE),
        ("compile", "compiling", BLUE),
        ("step", "one step", GREEN),
    ):
        axes.plot(ensembles, [row[name] for row in small], "o-", color=colour, label=label)
    axes.set(xscale="log", yscale="log", xlabel="ensembles of 50 neurons", ylabel="seconds")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(file, dpi=110)


def _module(file: Path) -> ModuleType:
    """The networks of the comparison."""
    spec = importlib.util.spec_from_file_location("compared_networks", file)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"{file} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _least(rows: Sequence[Row], networks: ModuleType, machine: Machine) -> dict[str, Least]:
    """By case of simulation, what a whole run needs."""
    found: dict[str, Least] = {}
    for name, (make, steps, batch_steps) in networks.SIMULATE.items():
        net, *_ = make(nengo_explorer)
        with nengo_explorer.Simulator(net, progress_bar=False) as sim:
            work = work_of(sim)
        for label, n_steps, items in (("", steps, 1), (" x32", batch_steps, 32)):
            limit = n_steps * work.seconds(machine, items)
            found[f"simulate {name}{label}"] = Least(limit, n_steps * items * work.neurons)
    return {row["case"]: found[row["case"]] for row in rows if row["case"] in found}


def _machine(machine: Machine) -> str:
    return (
        f"The machine reads {machine.bytes_per_second / 1e9:.1f} GB of weights a second, "
        f"and multiplies {machine.products_per_second / 1e9:.0f} thousand million times a second."
    )


def _geometric_means(rows: Sequence[Row]) -> str:
    """One line for each kind of case and peer."""
    kinds = {
        "simulate, one item": [r for r in rows if _is_simulation(r) and " x32" not in r["case"]],
        "simulate, 32 items": [r for r in rows if " x32" in r["case"]],
        "train": [r for r in rows if not _is_simulation(r)],
    }
    lines = ["| | others | geometric mean | smallest |", "|---|---|---|---|"]
    for kind, members in kinds.items():
        for peer, name, _ in PEERS:
            ratios = [found for row in members if (found := ratio(row, peer)) is not None]
            if ratios:
                mean = geometric_mean(ratios)
                lines.append(f"| {kind} | {name} | {mean:.1f} | {min(ratios):.1f} |")
    return "\n".join(lines)


def _is_simulation(row: Row) -> bool:
    return str(row["case"]).startswith("simulate")


def _first_and_memory(rows: Sequence[Row], imported: Sequence[Row]) -> str:
    """Geometric means of NengoDL over own, apart for simulation and training."""
    lines = [
        "| NengoDL / own | first result | the same, TensorFlow imported before | memory |",
        "|---|---|---|---|",
    ]
    for kind, of_kind in (("simulate", _is_simulation), ("train", lambda r: not _is_simulation(r))):
        cells = []
        for members, what in ((rows, _first), (imported, _first), (rows, _peak)):
            ratios = [_of_both(row, what) for row in members if of_kind(row)]
            known = [found for found in ratios if found is not None]
            cells.append(_number(geometric_mean(known) if known else None))
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _first(result: Any) -> float:
    """Seconds to the end of the first run."""
    return float(result["build"] + result["first"])


def _peak(result: Any) -> float:
    """Most memory that was resident, in MiB."""
    return float(result["peak_mib"])


def _table(rows: Sequence[Row], least: dict[str, Least], imported: dict[str, Row]) -> str:
    """Milliseconds of a warm run, ratios, first result, memory, and how far from the limit."""
    lines = [
        f"| {' | '.join(HEADS)} |",
        f"|{'---|' * len(HEADS)}",
    ]
    for row in rows:
        own, needs = seconds(row, "own"), least.get(row["case"])
        cells = [
            _number(None if own is None else own * 1e3),
            _number(ratio(row, "dl")),
            _number(ratio(row, "core")),
            _number(_of_both(row, _first)),
            _number(_of_both(imported.get(row["case"], {}), _first)),
            _number(_of_both(row, _peak)),
            _number(own / needs.updates * 1e9 if own and needs else None),
            _number(own / needs.seconds if own and needs else None),
        ]
        lines.append(f"| {row['case']} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _of_both(row: Row, what: Any) -> float | None:
    """A figure of NengoDL over ours."""
    own, other = row.get("own", {}), row.get("dl", {})
    return what(other) / what(own) if "steady" in own and "steady" in other else None


def _growth(growth: Sequence[Row]) -> str:
    lines = [
        "| ensembles | neurons | build, s | compile, s | step, ms | memory, MB |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row['ensembles']} | {row['neurons']} | {row['build']:.2f} | {row['compile']:.2f} "
        f"| {row['step'] * 1e3:.3f} | {row['mebibytes']:.0f} |"
        for row in growth
    ]
    return "\n".join(lines)


def _number(value: float | None) -> str:
    """Three digits, or a dash."""
    return "-" if value is None else f"{value:.3g}"


def write_between(text: str, page: Path) -> None:
    """Replace what is between both lines of the page.

    Parameters
    ----------
    text : str
        Markdown.
    page : Path
        A page with the lines `BEGIN` and `END`.

    Raises
    ------
    ValueError
        If the page lacks them.
    """
    before, found, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, found_end, after = rest.partition(END)
    if not found or not found_end:
        raise ValueError(f"{page} needs a line {BEGIN} and, after it, a line {END}.")
    page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
