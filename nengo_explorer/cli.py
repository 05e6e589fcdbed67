"""The command ``nengo-explorer``: open the tour, or a network from a script, in JupyterLab."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from nengo_explorer import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

TOUR = "01-tour.ipynb"
INSTALL = "python -m pip install 'nengo-explorer[lab]'"

DESCRIPTION = """\
Open JupyterLab with an Explorer: on the network of SCRIPT, or, without one, on the tour.
SCRIPT is a Python file with a Nengo network in a variable named model or net. It is run by the
notebook, never by this command."""

EPILOG = """\
All other options are passed to JupyterLab; see `jupyter lab --help`."""


class CommandError(Exception):
    """The command cannot do what it was asked to."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Arguments of the command; by default those of the process.

    Returns
    -------
    status : int
        0, or 2 if the command cannot do what it was asked to.
    """
    parser = _parser()
    options, others = parser.parse_known_args(arguments)
    try:
        _check_others(others)
        _check_installed(needs_tour=options.script is None)
        notebook = open_tour(Path.cwd()) if options.script is None else open_script(options.script)
        command = lab_arguments(notebook, options, others)
    except CommandError as error:
        print(f"{parser.prog}: error: {error}", file=sys.stderr)  # noqa: T201
        return 2
    _run_lab(command)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nengo-explorer",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("script", nargs="?", type=Path, metavar="SCRIPT")
    parser.add_argument(
        "--no-browser", action="store_true", help="only print the address, open no browser"
    )
    parser.add_argument(
        "--port", type=_port, help="port to serve on (default: 8888, or the next free one)"
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    return parser


def _port(text: str) -> int:
    """Check a port."""
    highest = 65535
    if not text.isdecimal() or not 1 <= int(text) <= highest:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to {highest}")
    return int(text)


def _check_others(arguments: Sequence[str]) -> None:
    """Raise an error if what is left for JupyterLab begins with what can be no option."""
    if arguments and not arguments[0].startswith("-"):
        raise CommandError(f"only one script can be opened; what is {arguments[0]!r}?")


def _check_installed(*, needs_tour: bool) -> None:
    """Raise an error if something is missing that only the command needs."""
    needed = {"jupyterlab": "JupyterLab"}
    if needs_tour:
        needed["sklearn"] = "scikit-learn, from which the tour takes its data,"
    for module, name in needed.items():
        if find_spec(module) is None:
            raise CommandError(f"{name} is not installed; run: {INSTALL}")


def open_tour(folder: Path) -> Path:
    """Find or make the user's own copy of the tour.

    Parameters
    ----------
    folder : Path
        Where the command runs.

    Returns
    -------
    notebook : Path
        ``notebooks/01-tour.ipynb`` in the folder if there is one, as in a clone of the repository;
        else ``01-tour.ipynb``, copied from the package unless it is there. An existing file is
        never written over.

    Raises
    ------
    CommandError
        If the folder cannot be written to, or the package has no tour.
    """
    in_clone = folder / "notebooks" / TOUR
    if in_clone.is_file():
        return in_clone
    copy = folder / TOUR
    if copy.exists():
        _tell(f"Opening the {TOUR} that is in {folder}; remove or rename it for a fresh one.")
        return copy
    here = Path(__file__).parent
    # The second place is that of an editable install.
    shipped = next(
        (p for p in (here / "notebooks" / TOUR, here.parent / "notebooks" / TOUR) if p.is_file()),
        None,
    )
    if shipped is None:
        raise CommandError(f"this installation of nengo_explorer has no {TOUR}; run: {INSTALL}")
    try:
        shutil.copyfile(shipped, copy)
    except OSError as error:
        raise CommandError(
            f"cannot write {copy}: {error.strerror}; change to a folder of your own first"
        ) from error
    return copy


def open_script(script: Path) -> Path:
    """Find or make the notebook that shows a script's network in an Explorer.

    Parameters
    ----------
    script : Path
        A Python file.

    Returns
    -------
    notebook : Path
        Beside the script, named after it: ``model-explorer.ipynb`` for ``model.py``. An existing
        file is never written over.

    Raises
    ------
    CommandError
        If the script is missing or no Python file, or its folder cannot be written to.
    """
    if not script.exists():
        raise CommandError(f"there is no file {str(script)!r}")
    if script.suffix != ".py" or not script.is_file():
        raise CommandError(f"{str(script)!r} is not a Python file; its name must end in .py")
    notebook = script.resolve().with_name(f"{script.stem}-explorer.ipynb")
    if notebook.exists():
        _tell(f"Opening {notebook.name} as it is; remove or rename it for a fresh one.")
        return notebook
    try:
        notebook.write_text(_script_notebook(script.name), encoding="utf-8")
    except OSError as error:
        raise CommandError(f"cannot write {notebook}: {error.strerror}") from error
    return notebook


def _script_notebook(name: str) -> str:
    """Write a notebook that runs a script which lies beside it."""
    import nbformat  # noqa: PLC0415 (part of JupyterLab, which may be missing)
    from nbformat import v4  # noqa: PLC0415

    run = "\n".join(
        [
            "import nengo_explorer",
            "from nengo_explorer.script import load_network",
            "",
            f"net = load_network({json.dumps(name)})",
        ]
    )
    show = "explorer = nengo_explorer.Explorer(net)\nexplorer"
    notebook = v4.new_notebook(
        cells=[
            v4.new_markdown_cell(f"# The network of `{name}`"),
            v4.new_code_cell(run),
            v4.new_code_cell(show),
        ],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
    )
    text: str = nbformat.writes(notebook)
    return f"{text.rstrip()}\n"


def lab_arguments(notebook: Path, options: argparse.Namespace, others: Sequence[str]) -> list[str]:
    """Arguments with which JupyterLab opens a notebook.

    Parameters
    ----------
    notebook : Path
        The notebook.
    options : Namespace
        Parsed options, of which ``no_browser`` and ``port`` matter here.
    others : sequence of str
        More arguments for JupyterLab.
    """
    # The folder of the command is the root of the file browser where that can be.
    root = Path.cwd() if notebook.is_relative_to(Path.cwd()) else notebook.parent
    address = quote(notebook.relative_to(root).as_posix())
    command = [f"--ServerApp.root_dir={root}", f"--LabApp.default_url=/lab/tree/{address}"]
    if options.no_browser:
        command.append("--no-browser")
    if options.port is not None:
        command.append(f"--port={options.port}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # Usual in a container. The server listens on this machine only, and wants its token.
        command.append("--allow-root")
    return [*command, *others]


def _run_lab(arguments: list[str]) -> None:
    from jupyterlab.labapp import LabApp  # noqa: PLC0415 (may be missing; checked by the caller)

    LabApp.launch_instance(arguments)


def _tell(message: str) -> None:
    print(message)  # noqa: T201
