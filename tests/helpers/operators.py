"""Stand-ins for Nengo's operators, and a plain interpreter for operators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from nengo.builder import Operator, Signal
from nengo.builder.operator import DotInc, ElementwiseInc

from nengo_explorer.graph_optimizer import noop_planner
from nengo_explorer.graph_optimizer.signal_use import destination

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy.typing as npt

    Values = dict[Signal, npt.NDArray[Any]]


def signal(value: Any, name: str = "signal") -> Signal:
    """A signal of floats that begins with a value."""
    return Signal(np.array(value, dtype=float), name=name)


class Task(Operator):
    """An operator that only has a place in the order of things.

    Parameters
    ----------
    name : str
        What it is called in messages.
    kind : str
        Tasks of a kind may share a group, where a test puts them into ``mergeable.RULES``.
    sets, incs, reads, updates : iterable of Signal
        What it does with signals.
    """

    def __init__(
        self,
        name: str,
        kind: str = "",
        sets: Iterable[Signal] = (),
        incs: Iterable[Signal] = (),
        reads: Iterable[Signal] = (),
        updates: Iterable[Signal] = (),
    ) -> None:
        super().__init__(tag=name)
        self.kind = kind
        self.sets, self.incs = list(sets), list(incs)
        self.reads, self.updates = list(reads), list(updates)


def hub(count: int) -> list[Task]:
    """Many tasks that read one signal, what resets it, and half as many that increment it."""
    middle = signal(np.zeros(1))
    ins = [Task(f"in {n}", "in", incs=[middle], reads=[signal([0.0])]) for n in range(count)]
    outs = [Task(f"out {n}", "out", reads=[middle], sets=[signal([0.0])]) for n in range(2 * count)]
    return [*outs, Task("reset", "reset", sets=[middle]), *ins]


class Delay(Operator):
    """Gives out its input one step later."""

    def __init__(self, source: Signal, target: Signal) -> None:
        super().__init__()
        self.sets, self.incs = list[Any](), list[Any]()  # Nengo wants all four lists
        self.reads, self.updates = [source], [target]

    def make_step(self, signals: Any, dt: float, rng: Any) -> Callable[[], None]:
        """As Nengo's operators do; the order of operators sees to it that readers come first."""
        del dt, rng
        source, target = signals[self.reads[0]], signals[self.updates[0]]

        def copy_late() -> None:
            target[...] = source

        return copy_late


class Memory:
    """Values of signals, as Nengo's operators expect them.

    Parameters
    ----------
    bases : iterable of Signal
        All base signals.
    changed : dict of Signal to array
        Other values to begin with than a signal's own.
    """

    def __init__(self, bases: Iterable[Signal], changed: Values) -> None:
        self.values = {base: np.array(changed.get(base, base.initial_value)) for base in bases}

    def __getitem__(self, part: Signal) -> npt.NDArray[Any]:
        """A signal, or a part of one, as a writeable array."""
        base = self.values[part.base]
        size = base.itemsize
        strides = tuple(stride * size for stride in part.elemstrides)
        return np.ndarray(part.shape, base.dtype, base.data, part.elemoffset * size, strides)


def run(operators: Sequence[Operator], n_steps: int, changed: Values | None = None) -> Values:
    """Values of all signals at the end of every step, one operator after the other.

    Parameters
    ----------
    operators : sequence of Operator
        In any order.
    n_steps : int
        Number of steps, of a millisecond.
    changed : dict of Signal to array, optional
        Other values to begin with than a signal's own.

    Returns
    -------
    values : dict of Signal to (n_steps, ...) ndarray
    """
    bases = list(dict.fromkeys(s.base for op in operators for s in op.all_signals))
    memory = Memory(bases, changed or {})
    steps = [_make_step(op, memory) for (op,) in noop_planner(operators)]
    record: dict[Signal, list[npt.NDArray[Any]]] = {base: [] for base in bases}
    for _ in range(n_steps):
        for step in steps:
            step()
        for base in bases:
            record[base].append(memory.values[base].copy())
    return {base: np.array(values) for base, values in record.items()}


def _make_step(op: Operator, memory: Memory) -> Callable[[], None]:
    """Nengo's own step; written here for products that a simplification made a set."""
    if not (op.sets and type(op) in {DotInc, ElementwiseInc}):
        step: Callable[[], None] = op.make_step(memory, 0.001, np.random.RandomState(0))
        return step
    target, factor, source = memory[destination(op)], memory[op.A], memory[op.X]
    multiply = np.dot if type(op) is DotInc else np.multiply

    def multiply_and_set() -> None:
        target[...] = np.reshape(multiply(factor, source), target.shape)

    return multiply_and_set
