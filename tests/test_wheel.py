"""What is in the wheel and the sdist, and that a fresh environment can use it."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
NEEDED = {
    "nengo_explorer/explorer/static/explorer.js",
    "nengo_explorer/explorer/static/explorer.css",
    "nengo_explorer/py.typed",
}
TOUR_IN_WHEEL = "nengo_explorer/notebooks/01-tour.ipynb"
TOUR_IN_SDIST = "notebooks/01-tour.ipynb"


def run(*command: str | Path, **options: object) -> str:
    """Run a program; what it printed. A failure shows that."""
    answer = subprocess.run(  # type: ignore[call-overload]
        command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **options
    )
    assert answer.returncode == 0, answer.stdout
    return str(answer.stdout)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an sdist and a wheel."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "--directory", folder, cwd=ROOT)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def sdist(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked sdist."""
    (path,) = built.glob("*.tar.gz")
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(path) as archive:
        archive.extractall(folder, filter="data")
    (unpacked,) = folder.iterdir()
    return unpacked


@pytest.fixture(scope="module")
def fresh(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Programs of a fresh environment with the wheel in it.

    What the wheel depends on is taken from the environment of the tests, through a path file:
    installing TensorFlow again would take minutes. Path files of that environment are not read, so
    an editable install of this project in it does not count.
    """
    folder = tmp_path_factory.mktemp("fresh") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    scheme = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", "venv", scheme))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    programs = Path(sysconfig.get_path("scripts", "venv", scheme))
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", programs / "python"]
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel)
    return programs


def test_wheel_has_the_bundle_and_the_tour(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        sizes = {info.filename: info.file_size for info in archive.infolist()}
    assert sizes.keys() >= NEEDED | {TOUR_IN_WHEEL}
    assert sizes["nengo_explorer/explorer/static/explorer.js"] > 10_000


def test_wheel_has_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"nengo_explorer"}
    assert not [
        name for name in names if "tests/" in name or name.endswith((".ts", ".map", ".pyc"))
    ]


def test_sdist_has_the_bundle_its_sources_and_the_tour(sdist: Path) -> None:
    wanted = NEEDED | {TOUR_IN_SDIST, "js/src/index.ts", "js/package-lock.json", "hatch_build.py"}
    assert [name for name in wanted if not (sdist / name).is_file()] == []
    assert not (sdist / "js" / "node_modules").exists()


def test_sdist_is_built_without_node(sdist: Path) -> None:
    spec = importlib.util.spec_from_file_location("hatch_build_of_sdist", sdist / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    assert not hook.bundle_is_stale()


def test_wheel_of_the_sdist_is_the_same(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    command = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "--directory", tmp_path)
    run(*command, cwd=sdist, env={**os.environ, "PATH": ""})
    (again,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(again) as other:
        assert one.namelist() == other.namelist()


def test_fresh_environment_imports_the_installed_package(fresh: Path, tmp_path: Path) -> None:
    code = (
        "import nengo_explorer\n"
        "from importlib.resources import files\n"
        "assert files('nengo_explorer.explorer').joinpath('static/explorer.js').is_file()\n"
        "from nengo_explorer import Explorer\n"
        "print(nengo_explorer.__file__, nengo_explorer.__version__)"
    )
    file, version = run(fresh / "python", "-c", code, cwd=tmp_path).split()
    assert Path(file).is_relative_to(fresh.parent)
    assert version == VERSION


def test_fresh_environment_has_the_command(fresh: Path, tmp_path: Path) -> None:
    assert run(fresh / "nengo-explorer", "--version", cwd=tmp_path) == f"nengo-explorer {VERSION}\n"


def test_the_tour_is_copied_from_the_wheel(fresh: Path, tmp_path: Path) -> None:
    code = "from pathlib import Path; from nengo_explorer.cli import open_tour; open_tour(Path())"
    run(fresh / "python", "-c", code, cwd=tmp_path)
    shipped = ROOT / TOUR_IN_SDIST
    assert (tmp_path / "01-tour.ipynb").read_bytes() == shipped.read_bytes()
