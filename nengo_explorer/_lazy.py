"""Public names that are imported when they are first used."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def lazy_names(package: str, homes: Mapping[str, str]) -> tuple[Callable[[str], Any], list[str]]:
    """Make a module's ``__getattr__``, and the list of its public names.

    Parameters
    ----------
    package : str
        Name of the package.
    homes : dict of str to str
        Public name to the module that defines it; a module of the same name is meant itself.
    """

    def get(name: str) -> Any:
        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = importlib.import_module(home)
        return module if home.rpartition(".")[2] == name else getattr(module, name)

    return get, sorted(homes)
