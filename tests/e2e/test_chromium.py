"""Which browser is used, and what is said when there is none."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.chromium import BrowserMissingError, chromium_path

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which programs are looked for."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(folder: Path, name: str) -> str:
    path = folder / name
    path.touch(mode=0o755)
    return str(path)


def playwright_with(own: str) -> Any:
    return SimpleNamespace(chromium=SimpleNamespace(executable_path=own))


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_a_browser_on_path_comes_first(on_path: Path, name: str) -> None:
    own = program(on_path, "own")
    found = program(on_path, name)
    assert chromium_path(playwright_with(own)) == found


def test_playwright_s_own_comes_next(on_path: Path) -> None:
    own = program(on_path, "own")
    assert chromium_path(playwright_with(own)) == own


def test_none_fails_and_says_how_to_install_one(on_path: Path) -> None:
    with pytest.raises(BrowserMissingError, match="apt-get install chromium"):
        chromium_path(playwright_with(str(on_path / "missing")))
