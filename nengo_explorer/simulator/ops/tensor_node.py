"""The operator of a TensorNode: a function of TensorFlow, or a Keras layer, as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

import numpy as np
import tensorflow as tf
from nengo.builder import Operator
from nengo.exceptions import SimulationError

from nengo_explorer.simulator.ops.base import Lowering, Write
from nengo_explorer.simulator.tensor_checks import (
    check_output,
    examine,
    is_compilable,
    recomputed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nengo.builder import Signal

    from nengo_explorer.simulator.ops.base import BuildContext, StepContext
    from nengo_explorer.simulator.tensor_function import TensorFunction


class SimTensorNode(Operator):
    """Compute the output of a TensorNode.

    Parameters
    ----------
    function : TensorFunction
        What to compute.
    shapes : tuple of (tuple or None, tuple)
        Shape of the input of one item (None for no input), and of its output.
    name : str
        What people know the node by.
    time : Signal or None
        Time, if the function takes it.
    input : Signal or None
        Input, if there is any.
    output : Signal
        Output.
    variables : list of Signal
        One for each variable of the function.
    rows : Signal or None
        One element that stays as it is. Being kept from step to step, it has a row for every item,
        which tells a function that may mix items how many there are.

    Notes
    -----
    1. sets ``[output]``
    2. incs ``[]``
    3. reads ``[time, input, *variables that are not kept]``, those that there are
    4. updates ``[*kept variables, rows]``, whose old values it knows, as every operator does
    """

    def __init__(
        self,
        function: TensorFunction,
        shapes: tuple[tuple[int, ...] | None, tuple[int, ...]],
        name: str,
        *,
        time: Signal | None,
        input: Signal | None,  # noqa: A002 - as Nengo's operators call it
        output: Signal,
        variables: Sequence[Signal],
        rows: Signal | None,
    ) -> None:
        super().__init__(tag=name)
        self.function = function
        self.shape_in, self.shape_out = shapes
        self.name = name
        self.time, self.input, self.output = time, input, output
        self.variables, self.rows = list(variables), rows
        self.with_gradient: list[Signal] = []
        self.kept = [
            signal
            for entry, signal in zip(function.variables, variables, strict=True)
            if entry.kept
        ]
        given = [signal for signal in (time, input) if signal is not None]
        self.sets = [output]
        self.incs: list[Signal] = []
        self.reads = [*given, *(signal for signal in variables if signal not in self.kept)]
        self.updates = self.kept if rows is None else [*self.kept, rows]

    @property
    def arguments(self) -> list[Signal]:
        """Everything that the output is computed from, in the order of the function."""
        given = [signal for signal in (self.time, self.input) if signal is not None]
        return [*given, *self.variables]

    def specs(self, items: int, dtype: str) -> list[tf.TensorSpec]:
        """What the function is called with, for a number of items."""
        specs = [] if self.time is None else [tf.TensorSpec((), dtype)]
        if self.shape_in is not None:
            specs.append(tf.TensorSpec((items, *self.shape_in), dtype))
        return specs

    def make_step(self, signals: Any, dt: float, rng: Any) -> Callable[[], NoReturn]:
        """What Nengo core calls: it has no TensorFlow."""
        del signals, dt, rng

        def step() -> NoReturn:
            raise SimulationError(refusal(self.name))

        return step


def refusal(name: str) -> str:
    """Text of the error when Nengo core gets to a TensorNode."""
    return (
        f"{name} computes with TensorFlow, which Nengo core cannot run. Simulate the network with "
        "nengo_explorer.Simulator."
    )


class TensorNodeLowering(Lowering):
    """The function itself, on values from the simulation."""

    def __init__(self, operators: Sequence[SimTensorNode], context: BuildContext) -> None:
        super().__init__(operators, context)
        (self._op,) = operators
        rows = [] if self._op.rows is None else [self._op.rows]
        self.reads = [context.join([signal]) for signal in (*self._op.arguments, *rows)]
        self.writes = [
            Write(context.join([signal])) for signal in (*self._op.sets, *self._op.updates)
        ]

    def compute(self, inputs: Sequence[tf.Tensor], step: StepContext) -> list[tf.Tensor]:
        """Call the function."""
        op = self._op
        values = list(inputs)
        items = values[-1].shape[0] if op.rows is not None else None
        if op.rows is not None and items is None:
            items = tf.shape(values[-1])[0]
        arguments = []
        if op.time is not None:
            arguments.append(tf.reshape(values.pop(0), [-1])[0])
        if op.shape_in is not None:
            arguments.append(self._rows_of(values.pop(0), op.shape_in, items))
        rest = [values.pop()] if op.rows is not None else []
        # What is the same for all items comes with a row for each: any of them will do.
        numbers = [value if value.shape.rank == 1 else value[0] for value in values]
        output, kept = self._call(arguments, numbers, training=step.training)
        flat = self._checked(output, items)
        return [flat, *[new[tf.newaxis] for new in kept], *rest]

    def _call(
        self, arguments: list[tf.Tensor], values: list[tf.Tensor], *, training: bool
    ) -> tuple[Any, list[tf.Tensor]]:
        return self._op.function.call(arguments, values, training=training)

    @staticmethod
    def _rows_of(x: tf.Tensor, shape: tuple[int, ...], items: Any) -> tf.Tensor:
        """Input in its shape, with a row for every item if the function may mix items."""
        flat = x if x.shape.rank == 2 else x[tf.newaxis]
        if items is not None and flat.shape[0] == 1:
            flat = tf.broadcast_to(flat, [items, flat.shape[1]])
        rows = flat.shape[0] if flat.shape[0] is not None else tf.shape(flat)[0]
        return tf.reshape(flat, [rows, *shape])

    def _checked(self, output: Any, items: Any) -> tf.Tensor:
        """Output as rows of numbers, if it is what the node says it is."""
        op = self._op
        check_output(op, output, self.context.dtype)
        rows = output.shape[0]
        if isinstance(items, int) and rows is not None and rows not in {1, items}:
            raise SimulationError(
                f"{op.name} gave {rows} rows for a minibatch of {items} items. Its function must "
                "return a tensor with one row for each item, or one row for all."
            )
        size = int(np.prod(op.shape_out))
        return tf.reshape(output, [-1 if rows is None else rows, size])


class UncompiledLowering(TensorNodeLowering):
    """A function that XLA cannot compile, so TensorFlow runs it as it is.

    In the gradient the function is called once more: what calls Python remembers one call only, so
    within a loop its own gradient would be that of the last step.
    """

    calls_python: ClassVar[bool] = True

    def _call(
        self, arguments: list[tf.Tensor], values: list[tf.Tensor], *, training: bool
    ) -> tuple[Any, list[tf.Tensor]]:
        count = len(arguments)
        op = self._op

        def call(*tensors: tf.Tensor) -> tuple[tf.Tensor, ...]:
            output, kept = op.function.call(tensors[:count], tensors[count:], training=training)
            check_output(op, output, self.context.dtype)
            output.set_shape([output.shape[0], *op.shape_out])
            return (output, *kept)

        output, *kept = recomputed(call, [*arguments, *values])
        return output, kept


def lower_tensor_node(
    operators: Sequence[SimTensorNode], context: BuildContext
) -> TensorNodeLowering:
    """Compiled, if XLA can.

    Raises
    ------
    SimulationError
        If the function fails, or gives something else than it should.
    """
    (op,) = operators
    examine(op, context.dtype)
    compilable = op.function.by_item or is_compilable(op, context.dtype)
    return (TensorNodeLowering if compilable else UncompiledLowering)(operators, context)


BUILDERS: dict[type[Any], Any] = {SimTensorNode: lower_tensor_node}
