"""Losses that are of use for Nengo networks."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from nengo.exceptions import ValidationError


def nan_mse(y_true: Any, y_pred: Any) -> tf.Tensor:
    """Mean squared error in which targets that are not a number count as met.

    Parameters
    ----------
    y_true : array_like
        Targets; NaN where any output will do.
    y_pred : tf.Tensor
        Outputs, of the same shape.

    Returns
    -------
    loss : tf.Tensor
        Mean over all numbers, those without a target included.
    """
    target = tf.cast(y_true, y_pred.dtype)
    unknown = tf.math.is_nan(target)
    # The difference itself must not be NaN: its gradient would be, even where it is not used.
    difference = tf.where(unknown, y_pred, target) - y_pred
    return tf.reduce_mean(tf.square(difference))


@keras.saving.register_keras_serializable(package="nengo_explorer")
class Regularize(keras.losses.Loss):
    """Size of the output, whatever the target: a penalty on what a probe sees.

    Parameters
    ----------
    order : {2, 1, "euclidean", inf} or float, default: 2
        Order of the norm.
    axis : int, optional
        Axis of the probed signal to take the norm along, from 0; by default all of them together.

    Raises
    ------
    ValidationError
        If ``axis`` is negative, or (when called) larger than the signal's last axis.
    """

    def __init__(self, order: float | str = 2, axis: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if axis is not None and axis < 0:
            raise ValidationError(f"must be an axis from 0, or None; got {axis!r}.", attr="axis")
        self.order = order
        self.axis = axis

    def call(self, y_true: Any, y_pred: Any) -> tf.Tensor:
        """Mean norm of the output over items and steps.

        Parameters
        ----------
        y_true : array_like
            Of no influence.
        y_pred : tf.Tensor
            What a probe saw, (items, steps, ...).
        """
        del y_true
        if self.axis is None:
            items, steps = tf.shape(y_pred)[0], tf.shape(y_pred)[1]
            return tf.reduce_mean(tf.norm(tf.reshape(y_pred, [items, steps, -1]), self.order, -1))
        rank = y_pred.shape.rank
        if self.axis + 2 >= rank:
            raise ValidationError(
                f"the probed signal has {rank - 2} axes; got axis {self.axis}.", attr="axis"
            )
        return tf.reduce_mean(tf.norm(y_pred, self.order, axis=self.axis + 2))

    def get_config(self) -> dict[str, Any]:
        """Arguments that make the same loss."""
        return {**super().get_config(), "order": self.order, "axis": self.axis}
