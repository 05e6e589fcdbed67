"""What each probe of a simulator has recorded, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from nengo.ensemble import Neurons

from nengo_explorer.settings import resolve_keep_history

if TYPE_CHECKING:
    import nengo
    import numpy.typing as npt

    from nengo_explorer.explorer.network_view import NetworkView
    from nengo_explorer.simulator import Simulator

    Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Samples:
    """Recorded data of one probe.

    Attributes
    ----------
    row : int
        Row of the probe in the tree; -1 for what belongs to no probe.
    title : str
        Its name.
    values : (n_samples, n_dimensions) ndarray of float
        The data of one item.
    times : (n_samples,) ndarray of float
        Where each sample belongs on the horizontal axis.
    x_label, y_label : str
        What the axes show.
    form : str
        "signals", "spikes" or "last" (nothing but the last step was recorded).
    notes : tuple of str
        What has to be said about the data.
    """

    row: int
    title: str
    values: Array
    times: Array
    x_label: str = "time (s)"
    y_label: str = ""
    form: Literal["signals", "spikes", "last"] = "signals"
    notes: tuple[str, ...] = field(default=())


def collect(view: NetworkView, simulator: Simulator, *, most: int) -> list[Samples]:
    """Data of the probes of a network, in the order of the tree.

    Parameters
    ----------
    view : NetworkView
        The rows.
    simulator : Simulator
        Has to be locked, so that nothing is recorded meanwhile.
    most : int
        At most so many probes.
    """
    known = set(simulator.model.probes)
    kept = resolve_keep_history(view.net)
    collected: list[Samples] = []
    for row in view.rows_of_kind("probe"):
        probe = view.targets[row].obj
        if probe in known and len(collected) < most:
            keeps = kept.get(probe, True)
            collected.append(_samples_of(view, int(row), simulator, keeps=keeps))
    return collected


def _samples_of(view: NetworkView, row: int, simulator: Simulator, *, keeps: bool) -> Samples:
    probe = view.targets[row].obj
    values, notes = _values_of(simulator, probe)
    times = simulator.trange(sample_every=probe.sample_every)
    x_label = "time (s)"
    if not keeps:
        last = times[-1:] if times.size else np.full(1, simulator.time)
        values, times = values[-1:], last[: len(values)]
    elif len(times) != len(values):
        notes.append(
            "The history of this probe was switched off for a part of the run, so samples are "
            "counted instead of placed in time."
        )
        times, x_label = np.arange(1, len(values) + 1, dtype=float), "sample"
    is_raster = keeps and _shows_spikes(probe, values, simulator.dt)
    return Samples(
        row=row,
        title=view.labels[row],
        values=values,
        times=times,
        x_label=x_label,
        y_label="neuron" if is_raster else "",
        form="last" if not keeps else "spikes" if is_raster else "signals",
        notes=tuple(notes),
    )


def _values_of(simulator: Simulator, probe: nengo.Probe) -> tuple[Array, list[str]]:
    """Data of one item as a matrix, and what was left out."""
    recorded = np.asarray(simulator.data[probe])
    notes: list[str] = []
    if recorded.size == 0:
        return np.zeros((0, max(probe.size_in, 1))), notes
    if simulator.minibatch_size is not None:
        if len(recorded) > 1:
            notes.append(f"Item 1 of {len(recorded)} is shown.")
        recorded = recorded[0]
    return recorded.reshape(len(recorded), -1).astype(np.float64), notes


def _shows_spikes(probe: nengo.Probe, values: Array, dt: float) -> bool:
    """Whether a probe has recorded spikes of neurons, and not rates or anything else.

    The data say it, not the present settings: these may have changed since the data were recorded.
    """
    target = probe.target
    neurons = target if isinstance(target, Neurons) else getattr(target, "obj", None)
    if not isinstance(neurons, Neurons) or probe.attr != "output" or probe.synapse is not None:
        return False
    neuron_type = neurons.ensemble.neuron_type
    spikes = values * (dt / getattr(neuron_type, "amplitude", 1.0))
    return bool(neuron_type.spiking and np.allclose(spikes, np.rint(spikes), rtol=0, atol=1e-3))
