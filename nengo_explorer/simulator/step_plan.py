"""Plan of one simulation step: what each group reads and writes, and what is kept.

Everything here is numbers, no TensorFlow: a `StepPlan` can be inspected and tested by itself, and
every way of executing it (step by step, unrolled, whole chunks at once) starts from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nengo_explorer.simulator.elements import mark, slabs, take
from nengo_explorer.simulator.merging import Merge, merge_of
from nengo_explorer.simulator.ops.base import Lowering, Rewiring
from nengo_explorer.simulator.ops.registry import lower
from nengo_explorer.simulator.tracking import Read, Tracker, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt
    from nengo.builder import Operator

    from nengo_explorer.simulator.elements import Elements
    from nengo_explorer.simulator.ops.base import BuildContext
    from nengo_explorer.simulator.stages import Stage


@dataclass(frozen=True)
class OutputPlan:
    """How one output of a group becomes a value.

    Attributes
    ----------
    value : int
        Identifier of the new value.
    merge : Merge or None
        How to add up what arrives at the same element; None if nothing does.
    present : Read or None
        What the output is added to; None if it replaces.
    """

    value: int
    merge: Merge | None
    present: Read | None

    @property
    def adds(self) -> bool:
        """Whether the value is more than what the lowering has computed."""
        return self.merge is not None or self.present is not None


@dataclass(frozen=True)
class GroupPlan:
    """One group with its place in the step.

    Attributes
    ----------
    lowering : Lowering
        What computes it.
    reads : tuple of Read
        How to assemble its inputs.
    outputs : tuple of OutputPlan
        What becomes of its outputs.
    static : bool
        Whether it gives the same on every step, so that once a run is enough.
    """

    lowering: Lowering
    reads: tuple[Read, ...]
    outputs: tuple[OutputPlan, ...]
    static: bool

    @property
    def all_reads(self) -> tuple[Read, ...]:
        """Everything that it reads, with what its outputs are added to."""
        present = [output.present for output in self.outputs if output.present is not None]
        return (*self.reads, *present)


@dataclass
class StepPlan:
    """One simulation step, planned.

    Attributes
    ----------
    values : list of Value
        Table of all values.
    groups : list of GroupPlan
        What is computed, in order.
    parameters, state : list of ndarray of int32
        Element numbers of each block of parameters, and of what is kept from step to step.
    constants : list of ndarray
        Numbers of each constant.
    next_state : list of Read
        How to assemble each block of state at the end of a step.
    inputs : ndarray of int32
        Element numbers of what comes from outside on every step.
    probes : list of Read
        How to assemble what each probe sees at the end of a step.
    stages : tuple of Stage or None
        Parts that are simulated one after the other for many steps; None for step by step.
    """

    values: list[Value]
    groups: list[GroupPlan]
    parameters: list[Elements]
    state: list[Elements]
    constants: list[npt.NDArray[Any]]
    next_state: list[Read]
    inputs: Elements
    probes: list[Read] = field(default_factory=list)
    stages: tuple[Stage, ...] | None = None

    @property
    def calls_python(self) -> bool:
        """Whether some group runs as Python."""
        return any(group.lowering.calls_python for group in self.groups)


class Blocks:
    """Collects elements into blocks, in the order in which groups use them."""

    def __init__(self, member: npt.NDArray[np.bool_]) -> None:
        self._open = member.copy()
        self.blocks: list[Elements] = []

    def add(self, elements: Elements) -> None:
        """Make a block of those elements that belong here and are in no block yet."""
        flat = elements.ravel()
        belongs = take(self._open, flat)
        if not belongs.all():
            flat = flat[belongs]
        if flat.size:
            if not np.all(flat[1:] > flat[:-1]):  # else, no element is there twice
                first = np.sort(np.unique(flat, return_index=True)[1])
                flat = flat[first]
            for _, part in slabs(flat):
                self._open[part] = False
            self.blocks.append(flat)

    def add_rest(self) -> None:
        """Make a block of all elements that belong here and are in no block yet."""
        self.add(np.flatnonzero(self._open).astype(np.int32))


def plan_step(
    plan: Sequence[Sequence[Operator]],
    context: BuildContext,
    *,
    parameters: npt.NDArray[np.bool_],
    inputs: Elements,
    probes: Iterable[Elements],
) -> StepPlan:
    """Follow every element through the groups of a plan.

    Parameters
    ----------
    plan : sequence of sequences of Operator
        Groups in the order of execution.
    context : BuildContext
        Element numbers, step length and precision.
    parameters : (n_elements,) ndarray of bool
        Which elements are trainable parameters that no operator changes.
    inputs : ndarray of int32
        Elements that come from outside on every step.
    probes : iterable of ndarray of int32
        Elements of each probed signal.

    Returns
    -------
    StepPlan
    """
    actions = [lower(group, context) for group in plan]
    # Lowerings may have reserved elements of their own.
    parameters = np.pad(parameters, (0, context.space.size - len(parameters)))
    probed = list(probes)
    # The program knows the clock, so it is right in every group, wherever its operator is.
    clock = [context.space.of(s).ravel() for s in context.clock if s in context.space]
    outside = np.concatenate([inputs, *clock])
    kept = _kept_elements(actions, context.space.size, parameters, outside, probed)
    tracker = Tracker(context.space.size)
    step = StepPlan(tracker.values, [], [], [], [], [], inputs)
    _place_blocks(tracker, step, actions, parameters, kept, context, probed)
    for signal, value in zip(context.clock, (tracker.step, tracker.time), strict=True):
        if signal in context.space:
            tracker.place(context.space.of(signal), value)
    for action in actions:
        if isinstance(action, Rewiring):
            if action.constant is not None:
                action.constant_value = tracker.add(
                    "constant", len(step.constants), action.constant.size
                )
                step.constants.append(action.constant)
            action.apply(tracker)
        else:
            step.groups.append(_plan_group(action, tracker))
    step.next_state = [tracker.read(elements) for elements in step.state]
    step.probes = [tracker.read(elements) for elements in probed]
    return step


def _written(action: Lowering | Rewiring) -> list[Elements]:
    """Elements that an action gives a new value."""
    if isinstance(action, Rewiring):
        return action.targets
    cleared = [] if action.clears is None else [action.clears]
    return cleared + [write.elements for write in action.writes]


def _changed_elements(actions: Sequence[Lowering | Rewiring], size: int) -> npt.NDArray[np.bool_]:
    """Elements that some action gives a new value."""
    changed = np.zeros(size, dtype=bool)
    for action in actions:
        for elements in _written(action):
            mark(changed, elements)
    return changed


def _kept_elements(
    actions: Sequence[Lowering | Rewiring],
    size: int,
    parameters: npt.NDArray[np.bool_],
    outside: Elements,
    probed: Sequence[Elements],
) -> npt.NDArray[np.bool_]:
    """Elements whose value has to be kept from step to step.

    Those that some action changes, and whose old value is read before that in a step (by an
    increment, too), or by a probe after it; unless they come from outside on every step.
    """
    changed = _changed_elements(actions, size) & ~parameters
    fresh = np.zeros(size, dtype=bool)
    fresh[outside] = True
    kept = np.zeros(size, dtype=bool)
    for action in actions:
        for elements in action.reads:
            mark(kept, elements, unless=fresh)
        if isinstance(action, Lowering):
            if action.clears is not None:
                mark(fresh, action.clears)
            for write in action.writes:
                if write.mode == "inc":
                    mark(kept, write.elements, unless=fresh)
        for elements in _written(action):
            mark(fresh, elements)
    for elements in probed:
        mark(kept, elements, unless=fresh)
    return kept & changed


def _place_blocks(
    tracker: Tracker,
    step: StepPlan,
    actions: Sequence[Lowering | Rewiring],
    parameters: npt.NDArray[np.bool_],
    kept: npt.NDArray[np.bool_],
    context: BuildContext,
    probed: Sequence[Elements],
) -> None:
    """Lay out parameters, state, constants and inputs, and say where they are at the start."""
    fixed = ~_changed_elements(actions, len(kept)) & ~parameters & ~kept
    fixed[step.inputs] = False
    reads = [elements for action in actions for elements in action.reads] + list(probed)
    parameter_blocks, constant_blocks, state_blocks = (
        Blocks(parameters),
        Blocks(fixed),
        Blocks(kept),
    )
    for elements in reads:
        parameter_blocks.add(elements)
        constant_blocks.add(elements)
    parameter_blocks.add_rest()
    for action in actions:
        for elements in _written(action):
            state_blocks.add(elements)
    step.parameters, step.state = parameter_blocks.blocks, state_blocks.blocks
    for slot, block in enumerate(step.parameters):
        tracker.place(block, tracker.add("parameter", slot, block.size))
    for block in constant_blocks.blocks:
        numbers = context.space.initial_values(block, context.dtype)
        if numbers.any():
            value = tracker.add("constant", len(step.constants), block.size)
            step.constants.append(numbers)
            tracker.place(block, value)
    for slot, block in enumerate(step.state):
        tracker.place(block, tracker.add("state", slot, block.size))
    if step.inputs.size:
        tracker.place(step.inputs, tracker.add("input", 0, step.inputs.size))


def _plan_group(lowering: Lowering, tracker: Tracker) -> GroupPlan:
    """Plan what a group reads and where its outputs go."""
    reads = tuple(tracker.read(elements) for elements in lowering.reads)
    if lowering.clears is not None:
        tracker.clear(lowering.clears)
    merges = [
        merge_of(write.elements) if write.mode == "inc" else None for write in lowering.writes
    ]
    targets = [
        write.elements if merge is None else merge.elements
        for write, merge in zip(lowering.writes, merges, strict=True)
    ]
    present = [
        tracker.read(elements) if write.mode == "inc" else None
        for write, elements in zip(lowering.writes, targets, strict=True)
    ]
    static = not lowering.calls_python and all(
        read.static for read in [*reads, *(read for read in present if read is not None)]
    )
    outputs = []
    for slot, (elements, merge, old) in enumerate(zip(targets, merges, present, strict=True)):
        value = tracker.add("group", slot, elements.size, static=static)
        tracker.place(elements, value)
        outputs.append(
            OutputPlan(value.identifier, merge, None if old is None or old.zero else old)
        )
    return GroupPlan(lowering, reads, tuple(outputs), static)
