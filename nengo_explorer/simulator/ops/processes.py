"""SimProcess: linear and triangular filters as TensorFlow functions.

A process without input is evaluated ahead, outside the program (`sources`); any other
process is stepped by its own Python function (`python_call`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf
from nengo.builder.processes import SimProcess
from nengo.synapses import Alpha, LinearFilter, Lowpass, Triangle
from nengo.utils.filter_design import cont2discrete, tf2ss

from nengo_explorer.simulator.ops.base import (
    BuildContext,
    Lowering,
    StepContext,
    Write,
    WriteMode,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt
    from nengo.builder import Operator
    from nengo.processes import Process


@dataclass(frozen=True)
class StateSpace:
    """A discrete linear system with one input and one output.

    Attributes
    ----------
    transition : (order, order) ndarray
    entry : (order,) ndarray
    readout : (order,) ndarray
    feedthrough : float
    """

    transition: npt.NDArray[np.float64]
    entry: npt.NDArray[np.float64]
    readout: npt.NDArray[np.float64]
    feedthrough: float

    @property
    def order(self) -> int:
        """Number of state variables."""
        return len(self.entry)


def discretize(synapse: LinearFilter, dt: float) -> StateSpace:
    """State space of a linear synapse at a step length.

    Parameters
    ----------
    synapse : LinearFilter
        Transfer function, analog or digital.
    dt : float
        Step length, in seconds.
    """
    system = tf2ss(synapse.num, synapse.den)
    if synapse.analog and len(system[0]) > 0:
        system = cont2discrete(system, dt, method=synapse.method)[:4]
    transition, entry, readout, feedthrough = (np.asarray(part, dtype=float) for part in system)
    return StateSpace(transition, entry.ravel(), readout.ravel(), float(feedthrough.sum()))


def _discretized(synapses: Sequence[LinearFilter], dt: float) -> list[StateSpace]:
    """State spaces of many synapses, few of which differ."""
    known: dict[object, StateSpace] = {}
    for synapse in synapses:
        key = _coefficients(synapse)
        if key not in known:
            known[key] = discretize(synapse, dt)
    return [known[_coefficients(synapse)] for synapse in synapses]


def _coefficients(synapse: LinearFilter) -> object:
    """Whatever the state space depends on."""
    numbers = (np.asarray(part, dtype=float).tobytes() for part in (synapse.num, synapse.den))
    return (*numbers, synapse.analog, synapse.method)


class LinearFilterLowering(Lowering):
    """A group of linear filters of the same order; coefficients may differ.

    With order 1 and no feedthrough the output is the (scaled) state, so when the output is itself
    kept from step to step nothing else has to be.
    """

    def __init__(self, operators: Sequence[Operator], context: BuildContext) -> None:
        super().__init__(operators, context)
        sizes = [op.input.size for op in operators]
        systems = _discretized([op.process for op in operators], context.dt)
        self.order = systems[0].order
        self._transition = self._stack([s.transition for s in systems], sizes)
        self._entry = self._stack([s.entry for s in systems], sizes)
        self._readout = self._stack([s.readout for s in systems], sizes)
        self._feedthrough = self._stack([np.asarray(s.feedthrough) for s in systems], sizes)
        through = [s.feedthrough != 0 for s in systems]
        self._has_feedthrough = any(through)
        #: For each element whether its filter has, where some have and others have not.
        self._through = None if all(through) or not any(through) else np.repeat(through, sizes)
        self._output_is_state = (
            self.order == 1 and not self._has_feedthrough and operators[0].mode == "update"
        )
        output = context.join([op.output for op in operators])
        mode: WriteMode = "inc" if operators[0].mode == "inc" else "set"
        self.reads = [context.join([op.input for op in operators])]
        self.writes = [Write(output, mode)]
        if self._output_is_state:
            self.reads.append(output)
        elif self.order:
            space = context.space
            state = np.concatenate(
                [space.of(op.state["X"]).reshape(self.order, -1) for op in operators], axis=1
            ).ravel()
            self.reads.append(state)
            self.writes.append(Write(state))

    def _stack(self, arrays: Sequence[npt.NDArray[Any]], sizes: Sequence[int]) -> npt.NDArray[Any]:
        """Coefficients of all filters along a last axis, one entry per element; 1 if all alike."""
        if all(np.array_equal(arrays[0], other) for other in arrays[1:]):
            return np.asarray(arrays[0], dtype=self.context.dtype)[..., np.newaxis]
        stacked = np.stack(arrays, axis=-1)
        return np.repeat(stacked, sizes, axis=-1).astype(self.context.dtype)

    def compute(self, inputs: Sequence[tf.Tensor], step: StepContext) -> list[tf.Tensor]:
        """Advance all filters by one step."""
        del step
        signal = inputs[0]
        if self.order == 0:
            return [signal * self._feedthrough]
        if self._output_is_state:
            gain = self._entry[0] * self._readout[0]
            return [inputs[1] * self._transition[0, 0] + signal * gain]
        return self._general(signal, inputs[1])

    def knows_many_steps(self, step: StepContext) -> bool:
        """Whether all filters are alike, so that their response is one matrix."""
        del step
        coefficients = (self._transition, self._entry, self._readout, self._feedthrough)
        return self.order > 0 and all(array.shape[-1] == 1 for array in coefficients)

    def compute_over_time(
        self, inputs: Sequence[tf.Tensor], n_steps: int, step: StepContext
    ) -> list[tf.Tensor]:
        """All steps as one product with the response of the filter."""
        del step
        signal, initial = inputs
        width = signal.shape[-1]
        if signal.shape.rank == 1:
            signal = tf.broadcast_to(signal, [n_steps, tf.shape(initial)[0], width])
        decay, response = _responses(self._transition[..., 0], self._entry[..., 0], n_steps)
        if self._output_is_state:
            response = response * self._readout[0, 0]
        dtype = self.context.dtype
        flat = tf.reshape(signal, [n_steps, -1])
        driven = tf.matmul(tf.constant(response.reshape(-1, n_steps), dtype), flat)
        kept = tf.einsum(
            "tij,bjn->tibn",
            tf.constant(decay, dtype),
            tf.reshape(initial, [-1, self.order, width]),
        )
        # By step, state variable, item, element.
        new = tf.reshape(driven, tf.shape(kept)) + kept
        states = tf.transpose(new, [0, 2, 1, 3])
        after = tf.reshape(states, [n_steps, -1, self.order * width])
        if self._output_is_state:
            return [after]
        if self._has_feedthrough:
            first = tf.reshape(initial, [1, -1, self.order, width])
            states = tf.concat([first, states[:-1]], axis=0)
        output = tf.reduce_sum(states * self._readout[:, 0][:, np.newaxis], axis=2)
        if self._has_feedthrough:
            output += signal * self._feedthrough
        return [output, after]

    def _general(self, signal: tf.Tensor, flat_state: tf.Tensor) -> list[tf.Tensor]:
        """State space update of any order.

        Without feedthrough the output is that of the new state, which saves a step of delay; with
        feedthrough it is that of the old state, as in the usual difference equation.
        """
        width = signal.shape[-1]
        old = tf.unstack(
            tf.reshape(flat_state, [*_leading(flat_state), self.order, width]), axis=-2
        )
        new = [
            sum(old[j] * self._transition[i, j] for j in range(self.order))
            + signal * self._entry[i]
            for i in range(self.order)
        ]
        states = old if self._has_feedthrough else new
        if self._through is not None:
            states = [tf.where(self._through, *pair) for pair in zip(old, new, strict=True)]
        output = sum(states[i] * self._readout[i] for i in range(self.order))
        if self._has_feedthrough:
            output += signal * self._feedthrough
        return [output, tf.concat(new, axis=-1)]


def _responses(
    transition: npt.NDArray[Any], entry: npt.NDArray[Any], n_steps: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """What is left of the initial state after each step, and of the input of each step.

    Parameters
    ----------
    transition : (order, order) ndarray
    entry : (order,) ndarray
    n_steps : int

    Returns
    -------
    decay : (n_steps, order, order) ndarray
        Powers of the transition, from the first on.
    response : (n_steps, order, n_steps) ndarray
        The state after step ``t`` to a unit input on step ``s``, zero before it.
    """
    order = len(entry)
    powers = [np.eye(order)]
    for _ in range(n_steps):
        powers.append(powers[-1] @ transition.astype(np.float64))
    impulse = np.array(powers[:-1]) @ entry.astype(np.float64)
    lag = np.subtract.outer(np.arange(n_steps), np.arange(n_steps))
    response = np.where(lag[..., np.newaxis] >= 0, impulse[lag], 0.0)
    return np.array(powers[1:]), response.transpose(0, 2, 1)


def _leading(flat: tf.Tensor) -> list[int]:
    """Axes before the last: none for static values, else one for the rows."""
    return [-1] if flat.shape.rank == 2 else []


class TriangleLowering(Lowering):
    """A group of triangular filters with as many taps.

    The output is computed from the last inputs themselves. (Nengo core adds and subtracts from the
    last output, which in float32 would drift.)
    """

    def __init__(self, operators: Sequence[Operator], context: BuildContext) -> None:
        super().__init__(operators, context)
        self.taps = int(operators[0].state["X"].shape[0])
        mode: WriteMode = "inc" if operators[0].mode == "inc" else "set"
        past = np.concatenate(
            [context.space.of(op.state["X"]).reshape(self.taps, -1) for op in operators], axis=1
        ).ravel()
        self.reads = [context.join([op.input for op in operators]), past]
        self.writes = [Write(context.join([op.output for op in operators]), mode), Write(past)]

    def compute(self, inputs: Sequence[tf.Tensor], step: StepContext) -> list[tf.Tensor]:
        """Weights fall in equal steps from the present input to the oldest one."""
        del step
        signal, flat = inputs
        width = int(signal.shape[-1])
        if signal.shape.rank < flat.shape.rank or signal.shape[0] == 1:
            signal = tf.broadcast_to(signal, [tf.shape(flat)[0], width])
        # The state has the newest input first, each divided by the sum of all weights.
        newest = signal / (self.taps * (self.taps + 1) / 2)
        past = tf.concat([newest, flat[:, : (self.taps - 1) * width]], axis=-1)
        weights = tf.range(self.taps, 0, -1, dtype=self.context.dtype)
        shaped = tf.reshape(past, [-1, self.taps, width])
        return [tf.reduce_sum(shaped * weights[:, tf.newaxis], axis=1), past]


#: Exact class of a process that has an input -> its lowering.
FORMS: dict[type[Process], Callable[[Sequence[Operator], BuildContext], Lowering]] = {
    Alpha: LinearFilterLowering,
    LinearFilter: LinearFilterLowering,
    Lowpass: LinearFilterLowering,
    Triangle: TriangleLowering,
}


def has_form(op: SimProcess) -> bool:
    """Whether a process with input has a TensorFlow form."""
    return op.input is not None and type(op.process) in FORMS


def lower_process(operators: Sequence[Operator], context: BuildContext) -> Lowering:
    """The lowering of a group of processes of one class."""
    return FORMS[type(operators[0].process)](operators, context)


BUILDERS = {SimProcess: lower_process}
