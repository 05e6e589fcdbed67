"""Which operators may share a group.

Members of a group run as one, so they must be alike. What "alike" means is a key: operators with
equal keys may share a group (if they do not depend on each other), so that planning never has to
compare pairs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
from nengo.builder.learning_rules import SimBCM, SimOja, SimPES, SimRLS, SimVoja
from nengo.builder.neurons import SimNeurons
from nengo.builder.operator import (
    Copy,
    DotInc,
    ElementwiseInc,
    Reset,
    SimPyFunc,
    SparseDotInc,
    TimeUpdate,
)
from nengo.builder.probe import SimProbe
from nengo.builder.processes import SimProcess
from nengo.builder.transforms import ConvInc, ConvTransposeInc

from nengo_explorer.graph_optimizer.marks import minibatched_mark, trainable_mark

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from nengo.builder import Operator, Signal

#: Neuron types whose parameters may differ within a group: they become one number per neuron.
NEURON_TYPES: set[type] = {
    nengo.AdaptiveLIF,
    nengo.AdaptiveLIFRate,
    nengo.Direct,
    nengo.Izhikevich,
    nengo.LIF,
    nengo.LIFRate,
    nengo.PoissonSpiking,
    nengo.RectifiedLinear,
    nengo.RegularSpiking,
    nengo.Sigmoid,
    nengo.SpikingRectifiedLinear,
    nengo.StochasticSpiking,
    nengo.Tanh,
}

_FILTERS = frozenset({nengo.LinearFilter, nengo.Lowpass, nengo.Alpha})


def mergeable(op: Operator, chosen_ops: Sequence[Operator]) -> bool:
    """Whether an operator may join a group, as far as its kind is concerned.

    Parameters
    ----------
    op : Operator
        The operator.
    chosen_ops : sequence of Operator
        The members so far; anything may join an empty group.
    """
    return not chosen_ops or merge_key(op) == merge_key(chosen_ops[0])


def merge_key(op: Operator) -> Hashable:
    """A key that is equal for two operators if they may share a group.

    Parameters
    ----------
    op : Operator
        Any operator; one of an unknown class shares a group with nobody.
    """
    rule = RULES.get(type(op))
    if rule is None:
        return id(op)
    return type(op), rule(op)


def signal_key(signal: Signal) -> Hashable:
    """What has to agree for signals in the same place of two operators."""
    return (
        signal.dtype,
        signal.sparse,
        trainable_mark(signal) is None,
        minibatched_mark(signal),
        signal.shape[1:],
    )


def _signals(op: Operator) -> Hashable:
    """Keys of all signals of an operator, by list."""
    return tuple(
        tuple(signal_key(signal) for signal in signals)
        for signals in (op.sets, op.incs, op.reads, op.updates)
    )


def _alone(op: Operator) -> Hashable:
    return id(op)


def _copy(op: Copy) -> Hashable:
    return bool(op.incs), _signals(op)


def _dot(op: DotInc) -> Hashable:
    return op.A.ndim, _signals(op)


def _neurons(op: SimNeurons) -> Hashable:
    if type(op.neurons) not in NEURON_TYPES:
        return id(op)
    return type(op.neurons), tuple(op.state_idxs), tuple(op.state_extra), _signals(op)


def _process(op: SimProcess) -> Hashable:
    if op.input is None:
        return type(op.process), op.mode, _signals(op)
    if type(op.process) not in _FILTERS:
        rule = PROCESS_RULES.get(type(op.process))
        return id(op) if rule is None else (type(op.process), rule(op))
    synapse = op.process
    # The state of a filter has its order as first axis, whatever it filters.
    return (
        op.mode,
        op.state["X"].shape[0],
        synapse.analog,
        synapse.method,
        signal_key(op.input),
        signal_key(op.output),
    )


def _triangle(op: SimProcess) -> Hashable:
    # As many taps mean the same coefficients.
    return op.mode, op.state["X"].shape[0], signal_key(op.input), signal_key(op.output)


def _convolution(op: ConvInc) -> Hashable:
    conv = op.conv
    return (
        conv.input_shape.shape,
        conv.output_shape.shape,
        conv.kernel_size,
        conv.strides,
        conv.padding,
        conv.channels_last,
        getattr(conv, "groups", 1),
        _signals(op),
    )


#: Exact class of an operator -> what has to agree. A subclass may step differently, so it has no
#: rule of its base class.
RULES: dict[type, Callable[[Any], Hashable]] = {
    Reset: _signals,
    Copy: _copy,
    TimeUpdate: _alone,
    SimProbe: _signals,
    SimPyFunc: _alone,
    DotInc: _dot,
    SparseDotInc: _signals,
    ElementwiseInc: _signals,
    SimNeurons: _neurons,
    SimProcess: _process,
    SimPES: _signals,
    SimBCM: _signals,
    SimOja: _signals,
    SimRLS: _signals,
    SimVoja: _signals,
    ConvInc: _convolution,
    ConvTransposeInc: _convolution,
}

#: Exact class of a process with input that is no linear filter -> what has to agree.
PROCESS_RULES: dict[type, Callable[[Any], Hashable]] = {nengo.Triangle: _triangle}
