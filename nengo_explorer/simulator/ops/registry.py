"""Which lowering each class of operator has."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from nengo.builder.neurons import SimNeurons
from nengo.builder.operator import SimPyFunc
from nengo.builder.processes import SimProcess
from nengo.exceptions import BuildError, NengoWarning

from nengo_explorer.simulator.ops import basic, learning, neurons, processes, products, transforms
from nengo_explorer.simulator.ops.python_call import CoupledSourceLowering, PythonLowering
from nengo_explorer.simulator.ops.sources import lower_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nengo.builder import Operator

    from nengo_explorer.simulator.ops.base import BuildContext, Lowering, Rewiring

    Builder = Callable[[Sequence[Operator], BuildContext], Lowering | Rewiring]

#: Exact class of an operator -> what makes its lowering. A subclass may step differently, so it
#: does not inherit the lowering of its base class.
BUILDERS: dict[type[Any], Builder] = {
    **basic.BUILDERS,
    **learning.BUILDERS,
    **neurons.BUILDERS,
    **processes.BUILDERS,
    **products.BUILDERS,
    **transforms.BUILDERS,
}


class NoGradientWarning(NengoWarning):
    """Something in a network runs as Python and so has no gradient."""


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
        If an operator neither has a lowering nor a step function.
    """
    first = operators[0]
    if first in context.coupled:
        return CoupledSourceLowering(operators, context)
    if first in context.sources:
        return lower_sources(operators, context)
    if not runs_as_python(first):
        return BUILDERS[type(first)](operators, context)
    if not hasattr(first, "make_step"):
        raise BuildError(
            f"Operator {first} of type {type(first).__name__} cannot be simulated: it has neither "
            "a TensorFlow form nor a make_step function."
        )
    if not isinstance(first, SimPyFunc):
        warnings.warn(_no_form(first), NoGradientWarning, stacklevel=2)
    return PythonLowering(operators, context)


def _no_form(op: Operator) -> str:
    """Text of the warning for an operator that is run by its own step function."""
    part = getattr(op, "neurons", None) or getattr(op, "process", None) or op
    return (
        f"{type(part).__name__} has no TensorFlow form, so it runs as Python, step by step: "
        "simulation is slower and no gradient passes through it in training."
    )
