"""Checking and arranging the data that a call is given."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
from nengo.exceptions import ValidationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Array = npt.NDArray[Any]
    Named = dict[nengo.Node | nengo.Probe, str]


@dataclass(frozen=True)
class Data:
    """Checked data of a call.

    Attributes
    ----------
    arrays : dict of Node or Probe to ndarray
        Each (items, steps, size).
    items : int or None
        Number of items; None without data.
    n_steps : int or None
        Number of steps; None without data.
    """

    arrays: dict[Any, Array]
    items: int | None
    n_steps: int | None


def check_data(data: Any, objects: Sequence[Any], names: Named, *, what: str, dtype: str) -> Data:
    """Arrange data for input Nodes or Probes.

    Parameters
    ----------
    data : dict, list, array or None
        By object or name; or a list in the order of ``objects``; or one array for the first.
    objects : sequence of Node or Probe
        What data may be given for.
    names : dict
        Names of them.
    what : str
        What they are called in messages ("input" or "target").
    dtype : str
        Floating point type to convert to.

    Raises
    ------
    ValidationError
        For an unknown object, a wrong shape, or items or steps that do not agree.
    """
    arrays: dict[Any, Array] = {}
    for obj, value in _pairs(data, objects, names, what).items():
        arrays[obj] = _check_array(obj, value, what, dtype)
    items = {name: len(array) for name, array in arrays.items()}
    steps = {name: array.shape[1] for name, array in arrays.items()}
    for label, counts in (("items", items), ("steps", steps)):
        if len(set(counts.values())) > 1:
            listing = ", ".join(f"{names[obj]}: {count}" for obj, count in counts.items())
            raise ValidationError(
                f"all {what} arrays must have the same number of {label}; got {listing}.",
                attr=what,
            )
    return Data(arrays, next(iter(items.values()), None), next(iter(steps.values()), None))


def _pairs(data: Any, objects: Sequence[Any], names: Named, what: str) -> dict[Any, Any]:
    """Objects with their values, whatever form the data came in."""
    if data is None:
        return {}
    if isinstance(data, Mapping):
        by_name = {names[obj]: obj for obj in objects}
        found: dict[Any, Any] = {}
        for key, value in data.items():
            obj = by_name.get(key) if isinstance(key, str) else key
            if obj is None or obj not in objects:
                raise ValidationError(_unknown(key, objects, names, what), attr=what)
            found[obj] = value
        return found
    if isinstance(data, list | tuple) and not _is_numbers(data):
        if len(data) > len(objects):
            raise ValidationError(
                f"{len(data)} {what} arrays were given, but the network has only "
                f"{len(objects)} objects that take one.",
                attr=what,
            )
        if len(data) < len(objects):
            left = ", ".join(names[obj] for obj in objects[len(data) :])
            warnings.warn(
                f"{len(data)} {what} array(s) were given for {len(objects)} objects that take one; "
                f"there are none for {left}. A dict says which is meant.",
                UserWarning,
                stacklevel=2,
            )
        return dict(zip(objects, data, strict=False))
    if not objects:
        raise ValidationError(f"the network has nothing that takes {what} data.", attr=what)
    return {objects[0]: data}


def _is_numbers(data: Any) -> bool:
    """Whether a list is one nested array of numbers instead of a list of arrays."""
    return len(data) > 0 and not any(hasattr(part, "shape") for part in data)


def _unknown(key: Any, objects: Sequence[Any], names: Named, what: str) -> str:
    """Message for a key that is none of the objects."""
    accepted = ", ".join(repr(names[obj]) for obj in objects) or "nothing"
    return (
        f"{key!r} cannot be given {what} data. Accepted: {accepted} (or the objects themselves). "
        "Input data go to Nodes without input, targets to Probes."
    )


def _check_array(obj: Any, value: Any, what: str, dtype: str) -> Array:
    """One array, checked against its object."""
    array = np.asarray(value)
    size = obj.size_out if isinstance(obj, nengo.Node) else None
    if array.ndim != 3 and (size is not None or array.ndim < 3):
        raise ValidationError(
            f"{what} data of {obj} must have three axes (items, steps, size); got shape "
            f"{array.shape}.",
            attr=what,
        )
    if size is not None and array.shape[2] != size:
        raise ValidationError(
            f"{what} data of {obj} must have size {size} on the last axis; got shape "
            f"{array.shape}.",
            attr=what,
        )
    if array.dtype.kind not in "fiub":
        raise ValidationError(
            f"{what} data of {obj} must be real numbers; got {array.dtype}.", attr=what
        )
    return array.astype(dtype, copy=False)


def check_steps(n_steps: int | None, data: Data, what: str = "n_steps") -> int:
    """Number of steps of a call, from its argument or its data.

    Raises
    ------
    ValidationError
        If neither says it, both disagree, or it is no positive integer.
    """
    if n_steps is None:
        if data.n_steps is None:
            raise ValidationError("give input data or the number of steps (n_steps).", attr=what)
        n_steps = data.n_steps
    check_count(n_steps, what)
    if data.n_steps is not None and data.n_steps != n_steps:
        raise ValidationError(
            f"the data have {data.n_steps} steps, but {n_steps} were asked for; both must agree.",
            attr=what,
        )
    return int(n_steps)


def check_items(data: Data, items: int) -> None:
    """Refuse data that are not exactly one minibatch.

    Raises
    ------
    ValidationError
        Saying how to mend it.
    """
    if data.items is not None and data.items != items:
        raise ValidationError(
            f"a run simulates one minibatch of {items} items; the data have {data.items}. "
            "Use predict for more, or make the simulator with another minibatch_size.",
            attr="data",
        )


def check_count(value: Any, what: str, *, smallest: int = 1) -> None:
    """Refuse what is no integer of at least a given size.

    Raises
    ------
    ValidationError
        Naming what was received.
    """
    is_integer = isinstance(value, int | np.integer) and not isinstance(value, bool | np.bool_)
    if not is_integer or value < smallest:
        raise ValidationError(
            f"must be an integer of at least {smallest}; got {value!r}.", attr=what
        )
