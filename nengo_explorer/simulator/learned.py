"""Weights that a learning rule changes, where what they are multiplied with is known ahead.

A rule like PES adds an outer product to the weights on every step, a column (the error) times a row
(the activities). If the activities do not depend on the weights, they are known for many steps
before the first error is, and the weights do not have to be written on each step: the product with
the weights of now is the product with those at the start, plus each column since, times the product
of its row with the activities of now. `learned_block.py` computes that; here it is found where it
can be done.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nengo_explorer.simulator.ops.basic import CopyIncLowering
from nengo_explorer.simulator.ops.learning import OuterProductLowering
from nengo_explorer.simulator.ops.products import DotIncLowering

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from nengo_explorer.simulator.step_plan import GroupPlan, OutputPlan, StepPlan
    from nengo_explorer.simulator.tracking import Read

    Shape = tuple[int, int, int]


@dataclass(frozen=True)
class LearnedProduct:
    """A product with learned weights.

    Attributes
    ----------
    group : GroupPlan
        The group that it is a part of.
    batch : int
        Which batch of the group's lowering it is.
    vectors : Read
        What the weights are multiplied with.
    shared : bool
        Whether all matrices are multiplied with the same vector.
    """

    group: GroupPlan
    batch: int
    vectors: Read
    shared: bool


@dataclass(frozen=True)
class LearnedWeights:
    """Some matrices of weights of one shape, that one rule changes.

    Attributes
    ----------
    rule : GroupPlan
        The group that computes the changes.
    batch : int
        Which batch of its lowering these matrices are.
    output : int
        Identifier of the value that holds the changes.
    row : Read
        The activities that the rule multiplies errors with.
    adder : GroupPlan
        The group that adds the changes to the weights, on the step after.
    weights, change : int
        Slots of the blocks of state that hold the weights, and the change that is to come.
    products : tuple of LearnedProduct
        What is multiplied with the weights.
    count, rows, columns : int
        Number of matrices and their shape.
    """

    rule: GroupPlan
    batch: int
    output: int
    row: Read
    adder: GroupPlan
    weights: int
    change: int
    products: tuple[LearnedProduct, ...]
    count: int
    rows: int
    columns: int


def find_learned(
    plan: StepPlan,
    groups: Sequence[GroupPlan],
    state: Collection[int],
    exports: Collection[int],
) -> tuple[LearnedWeights, ...]:
    """Learned weights within one stage, whose activities are known before the stage is computed.

    Parameters
    ----------
    plan : StepPlan
        The planned step.
    groups : sequence of GroupPlan
        The groups of the stage.
    state : collection of int
        Slots of the blocks of state of the stage.
    exports : collection of int
        Identifiers of the values that others read.
    """
    search = _Search(plan, groups, state, exports)
    return tuple(found for group in groups for found in search.of_rule(group))


class _Search:
    """Who reads what within one stage."""

    def __init__(
        self,
        plan: StepPlan,
        groups: Sequence[GroupPlan],
        state: Collection[int],
        exports: Collection[int],
    ) -> None:
        self.value_of_slot = {v.slot: v.identifier for v in plan.values if v.kind == "state"}
        self.slot_of_value = {self.value_of_slot[slot]: slot for slot in state}
        self.own = {out.value for group in groups for out in group.outputs} | set(
            self.slot_of_value
        )
        self.exports = set(exports)
        self.next_state = {slot: plan.next_state[slot] for slot in state}
        #: By value, the groups that read it, the place among their reads (None for what their
        #: output is added to), and the blocks of state that it becomes.
        self.readers: dict[int, list[tuple[GroupPlan, int | None]]] = defaultdict(list)
        self.becomes: dict[int, list[int]] = defaultdict(list)
        for group in groups:
            for place, read in enumerate(group.reads):
                for value in read.values:
                    self.readers[value].append((group, place))
            for output in group.outputs:
                for value in () if output.present is None else output.present.values:
                    self.readers[value].append((group, None))
        for slot, read in self.next_state.items():
            for value in read.values:
                self.becomes[value].append(slot)

    def of_rule(self, rule: GroupPlan) -> Iterator[LearnedWeights]:
        """The learned weights of a group, if it is a rule of such a kind."""
        lowering = rule.lowering
        if not isinstance(lowering, OuterProductLowering):
            return
        for batch, shape in enumerate(lowering.batches):
            row = rule.reads[lowering.place_of(batch, lowering.row)]
            output = rule.outputs[batch]
            found = None if self._is_own(row) else self._of_output(output, shape)
            if found is not None:
                yield LearnedWeights(rule, batch, output.value, row, *found, *shape)

    def _of_output(
        self, output: OutputPlan, shape: Shape
    ) -> tuple[GroupPlan, int, int, tuple[LearnedProduct, ...]] | None:
        """The adder, both slots and the products, if nobody else sees changes or weights."""
        change = self._kept_only(output.value)
        if output.adds or change is None:
            return None
        adder = self._adder(self.value_of_slot[change])
        if adder is None:
            return None
        weights = self._kept(adder.outputs[0].value)
        present = adder.outputs[0].present
        if weights is None or present is None or present.whole != self.value_of_slot[weights]:
            return None
        if len(self.readers[present.whole]) != 1 or self.becomes[present.whole]:
            return None
        products = self._products(adder.outputs[0].value, shape)
        hidden = {present.whole, adder.outputs[0].value, self.value_of_slot[change]}
        if products is None or hidden & self.exports:
            return None
        return adder, weights, change, products

    def _kept(self, value: int) -> int | None:
        """The slot that a value, as it is, is kept in; None if there is none, or more than it."""
        slots = self.becomes[value]
        whole = len(slots) == 1 and self.next_state[slots[0]].whole == value
        return slots[0] if whole and value not in self.exports else None

    def _kept_only(self, value: int) -> int | None:
        """The slot that a value is kept in, if nobody else reads it."""
        return None if self.readers[value] else self._kept(value)

    def _is_own(self, read: Read) -> bool:
        """Whether the stage itself has to compute what is read."""
        return not self.own.isdisjoint(read.values)

    def _adder(self, change: int) -> GroupPlan | None:
        """The group that adds a change, as it is, to something."""
        if len(self.readers[change]) != 1 or self.becomes[change]:
            return None
        group, _ = self.readers[change][0]
        single = len(group.reads) == 1 and len(group.outputs) == 1
        if not single or not isinstance(group.lowering, CopyIncLowering):
            return None
        whole = group.reads[0].whole == change and group.outputs[0].merge is None
        return group if whole else None

    def _products(self, weights: int, shape: Shape) -> tuple[LearnedProduct, ...] | None:
        """All that reads the weights; None if that is not products with what is known ahead."""
        products = []
        for group, place in self.readers[weights]:
            lowering = group.lowering
            if place is None or place % 2 or not isinstance(lowering, DotIncLowering):
                return None
            vectors = group.reads[place + 1]
            if group.reads[place].whole != weights or self._is_own(vectors):
                return None
            batch = lowering.batches[place // 2]
            if (batch.count, batch.rows, batch.columns) != shape:
                return None
            products.append(LearnedProduct(group, place // 2, vectors, batch.shared))
        return tuple(products)
