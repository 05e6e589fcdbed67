"""The command `nengo-explorer`, and scripts as it takes them."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import nbformat
import nengo
import pytest

from nengo_explorer import cli
from nengo_explorer.script import load_network

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.machinery import ModuleSpec
    from pathlib import Path

SCRIPT = """
import nengo
with nengo.Network(label="from a script") as {name}:
    nengo.Ensemble(10, 1)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the command runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Arguments that JupyterLab was started with; it is not started in earnest."""
    arguments: list[str] = []
    monkeypatch.setattr(cli, "_run_lab", arguments.extend)
    return arguments


@pytest.fixture
def shipped_tour(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with a tour of its own, apart from the folder of the user."""
    package = folder / "site-packages" / "nengo_explorer"
    (package / "notebooks").mkdir(parents=True)
    tour = package / "notebooks" / cli.TOUR
    tour.write_text("the tour")
    monkeypatch.setattr(cli, "__file__", str(package / "cli.py"))
    return tour


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Make a module look as if it was not installed."""

    def hide(name: str) -> None:
        def find(module: str) -> ModuleSpec | None:
            return None if module == name else importlib.util.find_spec(module)

        monkeypatch.setattr(cli, "find_spec", find)

    return hide


def test_without_a_script_a_copy_of_the_tour_is_opened(
    folder: Path, shipped_tour: Path, lab: list[str]
) -> None:
    assert cli.main([]) == 0
    assert (folder / cli.TOUR).read_text() == shipped_tour.read_text()
    assert f"--ServerApp.root_dir={folder}" in lab
    assert "--LabApp.default_url=/lab/tree/01-tour.ipynb" in lab


@pytest.mark.usefixtures("shipped_tour")
def test_a_changed_copy_is_not_written_over(
    folder: Path, lab: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / cli.TOUR).write_text("mine")
    assert cli.main([]) == 0
    assert (folder / cli.TOUR).read_text() == "mine"
    assert "remove or rename it" in capsys.readouterr().out
    assert "--LabApp.default_url=/lab/tree/01-tour.ipynb" in lab


@pytest.mark.usefixtures("shipped_tour")
def test_in_a_clone_its_own_notebook_is_opened(folder: Path, lab: list[str]) -> None:
    (folder / "notebooks").mkdir()
    (folder / "notebooks" / cli.TOUR).write_text("of the clone")
    assert cli.main([]) == 0
    assert "--LabApp.default_url=/lab/tree/notebooks/01-tour.ipynb" in lab
    assert not (folder / cli.TOUR).exists()


@pytest.mark.usefixtures("folder")
def test_the_tour_of_this_project_is_found(lab: list[str]) -> None:
    assert cli.main([]) == 0
    assert lab


def test_a_script_gets_a_notebook_and_is_not_run(folder: Path, lab: list[str]) -> None:
    (folder / "my model.py").write_text("raise SystemExit('run by the command')")
    assert cli.main(["my model.py"]) == 0
    assert "--LabApp.default_url=/lab/tree/my%20model-explorer.ipynb" in lab
    notebook = nbformat.read(folder / "my model-explorer.ipynb", as_version=4)
    nbformat.validate(notebook)
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert 'load_network("my model.py")' in code
    assert "nengo_explorer.Explorer(net)" in code


def test_the_notebook_of_a_script_runs_up_to_the_explorer(folder: Path, lab: list[str]) -> None:
    (folder / "model.py").write_text(SCRIPT.format(name="model"))
    assert cli.main(["model.py"]) == 0
    assert lab
    notebook = json.loads((folder / "model-explorer.ipynb").read_text())
    first = "".join(notebook["cells"][1]["source"])
    names: dict[str, object] = {}
    exec(first, names)  # noqa: S102 (a cell that the command wrote)
    assert isinstance(names["net"], nengo.Network)


def test_a_notebook_that_exists_is_kept(folder: Path, lab: list[str]) -> None:
    (folder / "model.py").write_text("")
    (folder / "model-explorer.ipynb").write_text("mine")
    assert cli.main(["model.py"]) == 0
    assert (folder / "model-explorer.ipynb").read_text() == "mine"
    assert lab


def test_a_script_elsewhere_opens_in_its_own_folder(
    folder: Path, lab: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("here", "there"):
        (folder / name).mkdir()
    (folder / "there" / "model.py").write_text("")
    monkeypatch.chdir(folder / "here")
    assert cli.main(["../there/model.py"]) == 0
    assert f"--ServerApp.root_dir={folder / 'there'}" in lab


def test_options_reach_jupyterlab(folder: Path, lab: list[str]) -> None:
    (folder / "model.py").write_text("")
    assert (
        cli.main(["model.py", "--no-browser", "--port", "8899", "--IdentityProvider.token=x"]) == 0
    )
    assert {"--no-browser", "--port=8899", "--IdentityProvider.token=x"} <= set(lab)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent.py"], "no file 'absent.py'"),
        (["notes.txt"], "'notes.txt' is not a Python file"),
        (["folder.py"], "'folder.py' is not a Python file"),
        (["model.py", "other.py"], "only one script can be opened; what is 'other.py'"),
    ],
)
def test_what_cannot_be_opened_is_an_error(
    arguments: list[str],
    message: str,
    folder: Path,
    lab: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("notes.txt", "model.py", "other.py"):
        (folder / name).write_text("")
    (folder / "folder.py").mkdir()
    assert cli.main(arguments) == 2
    assert message in capsys.readouterr().err
    assert lab == []
    assert list(folder.glob("*.ipynb")) == []


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "8.5", ""])
def test_a_port_that_is_none_is_an_error(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main([f"--port={port}"])
    assert f"{port!r} is not a whole number from 1 to 65535" in capsys.readouterr().err


@pytest.mark.usefixtures("folder", "shipped_tour")
@pytest.mark.parametrize("module", ["jupyterlab", "sklearn"])
def test_a_missing_package_is_an_error_that_names_the_command(
    module: str,
    lab: list[str],
    missing: Callable[[str], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    missing(module)
    assert cli.main([]) == 2
    assert "python -m pip install 'nengo-explorer[lab]'" in capsys.readouterr().err
    assert lab == []


def test_a_script_needs_no_data_for_the_tour(
    folder: Path, lab: list[str], missing: Callable[[str], None]
) -> None:
    missing("sklearn")
    (folder / "model.py").write_text("")
    assert cli.main(["model.py"]) == 0
    assert lab


def test_a_folder_that_cannot_be_written_to_is_an_error(
    folder: Path,
    lab: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    package = folder / "nengo_explorer"
    (package / "notebooks").mkdir(parents=True)
    (package / "notebooks" / cli.TOUR).write_text("the tour")
    monkeypatch.setattr(cli, "__file__", str(package / "cli.py"))
    monkeypatch.setattr(shutil, "copyfile", refuse)
    assert cli.main([]) == 2
    assert f"cannot write {folder / cli.TOUR}: Permission denied" in capsys.readouterr().err
    assert lab == []


@pytest.mark.parametrize("name", ["model", "net"])
def test_network_of_a_script(name: str, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(name=name))
    assert load_network(script).label == "from a script"


def test_model_comes_before_net_unless_it_is_no_network(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import nengo\nmodel = nengo.Network(label='a')\nnet = nengo.Network(label='b')"
    )
    assert load_network(script).label == "a"
    script.write_text("import nengo\nmodel = 'a name'\nnet = nengo.Network(label='b')")
    assert load_network(script).label == "b"


def test_a_script_may_import_its_neighbours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "neighbour_of_script.py").write_text("size = 7")
    script = tmp_path / "script.py"
    script.write_text(
        "import nengo\nfrom neighbour_of_script import size\nmodel = nengo.Network(label=str(size))"
    )
    assert load_network(script).label == "7"


def test_the_main_block_of_a_script_is_not_run(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        SCRIPT.format(name="net") + "if __name__ == '__main__':\n    raise SystemExit\n"
    )
    assert isinstance(load_network(script), nengo.Network)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("network = 1", NameError, r"script.py defines no variable named model or net"),
        ("model = 1", TypeError, r"model is of type int; one of model or net must be a Network"),
        ("1 / 0", ZeroDivisionError, "division by zero"),
    ],
)
def test_a_script_without_a_network_is_an_error(
    text: str, error: type[Exception], message: str, tmp_path: Path
) -> None:
    script = tmp_path / "script.py"
    script.write_text(text)
    with pytest.raises(error, match=message):
        load_network(script)


def test_a_missing_script_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"absent\.py"):
        load_network(tmp_path / "absent.py")


@pytest.mark.slow
def test_jupyterlab_serves_the_notebook_and_prints_its_address(folder: Path) -> None:
    (folder / "model.py").write_text(SCRIPT.format(name="model"))
    command = [sys.executable, "-m", "nengo_explorer", "model.py", "--no-browser"]
    # Settings of the person who runs the tests must not matter.
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(folder), "JUPYTER_NO_CONFIG": "1"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        lines: list[str] = []
        for line in process.stderr:
            lines.append(line)
            if "/lab/tree/model-explorer.ipynb?token=" in line:
                break
        process.terminate()
        process.stderr.read()
    assert "/lab/tree/model-explorer.ipynb?token=" in lines[-1], "".join(lines)
