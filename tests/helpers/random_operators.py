"""Random small graphs of operators, for property tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st
from nengo.builder.operator import Copy, DotInc, ElementwiseInc, Reset

from nengo_explorer.graph_optimizer.marks import mark
from tests.helpers.operators import Delay, Task, signal

if TYPE_CHECKING:
    from nengo.builder import Operator, Signal


@st.composite
def tasks(draw: st.DrawFn) -> list[Task]:
    """Up to a dozen tasks of three kinds, in any order, with dependencies but no circle."""
    count = draw(st.integers(1, 12))
    outputs = [signal([0.0, 0.0], name=f"output {number}") for number in range(count)]
    made: list[Task] = []
    for number, output in enumerate(outputs):
        earlier = st.integers(0, number - 1)
        before = draw(st.sets(earlier, max_size=3)) if number else set()
        reads = [outputs[i][part] for i in sorted(before) for part in draw(_PARTS)]
        joins = draw(st.sets(earlier, max_size=1)) if number else set()
        kind = draw(st.sampled_from("abc"))
        # Who increments an output has to do so before all its readers: nobody may read it yet.
        free = [i for i in sorted(joins - before) if not _is_read(outputs[i], made)]
        incs = [outputs[i][part] for i in free for part in draw(_PARTS)]
        made.append(Task(f"task {number}", kind, sets=[output], incs=incs, reads=reads))
    return draw(st.permutations(made))


_PARTS = st.sampled_from([(slice(None),), (slice(0, 1),), (slice(1, 2),)])


def _is_read(output: Signal, made: list[Task]) -> bool:
    return any(part.base is output for task in made for part in task.reads)


@dataclass(frozen=True)
class Program:
    """Operators that can be carried out.

    Attributes
    ----------
    operators : list of Operator
        In any order.
    changeable : list of Signal
        Constants that may have any other value: they are marked as trainable, or as input.
    """

    operators: list[Operator]
    changeable: list[Signal]


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Products, copies and resets of constants, of each other and of what was a step before."""
    value = st.sampled_from([0.0, 1.0, 1.0, 2.0, -0.5])
    changeable: list[Signal] = []

    def constant(shape: tuple[int, ...]) -> Signal:
        """A constant: often zero, one or the identity; sometimes marked."""
        array = np.full(shape, draw(value))
        if len(shape) == 2 and draw(st.booleans()):
            array = np.eye(2)
        made = signal(array, name="constant")
        use = draw(st.sampled_from(["plain", "plain", "trainable", "input"]))
        if use != "plain":
            mark(made, trainable=use == "trainable" or None, minibatched=use == "input")
            changeable.append(made)
        return made

    vectors = [constant((2,)) for _ in range(draw(st.integers(1, 3)))]
    operators: list[Any] = []
    for _ in range(draw(st.integers(1, 5))):
        target = signal([draw(value)] * 2, name="computed")
        operators += draw(_writers(target, vectors, constant))
        vectors.append(target)
        if draw(st.booleans()):
            late = signal([draw(value)] * 2, name="late")
            operators.append(Delay(target, late))
            vectors.append(late)
    for op in operators:
        for written in (*op.sets, *op.incs, *op.updates):
            mark(written, trainable=None, minibatched=True)
    return Program(draw(st.permutations(operators)), changeable)


@st.composite
def _writers(
    draw: st.DrawFn, target: Signal, vectors: list[Signal], constant: Any
) -> list[Operator]:
    """What writes one signal: a copy, or a reset and increments of the whole or of halves."""
    source = st.sampled_from(vectors)
    if draw(st.integers(0, 4)) == 0:
        return [Copy(draw(source), target)]
    writers: list[Operator] = [Reset(target, value=draw(st.sampled_from([0.0, 0.0, 0.0, 1.0])))]
    for _ in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(["copy", "dot", "product", "half"]))
        if kind == "copy":
            writers.append(Copy(draw(source), target, inc=True))
        elif kind == "dot":
            writers.append(DotInc(constant((2, 2)), draw(source), target))
        elif kind == "product":
            writers.append(
                ElementwiseInc(constant(draw(st.sampled_from([(), (2,)]))), draw(source), target)
            )
        else:
            part = slice(0, 1) if draw(st.booleans()) else slice(1, 2)
            writers.append(ElementwiseInc(constant((1,)), draw(source)[part], target[part]))
    return writers
