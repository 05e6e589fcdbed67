"""Parameters and state in a file: arrays by name, readable by NumPy alone.

A file says nothing of how the network was planned, so it fits every planner, precision and
trainability. Parameters are found by the path of their object; signals of the state, which have no
such names, by their position among the signals that Nengo built.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from nengo.exceptions import SimulationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    Array = npt.NDArray[Any]

_PARAMETER = "parameters/"
_STATE = "state/"
_STEPS = "n_steps"


def file_of(path: str | Path) -> Path:
    """The file for a path: with ``.npz`` at its end."""
    text = str(path)
    return Path(text if text.endswith(".npz") else f"{text}.npz")


def write_file(
    path: str | Path,
    parameters: Mapping[str, Array],
    state: Mapping[str, Array] | None,
    n_steps: int,
) -> None:
    """Write arrays; the old file stays until the new one is complete.

    Parameters
    ----------
    path : str or Path
        Where, with or without ``.npz``.
    parameters, state : dict of str to ndarray
        Arrays by name; None to leave the state, and the number of steps, out.
    n_steps : int
        Number of steps simulated so far.
    """
    target = file_of(path)
    arrays = {_PARAMETER + name: value for name, value in parameters.items()}
    if state is not None:  # some networks keep nothing but the time
        arrays |= {_STATE + name: value for name, value in state.items()}
        arrays[_STATE + _STEPS] = np.asarray(n_steps)
    partial = target.with_name(f".{target.name}.partial")
    with partial.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    partial.replace(target)


def read_file(path: str | Path) -> tuple[dict[str, Array], dict[str, Array], int | None]:
    """Read arrays.

    Returns
    -------
    parameters, state : dict of str to ndarray
        Arrays by name.
    n_steps : int or None
        Number of steps simulated; None if the file holds no state.

    Raises
    ------
    SimulationError
        If the file holds no parameters of ours.
    """
    target = file_of(path)
    with np.load(target, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    if any(not name.startswith((_PARAMETER, _STATE)) for name in arrays):
        raise SimulationError(
            f"{target.name} was not written by save_params of this package: it holds "
            f"{', '.join(sorted(arrays)[:5])}."
        )
    parameters = {n.removeprefix(_PARAMETER): a for n, a in arrays.items() if _PARAMETER in n}
    state = {n.removeprefix(_STATE): a for n, a in arrays.items() if n.startswith(_STATE)}
    steps = state.pop(_STEPS, None)
    return parameters, state, None if steps is None else int(steps)


def check_match(have: Mapping[str, Array], expected: Mapping[str, Array], what: str) -> None:
    """Refuse arrays that do not belong to a network.

    Raises
    ------
    SimulationError
        Naming what is missing, what is too much, and what has another shape.
    """
    missing = sorted(expected.keys() - have.keys())
    surplus = sorted(have.keys() - expected.keys())
    differ = [
        f"{name}: {have[name].shape} in the file, {expected[name].shape} in the network"
        for name in sorted(have.keys() & expected.keys())
        if have[name].shape != expected[name].shape
    ]
    faults = [
        *([f"not in the file: {', '.join(missing)}"] if missing else []),
        *([f"not in the network: {', '.join(surplus)}"] if surplus else []),
        *([f"of another shape: {'; '.join(differ)}"] if differ else []),
    ]
    if faults:
        raise SimulationError(
            f"The {what} in the file are not those of this network; nothing was loaded. "
            + ". ".join(faults)
            + "."
        )
