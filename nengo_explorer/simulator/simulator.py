"""The simulator that users see."""

from __future__ import annotations

import threading
import warnings
from typing import TYPE_CHECKING, Any, Self

import nengo
import numpy as np
from nengo.exceptions import ReadonlyError, SimulatorClosed, ValidationError
from nengo.utils.progress import Progress, ProgressTracker

from nengo_explorer.simulator.data import Recorder, SimulationData
from nengo_explorer.simulator.engine import Engine
from nengo_explorer.simulator.inputs import check_count, check_data, check_steps
from nengo_explorer.simulator.names import data_names
from nengo_explorer.simulator.training import Training

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    import keras
    import numpy.typing as npt
    from nengo.builder import Model

    from nengo_explorer.settings import GlobalSettings

    Array = npt.NDArray[Any]


class Simulator:
    """Simulates and trains a Nengo network with TensorFlow.

    Settings of the network (see `nengo_explorer.configure_settings`) are read at every call, so a
    change takes effect at the next one, and trained parameters survive it.

    Parameters
    ----------
    network : Network or None
        The network; None if ``model`` is complete.
    dt : float, default: 0.001
        Length of a step, in seconds.
    seed : int, optional
        Seed of processes that have none of their own. By default the network's seed plus one, or
        random if the network has none.
    model : Model, optional
        A built model, or one to build into.
    device : str, optional
        TensorFlow device to run on, such as "/cpu:0"; by default TensorFlow chooses.
    unroll_simulation : int, default: 1
        Steps in one body of the simulation's loop.
    minibatch_size : int, optional
        Number of items simulated side by side; recorded data then have a first axis of items. None
        simulates one item without that axis.
    progress_bar : bool or ProgressBar, default: True
        Whether long builds and runs show their progress.

    Raises
    ------
    ValidationError
        If an argument is invalid.
    BuildError
        If the network or its settings cannot be built.

    Attributes
    ----------
    network : Network or None
        The simulated network.
    data : SimulationData
        Recorded probes and present parameters, by object.
    minibatch_size : int or None
        As given.
    unroll : int
        As given in ``unroll_simulation``.
    closed : bool
        Whether it was closed.
    lock : RLock
        Held while anything is built, simulated or trained.
    observers : list of callable
        Called with "run", "reset", "fit" or "rebuild" after such an event.
    """

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
    ) -> None:
        self.closed = True  # until everything below has worked
        _check_arguments(network, model, dt, unroll_simulation, minibatch_size)
        self.network = network
        self.minibatch_size = minibatch_size
        self.unroll = int(unroll_simulation)
        self.progress_bar = progress_bar
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
            )
        self._engine.after_rebuild.append(self._after_rebuild)
        self._names = data_names(self.node_inputs, self.model.probes)
        self._recorder = Recorder(self.model.probes, self.dt)
        self._recorded_steps: list[tuple[int, int]] = []
        self.data = SimulationData(
            self.model, self._recorder, self._parameter, batched=minibatch_size is not None
        )
        self._training = Training(self._engine, self.node_inputs, self._names, self.minibatch_size)
        self.closed = False

    # ---- facts ----------------------------------------------------------------------------------

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
        return self._engine.state.n_steps

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

    @property
    def keras_model(self) -> keras.Model:
        """The Keras model that training goes through; one variable per object and parameter."""
        self._check_open("keras_model")
        with self.lock:
            self._engine.update()
            return self._training.model

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

    # ---- simulating -----------------------------------------------------------------------------

    def run(self, time_in_seconds: float, **kwargs: Any) -> None:
        """Simulate for some time.

        Parameters
        ----------
        time_in_seconds : float
            Rounded to whole steps.
        **kwargs
            As for `run_steps`.
        """
        if not np.isfinite(time_in_seconds) or time_in_seconds < 0:
            raise ValidationError(
                f"must be a time of at least 0 seconds; got {time_in_seconds!r}.",
                attr="time_in_seconds",
                obj=self,
            )
        n_steps = round(float(time_in_seconds) / self.dt)
        if n_steps == 0:
            warnings.warn(
                f"{time_in_seconds} s is no whole step of {self.dt} s; nothing is simulated.",
                stacklevel=2,
            )
        self.run_steps(n_steps, **kwargs)

    def step(self, **kwargs: Any) -> None:
        """Simulate one step; arguments as for `run_steps`."""
        self.run_steps(1, progress_bar=False, **kwargs)

    def run_steps(
        self, n_steps: int, data: Any = None, progress_bar: Any = None, *, stateful: bool = True
    ) -> None:
        """Simulate a number of steps.

        Parameters
        ----------
        n_steps : int
            Exactly that many steps are simulated.
        data : dict of Node or str to array, optional
            Output of input Nodes, (minibatch_size or 1, n_steps, size_out); Nodes that are not
            named put out what they are defined to.
        progress_bar : bool or ProgressBar, optional
            By default as given to the constructor.
        stateful : bool, default: True
            Whether the state at the end is where the next call starts.
        """
        shown = self.progress_bar if progress_bar is None else progress_bar
        check_count(n_steps, "n_steps", smallest=0)
        with ProgressTracker(shown, Progress("Simulating", "Simulation", n_steps or 1)) as tracker:
            done = 0
            for now in self.run_chunks(n_steps, data, stateful=stateful):
                tracker.total_progress.step(now - done)
                done = now

    def run_chunks(
        self, n_steps: int, data: Any = None, *, stateful: bool = True
    ) -> Iterator[int]:
        """Simulate chunk by chunk.

        `data` is up to date at each yield, and abandoning the iterator ends the run cleanly there.

        Parameters
        ----------
        n_steps, data, stateful
            As for `run_steps`.

        Yields
        ------
        done : int
            Number of steps simulated in this call so far.
        """
        self._check_open("run")
        check_count(n_steps, "n_steps", smallest=0)
        checked = self._check_run_data(n_steps, data)
        return self._run_chunks(int(n_steps), checked, stateful=stateful)

    def _run_chunks(
        self, n_steps: int, data: dict[nengo.Node, Array], *, stateful: bool
    ) -> Iterator[int]:
        done, last = 0, {}
        try:
            if n_steps:
                chunks = self._engine.simulate(n_steps, data, stateful=stateful)
                while True:
                    with self.lock:
                        self._training.pull()
                        chunk = next(chunks, None)
                        if chunk is None:
                            break
                        for probe, values in chunk.recorded.items():
                            self._recorder.add(probe, values, chunk.first_step)
                        last = chunk.last
                        self._recorded_steps.append((chunk.first_step, chunk.count))
                    done += chunk.count
                    yield done
        finally:
            with self.lock:
                for probe, values in last.items():
                    self._recorder.append_last(probe, values)
            self._notify("run")

    def _check_run_data(self, n_steps: int, data: Any) -> dict[nengo.Node, Array]:
        """Data of a run, which has exactly one minibatch."""
        if data is None:
            return {}
        checked = check_data(
            data, self.node_inputs, self._names, what="input", dtype=self._engine.dtype
        )
        check_steps(n_steps, checked)
        items = self.minibatch_size or 1
        if checked.items is not None and checked.items != items:
            raise ValidationError(
                f"a run simulates one minibatch of {items} items; the data have {checked.items}. "
                "Use predict for more, or make the simulator with another minibatch_size.",
                attr="data",
                obj=self,
            )
        return checked.arrays

    # ---- training -------------------------------------------------------------------------------

    def compile(
        self, *args: Any, loss: Any = None, metrics: Any = None, loss_weights: Any = None, **kwargs: Any
    ) -> None:
        """Choose optimizer, losses and metrics, as in `keras.Model.compile`.

        Parameters
        ----------
        *args, **kwargs
            As for Keras; the optimizer is RMSprop unless another one is given.
        loss, metrics, loss_weights : optional
            One for all probes, or a dict by Probe or name.
        """
        self._check_open("compile")
        with self.lock:
            self._engine.update()
            self._training.compile(
                *args, loss=loss, metrics=metrics, loss_weights=loss_weights, **kwargs
            )

    def fit(
        self, x: Any = None, y: Any = None, n_steps: int | None = None, *, stateful: bool = False, **kwargs: Any
    ) -> Any:
        """Train, as in `keras.Model.fit`.

        Parameters
        ----------
        x : dict of Node or str to array, list, array, dataset or generator
            Inputs, each (items, steps, size_out).
        y : dict of Probe or str to array, list or array
            Targets, each (items, steps, size_in); needed for every probe with a loss.
        n_steps : int, optional
            Number of steps, if there are no data to say it.
        stateful : bool, default: False
            Whether each minibatch continues from the state that the one before has left, and the
            next call from the last.
        **kwargs
            As for Keras, such as ``epochs``, ``callbacks``, ``validation_data``, ``verbose``.

        Returns
        -------
        history : keras.callbacks.History
        """
        self._check_open("fit")
        with self.lock:
            history = self._training.fit(x, y, n_steps, stateful=stateful, **kwargs)
        self._notify("fit")
        return history

    def evaluate(
        self, x: Any = None, y: Any = None, n_steps: int | None = None, *, stateful: bool = False, **kwargs: Any
    ) -> dict[str, float]:
        """Losses and metrics on data; arguments as for `fit`.

        Returns
        -------
        results : dict of str to float
            "loss", and for each probe "NAME_loss" and its metrics.
        """
        self._check_open("evaluate")
        with self.lock:
            return self._training.evaluate(x, y, n_steps, stateful=stateful, **kwargs)

    def predict(
        self, x: Any = None, n_steps: int | None = None, *, stateful: bool = False, **kwargs: Any
    ) -> dict[nengo.Probe, Array]:
        """Output of all probes for data of any number of items; arguments as for `fit`.

        Returns
        -------
        outputs : dict of Probe to ndarray
            Each (items, steps, size).
        """
        self._check_open("predict")
        with self.lock:
            return self._training.predict(x, n_steps, stateful=stateful, **kwargs)

    def predict_on_batch(
        self, x: Any = None, n_steps: int | None = None, *, stateful: bool = False, **kwargs: Any
    ) -> dict[nengo.Probe, Array]:
        """As `predict`, for exactly one minibatch."""
        self._check_open("predict_on_batch")
        with self.lock:
            return self._training.predict_on_batch(x, n_steps, stateful=stateful, **kwargs)

    # ---- beginning and end ----------------------------------------------------------------------

    def reset(
        self,
        seed: int | None = None,
        *,
        include_trainable: bool = True,
        include_probes: bool = True,
        include_processes: bool = True,
    ) -> None:
        """Go back to the start.

        Parameters
        ----------
        seed : int, optional
            New seed of processes; the present one if None.
        include_trainable : bool, default: True
            Whether trained and learned parameters go back to what was built.
        include_probes : bool, default: True
            Whether recorded data are dropped.
        include_processes : bool, default: True
            Whether processes start again.
        """
        self._check_open("reset")
        with self.lock:
            if seed is not None:
                self._engine.seed = seed
            self._engine.reset(parameters=include_trainable, sources=include_processes)
            if include_trainable:
                self._training.push()
            if include_probes:
                self._recorder.clear()
                self._recorded_steps.clear()
        self._notify("reset")

    def close(self) -> None:
        """Give up compiled programs; recorded data and parameters can still be read."""
        if not self.closed:
            self.closed = True
            self._training.pull()
            self._engine.forget_programs()

    def __enter__(self) -> Self:
        self._check_open("with")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if not getattr(self, "closed", True):
            warnings.warn(
                f"{self!r} was dropped while open. Close it, or use it in a with block.",
                ResourceWarning,
                stacklevel=2,
            )

    def __repr__(self) -> str:
        return f"<nengo_explorer.Simulator of {self.network}>"

    def _parameter(self, owner: Any, kind: str) -> Array | None:
        self._training.pull()
        value = self._engine.parameter(owner, kind)
        if value is None or self.minibatch_size is not None:
            return value
        learned = self._engine.is_learned(owner, kind)
        return value[0] if learned else value

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


def _choose_seed(network: nengo.Network | None, seed: int | None) -> int:
    """The given seed, or the network's plus one, or a random one."""
    if seed is not None:
        return int(seed)
    if network is not None and network.seed is not None:
        return int(network.seed) + 1
    return int(np.random.default_rng().integers(np.iinfo(np.int32).max))
