"""The tour: what is committed, and what it says when it is executed."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from traitlets import default

from tests.notebooks.findings import findings_of, with_questions

PATH = Path(__file__).parents[2] / "notebooks" / "01-tour.ipynb"
LONGEST_SECONDS = 120
WIDGET = "application/vnd.jupyter.widget-view+json"


@dataclass(frozen=True)
class Executed:
    """The executed notebook, and how long that took."""

    notebook: nbformat.NotebookNode
    seconds: float

    def cell(self, name: str) -> nbformat.NotebookNode:
        """The cell with an id."""
        return next(cell for cell in self.notebook.cells if cell.id == name)

    def text(self, name: str) -> str:
        """What a cell printed."""
        outputs = self.cell(name).outputs
        return "".join(o.text for o in outputs if o.get("name") == "stdout")

    def numbers(self, name: str, pattern: str) -> list[float]:
        """Every number that ``pattern`` captures in what a cell printed."""
        return [float(number) for number in re.findall(pattern, self.text(name))]

    def mime_types(self, name: str) -> set[str]:
        """Kinds of what a cell displayed."""
        return {kind for o in self.cell(name).outputs for kind in o.get("data", {})}


class NativeKernelManager(AsyncKernelManager):
    """Starts kernels of the running interpreter, whatever kernels are installed for the user."""

    @default("kernel_spec_manager")
    def _native_kernels_only(self) -> KernelSpecManager:
        return KernelSpecManager(kernel_dirs=[], ensure_native_kernel=True)


def committed() -> nbformat.NotebookNode:
    return nbformat.read(PATH, as_version=nbformat.NO_CONVERT)


def code_cells(notebook: nbformat.NotebookNode) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Executed:
    """The tour, executed once, by the interpreter that runs the tests."""
    client = NotebookClient(
        with_questions(committed()),
        kernel_manager_class=NativeKernelManager,
        timeout=LONGEST_SECONDS,
        resources={"metadata": {"path": str(tmp_path_factory.mktemp("tour"))}},
    )
    root = str(PATH.parents[1])
    environment = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    environment["PYTHONPATH"] = os.pathsep.join([root, environment.get("PYTHONPATH", "")])
    start = time.monotonic()
    notebook = client.execute(env=environment)  # raises what a cell raises
    return Executed(notebook, time.monotonic() - start)


def test_the_linter_is_silent_after_every_cell(executed: Executed) -> None:
    assert findings_of(executed) == {}


# ---- as committed -------------------------------------------------------------------------------


def test_is_valid() -> None:
    nbformat.validate(committed())


def test_has_no_outputs() -> None:
    cells = code_cells(committed())
    assert cells
    assert [cell.id for cell in cells if cell.outputs or cell.execution_count] == []


def test_every_cell_has_an_id_of_its_own() -> None:
    identifiers = [cell.get("id") for cell in committed().cells]
    assert all(identifiers)
    assert len(set(identifiers)) == len(identifiers)


def test_carries_no_traces_of_the_machine_it_was_written_on() -> None:
    notebook = committed()
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert all(not cell.metadata for cell in notebook.cells)


def test_code_cells_are_short() -> None:
    long = {cell.id: len(cell.source.splitlines()) for cell in code_cells(committed())}
    assert {name: lines for name, lines in long.items() if lines > 20} == {}


# ---- as executed --------------------------------------------------------------------------------


@pytest.mark.tf
@pytest.mark.notebook
class TestExecuted:
    def test_takes_less_than_two_minutes(self, executed: Executed) -> None:
        assert executed.seconds < LONGEST_SECONDS

    def test_warns_of_nothing(self, executed: Executed) -> None:
        outputs = [o for cell in code_cells(executed.notebook) for o in cell.outputs]
        said = "".join(o.text for o in outputs if o.output_type == "stream")
        # TensorFlow says on every start, before anybody can silence it, which devices it found.
        said = re.sub(r"WARNING: All log messages before absl.*", "", said)
        assert re.findall(r".*(?:Warning|WARNING|Traceback).*", said) == []

    def test_reads_digits_in_training_mode(self, executed: Executed) -> None:
        (percent,) = executed.numbers("accuracy-rates", r"training mode: ([\d.]+)%")
        assert percent >= 95

    def test_reads_digits_with_spikes(self, executed: Executed) -> None:
        (percent,) = executed.numbers("accuracy-spikes", r"with spikes: ([\d.]+)%")
        assert percent >= 93

    def test_reads_digits_after_training_with_smoothing(self, executed: Executed) -> None:
        (percent,) = executed.numbers("smoothing-train", r"with smoothing: ([\d.]+)%")
        assert percent >= 93

    def test_shows_both_explorers(self, executed: Executed) -> None:
        assert WIDGET in executed.mime_types("explorer")
        assert WIDGET in executed.mime_types("one-neuron")

    def test_draws_its_figures(self, executed: Executed) -> None:
        for name in ("data-look", "loss-curve", "compare-plot", "smoothing"):
            assert "image/png" in executed.mime_types(name), name

    def test_frozen_layer_stays_and_the_others_move(self, executed: Executed) -> None:
        text = executed.text("train-on")
        moved = dict(re.findall(r"(\w+ \w+) +moved by at most (\S+)", text))
        assert len(moved) == 5
        assert {name for name, distance in moved.items() if float(distance) == 0} == {
            "hidden_1 weights",
            "hidden_1 bias",
        }

    def test_rates_count_the_spikes(self, executed: Executed) -> None:
        lines = executed.text("compare").splitlines()
        counted, expected = ([float(n) for n in re.findall(r"[\d.]+", line)] for line in lines[1:])
        assert len(counted) == len(expected) == 5
        assert max(counted) > 1
        assert all(abs(c - e) <= 1.5 for c, e in zip(counted, expected, strict=True))

    def test_smoothing_lets_a_neuron_answer_below_its_threshold(self, executed: Executed) -> None:
        none, little, much = executed.numbers("smoothing", r": ([\d.]+) Hz")
        assert none == 0
        assert 0 < little < much

    def test_smoothing_leaves_no_neuron_silent(self, executed: Executed) -> None:
        without, smoothed = executed.numbers("silent", r": (\d+)%")
        assert without > 10
        assert smoothed == 0
