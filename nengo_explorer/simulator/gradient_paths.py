"""Which parameters training cannot reach, and why.

A loss is computed from what probes see; a parameter learns only if some chain of operators leads
from it to such a probe within the steps of one call, and every operator in between has a gradient.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nengo.builder.neurons import SimNeurons
from nengo.exceptions import NengoWarning

from nengo_explorer.simulator.ops.registry import runs_as_python
from nengo_explorer.simulator.ops.tensor_node import SimTensorNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import nengo
    from nengo.builder import Operator, Signal

    from nengo_explorer.simulator.build import BuiltNetwork
    from nengo_explorer.simulator.engine import Engine
    from nengo_explorer.simulator.parameters import Parameter

    #: Signal that is written -> (signal that is read for it, steps until the write is seen).
    Edges = Mapping[Signal, list[tuple[Signal, int]]]


class NoGradientPathWarning(NengoWarning):
    """Some trainable parameters cannot be changed by a training."""


@dataclass(frozen=True)
class Unreachable:
    """A parameter that training cannot change.

    Attributes
    ----------
    parameter : Parameter
        The parameter.
    reason : str
        Why, as the rest of a sentence.
    """

    parameter: Parameter
    reason: str


def unreachable_parameters(
    built: BuiltNetwork,
    parameters: Iterable[Parameter],
    probes: Sequence[nengo.Probe],
    n_steps: int,
    *,
    training: bool,
) -> list[Unreachable]:
    """Parameters that no gradient of a loss arrives at.

    Parameters
    ----------
    built : BuiltNetwork
        The network.
    parameters : iterable of Parameter
        Those that are asked for.
    probes : sequence of Probe
        Probes that have a loss.
    n_steps : int
        Number of steps of each item of the data.
    training : bool
        Whether spiking neurons run as rate neurons.
    """
    operators = [op for group in built.groups for op in group]
    ends = [built.model.sig[probe]["in"].base for probe in probes]
    open_edges = _edges(operators, lambda op: _blocks(op, built, training=training))
    distance = _steps_to(ends, open_edges)
    any_distance = _steps_to(ends, _edges(operators, lambda _op: False))
    found = []
    for parameter in parameters:
        signal = parameter.signal.base
        if distance.get(signal, n_steps) < n_steps:
            continue
        reason = _reason(distance.get(signal), any_distance.get(signal), n_steps, training=training)
        found.append(Unreachable(parameter, reason))
    return found


def _blocks(op: Operator, built: BuiltNetwork, *, training: bool) -> bool:
    """Whether an operator has no gradient."""
    if op in built.context.sources:
        return False
    if isinstance(op, SimNeurons) and op.neurons.spiking and not training:
        return True
    return runs_as_python(op)


def _edges(operators: Iterable[Operator], blocks: Callable[[Operator], bool]) -> Edges:
    """What every signal is computed from."""
    edges: dict[Signal, list[tuple[Signal, int]]] = defaultdict(list)
    for op in operators:
        if blocks(op):
            continue
        reads = op.with_gradient if isinstance(op, SimTensorNode) else op.reads
        for targets, delay in ((op.sets, 0), (op.incs, 0), (op.updates, 1)):
            for target in targets:
                edges[target.base] += [(read.base, delay) for read in reads]
    return edges


def _steps_to(ends: Iterable[Signal], edges: Edges) -> dict[Signal, int]:
    """Fewest steps from each signal to one of the ends; signals without a path are left out."""
    steps = dict.fromkeys(ends, 0)
    level, present = 0, list(steps)
    while present:
        later: list[Signal] = []
        while present:
            signal = present.pop()
            if steps[signal] < level:
                continue
            for source, delay in edges.get(signal, ()):
                if steps.get(source, level + delay + 1) > level + delay:
                    steps[source] = level + delay
                    (later if delay else present).append(source)
        level, present = level + 1, later
    return steps


def _reason(distance: int | None, any_distance: int | None, n_steps: int, *, training: bool) -> str:
    """Why a parameter does not learn."""
    if any_distance is None:
        return "on no path to a probe that has a loss"
    if distance is None:
        if not training:
            return (
                "every path to a probe that has a loss runs through neurons that spike (the "
                "setting learning_phase is False) or through Python, which have no gradient"
            )
        return "every path to a probe that has a loss runs through Python, which has no gradient"
    return (
        f"it takes {distance + 1} steps until a probe that has a loss sees it (synapses delay by a "
        f"step), and the data have {n_steps}"
    )


def reached(
    engine: Engine,
    flags: Sequence[bool],
    probes: Sequence[nengo.Probe],
    n_steps: int,
    *,
    training: bool,
) -> tuple[list[bool], str]:
    """For each parameter, whether training changes it.

    Parameters
    ----------
    engine : Engine
        The live simulation.
    flags : sequence of bool
        For each parameter, whether settings let training change it.
    probes, n_steps, training
        As for `unreachable_parameters`.

    Returns
    -------
    flags : list of bool
        Those that a gradient arrives at.
    warning : str
        What is to be said of the others; empty if there are none.
    """
    parameters = engine.store.parameters
    wanted = [p for p, on in zip(parameters, flags, strict=True) if on]
    lost = unreachable_parameters(engine.built, wanted, probes, n_steps, training=training)
    out = {entry.parameter.path for entry in lost}
    found = [on and p.path not in out for p, on in zip(parameters, flags, strict=True)]
    return found, warning_text(lost) if lost else ""


def warning_text(unreachable: Sequence[Unreachable]) -> str:
    """All parameters that do not learn, by reason, in one text."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for entry in unreachable:
        by_reason[entry.reason].append(entry.parameter.path)
    parts = [f"{', '.join(_shortened(paths))}: {reason}" for reason, paths in by_reason.items()]
    return f"These trainable parameters do not change in this training. {'. '.join(parts)}."


def _shortened(paths: Sequence[str], most: int = 10) -> list[str]:
    """A list for people: the first few, and how many more there are."""
    more = [f"and {len(paths) - most} more"] if len(paths) > most else []
    return [*paths[:most], *more]
