"""Partition of a planned step into stages that run one after the other over many steps.

What nothing in a step has an influence on through time can be computed for all steps at once; what
has an influence on itself has to be computed step by step.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nengo_explorer.simulator.circles import components
from nengo_explorer.simulator.learned import find_learned

if TYPE_CHECKING:
    from nengo_explorer.simulator.learned import LearnedWeights
    from nengo_explorer.simulator.step_plan import GroupPlan, StepPlan
    from nengo_explorer.simulator.tracking import Read


@dataclass(frozen=True)
class Stage:
    """Groups and blocks of state that are computed together for many steps.

    Attributes
    ----------
    groups : tuple of GroupPlan
        In the order of execution within a step.
    state : tuple of int
        Slots of the blocks of state.
    circular : bool
        Whether they depend on themselves, so that they have to be computed step by step. Otherwise
        it is one group, or one block of state.
    imports : tuple of int
        Identifiers of values of other stages, and of what changes from outside, that it reads.
    exports : tuple of int
        Identifiers of its values that other stages or probes read.
    learned : tuple of LearnedWeights
        Weights that need not be written on each step.
    """

    groups: tuple[GroupPlan, ...]
    state: tuple[int, ...]
    circular: bool
    imports: tuple[int, ...]
    exports: tuple[int, ...]
    learned: tuple[LearnedWeights, ...] = ()


def partition(plan: StepPlan) -> tuple[Stage, ...]:
    """Cut a planned step into stages.

    Parameters
    ----------
    plan : StepPlan
        The planned step.

    Returns
    -------
    stages : tuple of Stage
        In the order of execution; together they hold every group that is not static, and every
        block of state.
    """
    groups = [group for group in plan.groups if not group.static]
    successors = _successors(plan, groups)
    component = components(successors)
    members: dict[int, list[int]] = defaultdict(list)
    for node, number in enumerate(component):
        members[number].append(node)
    # Edges lead to lower numbers, so the highest comes first.
    nodes = [members[number] for number in sorted(members, reverse=True)]
    imports = [_imports(plan, groups, part) for part in nodes]
    wanted = {value for read in plan.probes for value in read.values}.union(*imports)
    stages = []
    for part, read in zip(nodes, imports, strict=True):
        its_groups = tuple(groups[node] for node in part if node < len(groups))
        slots = tuple(node - len(groups) for node in part if node >= len(groups))
        circular = len(part) > 1 or part[0] in successors[part[0]]
        exports = tuple(value for value in _values_of(plan, groups, part) if value in wanted)
        learned = find_learned(plan, its_groups, slots, exports) if circular else ()
        stages.append(Stage(its_groups, slots, circular, tuple(read), exports, learned))
    return tuple(stages)


def _values_of(plan: StepPlan, groups: list[GroupPlan], nodes: list[int]) -> list[int]:
    """Identifiers of what nodes compute or keep."""
    outputs = [out.value for node in nodes if node < len(groups) for out in groups[node].outputs]
    slots = {node - len(groups) for node in nodes}
    kept = [
        value.identifier for value in plan.values if value.kind == "state" and value.slot in slots
    ]
    return outputs + kept


def _imports(plan: StepPlan, groups: list[GroupPlan], nodes: list[int]) -> list[int]:
    """Identifiers of changing values that nodes read and do not compute or keep themselves."""
    reads = [read for node in nodes if node < len(groups) for read in groups[node].all_reads]
    reads += [plan.next_state[node - len(groups)] for node in nodes if node >= len(groups)]
    own = set(_values_of(plan, groups, nodes))
    return [
        value
        for value in dict.fromkeys(value for read in reads for value in read.values)
        if value not in own and not plan.values[value].static
    ]


def _successors(plan: StepPlan, groups: list[GroupPlan]) -> list[list[int]]:
    """Who reads what each group writes, and each block of state; groups come first."""
    node_of = {
        value.identifier: len(groups) + value.slot for value in plan.values if value.kind == "state"
    }
    for node, group in enumerate(groups):
        node_of.update((output.value, node) for output in group.outputs)
    reads = [group.all_reads for group in groups] + [(read,) for read in plan.next_state]
    weights = _changing_weights(plan, groups, reads, node_of)
    successors: list[list[int]] = [[] for _ in reads]
    for reader, its_reads in enumerate(reads):
        for value in dict.fromkeys(value for read in its_reads for value in read.values):
            if value in node_of:
                successors[node_of[value]].append(reader)
            if value in weights:  # they stay together, as if each needed the other
                successors[reader].append(node_of[value])
    return successors


def _changing_weights(
    plan: StepPlan,
    groups: list[GroupPlan],
    reads: list[tuple[Read, ...]],
    node_of: dict[int, int],
) -> set[int]:
    """Identifiers of weights that change, and of what they are computed from that is as large.

    Between stages there would be a copy of them for each of many steps.
    """
    waiting = [
        value
        for group in groups
        for place in group.lowering.weights
        for value in group.reads[place].values
    ]
    found: set[int] = set()
    while waiting:
        value = waiting.pop()
        if value in found or value not in node_of:
            continue
        found.add(value)
        size = plan.values[value].size
        as_large = (read for read in reads[node_of[value]] if read.size >= size)
        waiting.extend(other for read in as_large for other in read.values)
    return found
