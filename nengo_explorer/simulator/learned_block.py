"""Products with learned weights during a block of steps, without writing the weights on each.

With weights ``M`` at the start of the block (after the change that was to come), columns ``c`` and
rows ``f`` of the rule, the product with activities ``a`` on step ``t`` is
``M a(t) + sum(c(s) * (f(s) . a(t)) for s < t)``. The first term and all ``f(s) . a(t)`` are
products of matrices, for all steps at once; only the sum is computed step by step.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import tensorflow as tf

from nengo_explorer.simulator.ops.base import Lowering
from nengo_explorer.simulator.ops.learning import OuterProductLowering
from nengo_explorer.simulator.ops.products import DotIncLowering

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nengo_explorer.simulator.computation import Steps
    from nengo_explorer.simulator.learned import LearnedProduct, LearnedWeights
    from nengo_explorer.simulator.ops.base import StepContext
    from nengo_explorer.simulator.step_plan import GroupPlan
    from nengo_explorer.simulator.tracking import Read

    Tensors = list[tf.Tensor]


class LearnedBlock:
    """Learned weights of one stage during a block of steps.

    Parameters
    ----------
    learned : sequence of LearnedWeights
        The weights.
    groups : sequence of GroupPlan
        All groups of the stage.
    steps : Steps
        The steps of the block.
    over_time : callable
        Gives what a read is on all steps, (steps, items, size).

    Attributes
    ----------
    groups : list of GroupPlan
        What is to be computed on each step instead of the stage's groups.
    """

    def __init__(
        self,
        learned: Sequence[LearnedWeights],
        groups: Sequence[GroupPlan],
        steps: Steps,
        over_time: Callable[[Read], tf.Tensor],
    ) -> None:
        self._parts = [_Part(weights, steps, over_time) for weights in learned]
        adders = {id(weights.adder) for weights in learned}
        self.groups = [self._instead(group) for group in groups if id(group) not in adders]
        self.slots = {slot for part in self._parts for slot in part.slots}

    def _instead(self, group: GroupPlan) -> GroupPlan:
        """A group that computes columns for changes, or adds sums of columns up."""
        lowering = group.lowering
        if isinstance(lowering, OuterProductLowering):
            batches = {p.learned.batch for p in self._parts if p.learned.rule is group}
            return replace(group, lowering=_Columns(lowering, batches)) if batches else group
        if isinstance(lowering, DotIncLowering):
            products = {
                product.product.batch: product
                for part in self._parts
                for product in part.products
                if product.product.group is group
            }
            return replace(group, lowering=_Sums(lowering, products)) if products else group
        return group

    def start(self) -> Tensors:
        """Columns of all steps, before the first: zero."""
        return [part.no_columns() for part in self._parts]

    def enter_step(self, index: tf.Tensor, columns: Tensors, local: dict[int, tf.Tensor]) -> None:
        """Say which step is computed next, which columns there were, and what groups can read."""
        for part, known in zip(self._parts, columns, strict=True):
            local[part.learned.adder.outputs[0].value] = part.placeholder()
            for product in part.products:
                product.enter_step(index, known)

    def after_step(
        self, index: tf.Tensor, columns: Tensors, local: Mapping[int, tf.Tensor]
    ) -> Tensors:
        """Columns with those of the step that was computed."""
        return [
            part.with_column(index, known, local[part.learned.output])
            for part, known in zip(self._parts, columns, strict=True)
        ]

    def final(self, columns: Tensors) -> dict[int, tf.Tensor]:
        """State after the last step, by slot."""
        state: dict[int, tf.Tensor] = {}
        for part, known in zip(self._parts, columns, strict=True):
            state.update(part.final(known))
        return state


class _Part:
    """Learned weights of one shape and rule."""

    def __init__(
        self,
        learned: LearnedWeights,
        steps: Steps,
        over_time: Callable[[Read], tf.Tensor],
    ) -> None:
        self.learned = learned
        self.slots = (learned.weights, learned.change)
        self._steps = steps
        self._size = learned.count * learned.rows
        at_start = steps.state[learned.weights] + steps.state[learned.change]
        self._matrices = tf.reshape(
            at_start, [steps.items, learned.count, learned.rows, learned.columns]
        )
        self._rows = self._by_matrix(over_time(learned.row), learned.count)
        self.products = [
            _Product(product, self._matrices, self._rows, self._vectors(product, over_time))
            for product in learned.products
        ]

    def _by_matrix(self, vectors: tf.Tensor, count: int) -> tf.Tensor:
        """Vectors over time, (steps, items, count, columns)."""
        steps, items = self._steps.length, self._steps.items
        return tf.reshape(vectors, [steps, items, count, self.learned.columns])

    def _vectors(
        self, product: LearnedProduct, over_time: Callable[[Read], tf.Tensor]
    ) -> tf.Tensor:
        """What the weights are multiplied with, (steps, items, count or 1, columns)."""
        count = 1 if product.shared else self.learned.count
        return self._by_matrix(over_time(product.vectors), count)

    def placeholder(self) -> tf.Tensor:
        """What is there to read for products, which do not need the weights any more."""
        return self._matrices[:1, 0, 0, 0]

    def no_columns(self) -> tf.Tensor:
        """(items, steps, count * rows) of zeros."""
        steps = self._steps
        return tf.zeros([steps.items, steps.length, self._size], self._matrices.dtype)

    def with_column(self, index: tf.Tensor, columns: tf.Tensor, now: tf.Tensor) -> tf.Tensor:
        """Columns with those of one step."""
        is_now = tf.range(self._steps.length)[:, tf.newaxis] == index
        # A select, where a write at an index would be a loop of its own once it is compiled.
        new = tf.where(is_now, now[:, tf.newaxis, :], columns)
        new.set_shape(columns.shape)
        return new

    def final(self, columns: tf.Tensor) -> dict[int, tf.Tensor]:
        """Weights on the last step, and the change that is to come."""
        learned, steps = self.learned, self._steps
        last = (steps.length if steps.count is None else steps.count) - 1
        shape = [steps.items, steps.length, learned.count, learned.rows]
        before = tf.where(tf.range(steps.length)[:, tf.newaxis] < last, columns, 0)
        added = tf.einsum("iskr,sikc->ikrc", tf.reshape(before, shape), self._rows)
        column = tf.reshape(
            tf.gather(columns, last, axis=1), [steps.items, learned.count, learned.rows, 1]
        )
        change = column * tf.gather(self._rows, last)[:, :, tf.newaxis, :]
        flat = [steps.items, self._size * learned.columns]
        return {
            learned.weights: _with_shape(tf.reshape(self._matrices + added, flat), flat),
            learned.change: _with_shape(tf.reshape(change, flat), flat),
        }


class _Product:
    """A product with learned weights, on each step of a block."""

    def __init__(
        self, product: LearnedProduct, matrices: tf.Tensor, rows: tf.Tensor, vectors: tf.Tensor
    ) -> None:
        self.product = product
        one = "o" if product.shared else "k"
        #: Products with the weights at the start, (steps, items, count, rows).
        self._at_start = tf.einsum(f"ti{one}c,ikrc->tikr", vectors, matrices)
        #: Products of rows with vectors, (steps, items, count, steps).
        self._rows_times_vectors = tf.einsum(f"ti{one}c,sikc->tiks", vectors, rows)
        self._index: Any = None
        self._columns: Any = None

    def enter_step(self, index: tf.Tensor, columns: tf.Tensor) -> None:
        """Say which step is computed next, and which columns there were."""
        self._index, self._columns = index, columns

    def compute(self) -> tf.Tensor:
        """The product on this step, (items, count * rows)."""
        at_start = tf.gather(self._at_start, self._index)  # (items, count, rows)
        with_rows = tf.gather(self._rows_times_vectors, self._index)  # (items, count, steps)
        items, count, rows = tf.unstack(tf.shape(at_start))
        length = self._columns.shape[1]
        columns = tf.reshape(self._columns, [items, length, count, rows])
        # What a row would be multiplied with that is not over yet may be anything, even NaN.
        is_over = tf.range(length) < self._index
        with_rows = tf.where(is_over, with_rows, 0)
        weighted = columns * tf.transpose(with_rows, [0, 2, 1])[..., tf.newaxis]
        product = at_start + tf.reduce_sum(weighted, axis=1)
        return tf.reshape(product, [-1, at_start.shape[1] * at_start.shape[2]])


class _Columns(Lowering):
    """A rule that gives columns where the change itself is not needed."""

    def __init__(self, rule: OuterProductLowering, batches: set[int]) -> None:
        super().__init__(rule.operators, rule.context)
        self._rule, self._batches = rule, batches

    def compute(self, inputs: Sequence[tf.Tensor], step: StepContext) -> list[tf.Tensor]:
        """Columns of some batches, changes of the others."""
        del step
        outputs: Tensors = []
        for index in range(len(self._rule.batches)):
            if index in self._batches:
                outputs.append(self._rule.column_of(index, inputs))
            else:
                outputs += self._rule.of(index, inputs)
        return outputs


class _Sums(Lowering):
    """Products, some of which are with learned weights."""

    def __init__(self, dot: DotIncLowering, products: dict[int, _Product]) -> None:
        super().__init__(dot.operators, dot.context)
        self._dot, self._products = dot, products

    def compute(self, inputs: Sequence[tf.Tensor], step: StepContext) -> list[tf.Tensor]:
        """Products of all batches, one after the other."""
        del step
        parts = [
            self._products[index].compute()
            if index in self._products
            else self._dot.product(index, inputs)
            for index in range(len(self._dot.batches))
        ]
        return [self._dot.joined(parts)]


def _with_shape(tensor: tf.Tensor, shape: Sequence[Any]) -> tf.Tensor:
    """A tensor that knows those of its sizes that are known."""
    tensor.set_shape([size if isinstance(size, int) else None for size in shape])
    return tensor
