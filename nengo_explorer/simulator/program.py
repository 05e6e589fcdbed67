"""Compiled programs: a simulation as a function of (parameters, state, inputs).

A program is made from a planned step and knows nothing of networks, recorded data or settings that
may change: it takes parameters and the state at the start, and returns what probes saw and the
state at the end. Everything that can be compiled by XLA is; groups that run as Python are called
between compiled parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import tensorflow as tf

from nengo_explorer.simulator.execute import StaticPart, assemble
from nengo_explorer.simulator.segments import run_groups, run_with_python
from nengo_explorer.simulator.stages import partition

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nengo_explorer.simulator.ops.base import StepContext
    from nengo_explorer.simulator.ops.python_call import PythonFailure
    from nengo_explorer.simulator.step_plan import StepPlan
    from nengo_explorer.simulator.tracking import Read

    Tensors = list[tf.Tensor]


@dataclass(frozen=True)
class ProbeColumns:
    """Where a probe's numbers are in what a program returns.

    Attributes
    ----------
    recorded : slice or None
        Columns among the probes recorded on every step.
    last : slice or None
        Columns among the probes of which only the last step is returned.
    static : bool
        Whether it sees only parameters and constants, so that nothing has to be recorded.
    """

    recorded: slice | None
    last: slice | None
    static: bool


class Program:
    """A planned step, compiled for one mode.

    Parameters
    ----------
    plan : StepPlan
        The planned step.
    step : StepContext
        Training or inference, and smoothing.
    dt : float
        Length of a step, in seconds.
    dtype : str
        "float32" or "float64".
    unroll : int
        Steps in one body of the loop.
    use_loop : bool
        Whether there is a loop; without one, exactly ``unroll`` steps are computed.
    keep_every_step : sequence of bool
        For each probe, whether every step is recorded, or only the last.
    failure : PythonFailure
        Takes the exception of a Python function.
    items : int, optional
        Size of the minibatch that `run` simulates; `over_time` takes it with each call.

    Attributes
    ----------
    columns : list of ProbeColumns
        One for each probe.
    traces : int
        How often a function of this program was traced.
    """

    def __init__(
        self,
        plan: StepPlan,
        step: StepContext,
        *,
        dt: float,
        dtype: str,
        unroll: int,
        use_loop: bool,
        keep_every_step: Sequence[bool],
        failure: PythonFailure,
        items: int = 1,
    ) -> None:
        self.plan = plan
        self.step = step
        self.dt = dt
        self.dtype = dtype
        self.unroll = unroll
        self.use_loop = use_loop
        self.failure = failure
        self.items = items
        self.traces = 0
        self.stages = partition(plan)
        self.keeps_every_step = tuple(keep_every_step)
        self._lay_out_probes(keep_every_step)
        self._compiled: dict[tuple[int, ...], Callable[..., Any]] = {}

    def _lay_out_probes(self, keep_every_step: Sequence[bool]) -> None:
        self.columns: list[ProbeColumns] = []
        self._recorded: list[Read] = []
        self._last: list[Read] = []
        width = {True: 0, False: 0}
        for read, every in zip(self.plan.probes, keep_every_step, strict=True):
            if read.static:
                self.columns.append(ProbeColumns(None, None, static=True))
                continue
            columns = slice(width[every], width[every] + read.size)
            width[every] = columns.stop
            (self._recorded if every else self._last).append(read)
            self.columns.append(
                ProbeColumns(columns if every else None, None if every else columns, static=False)
            )
        self.recorded_width, self.last_width = width[True], width[False]

    def run(
        self,
        n_steps: int,
        first_step: int,
        parameters: Tensors,
        state: Tensors,
        inputs: tf.Tensor,
    ) -> tuple[tf.Tensor, tf.Tensor, Tensors]:
        """Simulate one chunk.

        Parameters
        ----------
        n_steps : int
            Number of steps, at most the length of ``inputs``.
        first_step : int
            How many steps were simulated before.
        parameters : list of tf.Tensor
            Flat blocks of parameters.
        state : list of tf.Tensor
            Blocks of state, each (items, size).
        inputs : tf.Tensor
            What comes from outside, (chunk length, items or 1, size).

        Returns
        -------
        recorded : tf.Tensor
            Probes on every step, (chunk length, items, width); only the first ``n_steps`` count.
        last : tf.Tensor
            Probes on the last step, (items, width).
        state : list of tf.Tensor
            State after the last step.
        """
        arguments = (tf.constant(n_steps), tf.constant(first_step), parameters, state, inputs)
        shape = tuple(inputs.shape)
        if shape not in self._compiled:
            self._compiled[shape] = self._compile(arguments)
        try:
            result: tuple[tf.Tensor, tf.Tensor, Tensors] = self._compiled[shape](*arguments)
        except tf.errors.OpError:
            self.failure.raise_if_any()
            raise
        return result

    def _compile(self, arguments: tuple[Any, ...]) -> Callable[..., Any]:
        """Make the compiled function for chunks of a given length.

        It is concrete, so that TensorFlow does not take programs that are compiled on purpose for
        one function that is traced again and again by mistake, and warn.
        """
        length = int(arguments[-1].shape[0])

        def chunk(
            n_steps: tf.Tensor,
            first_step: tf.Tensor,
            parameters: Tensors,
            state: Tensors,
            inputs: tf.Tensor,
        ) -> tuple[tf.Tensor, tf.Tensor, Tensors]:
            self.traces += 1
            return self._loop(length, n_steps, first_step, parameters, state, inputs)

        function = tf.function(chunk, jit_compile=not self.plan.calls_python, autograph=False)
        concrete: Callable[..., Any] = function.get_concrete_function(*arguments)
        return concrete

    def _loop(
        self,
        length: int,
        n_steps: tf.Tensor,
        first_step: tf.Tensor,
        parameters: Tensors,
        state: Tensors,
        inputs: tf.Tensor,
    ) -> tuple[tf.Tensor, tf.Tensor, Tensors]:
        """Loop over the steps of a chunk; the number of steps may change from call to call."""
        return self._simulate(length, n_steps, first_step, parameters, state, inputs, self.items)

    def over_time(
        self,
        inputs: tf.Tensor,
        first_step: tf.Tensor,
        parameters: Tensors,
        state: Tensors,
        items: Any,
    ) -> tuple[tf.Tensor, tf.Tensor, Tensors]:
        """Simulate all steps of the inputs, so that gradients can be taken.

        Parameters
        ----------
        inputs : tf.Tensor
            What comes from outside, (steps, items, size), with a known number of steps.
        first_step : tf.Tensor
            How many steps were simulated before.
        parameters : list of tf.Tensor
            Flat blocks of parameters.
        state : list of tf.Tensor
            Blocks of state, each (items, size).
        items : int or tf.Tensor
            Size of the minibatch.

        Returns
        -------
        recorded : tf.Tensor
            Probes on every step, (steps, items, width).
        last : tf.Tensor
            Probes on the last step, (items, width).
        state : list of tf.Tensor
            State after the last step.
        """
        steps = int(inputs.shape[0])
        return self._simulate(steps, None, first_step, parameters, state, inputs, items)

    def static_probes(self, parameters: Tensors) -> dict[int, tf.Tensor]:
        """What probes see that depend on parameters and constants alone.

        Parameters
        ----------
        parameters : list of tf.Tensor
            Flat blocks of parameters.

        Returns
        -------
        values : dict of int to tf.Tensor
            By number of the probe, flat.
        """
        static = StaticPart(self.plan, parameters, self.step, self.dtype)
        return {
            number: assemble(read, static.values, self.dtype)
            for number, read in enumerate(self.plan.probes)
            if read.static
        }

    def _simulate(
        self,
        length: int,
        n_steps: tf.Tensor | None,
        first_step: tf.Tensor,
        parameters: Tensors,
        state: Tensors,
        inputs: tf.Tensor,
        items: Any,
    ) -> tuple[tf.Tensor, tf.Tensor, Tensors]:
        """Loop over steps: ``n_steps`` of them, or (None) exactly ``length``."""
        static = StaticPart(self.plan, parameters, self.step, self.dtype)
        known = items if isinstance(items, int) else None
        record = tf.TensorArray(self.dtype, size=length, element_shape=[known, self.recorded_width])
        last = tf.zeros([items, self.last_width], self.dtype)

        def body(index: tf.Tensor, now: Tensors, last: tf.Tensor, record: Any) -> Any:
            for _ in range(min(self.unroll, length)):
                row = tf.gather(inputs, index)
                now, seen, last = self.one_step(static, now, row, first_step + index + 1, items)
                record = record.write(index, seen)
                index += 1
            return index, now, last, record

        variables: Any = (tf.constant(0), list(state), last, record)
        if not self.use_loop or (n_steps is None and length <= self.unroll):
            _, state, last, record = body(*variables)
            return record.stack(), last, list(state)
        end = length if n_steps is None else n_steps
        whole = end // self.unroll * self.unroll
        # A bound on the number of rounds lets XLA reserve what the gradient needs.
        rounds = length // self.unroll if n_steps is None else None
        variables = self._while(lambda index, *_: index < whole, body, variables, rounds)
        if self.unroll > 1:

            def single(index: tf.Tensor, now: Tensors, last: tf.Tensor, record: Any) -> Any:
                row = tf.gather(inputs, index)
                now, seen, last = self.one_step(static, now, row, first_step + index + 1, items)
                return index + 1, now, last, record.write(index, seen)

            rest = self.unroll if n_steps is None else None
            variables = self._while(lambda index, *_: index < end, single, variables, rest)
        _, state, last, record = variables
        return record.stack(), last, list(state)

    def _while(self, condition: Any, body: Any, variables: Any, rounds: int | None) -> Any:
        """A loop whose steps do not overlap, as calls of Python have to keep their order."""
        return tf.while_loop(
            condition, body, variables, parallel_iterations=1, maximum_iterations=rounds
        )

    def one_step(
        self, static: StaticPart, state: Tensors, row: tf.Tensor, number: tf.Tensor, items: Any
    ) -> tuple[Tensors, tf.Tensor, tf.Tensor]:
        """One simulation step.

        Parameters
        ----------
        static : StaticPart
            What is the same on every step.
        state : list of tf.Tensor
            Blocks of state, each (items, size).
        row : tf.Tensor
            Inputs of this step, (items or 1, size).
        number : tf.Tensor
            Number of this step, from 1.
        items : int
            Size of the minibatch.

        Returns
        -------
        state : list of tf.Tensor
            State after the step.
        recorded, last : tf.Tensor
            What probes see, each (items, width).
        """
        values = dict(static.values)
        for value in self.plan.values:
            if value.kind == "state":
                values[value.identifier] = state[value.slot]
            elif value.kind == "input":
                values[value.identifier] = row
            elif value.kind == "step":
                values[value.identifier] = tf.cast(number, self.dtype)[tf.newaxis]
            elif value.kind == "time":
                # Computed in double precision: a float32 product would drift from n * dt.
                seconds = tf.cast(number, "float64") * self.dt
                values[value.identifier] = tf.cast(seconds, self.dtype)[tf.newaxis]
        for stage in self.stages:
            if self.plan.calls_python:
                run_with_python(
                    stage.groups, values, static, self.step, self.dtype,
                    number=number, items=items, failure=self.failure,
                )  # fmt: skip
            else:
                run_groups(stage.groups, values, static, self.step, self.dtype)
        new = [_with_items(assemble(r, values, self.dtype), items) for r in self.plan.next_state]
        seen = [
            self._columns([assemble(read, values, self.dtype) for read in reads], items)
            for reads in (self._recorded, self._last)
        ]
        return new, seen[0], seen[1]

    def _columns(self, parts: Tensors, items: Any) -> tf.Tensor:
        """What several probes see, side by side."""
        if not parts:
            return tf.zeros([items, 0], self.dtype)
        return tf.concat([_with_items(part, items) for part in parts], axis=1)


def _with_items(tensor: tf.Tensor, items: Any) -> tf.Tensor:
    """Give a tensor its axis of items, so that loop variables keep their shape."""
    width = tensor.shape[-1]
    if tensor.shape.rank == 1 or tensor.shape[0] == 1:
        tensor = tf.broadcast_to(tensor, [items, width])
    tensor.set_shape([items if isinstance(items, int) else None, width])
    return tensor
