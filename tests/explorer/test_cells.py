"""What a session knows of the code around it, where no IPython tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nengo_explorer.explorer import widget

if TYPE_CHECKING:
    from pathlib import Path

CODE = """
import nengo
from nengo_explorer.explorer.widget import Explorer

with nengo.Network() as net:
    layers = [nengo.Ensemble(10, 1) for _ in range(2)]

def show():
    return Explorer(net)

explorer = show()
"""


@pytest.fixture(autouse=True)
def _bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests do not need the bundle to have been built."""
    for name in ("explorer.js", "explorer.css"):
        (tmp_path / name).write_text("", encoding="utf-8")
    monkeypatch.setattr(widget, "STATIC", tmp_path)


def test_objects_are_named_after_the_variables_of_the_calling_code() -> None:
    variables: dict[str, object] = {"__name__": "notebook"}
    exec(CODE, variables)  # noqa: S102 - as a host without IPython runs a cell
    explorer = variables["explorer"]
    assert isinstance(explorer, widget.Explorer)
    labels = explorer.session.view.labels
    assert {"net", "layers[0]", "layers[1]"} <= set(labels)
    explorer.close()
