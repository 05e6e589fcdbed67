"""Operators that multiply: DotInc, ElementwiseInc, SparseDotInc and BsrDotInc."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import nengo
import numpy as np
import tensorflow as tf
from nengo.builder.operator import BsrDotInc, DotInc, ElementwiseInc, SparseDotInc

from nengo_explorer.simulator.elements import sparse_entries
from nengo_explorer.simulator.ops.base import (
    BuildContext,
    Lowering,
    StepContext,
    Write,
    written,
    written_mode,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nengo.builder import Operator, Signal

#: Up to this many numbers in a matrix, a batch of products is one fused multiply and add; above it,
#: the call overhead of a real matrix product is small beside what its blocking saves.
MOST_FUSED = 4096

#: Sums of so many numbers become vector instructions, and so many sums are written out in each.
LEAST_SUMMED, MOST_SUMMED, MOST_WRITTEN_OUT = 16, 32, 8

#: Into at most so many batches are matrices of one shape divided by how many of them multiply the
#: same vector: what is compiled must not grow with a network.
MOST_COUNTS = 4


@dataclass(frozen=True)
class Batch:
    """Products whose matrices all have the same shape.

    Attributes
    ----------
    count, rows, columns : int
        Number of products, shape of each matrix.
    shared : bool
        Whether all of them multiply the same vector.
    """

    count: int
    rows: int
    columns: int
    shared: bool


class DotIncLowering(Lowering):
    """Matrix times vector, added to the target; one batched product for each shape of matrix."""

    def __init__(self, operators: Sequence[Operator], context: BuildContext) -> None:
        super().__init__(operators, context)
        #: What is multiplied; two of `reads` belong to each: the matrices, the vectors.
        self.batches: list[Batch] = []
        targets: list[Signal] = []
        for shape, members in groupby(sorted(operators, key=_matrix_shape), key=_matrix_shape):
            for ops, per_vector in _by_vector(list(members), context):
                vectors = [context.space.of(op.X).ravel() for op in ops[::per_vector]]
                shared = len(ops) > 1 and all(np.array_equal(vectors[0], v) for v in vectors[1:])
                rows, columns = shape
                batch = Batch(len(vectors), rows * per_vector, columns, shared=shared)
                self.batches.append(batch)
                self.reads.append(context.join([op.A for op in ops]))
                self.reads.append(vectors[0] if shared else np.concatenate(vectors))
                targets.extend(written(op) for op in ops)
        self.writes = [Write(context.join(targets), written_mode(operators))]
        self.weights = frozenset(range(0, len(self.reads), 2))

    def compute(self, inputs: Sequence[tf.Tensor], step: StepContext) -> list[tf.Tensor]:
        """Products of all batches, one after the other."""
        del step
        return [self.joined([self.product(i, inputs) for i in range(len(self.batches))])]

    def product(self, index: int, inputs: Sequence[tf.Tensor]) -> tf.Tensor:
        """Products of one batch, (rows, size), from the inputs of all batches."""
        return _multiply(self.batches[index], inputs[2 * index], inputs[2 * index + 1])

    @staticmethod
    def joined(products: Sequence[tf.Tensor]) -> tf.Tensor:
        """What is written, from the products of each batch."""
        return products[0] if len(products) == 1 else join_columns(products)


def _by_vector(
    operators: list[Operator], context: BuildContext
) -> list[tuple[list[Operator], int]]:
    """Operators, and how many of them in a row multiply the same vector.

    Connections from one ensemble are then one product with more rows, and its spikes are read where
    they are: copies of them, one for each connection, would take longer than the products.
    """
    if any(not op.A.base.readonly for op in operators):  # learned weights stay as they are
        return [(operators, 1)]
    of_vector: dict[bytes, list[Operator]] = {}
    for op in operators:
        of_vector.setdefault(context.space.of(op.X).tobytes(), []).append(op)
    if len(of_vector) in {1, len(operators)}:
        return [(operators, 1)]
    by_count: dict[int, list[Operator]] = {}
    for members in of_vector.values():
        by_count.setdefault(len(members), []).extend(members)
    if len(by_count) > MOST_COUNTS:
        return [(operators, 1)]
    return [(by_count[count], count) for count in sorted(by_count)]


def _matrix_shape(op: Operator) -> tuple[int, int]:
    """Rows and columns of the matrix of a DotInc; vectors count as a single row."""
    shape = op.A.shape
    if len(shape) == 2:
        return int(shape[0]), int(shape[1])
    return (1, int(shape[0])) if len(shape) == 1 else (1, 1)


def join_columns(parts: Sequence[tf.Tensor]) -> tf.Tensor:
    """Concatenate flat tensors; some may lack the axis of rows, or have one row for all items."""
    if all(part.shape.rank == 1 for part in parts):
        return tf.concat(parts, axis=0)
    rows = next((part for part in parts if part.shape.rank == 2 and part.shape[0] != 1), None)
    count = 1 if rows is None else rows.shape[0]
    if count is None:
        count = tf.shape(rows)[0]
    full = [
        part
        if part.shape.rank == 2 and (part.shape[0] != 1 or rows is None)
        else tf.broadcast_to(part, [count, part.shape[-1]])
        for part in parts
    ]
    return tf.concat(full, axis=1)


def _multiply(batch: Batch, matrix: tf.Tensor, vector: tf.Tensor) -> tf.Tensor:
    """A batch of matrix-vector products, (rows, count * batch.rows) or without the axis of rows."""
    if vector.shape.rank == 1:
        vector = vector[tf.newaxis]
        if matrix.shape.rank == 1:
            return _multiply(batch, matrix, vector)[0]
    if matrix.shape.rank == 1:
        return _static_product(batch, matrix, vector)
    return _changing_product(batch, matrix, vector)


def _static_product(batch: Batch, matrix: tf.Tensor, vector: tf.Tensor) -> tf.Tensor:
    """Products with matrices that all items share."""
    count, rows, columns, shared = batch.count, batch.rows, batch.columns, batch.shared
    if count == 1 or shared:
        full = tf.reshape(matrix, [count * rows, columns])
        if columns == 1:
            return vector * full[:, 0]
        return tf.matmul(vector, full, transpose_b=True)
    if columns > 1 and rows * columns > MOST_FUSED:
        stack = tf.reshape(matrix, [count, rows, columns])
        product = tf.einsum("orc,boc->bor", stack, tf.reshape(vector, [-1, count, columns]))
    else:
        parts = _parts_of_sum(columns)
        stack = tf.reshape(matrix, [count, rows, *parts])
        vectors = tf.reshape(vector, [-1, count, 1, *parts])
        product = tf.reduce_sum(stack * vectors, axis=[3, 4][: len(parts)])
    return tf.reshape(product, [-1, count * rows])


def _parts_of_sum(columns: int) -> tuple[int, ...]:
    """Sizes of axes for a sum over columns that the compiler turns into vector instructions.

    It does so for sums of 16 to 32 numbers: a shorter one is written out number by number, a longer
    one is cut into parts that go through memory. Each of the numbers may be a short sum itself.
    """
    for outer in range(MOST_SUMMED, LEAST_SUMMED - 1, -1):
        if columns % outer == 0 and 1 < columns // outer <= MOST_WRITTEN_OUT:
            return outer, columns // outer
    return (columns,)


def _changing_product(batch: Batch, matrix: tf.Tensor, vector: tf.Tensor) -> tf.Tensor:
    """Products with matrices that each item has for itself (learned online)."""
    count, rows, columns = batch.count, batch.rows, batch.columns
    stack = tf.reshape(matrix, [-1, count, rows, columns])
    vectors = tf.reshape(vector, [-1, 1 if batch.shared else count, 1, columns])
    return tf.reshape(tf.reduce_sum(stack * vectors, axis=-1), [-1, count * rows])


class ElementwiseIncLowering(Lowering):
    """Elementwise product, added to the target."""

    def __init__(self, operators: Sequence[Operator], context: BuildContext) -> None:
        super().__init__(operators, context)
        space = context.space
        left, right, targets = [], [], []
        for op in operators:
            target = space.of(written(op))
            left.append(np.broadcast_to(space.of(op.A), target.shape).ravel())
            right.append(np.broadcast_to(space.of(op.X), target.shape).ravel())
            targets.append(target.ravel())
        self.reads = [np.concatenate(left), np.concatenate(right)]
        self.writes = [Write(np.concatenate(targets), written_mode(operators))]

    def compute(self, inputs: Sequence[tf.Tensor], step: StepContext) -> list[tf.Tensor]:
        """One multiplication for the whole group."""
        del step
        return [inputs[0] * inputs[1]]


class SparseDotIncLowering(Lowering):
    """Sparse matrix times vector: the products of the stored entries, added up by row."""

    def __init__(self, operators: Sequence[Operator], context: BuildContext) -> None:
        super().__init__(operators, context)
        _warn_without_scipy()
        space = context.space
        vectors, targets = [], []
        for op in operators:
            rows, columns, _ = sparse_entries(op.A.base)
            vectors.append(space.of(op.X).ravel()[columns])
            targets.append(space.of(written(op)).ravel()[rows])
        self.reads = [context.join([op.A for op in operators]), np.concatenate(vectors)]
        self.weights = frozenset({0})
        self.writes = [Write(np.concatenate(targets), "inc")]
        if not operators[0].incs:  # rows without a stored entry become zero
            self.clears = context.join([written(op) for op in operators])

    def compute(self, inputs: Sequence[tf.Tensor], step: StepContext) -> list[tf.Tensor]:
        """One product for each stored entry."""
        del step
        return [inputs[0] * inputs[1]]


def _warn_without_scipy() -> None:
    """Say what Nengo says as well, though the simulation itself loses nothing."""
    if nengo.transforms.scipy_sparse is None:
        warnings.warn(
            "Sparse matrices in SciPy's form require Scipy, which is not installed. The simulation "
            "does without, but `allocate` of weights that are read back gives a dense matrix, and "
            "operators that run as Python get one.",
            stacklevel=3,
        )


class BsrDotIncLowering(Lowering):
    """Matrix of dense blocks times vector, which Nengo core makes when it merges products.

    A prebuilt model has such operators after Nengo's own simulator has run it.
    """

    def __init__(self, operators: Sequence[Operator], context: BuildContext) -> None:
        super().__init__(operators, context)
        (op,) = operators
        space = context.space
        blocks, rows, columns = op.A.shape
        self._shape = (int(blocks), int(rows), int(columns))
        block_row = np.repeat(np.arange(len(op.indptr) - 1), np.diff(op.indptr))
        vector = space.of(op.X).reshape(-1, columns)[op.indices]
        target = space.of(written(op)).reshape(-1, rows)[block_row]
        self.reads = [context.join([op.A]), vector.ravel()]
        self.weights = frozenset({0})
        self.writes = [Write(target.ravel(), "inc")]
        if not op.incs:  # rows without a block become zero
            self.clears = context.join([written(op)])

    def compute(self, inputs: Sequence[tf.Tensor], step: StepContext) -> list[tf.Tensor]:
        """One small product for each block."""
        del step
        blocks, rows, columns = self._shape
        matrix = tf.reshape(inputs[0], [-1, blocks, rows, columns])
        vector = tf.reshape(inputs[1], [-1, blocks, 1, columns])
        product = tf.reshape(tf.reduce_sum(matrix * vector, axis=-1), [-1, blocks * rows])
        static = all(tensor.shape.rank == 1 for tensor in inputs)
        return [product[0] if static else product]


def lower_dot(operators: Sequence[Operator], context: BuildContext) -> Lowering:
    """A scalar "matrix" scales its vector; anything else is a matrix product."""
    scalar = operators[0].A.ndim == 0
    return (ElementwiseIncLowering if scalar else DotIncLowering)(operators, context)


BUILDERS = {
    BsrDotInc: BsrDotIncLowering,
    DotInc: lower_dot,
    ElementwiseInc: ElementwiseIncLowering,
    SparseDotInc: SparseDotIncLowering,
}
