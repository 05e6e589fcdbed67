"""What comes into a network from outside: constants, functions of time, processes, data.

Sources are evaluated ahead, a chunk of steps at a time. A process has a state of its own; what it
put out beyond the steps that were really simulated is kept and handed out again, so a call that
leaves no trace (``stateful=False``) takes nothing away from the next one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from nengo.builder.operator import SimPyFunc
from nengo.exceptions import SimulationError
from nengo.utils.numpy import is_array_like

from nengo_explorer.simulator.generators import ItemGenerators

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import nengo
    import numpy.typing as npt
    from nengo.builder import Operator, Signal
    from nengo.builder.processes import SimProcess

    Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Clock:
    """Which steps are asked for.

    Attributes
    ----------
    first : int
        How many steps were simulated before.
    count : int
        How many steps are asked for.
    dt : float
        Length of a step, in seconds.
    """

    first: int
    count: int
    dt: float

    def times(self) -> list[float]:
        """Time at the end of each step, in seconds."""
        return [(self.first + step) * self.dt for step in range(1, self.count + 1)]


class Source(ABC):
    """Something whose output depends on time alone.

    Parameters
    ----------
    node : Node or None
        The input Node, whose output data may replace.
    size : int
        Number of elements.
    """

    #: Further columns of the program's input that say whether data was given.
    flag_columns = 0

    #: Whether its output depends on what it put out before.
    has_state = False

    #: Whether it makes no difference when its output is evaluated: no code of a user is called.
    is_foreseeable = False

    #: Whether its output is the same on every step.
    is_constant = False

    def __init__(self, node: nengo.Node | None, size: int) -> None:
        self.node = node
        self.size = size

    @property
    def columns(self) -> int:
        """Number of columns in the program's input."""
        return self.size + self.flag_columns

    @abstractmethod
    def evaluate(self, clock: Clock, items: int, dtype: str) -> Array:
        """Output for some steps, (count, items or 1, columns)."""

    def given(self, data: Array) -> Array:
        """Columns for output that data replaces, from (count, items, size)."""
        return data

    def advance(self, count: int) -> None:
        """Say that the next steps really were simulated; nothing to do without a state."""
        del count

    def reset(self, rng: np.random.RandomState) -> None:
        """Start again; nothing to do without a state."""
        del rng


class ConstantSource(Source):
    """The same on every step."""

    is_foreseeable = True
    is_constant = True

    def __init__(self, node: nengo.Node | None, value: Array) -> None:
        super().__init__(node, value.size)
        self._value = value.ravel()

    def evaluate(self, clock: Clock, items: int, dtype: str) -> Array:
        """The value, as often as asked for (a view, not copies)."""
        del items
        return np.broadcast_to(self._value.astype(dtype), (clock.count, 1, self.size))


class FunctionSource(Source):
    """A Python function of time."""

    def __init__(
        self, node: nengo.Node | None, function: Callable[[float], Any], size: int
    ) -> None:
        super().__init__(node, size)
        self._function = function

    def evaluate(self, clock: Clock, items: int, dtype: str) -> Array:
        """Call the function once a step, in order."""
        del items
        values = np.empty((clock.count, 1, self.size), dtype=dtype)
        for step, time in enumerate(clock.times()):
            try:
                value = self._function(time)
            except Exception as error:
                error.add_note(f"Raised by {self.node or 'a function'} at time {time:g} s.")
                raise
            if not _all_finite(value):
                raise SimulationError(
                    f"{self.node or 'A function'} returned {value!r} at time {time:g} s. "
                    "It has to return finite numbers."
                )
            values[step, 0] = np.ravel(value)
        return values


def _all_finite(value: Any) -> bool:
    """Whether a value is a number, or numbers, without infinite ones among them."""
    try:
        return value is not None and bool(np.all(np.isfinite(value)))
    except TypeError:  # text, for example
        return False


