"""Operators that run as Python, through their own step functions.

Any operator that Nengo core can step can run here: Node functions, functions of Direct ensembles,
and user-defined neuron types, processes, synapses and operators. Each item of a minibatch has its
own arrays and its own step function, so nothing is shared between items that Nengo core would not
share.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from nengo_explorer.simulator.generators import ItemGenerators
from nengo_explorer.simulator.ops.base import BuildContext, Lowering, StepContext, Write

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt
    import tensorflow as tf
    from nengo.builder import Operator, Signal

Arrays = list["npt.NDArray[Any]"]


class PythonFailure:
    """Keeps the exception of a Python function on its way through TensorFlow."""

    def __init__(self) -> None:
        self.error: BaseException | None = None

    def raise_if_any(self) -> None:
        """Raise the exception as it was thrown, once."""
        error, self.error = self.error, None
        if error is not None:
            raise error


class ItemSteps:
    """Step functions of a group of operators for one item, on arrays of its own.

    Parameters
    ----------
    operators : sequence of Operator
        Operators with a ``make_step``.
    clock : tuple of Signal
        Step counter and time of the model.
    dt : float
        Length of a step, in seconds.
    rng : RandomState
        Source of randomness of the step functions.
    """

    def __init__(
        self,
        operators: Sequence[Operator],
        clock: tuple[Signal, Signal],
        dt: float,
        rng: np.random.RandomState,
    ) -> None:
        self.arrays: dict[Signal, Any] = {}
        views: dict[Signal, Any] = {}
        for op in operators:
            for signal in op.all_signals:
                views[signal] = self.view(signal)
        self._clock = [self.arrays.get(signal) for signal in clock]
        self._dt = dt
        self.steps: list[Callable[[], None]] = [op.make_step(views, dt, rng) for op in operators]

    @staticmethod
    def with_own_generators(op: Operator, item: int) -> Operator:
        """An operator with copies of the random generators that it brings along.

        Nothing that a simulation does may change the built model, and items differ.
        """
        if not getattr(op, "state_extra", None):
            return op
        own = copy(op)
        own.state_extra = {}
        for name, generator in op.state_extra.items():
            first = np.random.RandomState()
            first.set_state(generator.get_state())
            own.state_extra[name] = ItemGenerators(first).of(item)
        return own

    def view(self, signal: Signal) -> Any:
        """The array of a signal or view, which the step functions read and write."""
        base = signal.base
        if base.sparse:
            matrix = base.initial_value
            return self.arrays.setdefault(
                base, matrix.allocate() if hasattr(matrix, "allocate") else matrix
            )
        array = self.arrays.setdefault(base, np.array(base.initial_value))
        if not signal.is_view:
            return array
        return np.ndarray(
            buffer=array,
            shape=signal.shape,
            dtype=signal.dtype,
            offset=signal.offset,
            strides=signal.strides,
        )

    def set_clock(self, n_steps: int) -> None:
        """Tell the operators that step number ``n_steps`` (from 1) is being computed."""
        for array, value in zip(self._clock, (n_steps, n_steps * self._dt), strict=True):
            if array is not None:
                array[...] = value


class PythonLowering(Lowering):
    """A group of operators run by their own step functions."""

    calls_python: ClassVar[bool] = True

    def __init__(self, operators: Sequence[Operator], context: BuildContext) -> None:
        super().__init__(operators, context)
        clock = set(context.clock)
        reads = [s for op in operators for s in [*op.reads, *op.incs] if s.base not in clock]
        # A sparse matrix stays what it was built as: its class has no way to replace its entries.
        reads = [signal for signal in reads if not signal.sparse]
        state = [s for op in operators for s in state_signals(op)]
        written = [s for op in operators for s in [*op.sets, *op.incs, *op.updates]]
        self._inputs = list(dict.fromkeys([*reads, *state]))
        self._outputs = list(dict.fromkeys(written))
        self.reads = [context.join([signal]) for signal in self._inputs]
        self.writes = [Write(context.join([signal])) for signal in self._outputs]
        self._items: list[ItemSteps] = []
        self._generators = ItemGenerators(np.random.RandomState(0))

    def reset(self, rng: np.random.RandomState) -> None:
        """Forget what the step functions keep in themselves; they are made anew."""
        self._generators = ItemGenerators(rng)
        # The first one at once: what is wrong with a part shows when the network is built.
        self._items = [self._make_item(0)]

    def _make_item(self, item: int) -> ItemSteps:
        operators = [ItemSteps.with_own_generators(op, item) for op in self.operators]
        context = self.context
        return ItemSteps(operators, context.clock, context.dt, self._generators.of(item))

    def call(self, n_steps: int, inputs: Arrays) -> Arrays:
        """Run the step functions for all items.

        Parameters
        ----------
        n_steps : int
            Number of the step, from 1.
        inputs : list of ndarray
            One for each entry of `reads`, shape (items, size).

        Returns
        -------
        outputs : list of ndarray
            One for each entry of `writes`, shape (items, size).
        """
        items = max((len(array) for array in inputs), default=1)
        return self._call_items(n_steps, inputs, items)

    def _call_items(self, n_steps: int, inputs: Arrays, items: int) -> Arrays:
        """Run the step functions for a number of items."""
        outputs = [np.empty((items, e.elements.size), self.context.dtype) for e in self.writes]
        while len(self._items) < items:
            self._items.append(self._make_item(len(self._items)))
        for item, steps in enumerate(self._items[:items]):
            steps.set_clock(n_steps)
            for signal, array in zip(self._inputs, inputs, strict=True):
                target = steps.view(signal)
                target[...] = array[item if len(array) > 1 else 0].reshape(target.shape)
            for op, step in zip(self.operators, steps.steps, strict=True):
                try:
                    step()
                except Exception as error:
                    error.add_note(f"Raised by {_name(op)} in step {n_steps}.")
                    raise
            for signal, output in zip(self._outputs, outputs, strict=True):
                output[item] = np.ravel(steps.view(signal))
        return outputs

    def compute(self, inputs: Sequence[tf.Tensor], step: StepContext) -> list[tf.Tensor]:
        """Refused: the program calls `call` outside the compiled parts."""
        del inputs, step
        raise TypeError("operators that run as Python are called by the program, not compiled")


class CoupledSourceLowering(PythonLowering):
    """A function of time that is called in turn with other Node functions, unless data is given.

    Its inputs are the data and a flag that says whether there is any.
    """

    def __init__(self, operators: Sequence[Operator], context: BuildContext) -> None:
        super().__init__(operators, context)
        columns = context.sources[operators[0]]
        self.reads = [columns[:-1], columns[-1:]]

    def call(self, n_steps: int, inputs: Arrays) -> Arrays:
        """Call the function, once for all items, or pass on the data."""
        data, given = inputs
        return [data] if given.any() else super()._call_items(n_steps, [], 1)


def _name(op: Operator) -> str:
    """What people know an operator by: the Node whose function it calls, where there is one."""
    output = getattr(op, "output", None)
    name = str(getattr(output, "name", None) or op)
    return name.removesuffix(".out")


def state_signals(op: Operator) -> list[Signal]:
    """Signals that an operator keeps from step to step: it reads what it wrote before."""
    state = getattr(op, "state", None)
    return list(state.values()) if isinstance(state, dict) else list(op.updates)
