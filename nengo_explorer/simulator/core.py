"""What all calls of a simulator share: the live engine, recorded data, and whether it is open."""

from __future__ import annotations

import sys
import threading
import warnings
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
from nengo.exceptions import ReadonlyError, SimulatorClosed, ValidationError
from nengo.utils.progress import Progress, ProgressTracker

from nengo_explorer.simulator import program_cache
from nengo_explorer.simulator.copies import picture_of, restore
from nengo_explorer.simulator.data import Recorder, SimulationData
from nengo_explorer.simulator.engine import Engine
from nengo_explorer.simulator.inputs import check_count
from nengo_explorer.simulator.names import data_names
from nengo_explorer.simulator.signal_values import SignalValues
from nengo_explorer.simulator.training import Training

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt
    from nengo.builder import Model

    from nengo_explorer.settings import GlobalSettings

    Array = npt.NDArray[Any]


class SimulatorCore:
    """Base of a simulator; for arguments and attributes see `Simulator`."""

    def __init__(
        self,
        network: nengo.Network | None,
        dt: float = 0.001,
        seed: int | None = None,
        model: Model | None = None,
        device: str | None = None,
        unroll_simulation: int = 1,
        minibatch_size: int | None = None,
        progress_bar: Any = True,
        optimize: bool = True,
    ) -> None:
        self.closed = True  # until everything below has worked
        _check_arguments(network, model, dt, unroll_simulation, minibatch_size)
        _check_optimize(optimize)
        program_cache.enable()
        self.network = network
        self._title = str(network)  # the network may be gone before its simulator is
        self.minibatch_size = minibatch_size
        self.unroll = int(unroll_simulation)
        self.progress_bar = progress_bar
        self.optimize = bool(optimize)
        self.device = device
        self.lock = threading.RLock()
        self.observers: list[Callable[[str], None]] = []
        with ProgressTracker(progress_bar, Progress("Building", "Build")):
            self._engine = Engine(
                network,
                model,
                dt=dt,
                seed=_choose_seed(network, seed),
                items=minibatch_size or 1,
                unroll=self.unroll,
                optimize=self.optimize,
            )
        self._engine.after_rebuild.append(self._after_rebuild)
        self._names = data_names(self.node_inputs, self.model.probes)
        self._recorder = Recorder(self.model.probes, self.dt)
        self._recorded_steps: list[tuple[int, int]] = []
        self.data = SimulationData(
            self.model, self._recorder, self._parameter, batched=minibatch_size is not None
        )
        self.signals = SignalValues(self._engine, batched=minibatch_size is not None)
        self._training = Training(self._engine, self.node_inputs, self._names, self.minibatch_size)
        self.closed = False

    @property
    def model(self) -> Model:
        """Nengo's built model."""
        return self._engine.model

    @property
    def dt(self) -> float:
        """Length of a step, in seconds."""
        return float(self.model.dt)

    @dt.setter
    def dt(self, value: float) -> None:
        del value
        raise ReadonlyError(attr="dt", obj=self)

    @property
    def seed(self) -> int:
        """Seed of processes that have none of their own."""
        self._check_open("seed")
        return self._engine.seed

    @property
    def n_steps(self) -> int:
        """Number of steps simulated so far, counting those whose state was kept."""
        return self._engine.n_steps

    @property
    def time(self) -> float:
        """Simulation time, in seconds."""
        return self.n_steps * self.dt

    @property
    def stateful(self) -> bool:
        """Whether calls continue from the state that the one before has left."""
        return self._engine.present_settings().stateful

    @property
    def node_inputs(self) -> list[nengo.Node]:
        """Nodes whose output data can replace, in the order in which lists of data are taken."""
        return [s.node for s in self._engine.built.sources if s.node is not None]

    @property
    def settings_in_use(self) -> GlobalSettings:
        """Settings that the present plan was made with."""
        return self._engine.settings

    def rebuild_needed(self) -> tuple[str, ...]:
        """Names of the options whose present value needs a rebuild, done at the next call."""
        return self._engine.rebuild_needed()

    def trange(self, sample_every: float | None = None, dt: float | None = None) -> Array:
        """Times of the recorded steps.

        Parameters
        ----------
        sample_every : float, optional
            Interval between samples, in seconds; as that of a probe. Default: every step.
        dt : float, optional
            Deprecated name of ``sample_every``.

        Returns
        -------
        times : (n_samples,) ndarray
            In seconds; as long as the data of a probe with that interval.
        """
        if dt is not None:
            if sample_every is not None:
                raise ValidationError(
                    "give sample_every only; dt is its deprecated name.", attr="dt", obj=self
                )
            warnings.warn("dt is deprecated; use sample_every.", DeprecationWarning, stacklevel=2)
            sample_every = dt
        steps = [np.arange(first + 1, first + count + 1) for first, count in self._recorded_steps]
        joined = np.concatenate([np.zeros(0, dtype=np.int64), *steps])
        if sample_every is not None:
            joined = joined[joined % (sample_every / self.dt) < 1]
        return joined * self.dt

    def get_name(self, obj: nengo.Node | nengo.Probe) -> str:
        """Name of an input Node or Probe, as used for keys of data.

        Raises
        ------
        ValidationError
            If it is neither an input Node nor a Probe of this network.
        """
        self._check_open("get_name")
        if obj not in self._names:
            raise ValidationError(
                f"{obj} is neither a Node without input nor a Probe of the simulated network.",
                attr="obj",
                obj=self,
            )
        return self._names[obj]

    def close(self) -> None:
        """Give up compiled programs; recorded data and parameters can still be read."""
        if not self.closed:
            self.closed = True
            self._training.pull()
            self._engine.forget_programs()

    def __del__(self) -> None:
        # When Python itself ends, nothing is lost, and nobody is left to read a warning.
        if not getattr(self, "closed", True) and not sys.is_finalizing():
            warnings.warn(
                f"{self!r} was deallocated while open. Close it, or use it in a with block.",
                ResourceWarning,
                stacklevel=2,
            )

    def __getstate__(self) -> dict[str, Any]:
        return picture_of(self)

    def __setstate__(self, state: dict[str, Any]) -> None:
        restore(self, state)

    def __repr__(self) -> str:
        return f"<nengo_explorer.Simulator of {self._title}>"

    def _parameter(self, owner: Any, kind: str) -> Array | None:
        self._training.pull()
        value = self._engine.parameter(owner, kind)
        if value is None or self.minibatch_size is not None:
            return value
        learned = self._engine.is_learned(owner, kind)
        return value[0] if learned else value

    def _pull(self) -> None:
        """Take over what training gave to the variables of the Keras model."""
        self._training.pull()

    def _push(self) -> None:
        """Give present parameters to the variables of the Keras model."""
        self._training.push()

    def _after_rebuild(self) -> None:
        self._names = data_names(self.node_inputs, self.model.probes)
        self.data.rebuilt(self.model)
        self._training.rebuilt()
        self._notify("rebuild")

    def _notify(self, event: str) -> None:
        for observer in list(self.observers):
            observer(event)

    def _check_open(self, what: str) -> None:
        if self.closed:
            raise SimulatorClosed(
                f"The simulator is closed, so {what!r} is not possible any more. Make a new one; "
                "recorded data and trained parameters can still be read from sim.data."
            )