class ProcessSource(Source):
    """A process without input; each item has its own state and, if unseeded, its own noise."""

    has_state = True

    def __init__(self, node: nengo.Node | None, op: SimProcess, dt: float) -> None:
        super().__init__(node, op.output.size)
        self._op = op
        self._dt = dt
        self._generators = ItemGenerators(np.random.RandomState(0))
        self._steps: list[Callable[[float], Any]] = []
        self._ahead: list[list[Array]] = []
        #: Processes of Nengo depend on nothing but the time and their seed.
        self.is_foreseeable = type(op.process).__module__.startswith("nengo.")

    def reset(self, rng: np.random.RandomState) -> None:
        """Start again; without a seed of its own, the process takes its seed from ``rng``."""
        self._generators = ItemGenerators(rng)
        # The first one at once: what is wrong with the process shows when the network is built.
        self._steps, self._ahead = [self._make_step(0)], [[]]

    def _make_step(self, item: int) -> Callable[[float], Any]:
        process, output = self._op.process, self._op.output
        shape_in: tuple[int, ...] = (0,)
        state = process.make_state(shape_in, output.shape, self._dt, dtype=output.dtype)
        rng = process.get_rng(self._generators.of(item))
        step: Callable[[float], Any] = process.make_step(
            shape_in, output.shape, self._dt, rng, state
        )
        return step

    def evaluate(self, clock: Clock, items: int, dtype: str) -> Array:
        """Step the process until enough is known."""
        streams = 1 if self._op.process.seed is not None else items
        while len(self._steps) < streams:
            self._steps.append(self._make_step(len(self._steps)))
            self._ahead.append([])
        times = clock.times()
        values = np.empty((clock.count, streams, self.size), dtype=dtype)
        for item in range(streams):
            ahead = self._ahead[item]
            ahead += [np.ravel(np.copy(self._steps[item](t))) for t in times[len(ahead) :]]
            values[:, item] = ahead[: clock.count]
        return values

    def advance(self, count: int) -> None:
        """Forget outputs of steps that are over."""
        for ahead in self._ahead:
            del ahead[:count]


class CoupledSource(Source):
    """A function of time that is called step by step, in turn with other Node functions.

    Its column of flags says to the program whether data was given, so that nothing is called.
    """

    flag_columns = 1
    is_constant = True  # without data: the function itself is called elsewhere

    def evaluate(self, clock: Clock, items: int, dtype: str) -> Array:
        """Nothing is known ahead."""
        del items
        return np.broadcast_to(np.zeros(1, dtype), (clock.count, 1, self.columns))

    def given(self, data: Array) -> Array:
        """Data, and a flag that it was given."""
        flags = np.ones((*data.shape[:-1], 1), dtype=data.dtype)
        return np.concatenate([data, flags], axis=-1)


def make_source(
    node: nengo.Node | None, op: Operator | None, signal: Signal, *, coupled: bool, dt: float
) -> Source:
    """What evaluates an input Node, or an operator that depends on time alone.

    Parameters
    ----------
    node : Node or None
        The input Node, if it belongs to one.
    op : Operator or None
        What computes it; None for a constant.
    signal : Signal
        The output.
    coupled : bool
        Whether it is called in turn with other Node functions.
    dt : float
        Length of a step, in seconds.
    """
    if op is None:
        value = node.output if node is not None and is_array_like(node.output) else None
        return ConstantSource(node, np.asarray(signal.initial_value if value is None else value))
    if coupled:
        return CoupledSource(node, signal.size)
    if isinstance(op, SimPyFunc):
        return FunctionSource(node, _function_of_time(op), signal.size)
    return ProcessSource(node, op, dt)


def _function_of_time(op: SimPyFunc) -> Callable[[float], Any]:
    """The function of an operator, taking the time whether it wants it or not."""
    if op.t is None:
        return lambda _time: op.fn()
    function: Callable[[float], Any] = op.fn
    return function


def gather_inputs(
    sources: Sequence[Source],
    data: dict[nengo.Node, Array],
    clock: Clock,
    items: int,
    dtype: str,
) -> Array:
    """All columns of a program's input for a chunk.

    Parameters
    ----------
    sources : sequence of Source
        In the order of the columns.
    data : dict of Node to ndarray
        Replaces the output of some Nodes, (items, count, size).
    clock : Clock
        Which steps.
    items : int
        Size of the minibatch.
    dtype : str
        Floating point type.

    Returns
    -------
    inputs : ndarray
        (count, items, columns), or (count, 1, columns) if all items are alike.
    """
    parts = []
    for source in sources:
        if source.node in data:
            given = np.asarray(data[source.node], dtype=dtype).transpose(1, 0, 2)
            parts.append(source.given(given))
        else:
            parts.append(source.evaluate(clock, items, dtype))
    if not parts:
        return np.zeros((clock.count, 1, 0), dtype=dtype)
    width = max(part.shape[1] for part in parts)
    full = [np.broadcast_to(part, (clock.count, width, part.shape[2])) for part in parts]
    return full[0] if len(full) == 1 else np.concatenate(full, axis=2)
