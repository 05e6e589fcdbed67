"""Whether simulating in stages pays, and which operators are worth a stage of their own.

Merging and stages pull against each other. Ensembles that are merged into one group advance
together in one loop; in stages of their own, each has its loop. What a stage of its own gains is
that products with its weights are computed for many steps at once: the weights are then read once
for all of them, and from the nearest memory.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from nengo.builder.learning_rules import SimBCM, SimPES
from nengo.builder.operator import DotInc
from nengo.builder.transforms import ConvInc, ConvTransposeInc

from nengo_explorer.simulator.ops.base import StepContext
from nengo_explorer.simulator.ranks import rank_operators, split_groups
from nengo_explorer.simulator.stages import partition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nengo.builder import Operator, Signal

    from nengo_explorer.simulator.ranks import Ranks
    from nengo_explorer.simulator.stages import Stage
    from nengo_explorer.simulator.step_plan import StepPlan

    Groups = Sequence[Sequence[Operator]]
    StageMode = Literal["auto", "plain", "staged"]

#: Seconds that a multiplication with a weight takes on one step alone, and in a product for many.
#: Measured on two cores of a current server, in float32; their ratio matters, not their size.
ALONE, AMONG_MANY = 2e-10, 4e-11

#: Seconds that a loop of its own costs on each step, and that a group in a loop costs.
LOOP, GROUP = 2e-6, 5e-7

#: Seconds on each step that stages have to gain: they take some tenths of a second longer to
#: compile, which has to come back within some ten thousand steps.
WORTHWHILE = 5e-6

#: How often learned weights are read or written on a step, and how many steps are computed as one
#: where that can be put off to the last of them.
PASSES, STEPS = 3, 64

#: At most so many ranks become stages of their own: what is compiled must not grow with a network.
MOST_STAGES = 16

#: Stages are chosen for runs, which are longer than trainings.
RUN = StepContext(training=False, lif_smoothing=None)

_MODE: ContextVar[StageMode] = ContextVar("stage_mode", default="auto")


@contextmanager
def stage_mode(mode: StageMode) -> Iterator[None]:
    """Build simulators that run in stages or not, whatever pays; to compare the two.

    Parameters
    ----------
    mode : {"auto", "plain", "staged"}
        What pays; step by step; or with a stage for every rank of operators.
    """
    token = _MODE.set(mode)
    try:
        yield
    finally:
        _MODE.reset(token)


def plan_in_stages(groups: Groups, plan: Callable[[Groups], StepPlan]) -> StepPlan:
    """Plan a step, and its stages where they pay.

    Parameters
    ----------
    groups : sequence of sequences of Operator
        Groups in the order of execution.
    plan : callable
        Plans the step of such groups.

    Returns
    -------
    step : StepPlan
        With stages, if it is to run in stages; groups are then cut so that it can.
    """
    mode = _MODE.get()
    if mode == "plain":
        return plan(groups)
    ranks = rank_operators(groups)
    classes = ranks.of if mode == "staged" else _classes(ranks)
    step = plan(split_groups(groups, classes))
    if not step.calls_python:
        stages = partition(step)
        if mode == "auto":
            stages = tuple(_without_small(stage) for stage in stages)
        if mode == "staged" or _gain(stages) > WORTHWHILE:
            step.stages = stages
            return step
    return step if len(set(classes.values())) <= 1 else plan(groups)


def _without_small(stage: Stage) -> Stage:
    """A stage that puts off writing learned weights only where that gains something."""
    learned = (part for part in stage.learned if _put_off(part.count, part.rows, part.columns) > 0)
    return replace(stage, learned=tuple(learned))


def _put_off(count: int, rows: int, columns: int) -> float:
    """Seconds on each step that are gained where learned weights are not written on each."""
    written = PASSES * rows * columns * ALONE
    summed = (PASSES * rows + STEPS) * columns * AMONG_MANY + 2 * STEPS * rows * ALONE
    return count * (written - summed)


def _gain(stages: Sequence[Stage]) -> float:
    """Seconds on each step that stages gain against one loop for everything."""
    gain = LOOP
    for stage in stages:
        gain += sum(_put_off(part.count, part.rows, part.columns) for part in stage.learned)
        if stage.circular and not any(g.lowering.knows_many_steps(RUN) for g in stage.groups):
            gain -= LOOP
        elif not stage.circular:
            multiplications = sum(
                _multiplications(op) for group in stage.groups for op in group.lowering.operators
            )
            gain += len(stage.groups) * GROUP + multiplications * (ALONE - AMONG_MANY)
    return gain


def _classes(ranks: Ranks) -> dict[Operator, int]:
    """Which operators may share a group: those of a rank of its own, and those in between."""
    gains = _gains(ranks)
    chosen = sorted(range(ranks.count), key=lambda rank: -gains[rank])[:MOST_STAGES]
    alone = {rank for rank in chosen if gains[rank] > 0}
    class_of_rank, number = [], 0
    for rank in range(ranks.count):
        if rank > 0 and (rank in alone or rank - 1 in alone):
            number += 1
        class_of_rank.append(number)
    return {op: class_of_rank[rank] for op, rank in ranks.of.items()}


def _gains(ranks: Ranks) -> dict[int, float]:
    """Seconds on each step that every rank gains as a stage of its own."""
    gains: dict[int, float] = defaultdict(lambda: -LOOP)
    rank_of_writer: dict[Signal, int] = {}
    for op, rank in ranks.of.items():
        for base in {s.base for s in (*op.sets, *op.incs, *op.updates)}:
            rank_of_writer[base] = max(rank, rank_of_writer.get(base, rank))
    for op, rank in ranks.of.items():
        # Weights that change are read anew on every step, whatever the stages.
        if op not in ranks.circular and _weights(op) not in rank_of_writer:
            gains[rank] += _multiplications(op) * (ALONE - AMONG_MANY)
        if isinstance(op, SimPES | SimBCM) and rank_of_writer[op.pre_filtered.base] < rank:
            gains[rank] += max(0.0, _put_off(1, *op.delta.shape))
    return gains


def _weights(op: Operator) -> Signal | None:
    """The base signal of an operator's weights."""
    if isinstance(op, DotInc):
        return op.A.base
    return op.W.base if isinstance(op, ConvInc | ConvTransposeInc) else None


def _multiplications(op: Operator) -> int:
    """How many multiplications with weights an operator needs on one step."""
    if isinstance(op, DotInc):
        return int(op.A.size)
    if isinstance(op, ConvInc | ConvTransposeInc):
        positions = op.conv.output_shape if isinstance(op, ConvInc) else op.conv.input_shape
        return int(op.W.size * np.prod(positions.spatial_shape))
    return 0
