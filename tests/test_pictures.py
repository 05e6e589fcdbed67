"""The pictures of the documentation are those that the script writes, and all are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.pictures import FOLDER, MAX_BYTES, PICTURES

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
NAMED = re.compile(r"images/([\w.-]+)\)")


def named_in(page: Path) -> set[str]:
    return set(NAMED.findall(page.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "page", [page for page in PAGES if named_in(page)], ids=lambda page: page.stem
)
def test_each_picture_on_a_page_is_one_that_the_script_writes(page: Path) -> None:
    assert named_in(page) <= {picture.path.name for picture in PICTURES}


def test_each_picture_is_there_is_small_and_is_on_a_page() -> None:
    there = {path.name: path.stat().st_size for path in FOLDER.iterdir()}
    assert there.keys() == {picture.path.name for picture in PICTURES}
    assert max(there.values()) <= MAX_BYTES
    assert set().union(*map(named_in, PAGES)) == there.keys()


def test_each_picture_shows_a_state_that_the_script_knows() -> None:
    from tests.e2e.screenshots import STATES

    assert {picture.what for picture in PICTURES} == set(STATES)
