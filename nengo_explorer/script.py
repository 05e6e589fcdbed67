"""Networks that live in scripts, as Nengo GUI takes them."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os

    import nengo

VARIABLES = ("model", "net")


def load_network(path: str | os.PathLike[str]) -> nengo.Network:
    """Run a script and take its network, as Nengo GUI does.

    The script runs in this interpreter, with its folder on ``sys.path`` and a ``__name__`` that is
    not ``"__main__"``.

    Parameters
    ----------
    path : path-like
        The script.

    Returns
    -------
    network : Network
        The script's variable ``model``, or ``net`` where ``model`` is no network.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    NameError
        If the script has neither variable.
    TypeError
        If neither variable is a Nengo network.
    """
    import nengo  # noqa: PLC0415 (the command line needs only the names above)

    script = Path(path).resolve()
    if not script.is_file():
        raise FileNotFoundError(f"There is no script {str(script)!r}")
    if str(script.parent) not in sys.path:
        # For as long as the interpreter lives: a Node's function may import a neighbour late.
        sys.path.insert(0, str(script.parent))
    names = runpy.run_path(str(script))
    found = {name: names[name] for name in VARIABLES if name in names}
    if not found:
        raise NameError(f"{script.name} defines no variable named {' or '.join(VARIABLES)}")
    for value in found.values():
        if isinstance(value, nengo.Network):
            return value
    kinds = ", ".join(f"{name} is of type {type(value).__name__}" for name, value in found.items())
    raise TypeError(f"{script.name}: {kinds}; one of {' or '.join(VARIABLES)} must be a Network")
