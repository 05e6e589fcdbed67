"""What ``sim.data`` gives: recorded probes, and live parameters of ensembles and connections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
from nengo.builder.connection import BuiltConnection
from nengo.builder.ensemble import BuiltEnsemble
from nengo.ensemble import Neurons
from nengo.exceptions import ValidationError

from nengo_explorer.simulator.elements import sparse_matrix_like
from nengo_explorer.simulator.history import History
from nengo_explorer.simulator.tensor_node import BuiltTensorNode, layer_owners

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt
    from nengo.builder import Model, Signal

    Array = npt.NDArray[Any]


class Recorder:
    """Collects what probes see, chunk by chunk.

    Parameters
    ----------
    probes : list of Probe
        The probes.
    dt : float
        Length of a step, in seconds.
    """

    def __init__(self, probes: list[nengo.Probe], dt: float) -> None:
        self._dt = dt
        self._histories = {probe: History() for probe in probes}

    def clear(self) -> None:
        """Forget everything."""
        for history in self._histories.values():
            history.clear()

    def contents(self) -> list[list[Array]]:
        """Everything, in the order of the probes."""
        return [history.parts() for history in self._histories.values()]

    def fill(self, contents: list[list[Array]]) -> None:
        """Take over the contents of another recorder, of equal probes."""
        for history, parts in zip(self._histories.values(), contents, strict=True):
            history.fill(parts)

    def add(self, probe: nengo.Probe, values: Array, first_step: int) -> None:
        """Append every step of a chunk, thinned out by the probe's ``sample_every``.

        Parameters
        ----------
        probe : Probe
            The probe.
        values : ndarray
            (items, steps, ...).
        first_step : int
            How many steps were simulated before the chunk.
        """
        if probe.sample_every is not None:
            values = values[:, sampled_steps(probe, self._dt, first_step, values.shape[1])]
        if values.shape[1]:
            self._histories[probe].append(values)

    def append_last(self, probe: nengo.Probe, values: Array) -> None:
        """Append the last step of a call, (items, 1, ...)."""
        self._histories[probe].append(values)

    def get(self, probe: nengo.Probe) -> Array | None:
        """All that was recorded, (items, steps, ...); None before the first run."""
        return self._histories[probe].joined()


def _matrices(signal: Signal, entries: Array) -> Array:
    """Sparse matrices, one for each step, as Nengo core records them."""
    matrices = np.empty(entries.shape[:-1], dtype=object)
    for place in np.ndindex(*matrices.shape):
        matrices[place] = sparse_matrix_like(signal, entries[place])
    return matrices


def sampled_steps(probe: nengo.Probe, dt: float, first_step: int, count: int) -> Array:
    """Which steps of a chunk a probe samples: the first at or after each of its intervals."""
    period = probe.sample_every / dt
    steps = np.arange(first_step + 1, first_step + count + 1)
    return np.flatnonzero(steps % period < 1)


class SimulationData(Mapping[Any, Any]):
    """Recorded probes and present parameters.

    Parameters
    ----------
    model : Model
        Nengo's built model.
    recorder : Recorder
        What probes saw.
    parameter : callable
        Gives the present value of (object, kind), or None.
    batched : bool
        Whether recorded data keep their axis of items.
    """

    def __init__(
        self,
        model: Model,
        recorder: Recorder,
        parameter: Callable[[Any, str], Array | None],
        *,
        batched: bool,
    ) -> None:
        self._model = model
        self._recorder = recorder
        self._parameter = parameter
        self._batched = batched

    def rebuilt(self, model: Model) -> None:
        """Refer to a model that was built anew."""
        self._model = model

    def __getitem__(self, obj: Any) -> Any:
        """Data of an object.

        Parameters
        ----------
        obj : Probe, Ensemble, Connection or Node
            For a probe, an array (steps, ...), or (items, steps, ...) with a minibatch; an empty
            list before the first run. For an ensemble or a connection, Nengo's record of what was
            built, with the present values of trained and learned parameters. For a TensorNode, a
            dict of the present weights of its layer, by name.

        Raises
        ------
        ValidationError
            If the object does not belong to the simulated network.
        """
        if isinstance(obj, Neurons):
            obj = obj.ensemble
        if obj not in self._model.params and obj not in self._model.probes:
            raise ValidationError(
                f"{obj} is not part of the simulated network; data exist for its probes, "
                "ensembles and connections.",
                attr="data",
                obj=self,
            )
        if isinstance(obj, nengo.Probe):
            return self._recorded(obj)
        built = self._model.params[obj]
        if isinstance(built, BuiltEnsemble):
            return self._ensemble(obj, built)
        if isinstance(built, BuiltConnection):
            return self._connection(obj, built)
        if isinstance(built, BuiltTensorNode):
            return {
                name: self._parameter(*owner)
                for name, owner in layer_owners(self._model, obj).items()
            }
        return built

    def _recorded(self, probe: nengo.Probe) -> Any:
        values = self._recorder.get(probe)
        if values is None:
            return []
        values = values[:] if self._batched else values[0]
        values.flags.writeable = False
        signal = self._model.sig[probe]["in"]
        return _matrices(signal, values) if signal.sparse else values

    def _ensemble(self, ensemble: nengo.Ensemble, built: BuiltEnsemble) -> BuiltEnsemble:
        """The built record, with gain and encoders that belong to the present scaled encoders."""
        scaled = self._parameter(ensemble, "encoders")
        bias = self._parameter(ensemble, "bias")
        if scaled is None:
            return built
        gain, encoders = built.gain, built.encoders
        if gain is not None and not np.array_equal(scaled, built.scaled_encoders):
            radii = np.linalg.norm(scaled, axis=-1) * ensemble.radius
            gain = radii
            safe = np.where(radii > 0, radii, 1)[..., np.newaxis]
            encoders = scaled * ensemble.radius / safe
        return built._replace(
            encoders=encoders,
            scaled_encoders=scaled,
            gain=gain,
            bias=built.bias if bias is None else bias,
        )

    def _connection(self, connection: nengo.Connection, built: BuiltConnection) -> BuiltConnection:
        """The built record, with present weights."""
        weights = self._parameter(connection, "weights")
        if weights is None:
            return built
        signal = self._model.sig[connection]["weights"]
        if signal.sparse:
            weights = sparse_matrix_like(signal, weights)
        return built._replace(weights=weights)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._model.params)

    def __len__(self) -> int:
        return len(self._model.params)

    def __contains__(self, obj: object) -> bool:
        return obj in self._model.params

    def __repr__(self) -> str:
        return f"<SimulationData of {len(self._model.probes)} probes>"
