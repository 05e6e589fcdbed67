"""Keras callbacks: for TensorBoard, for a state left alone, for those who watch a training."""

from __future__ import annotations

import importlib.util
import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import nengo
import tensorflow as tf
from nengo.ensemble import Neurons
from nengo.exceptions import ValidationError

from nengo_explorer.simulator.core import SimulatorCore
from nengo_explorer.simulator.state import SimulationState
from nengo_explorer.simulator.summaries import write_histogram, write_scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class NengoSummaries(keras.callbacks.Callback):
    """Writes histograms of parameters for TensorBoard after each epoch.

    Tags are the paths of the parameters, such as "group/a/encoders". The tensorboard package is
    only needed to look at the files.

    Parameters
    ----------
    log_dir : str or Path
        Folder for the files; it is made if it does not exist.
    sim : Simulator
        The simulator that is trained.
    objects : list of Ensemble, Neurons or Connection
        What to write: encoders (n_neurons, dimensions) of an Ensemble, gains and radius multiplied
        in; biases (n_neurons,) of Neurons; weights of a Connection.

    Raises
    ------
    ValidationError
        If an object has no such parameter, or is not in the simulated network.
    """

    def __init__(self, log_dir: str | Path, sim: Any, objects: Sequence[Any]) -> None:
        super().__init__()
        self.log_dir = str(log_dir)
        self.sim = _checked(sim, "NengoSummaries")
        # Ensembles can be indexed, so a single one would pass for a list of its dimensions.
        single = isinstance(objects, nengo.base.NengoObject | Neurons)
        self.objects = [objects] if single else list(objects)
        self._paths = [_path_of(self.sim, obj) for obj in self.objects]
        self._writer: Any = None

    def on_train_begin(self, logs: Any = None) -> None:
        """Open a file."""
        del logs
        self._writer = tf.summary.create_file_writer(self.log_dir)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Write a histogram of each object."""
        del logs
        with self._writer.as_default(step=epoch):
            for (owner, kind), path in self._paths:
                write_histogram(path, self.sim._parameter(owner, kind))  # noqa: SLF001
        self._writer.flush()  # so that an interrupted training loses nothing

    def on_train_end(self, logs: Any = None) -> None:
        """Close the file."""
        del logs
        self._writer.close()


class TensorBoard(keras.callbacks.TensorBoard):
    """Keras's callback for TensorBoard, which can profile `predict` too.

    Losses and metrics, and with ``histogram_freq`` also the parameters of the network, are written
    without the tensorboard package.

    Parameters
    ----------
    log_dir : str or Path, default: "logs"
        Folder for the files; it is made if it does not exist.
    *args, **kwargs
        As for `keras.callbacks.TensorBoard`, such as ``histogram_freq``, ``update_freq`` and
        ``profile_batch``, which counts the minibatches of each call from 1.

    Raises
    ------
    ImportError
        If ``write_images`` or ``embeddings_freq`` are asked for and tensorboard is not installed.
    """

    def __init__(self, log_dir: str | Path = "logs", *args: Any, **kwargs: Any) -> None:
        super().__init__(str(log_dir), *args, **kwargs)
        signature = inspect.signature(keras.callbacks.TensorBoard)
        given = signature.bind(log_dir, *args, **kwargs).arguments
        if self.write_images or self.embeddings_freq:
            _need_tensorboard("write_images" if self.write_images else "embeddings_freq")
        self._profiled = _first_and_last(given.get("profile_batch", 0))
        self._predicted = 0
        self._profiles_predict = False

    @property
    def summary(self) -> Any:
        """Where Keras finds the functions that write."""
        return _Summary()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Write losses, metrics and parameters."""
        super().on_epoch_end(epoch, logs)
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            in_layers = {id(v) for layer in self.model.layers for v in layer.weights}
            writer = tf.summary.create_file_writer(str(Path(self.log_dir, "train")))
            with writer.as_default(step=epoch):
                for variable in self.model.weights:
                    if id(variable) not in in_layers:  # Keras looks into layers only
                        write_histogram(f"{variable.path}/histogram", variable)
            writer.close()

    def on_predict_begin(self, logs: Any = None) -> None:
        """Start to count minibatches."""
        del logs
        self._predicted = 0

    def on_predict_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Start the profile at its first minibatch."""
        del batch, logs
        self._predicted += 1
        if self._predicted == self._profiled[0]:
            tf.profiler.experimental.start(str(Path(self.log_dir, "predict")))
            self._profiles_predict = True

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
        """Write the profile after its last minibatch."""
        del batch, logs
        if self._predicted >= self._profiled[1]:
            self._stop_profile_of_predict()

    def on_predict_end(self, logs: Any = None) -> None:
        """Write the profile, if there were fewer minibatches than asked for."""
        del logs
        self._stop_profile_of_predict()

    def _stop_profile_of_predict(self) -> None:
        if self._profiles_predict:
            self._profiles_predict = False
            tf.profiler.experimental.stop()


class IsolateState(keras.callbacks.Callback):
    """Leaves the state of a simulator as it was before the call.

    Every minibatch starts from the state before the call, and so does the next call: as in a call
    with ``stateful=False``, which needs no such callback.

    Parameters
    ----------
    sim : Simulator
        The simulator whose `fit`, `evaluate` or `predict` is called.

    Raises
    ------
    ValidationError
        If it is no simulator of this package or, when the call begins, another one.
    """

    def __init__(self, sim: Any) -> None:
        super().__init__()
        self.sim = _checked(sim, "IsolateState")
        self._before: SimulationState | None = None

    def _keep(self) -> None:
        if self.model is not self.sim.keras_model:
            raise ValidationError(
                f"was made for {self.sim}, but is used in a call of another model. Make one with "
                "the simulator that is called.",
                attr="sim",
                obj=self,
            )
        n_steps, blocks = self.model.get_state()
        self._before = SimulationState(n_steps, tuple(blocks))

    def _restore(self) -> None:
        self.model.set_state(self._before)

    def on_train_begin(self, logs: Any = None) -> None:
        """Take note of the state."""
        del logs
        self._keep()

    def on_test_begin(self, logs: Any = None) -> None:
        """Take note of the state; validation within `fit` starts from the same one."""
        del logs
        self._keep()

    def on_predict_begin(self, logs: Any = None) -> None:
        """Take note of the state."""
        del logs
        self._keep()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Go back to the state before the call."""
        del batch, logs
        self._restore()

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Go back to the state before the call."""
        del batch, logs
        self._restore()

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
        """Go back to the state before the call."""
        del batch, logs
        self._restore()


class FitProgress(keras.callbacks.Callback):
    """Reports progress after each batch and epoch, and ends the training when asked to.

    Parameters
    ----------
    on_batch : callable
        Called with the number of batches done in all, the number to do in all (0 while it is not
        known), and the logs of Keras.
    on_epoch : callable
        Called with the number of epochs done, and the logs of Keras.
    should_stop : callable
        Asked after each batch.
    """

    def __init__(
        self,
        on_batch: Callable[[int, int, Mapping[str, Any]], None],
        on_epoch: Callable[[int, Mapping[str, Any]], None],
        should_stop: Callable[[], bool],
    ) -> None:
        super().__init__()
        self._on_batch = on_batch
        self._on_epoch = on_epoch
        self._should_stop = should_stop
        self._batches = 0

    def on_train_begin(self, logs: Any = None) -> None:
        """Start to count."""
        del logs
        self._batches = 0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Report a batch."""
        del batch
        self._batches += 1
        total = (self.params.get("steps") or 0) * (self.params.get("epochs") or 0)
        self._on_batch(self._batches, total, logs or {})
        if self._should_stop():
            self.model.stop_training = True

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Report an epoch."""
        self._on_epoch(epoch + 1, logs or {})


class _Summary:
    """What Keras's callback uses of ``tf.summary``, with two functions of our own."""

    scalar = staticmethod(write_scalar)
    histogram = staticmethod(write_histogram)

    def __getattr__(self, name: str) -> Any:
        return getattr(tf.summary, name)


