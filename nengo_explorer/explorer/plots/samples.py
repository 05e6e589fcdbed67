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

#: So many samples are looked at together when it is asked whether they are spikes.
_BLOCK = 4096


@dataclass(frozen=True)
class Samples:
    """Recorded data of one probe, or one curve of a training.

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
        "signals", "spikes", "last" (nothing but the last step was recorded) or "curves" (points
        with lines between them, of a training).
    notes : tuple of str
        What has to be said about the data.
    key : str
        By this it is asked for: the number of the row, or the name of a curve.
    names : tuple of str
        Name of each dimension; empty for their numbers.
    item, items : int
        Which item of the minibatch it is, counted from 1, and of how many; 0 where there are none.
    """

    row: int
    title: str
    values: Array
    times: Array
    x_label: str = "time (s)"
    y_label: str = ""
    form: Literal["signals", "spikes", "last", "curves"] = "signals"
    notes: tuple[str, ...] = field(default=())
    key: str = ""
    names: tuple[str, ...] = ()
    item: int = 0
    items: int = 0

    @property
    def heading(self) -> str:
        """Name of the plot, with the item that it shows."""
        return f"{self.title}, item {self.item}" if self.items > 1 else self.title

    def name(self, dimension: int) -> str:
        """Name of a dimension."""
        return self.names[dimension] if self.names else str(dimension)


@dataclass(frozen=True)
class Recording:
    """Recorded data of all items of one probe. The data are those of the simulator, not copied.

    Attributes
    ----------
    probe : Probe
        The probe.
    row : int
        Its row in the tree.
    title : str
        Its name.
    values : (n_items, n_samples, ...) ndarray
        The data; of one item where all have the same.
    times : (n_samples,) ndarray of float
        When each sample was taken.
    x_label : str
        What `times` is.
    keeps : bool
        Whether the history is kept, or only the last step.
    items : int
        Size of the minibatch; 0 if there is none.
    dt : float
        Length of a step, in seconds.
    notes : tuple of str
        What has to be said about the data.
    """

    probe: nengo.Probe
    row: int
    title: str
    values: Array
    times: Array
    x_label: str
    keeps: bool
    items: int
    dt: float
    notes: tuple[str, ...] = ()

    def of_item(self, item: int) -> Samples:
        """The data of one item; of the last one if there are fewer.

        Parameters
        ----------
        item : int
            Counted from 1.
        """
        item = min(item, max(self.items, 1))
        shared = len(self.values) == 1
        chosen = self.values[0 if shared else item - 1]
        values = chosen.reshape(len(chosen), int(np.prod(chosen.shape[1:])))
        notes = list(self.notes)
        if self.items > 1:
            notes.append("The same for all items." if shared else f"Item {item} of {self.items}.")
        is_raster = self.keeps and shows_spikes(self.probe, values, self.dt)
        return Samples(
            row=self.row,
            title=self.title,
            values=values,
            times=self.times,
            x_label=self.x_label,
            y_label="neuron" if is_raster else "",
            form="last" if not self.keeps else "spikes" if is_raster else "signals",
            notes=tuple(notes),
            key=str(self.row),
            item=item if self.items else 0,
            items=self.items,
        )


def collect(view: NetworkView, simulator: Simulator, *, most: int) -> list[Recording]:
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
    collected: list[Recording] = []
    times: dict[float | None, Array] = {}
    for row in view.rows_of_kind("probe"):
        probe = view.targets[row].obj
        if probe in known and len(collected) < most:
            every = probe.sample_every
            if every not in times:
                times[every] = simulator.trange(sample_every=every)
            keeps = kept.get(probe, True)
            collected.append(_recording_of(view, int(row), simulator, times[every], keeps=keeps))
    return collected


def _recording_of(
    view: NetworkView, row: int, simulator: Simulator, times: Array, *, keeps: bool
) -> Recording:
    probe = view.targets[row].obj
    values = _values_of(simulator, probe)
    notes: list[str] = []
    x_label = "time (s)"
    n_samples = values.shape[1]
    if not keeps:
        last = times[-1:] if times.size else np.full(1, simulator.time)
        values, times = values[:, -1:], last[:n_samples]
    elif len(times) != n_samples:
        notes.append(
            "The history of this probe was switched off for a part of the run, so samples are "
            "counted instead of placed in time."
        )
        times, x_label = np.arange(1, n_samples + 1, dtype=float), "sample"
    return Recording(
        probe=probe,
        row=row,
        title=view.labels[row],
        values=values,
        times=times,
        x_label=x_label,
        keeps=keeps,
        items=simulator.minibatch_size or 0,
        dt=simulator.dt,
        notes=tuple(notes),
    )


def _values_of(simulator: Simulator, probe: nengo.Probe) -> Array:
    """Data of all items, (n_items, n_samples, ...)."""
    recorded = np.asarray(simulator.data[probe])
    if recorded.size == 0:
        return np.zeros((1, 0, max(probe.size_in, 1)))
    if simulator.minibatch_size is None:
        recorded = recorded[np.newaxis]
    if recorded.dtype == object:  # sparse weights, one matrix for each sample
        entries = [np.asarray(matrix.data) for matrix in recorded.reshape(-1)]
        recorded = np.stack(entries).reshape(*recorded.shape, -1)
    return recorded


def shows_spikes(probe: nengo.Probe, values: Array, dt: float) -> bool:
    """Whether a probe has recorded spikes of neurons, and not rates or anything else.

    The data say it, not the present settings: these may have changed since the data were recorded.

    Parameters
    ----------
    probe : Probe
        The probe.
    values : (n_samples, n_neurons) ndarray
        What it has recorded.
    dt : float
        Length of a step, in seconds.
    """
    target = probe.target
    neurons = target if isinstance(target, Neurons) else getattr(target, "obj", None)
    if not isinstance(neurons, Neurons) or probe.attr != "output" or probe.synapse is not None:
        return False
    neuron_type = neurons.ensemble.neuron_type
    if not neuron_type.spiking:
        return False
    scale = dt / getattr(neuron_type, "amplitude", 1.0)
    return all(
        _are_whole(values[start : start + _BLOCK] * scale)
        for start in range(0, len(values), _BLOCK)
    )


def _are_whole(numbers: Array) -> bool:
    return bool((np.abs(numbers - np.rint(numbers)) <= 1e-3).all())
