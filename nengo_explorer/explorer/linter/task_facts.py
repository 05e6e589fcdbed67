"""What a planned training says about probes: which have a loss, and how long targets are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import nengo

    from nengo_explorer.explorer.training_task import TrainingTask


def loss_probes(net: nengo.Network, task: TrainingTask) -> frozenset[nengo.Probe]:
    """Probes that have a loss in a training.

    Parameters
    ----------
    net : Network
        The outermost network.
    task : TrainingTask
        The training.
    """
    named = _by_name(net)
    if isinstance(task.loss, dict):
        return frozenset(_probes(task.loss, named))
    if isinstance(task.y, dict):
        return frozenset(_probes(task.y, named))
    return frozenset(named.values())


def target_steps(net: nengo.Network, task: TrainingTask) -> dict[nengo.Probe, int]:
    """Number of steps of the targets of a training, where that can be seen."""
    named = _by_name(net)
    if isinstance(task.y, dict):
        targets = dict(zip(_probes(task.y, named, keep_all=True), task.y.values(), strict=True))
    else:
        several = task.y if isinstance(task.y, list | tuple) else [task.y]
        targets = dict(zip(named.values(), several, strict=False))
    steps = {probe: _steps(target) for probe, target in targets.items() if probe is not None}
    return {probe: count for probe, count in steps.items() if count is not None}


def _by_name(net: nengo.Network) -> dict[str, nengo.Probe]:
    """Probes by the names that data are given with."""
    from nengo_explorer.simulator.names import data_names  # noqa: PLC0415 - the layer below

    nodes = [node for node in net.all_nodes if node.size_in == 0]
    probes = net.all_probes
    names = data_names(nodes, probes)
    return {names[probe]: probe for probe in probes}


def _probes(given: dict[Any, Any], named: dict[str, nengo.Probe], *, keep_all: bool = False) -> Any:
    """The probes that the keys of a dict stand for; unknown ones are None, or left out."""
    found = [named.get(key) if isinstance(key, str) else key for key in given]
    return found if keep_all else [probe for probe in found if probe is not None]


def _steps(target: Any) -> int | None:
    """Length of the axis of steps; None for what is no array."""
    shape = getattr(target, "shape", None)
    if shape is None and isinstance(target, list | tuple):
        shape = np.shape(target)
    return int(shape[1]) if shape is not None and len(shape) >= 2 else None
