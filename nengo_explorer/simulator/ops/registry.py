"""Which lowering each class of operator has, and how authors of own classes add theirs."""

from __future__ import annotations

import inspect
import warnings
from typing import TYPE_CHECKING, Any

from nengo.base import Process
from nengo.builder import Operator
from nengo.builder.neurons import SimNeurons
from nengo.builder.operator import SimPyFunc
from nengo.builder.processes import SimProcess
from nengo.exceptions import BuildError, NengoWarning, ValidationError
from nengo.neurons import NeuronType

from nengo_explorer.graph_optimizer.mergeable import NEURON_TYPES, PROCESS_RULES, RULES
from nengo_explorer.simulator.ops import (
    basic,
    learning,
    neurons,
    processes,
    products,
    tensor_node,
    transforms,
)
from nengo_explorer.simulator.ops.base import Lowering, Rewiring
from nengo_explorer.simulator.ops.neuron_form import NeuronForm
from nengo_explorer.simulator.ops.python_call import CoupledSourceLowering, PythonLowering
from nengo_explorer.simulator.ops.sources import lower_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from nengo_explorer.simulator.ops.base import BuildContext

    Builder = Callable[[Sequence[Operator], BuildContext], Lowering | Rewiring]

#: Exact class of an operator -> what makes its lowering. A subclass may step differently, so it
#: does not inherit the lowering of its base class.
BUILDERS: dict[type[Any], Builder] = {
    **basic.BUILDERS,
    **learning.BUILDERS,
    **neurons.BUILDERS,
    **processes.BUILDERS,
    **products.BUILDERS,
    **tensor_node.BUILDERS,
    **transforms.BUILDERS,
}

#: Tables of lowerings by the kind of class, and which of their entries came with the package.
_TABLES: tuple[tuple[type[Any], dict[Any, Any]], ...] = (
    (NeuronType, neurons.FORMS),
    (Process, processes.FORMS),
    (Operator, BUILDERS),
)
_BUILT_IN = frozenset(kind for _, table in _TABLES for kind in table)


class NoGradientWarning(NengoWarning):
    """Something in a network runs as Python and so has no gradient."""


def register_lowering(
    kind: type[Any],
    lowering: Any,
    *,
    merge_key: Callable[[Operator], Hashable] | None = None,
) -> None:
    """Give a class of neuron types, processes, synapses or operators a TensorFlow form.

    It counts for simulators that are made afterwards, and for exactly this class: a subclass may
    step differently, so it needs a form of its own.

    Parameters
    ----------
    kind : type
        A subclass of `nengo.neurons.NeuronType`, `nengo.Process` (synapses are processes) or
        `nengo.builder.Operator`.
    lowering : type or callable
        For a neuron type, a subclass of `NeuronForm`. For the others, a subclass of `Lowering`, or
        a function that makes a lowering from ``(operators, context)``. Processes without input are
        evaluated ahead by their own step function in any case.
    merge_key : callable, optional
        Takes an operator and gives something hashable: operators with equal keys may be handed to
        the lowering as one group. By default each is alone. Not for neuron types, of which all with
        the same names of states share a group.

    Raises
    ------
    ValidationError
        If there is already a form for this class, or an argument is of the wrong kind.
    """
    table = _table_of(kind)
    if kind in table:
        raise ValidationError(
            f"{kind.__name__} already has a TensorFlow form, "
            + ("which came with the package." if kind in _BUILT_IN else "registered before."),
            attr="kind",
        )
    if table is neurons.FORMS:
        if not (inspect.isclass(lowering) and issubclass(lowering, NeuronForm)):
            raise ValidationError(
                f"the form of a neuron type must be a subclass of NeuronForm, got {lowering!r}.",
                attr="lowering",
            )
        if merge_key is not None:
            raise ValidationError("a neuron type takes no merge_key.", attr="merge_key")
        NEURON_TYPES.add(kind)
    elif not callable(lowering):
        raise ValidationError(
            f"must be a subclass of Lowering or a function that makes one, got {lowering!r}.",
            attr="lowering",
        )
    if merge_key is not None:
        _merge_rules(table)[kind] = merge_key
    table[kind] = lowering


def unregister_lowering(kind: type[Any]) -> None:
    """Take back what `register_lowering` did; the class then runs as Python again.

    Parameters
    ----------
    kind : type
        The class.

    Raises
    ------
    ValidationError
        If no form was registered for it, or one that came with the package.
    """
    table = _table_of(kind)
    if kind not in table or kind in _BUILT_IN:
        raise ValidationError(f"no form was registered for {kind.__name__}.", attr="kind")
    del table[kind]
    NEURON_TYPES.discard(kind)
    if table is not neurons.FORMS:
        _merge_rules(table).pop(kind, None)


def _table_of(kind: Any) -> dict[Any, Any]:
    """The table that a class belongs into."""
    for base, table in _TABLES:
        if inspect.isclass(kind) and issubclass(kind, base):
            return table
    raise ValidationError(
        f"must be a subclass of NeuronType, Process (synapses are processes) or Operator, got "
        f"{kind!r}.",
        attr="kind",
    )


def _merge_rules(table: dict[Any, Any]) -> dict[Any, Any]:
    return PROCESS_RULES if table is processes.FORMS else RULES


def runs_as_python(op: Operator) -> bool:
    """Whether an operator (not evaluated ahead) is stepped by its own Python function."""
    if type(op) is SimNeurons:
        return not neurons.has_form(op)
    if type(op) is SimProcess:
        return not processes.has_form(op)
    return type(op) not in BUILDERS


def lower(operators: Sequence[Operator], context: BuildContext) -> Lowering | Rewiring:
    """Turn one group of a plan into a function.

    Parameters
    ----------
    operators : sequence of Operator
        Operators that can be merged.
    context : BuildContext
        Element numbers, step length and precision.

    Raises
    ------
    BuildError
        If an operator neither has a lowering nor a step function, or what is registered for it
        makes something else than a lowering.
    """
    first = operators[0]
    if first in context.coupled:
        return CoupledSourceLowering(operators, context)
    if first in context.sources:
        return lower_sources(operators, context)
    if not runs_as_python(first):
        made = BUILDERS[type(first)](operators, context)
        if not isinstance(made, (Lowering, Rewiring)):
            raise BuildError(f"The lowering registered for {first} made {made!r}, not a Lowering.")
        return made
    if not _can_step(first):
        raise BuildError(
            f"Operator {first} of type {type(first).__name__} cannot be simulated: it has neither "
            "a TensorFlow form nor a make_step function."
        )
    if not isinstance(first, SimPyFunc):
        warnings.warn(_no_form(first), NoGradientWarning, stacklevel=2)
    return PythonLowering(operators, context)


def _can_step(op: Operator) -> bool:
    """Whether an operator has a step function (the base class has one that refuses)."""
    return getattr(type(op), "make_step", Operator.make_step) is not Operator.make_step


def _no_form(op: Operator) -> str:
    """Text of the warning for an operator that is run by its own step function."""
    part = getattr(op, "neurons", None) or getattr(op, "process", None) or op
    return (
        f"{type(part).__name__} has no TensorFlow form, so it runs as Python, step by step: "
        "simulation is slower and no gradient passes through it in training. "
        "nengo_explorer.simulator.register_lowering gives it one."
    )
