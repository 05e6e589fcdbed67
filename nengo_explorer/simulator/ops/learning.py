"""Learning rules: how much weights or encoders change in a step.

Every rule sets a matrix of changes ("delta"), which Nengo adds to the weights at the start of the
next step. Matrices of the same shape are computed together.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import tensorflow as tf
from nengo.builder.learning_rules import SimBCM, SimOja, SimPES, SimRLS, SimVoja

from nengo_explorer.simulator.ops.base import BuildContext, Lowering, StepContext, Write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nengo.builder import Operator


class DeltaLowering(Lowering):
    """Base of the rules: batches of equal shape, inputs as columns, rows or whole matrices."""

    #: Attributes of the operator that are read, and what they are: a "column" has one number per
    #: row of delta, a "row" one per column, a "matrix" one per element, a "scalar" one in all; a
    #: "square" has one per pair of columns.
    inputs: ClassVar[tuple[tuple[str, str], ...]] = ()

    #: Attributes of the operator that are written beside delta.
    more_outputs: ClassVar[tuple[str, ...]] = ()

    def __init__(self, operators: Sequence[Operator], context: BuildContext) -> None:
        super().__init__(operators, context)
        #: Number of matrices, rows and columns of each batch.
        self.batches: list[tuple[int, int, int]] = []
        self._groups: list[list[Operator]] = []
        for (shape, _), members in groupby(sorted(operators, key=self._sizes), key=self._sizes):
            ops = list(members)
            self._groups.append(ops)
            self.batches.append((len(ops), *shape))
            self.reads += [
                context.join([getattr(op, name) for op in ops]) for name, _ in self.inputs
            ]
            for name in ("delta", *self.more_outputs):
                self.writes.append(Write(context.join([getattr(op, name) for op in ops])))

    def compute(self, inputs: Sequence[tf.Tensor], step: StepContext) -> list[tf.Tensor]:
        """Changes of all batches."""
        del step
        return [tensor for index in range(len(self.batches)) for tensor in self.of(index, inputs)]

    def of(self, index: int, inputs: Sequence[tf.Tensor]) -> list[tf.Tensor]:
        """What one batch writes, from the inputs of all batches."""
        count, rows, _ = self.batches[index]
        changes, *others = self.matrices(self._groups[index], self._named(index, inputs))
        return [
            tf.reshape(matrix, [-1, count * math.prod(matrix.shape[-2:])])
            for matrix in (_with_rows(changes, rows), *others)
        ]

    def place_of(self, index: int, name: str) -> int:
        """Which of `reads` is an input of a batch."""
        names = [name for name, _ in self.inputs]
        return index * len(names) + names.index(name)

    def _named(self, index: int, inputs: Sequence[tf.Tensor]) -> dict[str, tf.Tensor]:
        """Inputs of a batch by name, each (rows, count, ., .)."""
        count, rows, columns = self.batches[index]
        shapes = {
            "column": [-1, count, rows, 1],
            "row": [-1, count, 1, columns],
            "matrix": [-1, count, rows, columns],
            "square": [-1, count, columns, columns],
            "scalar": [-1, count, 1, 1],
        }
        first = self._groups[index][0]
        tensors = {}
        for name, form in self.inputs:
            # One error may stand for all rows, where a rule on neurons has a single one.
            alone = getattr(first, name).size == 1
            shape = shapes["scalar" if alone else form]
            tensors[name] = tf.reshape(inputs[self.place_of(index, name)], shape)
        return tensors

    def _sizes(self, op: Operator) -> tuple[tuple[int, int], tuple[int, ...]]:
        """Shape of the matrix of changes, and sizes of all that is read."""
        rows, columns = op.delta.shape
        sizes = tuple(int(getattr(op, name).size) for name, _ in self.inputs)
        return (int(rows), int(columns)), sizes

    def matrices(
        self, operators: Sequence[Operator], inputs: dict[str, tf.Tensor]
    ) -> list[tf.Tensor]:
        """Changes of one batch and `more_outputs`, each (items, count, rows, columns)."""
        return [self.delta(operators, inputs)]

    def per_operator(self, values: Sequence[float]) -> tf.Tensor:
        """One number per operator, (count, 1, 1)."""
        return tf.constant(np.reshape(values, (-1, 1, 1)), dtype=self.context.dtype)

    @abstractmethod
    def delta(self, operators: Sequence[Operator], inputs: dict[str, tf.Tensor]) -> tf.Tensor:
        """Changes of one batch, (items, count, rows, columns)."""


def _with_rows(matrices: tf.Tensor, rows: int) -> tf.Tensor:
    """Matrices whose single row stands for all rows."""
    return matrices if matrices.shape[-2] == rows else tf.repeat(matrices, rows, axis=-2)


class OuterProductLowering(DeltaLowering):
    """Base of the rules whose change is a column times the row of filtered activities."""

    #: The input that is the row.
    row: ClassVar[str] = "pre_filtered"

    def delta(self, operators: Sequence[Operator], inputs: dict[str, tf.Tensor]) -> tf.Tensor:
        """Column times row."""
        return self.column(operators, inputs) * inputs[self.row]

    def column_of(self, index: int, inputs: Sequence[tf.Tensor]) -> tf.Tensor:
        """The columns of one batch, (items, count * rows), from the inputs of all batches."""
        count, rows, _ = self.batches[index]
        columns = self.column(self._groups[index], self._named(index, inputs))
        return tf.reshape(_with_rows(columns, rows), [-1, count * rows])

    @abstractmethod
    def column(self, operators: Sequence[Operator], inputs: dict[str, tf.Tensor]) -> tf.Tensor:
        """Columns of one batch, (items, count, rows or 1, 1)."""


class PESLowering(OuterProductLowering):
    """Error times activity, [1]_.

    References
    ----------
    .. [1] MacNeil & Eliasmith (2011). Fine-tuning and the stability of recurrent neural networks.
       PLoS ONE 6(9).
    """

    inputs = (("error", "column"), ("pre_filtered", "row"))

    def column(self, operators: Sequence[Operator], inputs: dict[str, tf.Tensor]) -> tf.Tensor:
        """``-learning_rate * dt / n_pre * error``."""
        dt = self.context.dt
        rate = self.per_operator(
            [-op.learning_rate * dt / op.pre_filtered.shape[0] for op in operators]
        )
        return rate * inputs["error"]


class BCMLowering(OuterProductLowering):
    """Hebbian learning with a sliding threshold (Bienenstock, Cooper and Munro, 1982)."""

    inputs = (("pre_filtered", "row"), ("post_filtered", "column"), ("theta", "column"))

    def column(self, operators: Sequence[Operator], inputs: dict[str, tf.Tensor]) -> tf.Tensor:
        """``learning_rate * dt * post * (post - theta)``."""
        rate = self.per_operator([op.learning_rate * self.context.dt for op in operators])
        post = inputs["post_filtered"]
        return rate * post * (post - inputs["theta"])


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


class RLSLowering(DeltaLowering):
    """Recursive least squares: errors weighted by the inverse of the correlation of activities."""

    inputs = (("error", "column"), ("pre_filtered", "row"), ("inv_gamma", "square"))

    more_outputs = ("inv_gamma",)

    def matrices(
        self, operators: Sequence[Operator], inputs: dict[str, tf.Tensor]
    ) -> list[tf.Tensor]:
        """``-outer(error, P1 r)`` and ``P1 = P - P r (P r)' / (1 + r' P r)``."""
        gain, share = self._gain(inputs)
        change = tf.linalg.matrix_transpose(gain) * (gain * share)
        return [self.delta(operators, inputs), inputs["inv_gamma"] - change]

    def delta(self, operators: Sequence[Operator], inputs: dict[str, tf.Tensor]) -> tf.Tensor:
        """``-outer(error, P1 r)``; ``P1 r`` is ``P r / (1 + r' P r)``."""
        del operators
        gain, share = self._gain(inputs)
        return inputs["error"] * (-share * gain)

    def _gain(self, inputs: dict[str, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
        """``P r`` as a row (P is symmetric), and ``1 / (1 + r' P r)``."""
        activity = inputs["pre_filtered"]
        gain = tf.linalg.matrix_transpose(
            tf.reduce_sum(inputs["inv_gamma"] * activity, axis=-1, keepdims=True)
        )
        return gain, 1 / (1 + tf.reduce_sum(activity * gain, axis=-1, keepdims=True))


BUILDERS = {
    SimRLS: RLSLowering,
    SimPES: PESLowering,
    SimBCM: BCMLowering,
    SimOja: OjaLowering,
    SimVoja: VojaLowering,
}
