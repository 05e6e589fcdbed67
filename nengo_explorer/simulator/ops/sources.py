"""Operators whose output depends on time alone: Node functions and processes without input.

They are evaluated ahead of a chunk, outside the program; inside it their output is an input.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from nengo.builder.operator import SimPyFunc
from nengo.builder.processes import SimProcess

from nengo_explorer.simulator.ops.base import BuildContext, Lowering, Rewiring, StepContext, Write

if TYPE_CHECKING:
    from collections.abc import Sequence

    import tensorflow as tf
    from nengo.builder import Operator

    from nengo_explorer.simulator.tracking import Tracker


def is_source(op: Operator) -> bool:
    """Whether an operator computes its output from the time alone."""
    if isinstance(op, SimPyFunc):
        return op.x is None and op.output is not None
    return isinstance(op, SimProcess) and op.input is None


class SourceRewiring(Rewiring):
    """Sources that set their output: it refers to the program's input."""

    def __init__(self, operators: Sequence[Operator], context: BuildContext) -> None:
        super().__init__(operators, context)
        self._outputs = context.join([op.output for op in operators])
        self._inputs = np.concatenate([context.sources[op] for op in operators])
        self.reads, self.targets = [self._inputs], [self._outputs]

    def apply(self, tracker: Tracker) -> None:
        """Point the outputs at the program's input."""
        tracker.alias(self._outputs, self._inputs)


class SourceIncLowering(Lowering):
    """Sources that add to a signal (noise injected into an ensemble)."""

    def __init__(self, operators: Sequence[Operator], context: BuildContext) -> None:
        super().__init__(operators, context)
        self.reads = [np.concatenate([context.sources[op] for op in operators])]
        self.writes = [Write(context.join([op.output for op in operators]), "inc")]

    def compute(self, inputs: Sequence[tf.Tensor], step: StepContext) -> list[tf.Tensor]:
        """The program's input itself."""
        del step
        return list(inputs)


def lower_sources(operators: Sequence[Operator], context: BuildContext) -> Lowering | Rewiring:
    """Sources either set their output or add to it."""
    if operators[0].incs:
        return SourceIncLowering(operators, context)
    return SourceRewiring(operators, context)
