"""Checking one value of one option."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from nengo.exceptions import ValidationError

from nengo_explorer.settings.catalogue import OPTIONS, Option


def validate(name: str, value: Any) -> Any:
    """Check a value and bring it into its one form.

    Parameters
    ----------
    name : str
        Name of an option.
    value : object
        What somebody wants to set. None is accepted by every option and means its default.

    Returns
    -------
    value : object
        None; True or False; "float32" or "float64"; a positive float; a callable or the name of
        one of ours; or a tuple of those.

    Raises
    ------
    ValidationError
        Naming option, value and what is accepted.
    """
    option = OPTIONS[name]
    if value is None:
        return None
    return _CHECKS[option.kind](option, value)


def _refuse(option: Option, value: Any, accepted: str) -> ValidationError:
    return ValidationError(
        f"{value!r} is not possible. Accepted: {accepted}, or None for the default.",
        attr=option.name,
    )


def _switch(option: Option, value: Any) -> bool:
    if not isinstance(value, bool | np.bool_):
        raise _refuse(option, value, "True or False")
    return bool(value)


def _dtype(option: Option, value: Any) -> str:
    accepted = '"float32" or "float64" (also as a NumPy or TensorFlow dtype)'
    name = value if isinstance(value, str) else getattr(value, "name", None)  # a dtype object
    if isinstance(value, type) and issubclass(value, np.floating):
        name = np.dtype(value).name
    if name not in ("float32", "float64"):
        raise _refuse(option, value, accepted)
    return str(name)


def _smoothing(option: Option, value: Any) -> float | None:
    is_number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or value < 0:
        raise _refuse(option, value, "a positive number, or 0 for none")
    return float(value) or None


def _function(option: Option, value: Any) -> Any:
    if not callable(value) and not (isinstance(value, str) and value in option.names):
        raise _refuse(option, value, f"a function, or one of {', '.join(option.names)}")
    # Our own functions are kept by name, so that both spellings are the same setting.
    name = getattr(value, "__name__", None)
    module = getattr(value, "__module__", "") or ""
    if name in option.names and module.startswith("nengo_explorer.graph_optimizer"):
        return name
    return value


def _functions(option: Option, value: Any) -> tuple[Any, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        accepted = f"a list of functions or of these names: {', '.join(option.names)}"
        raise _refuse(option, value, accepted)
    return tuple(_function(option, entry) for entry in value)


_CHECKS = {
    "switch": _switch,
    "tristate": _switch,
    "dtype": _dtype,
    "smoothing": _smoothing,
    "function": _function,
    "functions": _functions,
}
