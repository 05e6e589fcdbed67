"""Training data as the input of one run: the first items, with their last step held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt


def held_data(x: Any, n_steps: int, items: int) -> Any:
    """Data for a run of some length.

    Parameters
    ----------
    x : dict, list or array
        As for `Simulator.fit`; each array (items, steps, size).
    n_steps : int
        Length of the run.
    items : int
        Size of the minibatch.

    Returns
    -------
    data : dict, list, array or None
        In the same form, each array (items, n_steps, size); None if ``x`` is in no such form, or
        has too few items.
    """
    if isinstance(x, dict):
        held = {key: _held(value, n_steps, items) for key, value in x.items()}
        return None if not held or any(value is None for value in held.values()) else held
    if isinstance(x, list | tuple):
        several = [_held(value, n_steps, items) for value in x]
        return None if not several or any(value is None for value in several) else several
    return _held(x, n_steps, items)


def _held(values: Any, n_steps: int, items: int) -> npt.NDArray[Any] | None:
    if not hasattr(values, "shape") or len(values.shape) != 3:
        return None
    first = np.asarray(values[:items])
    if len(first) < items or first.shape[1] == 0:
        return None
    steps = np.minimum(np.arange(n_steps), first.shape[1] - 1)
    held: npt.NDArray[Any] = first[:, steps]
    return held
