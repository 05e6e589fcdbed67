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

from nengo_explorer.simulator import program_cache
from nengo_explorer.simulator.computation import Computation, Steps
from nengo_explorer.simulator.execute import StaticPart, assemble
from nengo_explorer.simulator.ops.computed_once import knowing_count
from nengo_explorer.simulator.staged import simulate_staged
from nengo_explorer.simulator.stepwise import simulate_stepwise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nengo_explorer.simulator.ops.base import StepContext
    from nengo_explorer.simulator.ops.python_call import PythonFailure
    from nengo_explorer.simulator.step_plan import StepPlan
    from nengo_explorer.simulator.tracking import Read

    Tensors = list[tf.Tensor]

#: Rows of a block (steps times items) that are simulated at once: enough for a product of matrices
#: to be quick, few enough for what is between stages to stay in the cache.
BLOCK_ROWS = 64

#: Training and prediction simulate so many steps as one block.
MOST_STEPS_AT_ONCE = 128

#: Fewest steps in a block, whatever the number of items.
BLOCK_STEPS = 8

#: What is between the stages of a block should fit into this many bytes: millions of neurons would
#: otherwise need as much memory for it as for everything else together.
BLOCK_BYTES = 32 * 2**20


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
        self.items = items
        self.traces = 0
        self.keeps_every_step = tuple(keep_every_step)
        self.columns, recorded, last = _lay_out_probes(plan.probes, keep_every_step)
        self.computation = Computation(
            plan, step, dt, dtype, unroll, use_loop, tuple(recorded), tuple(last), failure
        )
        self.recorded_width = self.computation.recorded_width
        self.last_width = self.computation.last_width
        self._compiled: dict[tuple[int, ...], Callable[..., Any]] = {}

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
        is_new = shape not in self._compiled
        if is_new:
            self._compiled[shape] = self._compile(arguments)
        try:
            result: tuple[tf.Tensor, tf.Tensor, Tensors] = self._compiled[shape](*arguments)
        except tf.errors.OpError:
            self.computation.failure.raise_if_any()
            raise
        if is_new:
            program_cache.hand_on()
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
            steps = Steps(length, n_steps, first_step, state, inputs, self.items)
            with knowing_count(n_steps, self.computation.dtype):
                return self._simulate(steps, parameters)

        function = tf.function(chunk, jit_compile=not self.plan.calls_python, autograph=False)
        concrete: Callable[..., Any] = function.get_concrete_function(*arguments)
        return concrete

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
        length = int(inputs.shape[0])
        return self._simulate(Steps(length, None, first_step, state, inputs, items), parameters)

    def _simulate(self, steps: Steps, parameters: Tensors) -> tuple[tf.Tensor, tf.Tensor, Tensors]:
        static = StaticPart(self.plan, parameters, self.computation.step, self.computation.dtype)
        computation = self.computation
        if self.plan.stages is None or computation.unroll > 1 or not computation.use_loop:
            return simulate_stepwise(computation, static, steps)
        block = self._block_steps(steps.items)
        if steps.count is None and steps.length <= MOST_STEPS_AT_ONCE:
            block = steps.length  # for gradients, all of them are kept anyway
        return simulate_staged(computation, static, steps, block)

    def _block_steps(self, items: Any) -> int:
        """Steps that are simulated at once."""
        if not isinstance(items, int):
            return BLOCK_STEPS
        between = {value for stage in self.plan.stages or () for value in stage.exports}
        width = sum(self.plan.values[value].size for value in between)
        number = 8 if self.computation.dtype == "float64" else 4
        fitting = BLOCK_BYTES // max(1, width * items * number)
        return max(BLOCK_STEPS, min(BLOCK_ROWS // items, fitting))

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
        dtype = self.computation.dtype
        static = StaticPart(self.plan, parameters, self.computation.step, dtype)
        return {
            number: assemble(read, static.values, dtype)
            for number, read in enumerate(self.plan.probes)
            if read.static
        }


def _lay_out_probes(
    probes: Sequence[Read], keep_every_step: Sequence[bool]
) -> tuple[list[ProbeColumns], list[Read], list[Read]]:
    """Columns of each probe, and what is recorded on every step and on the last one only."""
    columns: list[ProbeColumns] = []
    reads: dict[bool, list[Read]] = {True: [], False: []}
    width = {True: 0, False: 0}
    for read, every in zip(probes, keep_every_step, strict=True):
        if read.static:
            columns.append(ProbeColumns(None, None, static=True))
            continue
        place = slice(width[every], width[every] + read.size)
        width[every] = place.stop
        reads[every].append(read)
        columns.append(
            ProbeColumns(place if every else None, None if every else place, static=False)
        )
    return columns, reads[True], reads[False]
