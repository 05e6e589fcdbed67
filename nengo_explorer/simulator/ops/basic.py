"""Operators that move or clear values: Reset, Copy, and those that only mark something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from nengo.builder.operator import Copy, Reset, TimeUpdate
from nengo.builder.probe import SimProbe

from nengo_explorer.simulator.ops.base import BuildContext, Lowering, Rewiring, StepContext, Write

if TYPE_CHECKING:
    from collections.abc import Sequence

    import tensorflow as tf
    from nengo.builder import Operator

    from nengo_explorer.simulator.elements import Elements
    from nengo_explorer.simulator.tracking import Tracker


class ResetRewiring(Rewiring):
    """Signals set to a constant: afterwards their elements are that constant."""

    def __init__(self, operators: Sequence[Operator], context: BuildContext) -> None:
        super().__init__(operators, context)
        zero, other, values = [], [], []
        for op in operators:
            elements = context.space.of(op.dst)
            value = np.asarray(op.value, dtype=context.dtype)
            if not value.any():
                zero.append(elements.ravel())
            else:
                other.append(elements.ravel())
                values.append(np.broadcast_to(value, elements.shape).ravel())
        self._zero = np.concatenate(zero) if zero else None
        self._other = np.concatenate(other) if other else None
        self.targets = zero + other
        if values:
            self.constant = np.concatenate(values)

    def apply(self, tracker: Tracker) -> None:
        """Point the elements at zero, or at the group's constant."""
        if self._zero is not None:
            tracker.clear(self._zero)
        if self._other is not None and self.constant_value is not None:
            tracker.place(self._other, self.constant_value)


def copy_elements(op: Copy, context: BuildContext) -> tuple[Elements, Elements]:
    """Element numbers that a Copy reads and writes, pairwise and flat."""
    source = context.space.of(op.src)
    target = context.space.of(op.dst)
    if op.src_slice is not None:
        source = source[op.src_slice]
    if op.dst_slice is not None:
        target = target[op.dst_slice]
    return np.broadcast_to(source, target.shape).ravel(), target.ravel()


class CopyRewiring(Rewiring):
    """Copies that set their target: afterwards it is the same value as the source."""

    def __init__(self, operators: Sequence[Operator], context: BuildContext) -> None:
        super().__init__(operators, context)
        pairs = [copy_elements(op, context) for op in operators]
        self._sources = np.concatenate([source for source, _ in pairs])
        self._targets = np.concatenate([target for _, target in pairs])
        self.reads, self.targets = [self._sources], [self._targets]

    def apply(self, tracker: Tracker) -> None:
        """Point the target at what the source is now."""
        tracker.alias(self._targets, self._sources)


class CopyIncLowering(Lowering):
    """Copies that add to their target."""

    def __init__(self, operators: Sequence[Operator], context: BuildContext) -> None:
        super().__init__(operators, context)
        pairs = [copy_elements(op, context) for op in operators]
        self.reads = [np.concatenate([source for source, _ in pairs])]
        self.writes = [Write(np.concatenate([target for _, target in pairs]), "inc")]

    def compute(self, inputs: Sequence[tf.Tensor], step: StepContext) -> list[tf.Tensor]:
        """The read values themselves: adding them up is the program's part."""
        del step
        return list(inputs)


class ClockRewiring(Rewiring):
    """The step counter and the time, which the program itself knows."""

    def __init__(self, operators: Sequence[Operator], context: BuildContext) -> None:
        super().__init__(operators, context)
        self._step, self._time = (context.space.of(s).ravel() for s in operators[0].sets)
        self.targets = [self._step, self._time]

    def apply(self, tracker: Tracker) -> None:
        """Point both signals at the program's clock."""
        tracker.place(self._step, tracker.step)
        tracker.place(self._time, tracker.time)


class NothingRewiring(Rewiring):
    """Operators that only mark something."""

    def apply(self, tracker: Tracker) -> None:
        """Change nothing."""


def lower_copy(operators: Sequence[Operator], context: BuildContext) -> Lowering | Rewiring:
    """Copies either add to their targets or only rename their sources."""
    adds = bool(operators[0].incs)
    return CopyIncLowering(operators, context) if adds else CopyRewiring(operators, context)


BUILDERS = {
    Reset: ResetRewiring,
    Copy: lower_copy,
    TimeUpdate: ClockRewiring,
    SimProbe: NothingRewiring,
}
