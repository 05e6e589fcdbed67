"""The lesson: what is committed, and what it says when it is executed."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbclient import NotebookClient

from tests.notebooks.findings import findings_of, with_questions
from tests.notebooks.test_tour import (
    LONGEST_SECONDS,
    PATH,
    WIDGET,
    Executed,
    NativeKernelManager,
    code_cells,
)

if TYPE_CHECKING:
    from pathlib import Path

LESSON = PATH.with_name("02-lesson.ipynb")


def committed() -> nbformat.NotebookNode:
    return nbformat.read(LESSON, as_version=nbformat.NO_CONVERT)


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Executed:
    """The lesson, executed once, with a learner who has answered nothing."""
    folder: Path = tmp_path_factory.mktemp("lesson")
    client = NotebookClient(
        with_questions(committed()),
        kernel_manager_class=NativeKernelManager,
        timeout=LONGEST_SECONDS,
        resources={"metadata": {"path": str(folder)}},
    )
    environment = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    environment["PYTHONPATH"] = str(LESSON.parents[1])
    return Executed(client.execute(env=environment), 0.0)


def test_the_linter_is_silent_after_every_cell(executed: Executed) -> None:
    assert findings_of(executed) == {}


def test_is_valid_and_carries_no_traces() -> None:
    notebook = committed()
    nbformat.validate(notebook)
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    assert all(not cell.metadata for cell in notebook.cells)


def test_has_no_outputs_and_cells_of_their_own_names() -> None:
    cells = code_cells(committed())
    assert [cell.id for cell in cells if cell.outputs or cell.execution_count] == []
    assert len({cell.id for cell in committed().cells}) == len(committed().cells)


def test_code_cells_are_short() -> None:
    long = {cell.id: len(cell.source.splitlines()) for cell in code_cells(committed())}
    assert {name: lines for name, lines in long.items() if lines > 22} == {}


@pytest.mark.tf
@pytest.mark.notebook
class TestExecuted:
    def test_shows_the_explorer(self, executed: Executed) -> None:
        assert WIDGET in executed.mime_types("explorer")

    @pytest.mark.parametrize(("cell", "asked"), [("round-1", 4), ("round-2", 6)])
    def test_asks_its_questions(self, executed: Executed, cell: str, asked: int) -> None:
        assert executed.numbers(cell, r"(\d+) questions") == [asked]

    def test_the_task_is_not_done_before_the_learner_has_done_it(self, executed: Executed) -> None:
        assert "Not yet." in executed.text("check")

    def test_the_solution_is_one(self, executed: Executed) -> None:
        text = executed.text("solution")
        assert "Trained: bias of sensor\nWell done." in text
        assert "configure_settings(trainable=False)" in text
        assert "net.config[sensor.neurons].trainable = True" in text

    def test_only_what_is_on_has_moved(self, executed: Executed) -> None:
        moved = dict(re.findall(r"bias of (\w+) +moved by at most (\S+)", executed.text("proof")))
        assert {name for name, distance in moved.items() if float(distance) > 0} == {"sensor"}
        assert len(moved) == 3
