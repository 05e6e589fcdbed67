"""Asking the linter after every cell of a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat

if TYPE_CHECKING:
    from tests.notebooks.test_tour import Executed

PREFIX = "findings-after-"

# Names that a notebook does not use; nothing is printed where nothing is found.
_ASK = """
import nengo_explorer as _package
for _name, _value in list(globals().items()):
    if isinstance(_value, _package.Explorer) and not _name.startswith("_"):
        for _finding in _value.session.findings:
            print(f"{_name}: {_finding.check}: {_finding.message}")
"""


def with_questions(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A notebook that asks the linter of every explorer after each of its code cells."""
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        if cell.cell_type == "code":
            cells.append(nbformat.v4.new_code_cell(_ASK, id=f"{PREFIX}{cell.id}"))
    notebook.cells = cells
    return notebook


def findings_of(executed: Executed) -> dict[str, str]:
    """What was found, by the cell after which it was."""
    asked = [cell for cell in executed.notebook.cells if cell.id.startswith(PREFIX)]
    assert asked
    texts = {cell.id.removeprefix(PREFIX): executed.text(cell.id) for cell in asked}
    return {name: text for name, text in texts.items() if text}