def _check_arguments(
    network: Any, model: Any, dt: Any, unroll_simulation: Any, minibatch_size: Any
) -> None:
    """Refuse invalid arguments of the constructor at once."""
    if network is None and model is None:
        raise ValidationError("give a network, or a built model.", attr="network")
    if network is not None and not isinstance(network, nengo.Network):
        raise ValidationError(
            f"must be a nengo.Network; got {network!r} of type {type(network).__name__}.",
            attr="network",
        )
    if not isinstance(dt, float | int) or not np.isfinite(dt) or dt <= 0:
        raise ValidationError(f"must be a positive number of seconds; got {dt!r}.", attr="dt")
    check_count(unroll_simulation, "unroll_simulation")
    if minibatch_size is not None:
        check_count(minibatch_size, "minibatch_size")


def _check_optimize(optimize: Any) -> None:
    if not isinstance(optimize, bool | np.bool_):
        raise ValidationError(f"must be True or False; got {optimize!r}.", attr="optimize")


def _choose_seed(network: nengo.Network | None, seed: int | None) -> int:
    """The given seed, or the network's plus one, or a random one."""
    if seed is not None:
        return int(seed)
    if network is not None and network.seed is not None:
        return int(network.seed) + 1
    return int(np.random.default_rng().integers(np.iinfo(np.int32).max))
