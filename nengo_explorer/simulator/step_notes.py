"""What a step of training finds out on its way: its loss, and how long each gradient is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from nengo_explorer.simulator.block_gradients import differentiated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from nengo_explorer.simulator.keras_model import NengoModel
    from nengo_explorer.simulator.parameters import Parameter

    Array = npt.NDArray[Any]


class StepNotes:
    """Loss and norms of gradients of the last step of training.

    The step itself writes them, in the same compiled function, so nothing is computed twice.

    Parameters
    ----------
    parameters : list of Parameter
        All parameters of a model, in the order of its variables.
    dtype : str
        "float32" or "float64".

    Attributes
    ----------
    keys : list of (object, str)
        Owner and kind of each parameter.
    """

    def __init__(self, parameters: Sequence[Parameter], dtype: str) -> None:
        self.keys = [(parameter.owner, parameter.kind) for parameter in parameters]
        self._values = tf.Variable(self._nothing(dtype), trainable=False)

    def _nothing(self, dtype: str) -> Array:
        return np.full(1 + len(self.keys), np.nan, dtype=dtype)

    def note(self, loss: tf.Tensor, gradients: Sequence[tf.Tensor | None]) -> None:
        """Write down a step.

        Parameters
        ----------
        loss : tf.Tensor
            Of the minibatch.
        gradients : list of tf.Tensor or None
            For each parameter; None if training does not change it.
        """
        dtype = self._values.dtype
        norms = tf.cast(_norms(gradients), dtype)
        self._values.assign(tf.concat([[tf.cast(loss, dtype)], norms], axis=0))

    def forget(self) -> None:
        """Know nothing of earlier steps."""
        self._values.assign(self._nothing(self._values.dtype.name))

    def read(self) -> tuple[float, Array]:
        """Loss, and for each parameter the norm of its gradient, NaN if training leaves it."""
        values = self._values.numpy()
        return float(values[0]), values[1:]


def _norms(gradients: Sequence[tf.Tensor | None]) -> tf.Tensor:
    """Euclidean norm of each gradient, NaN where there is none.

    Those of one shape are computed together: operations of their own for each of some hundred
    parameters would double the time that XLA needs to compile a step.
    """
    groups: dict[tuple[int, ...] | None, list[int]] = {}
    for number, gradient in enumerate(gradients):
        shape = None if gradient is None else tuple(gradient.shape)
        groups.setdefault(shape, []).append(number)
    parts = []
    for shape, members in groups.items():
        if shape is None:
            parts.append(tf.fill([len(members)], tf.constant(np.nan, "float32")))
            continue
        # Gradients of elements that are gathered have a sparse form.
        dense = tf.stack([tf.convert_to_tensor(gradients[number]) for number in members])
        parts.append(_row_norms(tf.reshape(dense, [len(members), int(np.prod(shape))])))
    if not parts:
        return tf.zeros([0])
    order = [number for members in groups.values() for number in members]
    dtype = max((part.dtype for part in parts), key=lambda dtype: dtype.size)
    joined = tf.concat([tf.cast(part, dtype) for part in parts], axis=0)
    return tf.gather(joined, np.argsort(order))


def _row_norms(rows: tf.Tensor) -> tf.Tensor:
    """Euclidean norm of each row; squares of very small numbers do not vanish."""
    greatest = tf.maximum(tf.reduce_max(tf.abs(rows), axis=1), 0)
    scale = tf.where(greatest > 0, greatest, tf.ones_like(greatest))
    squares = tf.square(rows / scale[:, tf.newaxis])
    return greatest * tf.sqrt(tf.reduce_sum(squares, axis=1))


def noted_step(model: NengoModel, notes: StepNotes, data: Any) -> dict[str, Any]:
    """One step of training as Keras does it, which is written down.

    Parameters
    ----------
    model : NengoModel
        The model.
    notes : StepNotes
        Where it is written down.
    data : tuple
        Inputs, targets and weights of items, as Keras gives them.

    Returns
    -------
    logs : dict of str to tf.Tensor
        Loss and metrics.
    """
    x, y, weights = keras.utils.unpack_x_y_sample_weight(data)
    trained = model.trainable_weights

    def compute() -> tuple[tf.Tensor, Any]:
        outputs = model(x, training=True)
        loss = model.compute_loss(x, y, outputs, weights, training=True)
        items = tf.shape(tf.nest.flatten(x)[0])[0]
        # The first one of that name is Keras's own; a metric of a probe may be called the same.
        tracker = next(metric for metric in model.metrics if metric.name == "loss")
        tracker.update_state(loss, sample_weight=items)
        logs = dict(model.compute_metrics(x, y, outputs, sample_weight=weights))
        return model.optimizer.scale_loss(loss), (loss, logs)

    logs: dict[str, Any]
    gradients: list[Any]
    if model.takes_gradients_apart:
        (loss, logs), gradients = differentiated(model, trained, compute, compiled=True)
    else:
        with tf.GradientTape() as tape:
            scaled, (loss, logs) = compute()
        gradients = tape.gradient(scaled, trained) if trained else []
    if trained:
        model.optimizer.apply(gradients, trained)
    known = {id(v): g for v, g in zip(trained, gradients, strict=True)}
    notes.note(loss, [known.get(id(variable)) for variable in model.parameter_variables])
    return logs


class StepWatch(keras.callbacks.Callback):
    """Tells of each step of a training: its loss, and the norm of each gradient.

    Parameters
    ----------
    on_begin : callable
        Called when a training begins, with owner and kind of each parameter that it changes.
    on_step : callable
        Called after each minibatch, with its loss, before the step, and an array of the norms of
        these parameters.
    """

    def __init__(
        self,
        on_begin: Callable[[list[tuple[Any, str]]], None],
        on_step: Callable[[float, Array], None],
    ) -> None:
        super().__init__()
        self._on_begin = on_begin
        self._on_step = on_step
        self._trained: list[int] = []

    def on_train_begin(self, logs: Any = None) -> None:
        """Say which parameters are trained."""
        del logs
        model: NengoModel = self.model
        flags = [bool(variable.trainable) for variable in model.parameter_variables]
        self._trained = list(np.flatnonzero(flags))
        model.step_notes.forget()
        self._on_begin([model.step_notes.keys[number] for number in self._trained])

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Tell of a step."""
        del batch, logs
        loss, norms = self.model.step_notes.read()
        self._on_step(loss, norms[self._trained])
