"""Learning rules: how much weights or encoders change in a step.

Every rule sets a matrix of changes ("delta"), which Nengo adds to the weights at the start of the
next step. Matrices of the same shape are computed together.
"""

from __future__ import annotations

from abc import abstractmethod
from itertools import groupby
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import tensorflow as tf
from nengo.builder.learning_rules import SimBCM, SimOja, SimPES, SimVoja

from nengo_explorer.simulator.ops.base import BuildContext, Lowering, StepContext, Write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nengo.builder import Operator


class DeltaLowering(Lowering):
    """Base of the rules: batches of equal shape, inputs as columns, rows or whole matrices."""

    #: Attributes of the operator that are read, and what they are: a "column" has one number per
    #: row of delta, a "row" one per column, a "matrix" one per element, a "scalar" one in all.
    inputs: ClassVar[tuple[tuple[str, str], ...]] = ()

    def __init__(self, operators: Sequence[Operator], context: BuildContext) -> None:
        super().__init__(operators, context)
        self._batches: list[tuple[int, int, int]] = []
        self._rates: list[Any] = []
        self._groups: list[list[Operator]] = []
        for shape, members in groupby(sorted(operators, key=_shape), key=_shape):
            ops = list(members)
            self._groups.append(ops)
            self._batches.append((len(ops), *shape))
            self.reads += [
                context.join([getattr(op, name) for op in ops]) for name, _ in self.inputs
            ]
            self.writes.append(Write(context.join([op.delta for op in ops])))

    def compute(self, inputs: Sequence[tf.Tensor], step: StepContext) -> list[tf.Tensor]:
        """Changes of all batches."""
        del step
        outputs = []
        width = len(self.inputs)
        for index, (count, rows, columns) in enumerate(self._batches):
            shapes = {
                "column": [-1, count, rows, 1],
                "row": [-1, count, 1, columns],
                "matrix": [-1, count, rows, columns],
                "scalar": [-1, count, 1, 1],
            }
            tensors = {
                name: tf.reshape(inputs[index * width + i], shapes[form])
                for i, (name, form) in enumerate(self.inputs)
            }
            delta = self.delta(self._groups[index], tensors)
            outputs.append(tf.reshape(delta, [-1, count * rows * columns]))
        return outputs

    def per_operator(self, values: Sequence[float]) -> tf.Tensor:
        """One number per operator, (count, 1, 1)."""
        return tf.constant(np.reshape(values, (-1, 1, 1)), dtype=self.context.dtype)

    @abstractmethod
    def delta(self, operators: Sequence[Operator], inputs: dict[str, tf.Tensor]) -> tf.Tensor:
        """Changes of one batch, (items, count, rows, columns)."""


def _shape(op: Operator) -> tuple[int, int]:
    """Shape of the matrix of changes."""
    return int(op.delta.shape[0]), int(op.delta.shape[1])


class PESLowering(DeltaLowering):
    """Error times activity, [1]_.

    References
    ----------
    .. [1] MacNeil & Eliasmith (2011). Fine-tuning and the stability of recurrent neural networks.
       PLoS ONE 6(9).
    """

    inputs = (("error", "column"), ("pre_filtered", "row"))

    def delta(self, operators: Sequence[Operator], inputs: dict[str, tf.Tensor]) -> tf.Tensor:
        """``-learning_rate * dt / n_pre * outer(error, activities)``."""
        dt = self.context.dt
        rate = self.per_operator(
            [-op.learning_rate * dt / op.pre_filtered.shape[0] for op in operators]
        )
        return (rate * inputs["error"]) * inputs["pre_filtered"]


class BCMLowering(DeltaLowering):
    """Hebbian learning with a sliding threshold (Bienenstock, Cooper and Munro, 1982)."""

    inputs = (("pre_filtered", "row"), ("post_filtered", "column"), ("theta", "column"))

    def delta(self, operators: Sequence[Operator], inputs: dict[str, tf.Tensor]) -> tf.Tensor:
        """``learning_rate * dt * outer(post * (post - theta), pre)``."""
        rate = self.per_operator([op.learning_rate * self.context.dt for op in operators])
        post = inputs["post_filtered"]
        return (rate * post * (post - inputs["theta"])) * inputs["pre_filtered"]


class OjaLowering(DeltaLowering):
    """Hebbian learning that forgets, so that weights stay bounded (Oja, 1982)."""

    inputs = (("pre_filtered", "row"), ("post_filtered", "column"), ("weights", "matrix"))

    def delta(self, operators: Sequence[Operator], inputs: dict[str, tf.Tensor]) -> tf.Tensor:
        """``learning_rate * dt * (outer(post, pre) - beta * post ** 2 * weights)``."""
        rate = self.per_operator([op.learning_rate * self.context.dt for op in operators])
        beta = self.per_operator([op.beta for op in operators])
        post = inputs["post_filtered"]
        return (
            rate * post * inputs["pre_filtered"] - (rate * beta * post * post) * inputs["weights"]
        )


class VojaLowering(DeltaLowering):
    """Encoders move towards the inputs that make their neurons active (Voelker, 2015)."""

    inputs = (
        ("pre_decoded", "row"),
        ("post_filtered", "column"),
        ("scaled_encoders", "matrix"),
        ("learning_signal", "scalar"),
    )

    def delta(self, operators: Sequence[Operator], inputs: dict[str, tf.Tensor]) -> tf.Tensor:
        """``learning_rate * dt * signal * post * (scale * decoded - encoders)``."""
        rate = self.per_operator([op.learning_rate * self.context.dt for op in operators])
        scale = tf.constant(
            np.stack([op.scale for op in operators])[..., np.newaxis], dtype=self.context.dtype
        )
        change = scale * inputs["pre_decoded"] - inputs["scaled_encoders"]
        return (rate * inputs["learning_signal"]) * inputs["post_filtered"] * change


BUILDERS = {
    SimPES: PESLowering,
    SimBCM: BCMLowering,
    SimOja: OjaLowering,
    SimVoja: VojaLowering,
}
