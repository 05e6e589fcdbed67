"""Taking trained parameters over to a simulator of the same network after it was edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from nengo_explorer.simulator.core import SimulatorCore


def carry_parameters(old: SimulatorCore, new: SimulatorCore) -> list[str]:
    """Give one simulator what another one has trained.

    Trained weights are made for the encoders and biases in front of them, which Nengo may draw anew
    when it builds the edited network. So if anything was trained, all parameters are taken over;
    those whose object is gone, or has another size now, cannot be kept.

    Parameters
    ----------
    old : Simulator
        Has the trained parameters; may be closed.
    new : Simulator
        Gets them.

    Returns
    -------
    lost : list of str
        Paths of trained parameters that could not be kept.
    """
    with old.lock, new.lock:
        values, trained = _values(old)
        if not trained:
            return []
        kept = {}
        for parameter in new._engine.store.parameters:  # noqa: SLF001 - one layer, two objects
            key = (parameter.owner, parameter.kind)
            if key in values and values[key].size == int(np.prod(parameter.shape)):
                kept[parameter.path] = values[key]
                trained.pop(key, None)
        new._engine.store.set(kept)  # noqa: SLF001 - as above
        new._training.push()  # noqa: SLF001 - as above
        return list(trained.values())


def _values(
    simulator: SimulatorCore,
) -> tuple[dict[tuple[Any, str], npt.NDArray[Any]], dict[tuple[Any, str], str]]:
    """All parameters by object and kind, and the paths of those that are not as they were built."""
    if not simulator.closed:
        simulator._training.pull()  # noqa: SLF001 - as above
    store = simulator._engine.store  # noqa: SLF001 - as above
    values, trained = {}, {}
    for parameter in store.parameters:
        key = (parameter.owner, parameter.kind)
        values[key] = value = store.get(parameter)
        built = parameter.signal.initial_value
        if parameter.signal.sparse:
            built = built.tocoo().data if hasattr(built, "tocoo") else built.data
        if not np.array_equal(np.ravel(value), np.ravel(built).astype(value.dtype)):
            trained[key] = parameter.path
    return values, trained
