"""Explorers of 1 000 to 100 000 rows in JupyterLab, and trees of ipytree beside them.

Run as ``python -m tests.benchmarks.explorer_scale``; it writes tables in Markdown, which are in
``docs/scale.md``. ipytree comes from the package index, into a folder that is deleted afterwards.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import nbformat
import numpy as np
from playwright.sync_api import sync_playwright

from nengo_explorer.explorer.widget import STATIC
from tests.e2e.chromium import launch
from tests.e2e.lab_page import LabPage
from tests.e2e.lab_server import LabServer
from tests.e2e.measuring import SCROLL, Traffic, frame_times

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

SIZES: Final = (1_000, 10_000, 100_000)
#: Above that, ipytree takes minutes.
MOST_FOR_IPYTREE: Final = 10_000
REPEATS: Final = 3
IPYTREE: Final = "ipytree==0.2.2"
ROWS_OF_PART: Final = 502
ROW_PIXELS: Final = 28
#: Rows that go by in each frame, and the number of frames.
SCROLLED: Final = {"1": 1, "20": 20, "400": 400}
FRAMES: Final = 300
SETTLED_MILLISECONDS: Final = 3_000
LIMIT_MILLISECONDS: Final = 180_000

_NETWORK: Final = """
import nengo
import nengo_explorer

with nengo.Network(label="large", seed=0) as net:
    nengo_explorer.configure_settings(trainable=None)
    for part in range({parts}):
        with nengo.Network(label=f"part {{part}}"):
            layers = [nengo.Ensemble(10, 1, label=f"layer {{i}}") for i in range(100)]
            for pre, post in zip(layers, layers[1:]):
                nengo.Connection(pre, post)
nengo_explorer.Explorer(nengo.Network())
"""
_SHOW: Final = "nengo_explorer.Explorer(net)"

# As many nodes, in as many parts, that are closed as those of the explorer are.
_TREE: Final = """
import ipytree

def part(number):
    leaves = [ipytree.Node(f"row {{i}}", show_icon=False) for i in range({rows} - 1)]
    return ipytree.Node(f"part {{number}}", leaves, opened=False, show_icon=False)

