"""The code blocks of the documentation run as they are printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

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
def test_code_of_a_page_runs_from_top_to_bottom(page: Path) -> None:
    names: dict[str, object] = {"__name__": "tests.page"}
    for number, block in enumerate(blocks_of(page), start=1):
        exec(compile(block, f"{page.name}, block {number}", "exec"), names)  # noqa: S102
    close = getattr(names.get("explorer"), "close", None)
    if close is not None:
        close()


def test_pages_with_code_are_found() -> None:
    assert {"README", "start", "settings", "simulator", "explorer"} <= {
        page.stem for page in PAGES if blocks_of(page)
    }


def test_every_option_is_described_where_changes_are_priced() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text[text.index("| change | what is made anew |") :]
    assert [name for name in OPTIONS if f"`{name}`" not in table] == []