def _checked(sim: Any, what: str) -> Any:
    """The simulator, if it is one."""
    if not isinstance(sim, SimulatorCore):
        raise ValidationError(
            f"must be a nengo_explorer.Simulator; got {sim!r} of type {type(sim).__name__}.",
            attr="sim",
            obj=what,
        )
    return sim


def _path_of(sim: Any, obj: Any) -> tuple[tuple[Any, str], str]:
    """Owner and kind of an object's parameter, and the path that it has."""
    accepted = (
        "Accepted: ensembles (their encoders), neurons of ensembles (their biases) and connections "
        "with weights, of the simulated network."
    )
    if isinstance(obj, Neurons):
        owner, kind = obj.ensemble, "bias"
    elif isinstance(obj, nengo.Ensemble):
        owner, kind = obj, "encoders"
    elif isinstance(obj, nengo.Connection):
        owner, kind = obj, "weights"
    else:
        raise ValidationError(f"{obj} has no histogram. {accepted}", attr="objects")
    known = sim._engine.built.parameters  # noqa: SLF001 - part of the simulator
    paths = [p.path for p in known if p.owner is owner and p.kind == kind]
    if not paths:
        in_network = sim.network is not None and owner in (
            *sim.network.all_ensembles,
            *sim.network.all_connections,
        )
        why = f"{obj} has no {kind}" if in_network else f"{obj} is not in {sim.network}"
        raise ValidationError(f"{why}. {accepted}", attr="objects")
    return (owner, kind), paths[0]


def _first_and_last(profile_batch: Any) -> tuple[int, int]:
    """First and last minibatch to profile, as Keras reads its argument, which it has checked."""
    if isinstance(profile_batch, str):
        profile_batch = [int(part) for part in profile_batch.split(",")]
        profile_batch = profile_batch * 2 if len(profile_batch) == 1 else profile_batch
    if isinstance(profile_batch, int):
        return profile_batch, profile_batch
    first, last = profile_batch
    return int(first), int(last)


def _need_tensorboard(argument: str) -> None:
    """Refuse what only the tensorboard package can write, before the training instead of in it."""
    if importlib.util.find_spec("tensorboard") is None:
        raise ImportError(
            f"{argument} needs the tensorboard package, which is not installed: "
            "pip install tensorboard."
        )