ipytree.Tree()
"""
_SHOW_TREE: Final = """
tree = ipytree.Tree(animation=0)
root = ipytree.Node("large", [part(i) for i in range({parts})], show_icon=False)
tree.add_node(root)
tree
"""

# Runs the active cell, and waits for the first frame that shows rows.
_FIRST_ROWS: Final = """
([selector, least, limit]) => new Promise((done) => {
  const began = performance.now();
  const seen = () => {
    const shown = [...document.querySelectorAll(selector)].filter((row) => row.offsetHeight > 0);
    if (shown.length >= least) {
      // The rows are in the page now; the frame after this one has shown them.
      requestAnimationFrame(() => done(performance.now() - began));
    } else if (performance.now() - began > limit) done(null);
    else requestAnimationFrame(seen);
  };
  void window.jupyterapp.commands.execute("notebook:run-cell");
  requestAnimationFrame(seen);
})
"""

# Chooses a setting of the focused row, and waits for the first frame that shows what follows.
_TOGGLE: Final = """
(choice) => new Promise((done) => {
  const root = document.querySelector(".nengo-explorer");
  const items = [...root.querySelectorAll("[role=menuitemradio]")];
  const shown = () => root.querySelector("[aria-selected=true] .ne-effective-text").textContent;
  const before = shown();
  const began = performance.now();
  const seen = () => {
    if (shown() !== before) requestAnimationFrame(() => done(performance.now() - began));
    else requestAnimationFrame(seen);
  };
  items.find((item) => item.textContent.startsWith(choice)).click();
  requestAnimationFrame(seen);
})
"""


class Measured(NamedTuple):
    """Figures of one tree; times in milliseconds."""

    rows: int
    first_bytes: float
    first_time: float
    toggle_bytes: float = 0
    toggle_time: float = 0
    frames: tuple[tuple[str, float, float, int], ...] = ()


class Bench:
    """Opens notebooks, and measures them.

    Parameters
    ----------
    browser : Browser
        Chromium.
    server : LabServer
        JupyterLab, without a notebook.
    """

    def __init__(self, browser: Browser, server: LabServer) -> None:
        self._browser = browser
        self._server = server

    @contextlib.contextmanager
    def _opened(self, name: str, cell: str) -> Iterator[LabPage]:
        """A notebook whose only cell was run."""
        kernel = {"name": "python3", "display_name": "Python", "language": "python"}
        cells = [nbformat.v4.new_code_cell(cell)]
        notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        nbformat.write(notebook, self._server.notebooks / f"{name}.ipynb")
        context = self._browser.new_context(viewport={"width": 1400, "height": 1000})
        context.set_default_timeout(LIMIT_MILLISECONDS)
        lab = LabPage(context.new_page())
        lab.open(self._server.url(f"{name}.ipynb"))
        lab.run_all(LIMIT_MILLISECONDS)
        if lab.failed_cells():
            raise RuntimeError("\n".join(lab.failed_cells()))
        # What kernel and page load once does not depend on the size of a tree.
        lab.page.wait_for_timeout(SETTLED_MILLISECONDS)
        lab.command("notebook:clear-all-cell-outputs")
        yield lab
        context.close()
        self._server.stop_kernels()

    def first_rows(self, lab: LabPage, code: str, selector: str, least: int) -> tuple[float, float]:
        """Bytes and milliseconds until rows are on screen."""
        traffic = Traffic(lab.page)
        lab.add_cell(code)
        arguments = [selector, least, LIMIT_MILLISECONDS]
        milliseconds: float | None = lab.page.evaluate(_FIRST_ROWS, arguments)
        lab.page.wait_for_timeout(SETTLED_MILLISECONDS)
        return traffic.received, math.inf if milliseconds is None else milliseconds

    def explorer(self, rows: int) -> Measured:
        """An explorer with so many rows."""
        parts = max(1, round(rows / ROWS_OF_PART))
        with self._opened(f"explorer-{rows}", _NETWORK.format(parts=parts)) as lab:
            least = min(parts, 10)
            first = self.first_rows(lab, _SHOW, ".nengo-explorer [data-row]", least)
            view = lab.explorer()
            view.button("Expand all").click()
            lab.page.wait_for_timeout(SETTLED_MILLISECONDS)
            count = int(view.tree.get_attribute("aria-rowcount") or 0) - 1
            toggles = [self._toggle(lab, choice) for choice in ("Off", "On") * REPEATS]
            sent, shown = np.median(toggles, axis=0).tolist()
            frames = tuple(self._scrolled(lab, *one) for one in SCROLLED.items())
            return Measured(count, *first, sent, shown, frames)

    def _toggle(self, lab: LabPage, choice: str) -> tuple[float, float]:
        """Bytes and milliseconds of one change, until all that depends on it is on screen."""
        view = lab.explorer()
        view.setting("part 0", "layer 0").click()
        lab.page.wait_for_timeout(SETTLED_MILLISECONDS)
        traffic = Traffic(lab.page)
        milliseconds: float = lab.page.evaluate(_TOGGLE, choice)
        lab.page.wait_for_timeout(SETTLED_MILLISECONDS)
        return traffic.received, milliseconds

    def _scrolled(self, lab: LabPage, name: str, rows: int) -> tuple[str, float, float, int]:
        """Median and 95th percentile of the frames, and how many were blank."""
        lab.explorer().tree.evaluate("tree => { tree.scrollTop = 0; }")
        lab.page.wait_for_timeout(500)
        arguments = [rows * ROW_PIXELS, FRAMES]
        times, seen = frame_times(self._browser, lab.page, SCROLL, arguments)
        return name, float(np.median(times)), float(np.percentile(times, 95)), seen["blank"]

    def ipytree(self, rows: int) -> Measured:
        """A tree of ipytree with so many nodes."""
        parts = max(1, round(rows / ROWS_OF_PART))
        with self._opened(f"ipytree-{rows}", _TREE.format(rows=ROWS_OF_PART)) as lab:
            code = _SHOW_TREE.format(parts=parts)
            first = self.first_rows(lab, code, ".jstree-node", min(parts, 10))
            return Measured(parts * ROWS_OF_PART + 1, *first)


def median_of(measure: Callable[[int], Measured], rows: int, times: int) -> Measured:
    """Figures in the middle of several tries, each with a fresh kernel and page."""
    tries = [measure(rows) for _ in range(times)]
    middle = sorted(tries, key=lambda one: one.first_time)[len(tries) // 2]
    sys.stdout.write(f"{middle}\n")
    sys.stdout.flush()
    return middle


def report(explorers: list[Measured], trees: list[Measured]) -> str:
    """The figures as tables in Markdown."""
    lines = [
        "| rows | first tree | on screen after | one toggle | on screen after |",
        "|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {m.rows:,} | {m.first_bytes / 1000:.0f} kB | {m.first_time / 1000:.2f} s "
        f"| {m.toggle_bytes / 1000:.1f} kB | {m.toggle_time:.0f} ms |"
        for m in explorers
    ]
    lines += ["", "| rows | rows per frame | median | 95th percentile | blank frames |"]
    lines += ["|---:|---:|---:|---:|---:|"]
    lines += [
        f"| {m.rows:,} | {name} | {median:.1f} ms | {high:.1f} ms | {blank} |"
        for m in explorers
        for name, median, high, blank in m.frames
    ]
    if not trees:
        return "\n".join([*lines, *_bundle()]) + "\n"
    lines += ["", "| rows | ipytree, bytes | on screen after | the explorer is faster by |"]
    lines += ["|---:|---:|---:|---:|"]
    lines += [
        f"| {tree.rows:,} | {tree.first_bytes / 1000:,.0f} kB | {_at_least(tree.first_time)} s "
        f"| {_at_least(tree.first_time, ours.first_time)} times |"
        for tree, ours in zip(trees, explorers, strict=False)
    ]
    return "\n".join([*lines, *_bundle()]) + "\n"


def _bundle() -> Iterator[str]:
    """Sizes of the files that the browser loads."""
    for name in ("explorer.js", "explorer.css"):
        content = (STATIC / name).read_bytes()
        packed = len(gzip.compress(content))
        yield f"\n{name}: {len(content) / 1000:.1f} kB, {packed / 1000:.1f} kB compressed"


def _at_least(milliseconds: float, unit: float = 1000) -> str:
    """A time, also one that was not waited for."""
    if math.isinf(milliseconds):
        return f"more than {LIMIT_MILLISECONDS / unit:.0f}"
    return f"{milliseconds / unit:.1f}"


@contextlib.contextmanager
def with_ipytree(folder: Path) -> Iterator[None]:
    """Install ipytree into a folder, where JupyterLab and its kernels find it."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    subprocess.run([*command, "--target", str(folder), IPYTREE], check=True)
    added = {"PYTHONPATH": str(folder), "JUPYTER_PATH": str(folder / "share" / "jupyter")}
    before = {name: os.environ.get(name) for name in added}
    for name, path in added.items():
        os.environ[name] = os.pathsep.join(filter(None, [path, before[name]]))
    yield
    for name, value in before.items():
        os.environ.pop(name)
        if value is not None:
            os.environ[name] = value


