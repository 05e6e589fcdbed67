"""The code blocks of the documentation run as they are printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import nengo_explorer
from nengo_explorer.settings import OPTIONS

pytestmark = [pytest.mark.slow, pytest.mark.tf]

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks_of(page: Path) -> list[str]:
    return BLOCK.findall(page.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "page", [page for page in PAGES if blocks_of(page)], ids=lambda page: page.stem
)
def test_code_of_a_page_runs_from_top_to_bottom(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # some of it writes files
    names: dict[str, object] = {"__name__": "tests.page"}
    for number, block in enumerate(blocks_of(page), start=1):
        exec(compile(block, f"{page.name}, block {number}", "exec"), names)  # noqa: S102
    close = getattr(names.get("explorer"), "close", None)
    if close is not None:
        close()


def test_pages_with_code_are_found() -> None:
    assert {
        "README",
        "start",
        "settings",
        "simulator",
        "explorer",
        "findings",
        "plots",
        "proof",
        "state",
        "lesson",
    } <= {page.stem for page in PAGES if blocks_of(page)}


def test_every_option_is_described_where_changes_are_priced() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text[text.index("| change | what is made anew |") :]
    assert [name for name in OPTIONS if f"`{name}`" not in table] == []


def rows_of_name_map(verdict: str) -> list[tuple[str, list[str]]]:
    """Where names are in NengoDL, and the names, of all rows with a verdict."""
    text = (ROOT / "docs" / "nengo_dl.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)`: (.*) \| (.*) \|$", text, re.MULTILINE)
    return [
        (home, re.findall(r"`(\w+)`", names))
        for home, names, says in rows
        if says.startswith(verdict)
    ]


def has(home: str, name: str) -> bool:
    owner = nengo_explorer if home == "nengo_dl" else getattr(nengo_explorer, home)
    return hasattr(owner, name)


@pytest.mark.parametrize(("verdict", "there"), [("the same", True), ("not yet", False)])
def test_name_map_says_what_there_is(verdict: str, *, there: bool) -> None:
    rows = rows_of_name_map(verdict)
    assert rows
    wrong = [(home, n) for home, names in rows for n in names if has(home, n) != there]
    assert wrong == []
