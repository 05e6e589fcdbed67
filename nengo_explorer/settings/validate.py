"""Checking one value of one option."""

from __future__ import annotations

import contextlib
import math
import numbers
import sys
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from nengo.exceptions import ValidationError

from nengo_explorer.settings.catalogue import OPTIONS, Option

#: Characters of a refused value that an error message shows.
MOST_SHOWN: Final = 200


def validate(name: str, value: Any) -> Any:
    """Check a value, and bring it into its plain form.

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
        one of ours, as it was given; or a tuple of those.

    Raises
    ------
    ValidationError
        Naming option, value and what is accepted.
    """
    option = OPTIONS[name]
    if value is None:
        return None
    return _CHECKS[option.kind](option, value)


def our_name(value: Any) -> str | None:
    """Name under which ``graph_optimizer`` has a function; None if it is somebody else's.

    By identity, because a decorator that copies name and module makes another function.
    """
    name = getattr(value, "__name__", None)
    ours = sys.modules.get("nengo_explorer.graph_optimizer")  # loaded, if the function is ours
    if isinstance(name, str) and ours is not None and getattr(ours, name, None) is value:
        return name
    return None


def canonical(value: Any) -> Any:
    """A checked value with our own functions as names, so that both spellings are equal."""
    if isinstance(value, tuple):
        return tuple(canonical(entry) for entry in value)
    return our_name(value) or value if callable(value) else value


def _refuse(option: Option, value: Any, accepted: str) -> ValidationError:
    try:
        shown = repr(value)
    except Exception:  # noqa: BLE001 - whatever it is, this is about its being refused
        shown = f"an object of type {type(value).__name__}"
    if len(shown) > MOST_SHOWN:
        shown = f"{shown[:MOST_SHOWN]} ..."
    return ValidationError(f"{shown} is not possible. Accepted: {accepted}.", attr=option.name)


def _switch(option: Option, value: Any) -> bool:
    if not isinstance(value, bool | np.bool_):
        raise _refuse(option, value, "True or False, or None for the default")
    return bool(value)


def _dtype(option: Option, value: Any) -> str:
    if isinstance(value, type) and issubclass(value, np.float32 | np.float64):
        value = np.dtype(value)
    name = value if isinstance(value, str) else getattr(value, "name", None)  # a dtype object
    if not isinstance(name, str) or name not in {"float32", "float64"}:
        accepted = '"float32" or "float64" (also as a NumPy or TensorFlow dtype)'
        raise _refuse(option, value, f"{accepted}, or None for the default")
    return str(name)


def _smoothing(option: Option, value: Any) -> float | None:
    number = math.nan
    if not isinstance(value, bool) and isinstance(value, numbers.Real):
        with contextlib.suppress(OverflowError):
            number = float(value)
    if not math.isfinite(number) or number < 0:
        raise _refuse(option, value, "a positive finite number, or 0 or None for no smoothing")
    return number or None


def _function(option: Option, value: Any) -> Any:
    name = value if isinstance(value, str) else our_name(value)
    if name not in option.names and (name is not None or not callable(value)):
        accepted = f"a function of your own, or one of {', '.join(option.names)}"
        if option.kind == "function":
            accepted += ", or None for the default"
        raise _refuse(option, value, accepted)
    return value


def _functions(option: Option, value: Any) -> tuple[Any, ...]:
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        accepted = f"a list of functions or of these names: {', '.join(option.names)}"
        raise _refuse(option, value, f"{accepted}; or None for all of them")
    return tuple(_function(option, entry) for entry in value)


_CHECKS = {
    "switch": _switch,
    "tristate": _switch,
    "dtype": _dtype,
    "smoothing": _smoothing,
    "function": _function,
    "functions": _functions,
}