def _write_config(folder: Path) -> None:
    """Let the server pass everything on: else it drops some of the messages of many widgets."""
    config = folder / "jupyter" / "config" / "jupyter_server_config.json"
    config.parent.mkdir(parents=True)
    unlimited = {"ZMQChannelsWebsocketConnection": {"limit_rate": False}}
    config.write_text(json.dumps(unlimited), encoding="utf-8")


def main() -> None:
    arguments: Any = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--repeats", type=int, default=REPEATS, help="tries of each size")
    arguments.add_argument("--rows", type=int, nargs="*", default=SIZES)
    arguments.add_argument("--ipytree", action=argparse.BooleanOptionalAction, default=True)
    options = arguments.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        with_ipytree(Path(folder) / "ipytree") if options.ipytree else contextlib.nullcontext(),
        sync_playwright() as playwright,
    ):
        server_folder = Path(folder) / "server"
        _write_config(server_folder)
        browser = launch(playwright)
        with LabServer(server_folder) as server:
            bench = Bench(browser, server)
            small = [n for n in options.rows if options.ipytree and n <= MOST_FOR_IPYTREE]
            explorers = [median_of(bench.explorer, rows, options.repeats) for rows in options.rows]
            # With many nodes it takes minutes, and one try tells enough.
            trees = [median_of(bench.ipytree, rows, 1) for rows in small]
        browser.close()
    sys.stdout.write(report(explorers, trees))


if __name__ == "__main__":
    main()
