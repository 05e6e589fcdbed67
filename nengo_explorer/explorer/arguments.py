"""Checking arguments before the simulator, and TensorFlow, is loaded."""

from __future__ import annotations

import math
from numbers import Real
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
from nengo.exceptions import ValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Arguments of `nengo_explorer.Simulator` that an explorer passes on.
SIMULATOR_ARGUMENTS = (
    "dt",
    "seed",
    "model",
    "device",
    "unroll_simulation",
    "minibatch_size",
    "progress_bar",
)


def check_session_arguments(net: Any, simulator: Any, arguments: Mapping[str, Any]) -> None:
    """Refuse what cannot be explored.

    Raises
    ------
    ValidationError
        Naming the argument, its value and what is accepted.
    """
    if not isinstance(net, nengo.Network):
        raise ValidationError(
            f"must be a nengo.Network; got {net!r} of type {type(net).__name__}.", attr="net"
        )
    check_simulator_arguments(arguments)
    if simulator is None:
        return
    if arguments:
        raise ValidationError(
            f"{', '.join(arguments)} cannot be given together with a simulator, which has been "
            "made already.",
            attr="simulator",
        )
    if getattr(simulator, "network", None) is not net:
        raise ValidationError(f"{simulator!r} is not a simulator of {net}.", attr="simulator")


def check_simulator_arguments(arguments: Mapping[str, Any]) -> None:
    """Refuse arguments that a simulator would refuse later.

    Raises
    ------
    ValidationError
        Naming the argument, its value and what is accepted.
    """
    for name, value in arguments.items():
        if name not in SIMULATOR_ARGUMENTS:
            raise ValidationError(
                f"there is no argument {name!r}. Arguments are: {', '.join(SIMULATOR_ARGUMENTS)}.",
                attr=name,
            )
        if name == "dt" and not _is_time(value):
            raise ValidationError(
                f"must be a positive number of seconds; got {value!r}.", attr=name
            )
        if name == "unroll_simulation" and not _is_count(value):
            raise ValidationError(f"must be a positive whole number; got {value!r}.", attr=name)
        if name == "minibatch_size" and value is not None and not _is_count(value):
            raise ValidationError(
                f"must be a positive whole number, or None; got {value!r}.", attr=name
            )


def _is_time(value: Any) -> bool:
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and value > 0


def _is_count(value: Any) -> bool:
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    return whole and bool(value >= 1)
