"""Public names that are imported when they are first used."""

from __future__ import annotations

import importlib
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def lazy_names(
    package: str, homes: Mapping[str, str], missing: Mapping[str, str] = MappingProxyType({})
) -> tuple[Callable[[str], Any], list[str]]:
    """Make a module's ``__getattr__``, and the list of its public names.

    Parameters
    ----------
    package : str
        Name of the package.
    homes : dict of str to str
        Public name to the module that defines it; a module of the same name is meant itself.
    missing : dict of str to str
        Names that people may look for, and what to tell them.
    """

    def get(name: str) -> Any:
        home = homes.get(name)
        if home is None:
            hint = f": {missing[name]}" if name in missing else ""
            raise AttributeError(f"module {package!r} has no attribute {name!r}{hint}")
        module = importlib.import_module(home)
        return module if home.rpartition(".")[2] == name else getattr(module, name)

    return get, sorted(homes)
