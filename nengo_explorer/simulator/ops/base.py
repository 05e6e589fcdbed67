"""What a lowering is: one group of Nengo operators as one TensorFlow function.

A lowering is made from the operators of a group and says which elements it reads, which it writes
and how, and computes the written values from the read ones. It never sees where a value comes from,
nor how many steps or items are computed at once: the first axis of every tensor is "rows" (items of
a minibatch, or items times steps).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt
    import tensorflow as tf
    from nengo.builder import Operator, Signal

    from nengo_explorer.simulator.elements import Elements, ElementSpace
    from nengo_explorer.simulator.tracking import Tracker, Value

WriteMode = Literal["set", "inc"]


@dataclass(frozen=True)
class Write:
    """Elements that a lowering writes.

    Attributes
    ----------
    elements : ndarray of int32
        Element numbers. With "inc" they may repeat: what arrives at one element is added up.
    mode : {"set", "inc"}
        Replace the present value, or add to it. (Nengo's updates are replacements: the plan
        already has them after every read of the old value.)
    """

    elements: Elements
    mode: WriteMode = "set"


def written(op: Operator) -> Signal:
    """The signal that an increment writes, also after a simplification made it a set."""
    return (op.incs or op.sets)[0]


def written_mode(operators: Sequence[Operator]) -> WriteMode:
    """Whether a group's increments add, or (after a simplification) set their targets."""
    return "inc" if operators[0].incs else "set"


@dataclass(frozen=True)
class BuildContext:
    """What a lowering may know when it is made.

    Attributes
    ----------
    space : ElementSpace
        Numbers of all elements.
    dt : float
        Length of a step, in seconds.
    dtype : str
        "float32" or "float64".
    clock : tuple of Signal
        Step counter and time of the model.
    sources : dict of Operator to ndarray of int32
        Element numbers of what operators that depend on time alone put out: computed ahead, they
        are inputs of the program.
    coupled : frozenset of Operator
        Those of them that are called step by step, in turn with other Node functions.
    """

    space: ElementSpace
    dt: float
    dtype: str
    clock: tuple[Signal, Signal]
    sources: Mapping[Operator, Elements]
    coupled: frozenset[Operator] = frozenset()

    def join(self, signals: Sequence[Any]) -> Elements:
        """Element numbers of several signals, one after the other."""
        return np.concatenate([self.space.of(signal).ravel() for signal in signals])

    def spread(self, values: Sequence[float], sizes: Sequence[int]) -> npt.NDArray[Any]:
        """One number per operator, repeated for each of the operator's elements."""
        return np.repeat(np.asarray(values, dtype=self.dtype), sizes)


@dataclass(frozen=True)
class StepContext:
    """What a lowering may know when it computes.

    Attributes
    ----------
    training : bool
        Whether spiking neurons run as the rate neurons they stand for.
    lif_smoothing : float or None
        Width of the smoothing of LIF neurons around threshold in training mode; None for none.
    """

    training: bool
    lif_smoothing: float | None


class Lowering(ABC):
    """Base of all lowerings.

    Parameters
    ----------
    operators : sequence of Operator
        One group of a plan; all of them can be merged.
    context : BuildContext
        Element numbers, step length and precision.

    Attributes
    ----------
    reads : list of ndarray of int32
        Element numbers of each input.
    writes : list of Write
        What is written, one entry for each output.
    clears : ndarray of int32 or None
        Elements that become zero before the writes.
    weights : frozenset of int
        Which inputs are weights: many numbers for each number of the output. Where they change from
        step to step, there must not be one copy for each of many steps.
    """

    #: Whether it calls Python and so cannot be part of a compiled program.
    calls_python: ClassVar[bool] = False

    def __init__(self, operators: Sequence[Operator], context: BuildContext) -> None:
        self.operators = tuple(operators)
        self.context = context
        self.reads: list[Elements] = []
        self.writes: list[Write] = []
        self.clears: Elements | None = None
        self.weights: frozenset[int] = frozenset()

    @abstractmethod
    def compute(self, inputs: Sequence[tf.Tensor], step: StepContext) -> list[tf.Tensor]:
        """Compute what is written from what is read.

        Training computes it once more for the gradient, so it has to be a function of its inputs:
        no random numbers that are others the second time, and no tensor from elsewhere.

        Parameters
        ----------
        inputs : sequence of tf.Tensor
            One for each entry of `reads`, shape (rows, size), or (size,) if it is static.
        step : StepContext
            Mode of the computation.

        Returns
        -------
        outputs : list of tf.Tensor
            One for each entry of `writes`, shape (rows, size) or (size,).
        """

    def knows_many_steps(self, step: StepContext) -> bool:
        """Whether `compute_over_time` is better than step by step.

        Parameters
        ----------
        step : StepContext
            Mode of the computation.
        """
        del step
        return False

    def compute_over_time(
        self, inputs: Sequence[tf.Tensor], n_steps: int, step: StepContext
    ) -> list[tf.Tensor]:
        """Compute many steps of a group that depends on nothing but its own state.

        Called only where `knows_many_steps`; other groups are computed step by step.

        Parameters
        ----------
        inputs : sequence of tf.Tensor
            One for each entry of `reads`: (n_steps, items, size), or (size,) if it is static; what
            is its own state, as it is before the first step, (items, size).
        n_steps : int
            Number of steps.
        step : StepContext
            Mode of the computation.

        Returns
        -------
        outputs : list of tf.Tensor
            One for each entry of `writes`, (n_steps, items, size).
        """
        raise NotImplementedError


class Rewiring(ABC):
    """A group that computes nothing: it only changes which value its elements refer to.

    Parameters
    ----------
    operators : sequence of Operator
        One group of a plan.
    context : BuildContext
        Element numbers, step length and precision.

    Attributes
    ----------
    reads : list of ndarray of int32
        Element numbers that the targets will refer to.
    targets : list of ndarray of int32
        Element numbers that will refer to something else.
    constant : ndarray or None
        Numbers that the program has to provide; `constant_value` is then their entry in the table.
    """

    def __init__(self, operators: Sequence[Operator], context: BuildContext) -> None:
        self.operators = tuple(operators)
        self.context = context
        self.reads: list[Elements] = []
        self.targets: list[Elements] = []
        self.constant: npt.NDArray[Any] | None = None
        self.constant_value: Value | None = None

    @abstractmethod
    def apply(self, tracker: Tracker) -> None:
        """Change the table of values."""
