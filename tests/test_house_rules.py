"""Rules of the house that no linter knows: sizes, tests that never run, paths of a machine."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sorted([*(ROOT / "nengo_explorer").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])
PYTHON += [ROOT / "hatch_build.py"]
TYPESCRIPT = sorted(
    p for folder in ("src", "tests", "dev") for p in (ROOT / "js" / folder).rglob("*.ts*")
)
OWN_TEXTS = (
    ".cfg",
    ".css",
    ".ipynb",
    ".json",
    ".md",
    ".mjs",
    ".py",
    ".toml",
    ".ts",
    ".tsx",
    ".yaml",
    ".yml",
)

PYTHON_LINES = 400
FUNCTION_LINES = 60
TYPESCRIPT_LINES = 350

# Written in pieces, so that this file does not hold what it forbids.
MACHINE_PATH = re.compile(r"(?<![\w.\-/])/" + r"(?:work|tmp|root|home/\w+|Users/\w+)/")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function's body without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0  # type: ignore[operator]


def test_there_is_something_to_check() -> None:
    assert ROOT / "nengo_explorer" / "settings" / "catalogue.py" in PYTHON
    assert ROOT / "js" / "src" / "index.ts" in TYPESCRIPT


def too_long(paths: list[Path], limit: int) -> dict[str, int]:
    lengths = {name_of(p): len(p.read_text(encoding="utf-8").splitlines()) for p in paths}
    return {name: length for name, length in lengths.items() if length >= limit}


def test_python_files_have_one_purpose_and_so_few_lines() -> None:
    assert too_long(PYTHON, PYTHON_LINES) == {}


def test_typescript_files_have_few_lines() -> None:
    assert too_long(TYPESCRIPT, TYPESCRIPT_LINES) == {}


def test_functions_are_short() -> None:
    lengths = {(name_of(p), f.name): body_lines(f) for p in PYTHON for f in functions_of(p)}
    assert {name: n for name, n in lengths.items() if n >= FUNCTION_LINES} == {}


def uncollected(path: Path) -> list[str]:
    """Functions of a test file that look like tests, and that pytest would never call."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    used |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    found = []
    for function in functions_of(path):
        asserts = any(isinstance(node, ast.Assert) for node in ast.walk(function))
        called = function.name in used or function.decorator_list
        if asserts and not called and not function.name.startswith(("test_", "_", "pytest_")):
            found.append(function.name)
    return found


def test_every_check_is_collected() -> None:
    files = (ROOT / "tests").rglob("test_*.py")
    assert {name_of(p): names for p in files if (names := uncollected(p))} == {}


def test_tests_live_in_files_that_pytest_collects() -> None:
    others = [p for p in (ROOT / "tests").rglob("*.py") if not p.name.startswith("test_")]
    stray = {name_of(p): f.name for p in others for f in functions_of(p) if f.name[:5] == "test_"}
    assert stray == {}


def test_an_uncollected_check_is_found(tmp_path: Path) -> None:
    file = tmp_path / "test_x.py"
    file.write_text("def help(): assert 1\ndef test_y(): help()\ndef forgotten(): assert 0\n")
    assert uncollected(file) == ["forgotten"]


def own_files() -> Iterator[Path]:
    """All texts that are written by hand."""
    yield from (p for p in ROOT.iterdir() if p.is_file())
    for folder in (".ci", ".github", "docs", "js", "nengo_explorer", "notebooks", "tests"):
        for path in (ROOT / folder).rglob("*"):
            made = {"node_modules", "static", "_build", "out", "__pycache__", "artifacts"}
            if path.is_file() and not made & set(path.relative_to(ROOT).parts):
                yield path


def test_nothing_names_a_path_of_some_machine() -> None:
    texts = [p for p in own_files() if p.suffix in OWN_TEXTS or p.name in {"Makefile", "run"}]
    assert len(texts) > len(PYTHON)
    found = {name_of(p) for p in texts if MACHINE_PATH.search(p.read_text(encoding="utf-8"))}
    assert found == set()


@pytest.mark.parametrize("folder", ["work", "tmp", "home/somebody"])
def test_a_path_of_a_machine_is_found(folder: str) -> None:
    assert MACHINE_PATH.search(f'open("/{folder}/data")')
    assert not MACHINE_PATH.search(f"example.org/{folder}/data")
