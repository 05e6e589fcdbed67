"""From a Nengo network to a planned step: the order of passes."""

from __future__ import annotations

import threading
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import nengo
import numpy as np
from nengo.builder import Model
from nengo.builder.operator import SimPyFunc
from nengo.cache import get_default_decoder_cache
from nengo.exceptions import NengoWarning

from nengo_explorer.graph_optimizer import named
from nengo_explorer.graph_optimizer.check import run_planner, run_simplifications, run_sorter
from nengo_explorer.graph_optimizer.marks import mark
from nengo_explorer.settings import GlobalSettings, unread_settings
from nengo_explorer.simulator.call_order import in_call_order
from nengo_explorer.simulator.elements import ElementSpace
from nengo_explorer.simulator.ops.base import BuildContext
from nengo_explorer.simulator.ops.registry import runs_as_python
from nengo_explorer.simulator.ops.sources import is_source
from nengo_explorer.simulator.parameters import Parameter, object_paths, parameter_signals
from nengo_explorer.simulator.sources import Source, make_source
from nengo_explorer.simulator.stage_choice import plan_in_stages
from nengo_explorer.simulator.step_plan import StepPlan, plan_step
from nengo_explorer.simulator.tensor_node import TensorNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nengo.builder import Operator, Signal

    from nengo_explorer.simulator.elements import Elements

#: Nengo's build precision is global to the process, so only one network is built at a time.
BUILD_LOCK = threading.RLock()


@dataclass(frozen=True)
class BuiltNetwork:
    """A network, built and planned.

    Attributes
    ----------
    model : Model
        Nengo's built model.
    settings : GlobalSettings
        The settings it was built with.
    context : BuildContext
        Element numbers, step length, precision.
    groups : tuple of tuples of Operator
        The plan: groups of operators in the order of execution.
    plan : StepPlan
        The step that programs carry out.
    parameters : list of Parameter
        All trainable parameters.
    sources : list of Source
        What is evaluated ahead, in the order of the program's inputs.
    """

    model: Model
    settings: GlobalSettings
    context: BuildContext
    groups: tuple[tuple[Operator, ...], ...]
    plan: StepPlan
    parameters: list[Parameter]
    sources: list[Source]


@contextmanager
def build_precision(dtype: str) -> Iterator[None]:
    """Let Nengo build in a precision; whatever happens, the old one is back afterwards."""
    with BUILD_LOCK:
        before = nengo.rc.get("precision", "bits")
        nengo.rc.set("precision", "bits", dtype.removeprefix("float"))
        try:
            yield
        finally:
            nengo.rc.set("precision", "bits", before)


def build_model(network: nengo.Network | None, model: Model | None, dt: float, dtype: str) -> Model:
    """Run Nengo's own builder.

    Parameters
    ----------
    network : Network or None
        What to build; None if ``model`` is complete.
    model : Model or None
        A model to build into, or None for a new one.
    dt : float
        Length of a step, in seconds.
    dtype : str
        "float32" or "float64".
    """
    if model is None:
        model = Model(
            dt=float(dt), label=f"{network}, dt={dt:f}", decoder_cache=get_default_decoder_cache()
        )
    elif model.dt != dt:
        warnings.warn(
            NengoWarning(f"The model was built with dt={model.dt}, which is used instead of {dt}."),
            stacklevel=3,
        )
    if network is not None:
        with build_precision(dtype):
            model.build(network)
    return model


def plan_network(
    network: nengo.Network | None, model: Model, settings: GlobalSettings
) -> BuiltNetwork:
    """Simplify, plan and sort the operators of a built model, and plan its step.

    Parameters
    ----------
    network : Network or None
        The network, if any; None for a model that was put together by hand.
    model : Model
        The built model.
    settings : GlobalSettings
        Planner, sorter, simplifications, precision.

    Raises
    ------
    BuildError
        If a planner, sorter or simplification gave an invalid result, or an operator cannot be
        simulated.
    """
    parameters = _collect_parameters(network, model)
    inputs = _input_nodes(network)
    _mark_signals(model, parameters, inputs, inference_only=settings.inference_only)
    simplifications = [named(entry) for entry in settings.simplifications]
    operators = run_simplifications(simplifications, model.operators)
    groups = run_planner(named(settings.planner), operators)
    groups = in_call_order(groups, model.operators)
    signals, groups = run_sorter(named(settings.sorter), groups)
    probed = [model.sig[probe]["in"] for probe in model.probes]
    node_outputs = [model.sig[node]["out"] for node in inputs]
    space = ElementSpace(
        [
            *signals,
            *(signal for group in groups for op in group for signal in op.all_signals),
            *probed,
            *node_outputs,
            *(parameter.signal for parameter in parameters),
        ]
    )
    found = _collect_sources([op for group in groups for op in group], model, inputs, space)
    context = BuildContext(
        space,
        model.dt,
        settings.dtype,
        clock=(model.step, model.time),
        sources=found.by_operator,
        coupled=frozenset(found.coupled),
    )
    fixed = np.zeros(space.size, dtype=bool)
    for parameter in parameters:
        if not parameter.learned:
            fixed[space.of(parameter.signal)] = True
    elements = np.concatenate([np.zeros(0, dtype=np.int32), *found.elements])
    seen = [space.of(signal) for signal in probed]
    plan = plan_in_stages(
        groups, lambda cut: plan_step(cut, context, parameters=fixed, inputs=elements, probes=seen)
    )
    return BuiltNetwork(
        model, settings, context, tuple(map(tuple, groups)), plan, parameters, found.sources
    )


def warn_of_unread_settings(network: nengo.Network) -> None:
    """One warning for each setting that is stored where nothing reads it."""
    for unread in unread_settings(network):
        warnings.warn(NengoWarning(str(unread)), stacklevel=3)


def _collect_parameters(network: nengo.Network | None, model: Model) -> list[Parameter]:
    """All parameters of a network, and which of them learning rules change."""
    if network is None:
        return []
    changed = {
        signal.base for op in model.operators for signal in (*op.sets, *op.incs, *op.updates)
    }
    paths = object_paths(network)
    return [
        Parameter(
            owner,
            kind,
            f"{paths[owner]}/{kind}",
            signal,
            learned=signal.base in changed,
            shared=isinstance(owner, nengo.Node),
        )
        for owner, kind, signal in parameter_signals(network, model)
    ]


def _input_nodes(network: nengo.Network | None) -> list[nengo.Node]:
    """Nodes whose output may be replaced by data: those without input."""
    if network is None:
        return []
    return [
        node
        for node in network.all_nodes
        if node.size_in == 0 and node.size_out > 0 and not isinstance(node, TensorNode)
    ]


def _mark_signals(
    model: Model,
    parameters: Sequence[Parameter],
    inputs: Sequence[nengo.Node],
    *,
    inference_only: bool,
) -> None:
    """Tell planners and simplifications what may change, and what differs between items."""
    for op in model.operators:
        for signal in (*op.sets, *op.incs, *op.updates):
            mark(signal, trainable=None, minibatched=True)
    for node in inputs:
        mark(model.sig[node]["out"], trainable=None, minibatched=True)
    for parameter in parameters:
        if not inference_only:
            mark(parameter.signal, trainable=True, minibatched=parameter.learned)


def _nodes_are_coupled(operators: Sequence[Operator]) -> bool:
    """Whether some Node function, or a part of a user that runs as Python, takes input.

    Node functions may then be coupled with it through Python (an environment that one acts on and
    another one looks at), so all of them are called step by step, in order.
    """
    return any(
        op.t is not None and op.x is not None
        if isinstance(op, SimPyFunc)
        else not is_source(op) and runs_as_python(op)
        for op in operators
    )


@dataclass
class _Sources:
    """Everything that depends on time alone, with its place among the program's inputs."""

    dt: float
    sources: list[Source]
    elements: list[Elements]
    by_operator: dict[Operator, Elements]
    coupled: set[Operator]

    def add(
        self,
        node: nengo.Node | None,
        op: Operator | None,
        signal: Signal,
        space: ElementSpace,
        *,
        coupled: bool,
    ) -> None:
        """Give one more source its columns."""
        coupled = coupled and isinstance(op, SimPyFunc)
        source = make_source(node, op, signal, coupled=coupled, dt=self.dt)
        place = space.of(signal).ravel() if op is None else space.reserve(source.columns)
        if op is not None:
            self.by_operator[op] = place
            if coupled:
                self.coupled.add(op)
        self.sources.append(source)
        self.elements.append(place)


def _collect_sources(
    operators: Sequence[Operator],
    model: Model,
    inputs: Sequence[nengo.Node],
    space: ElementSpace,
) -> _Sources:
    """Input Nodes first, in their order; then processes that inject noise."""
    coupled = _nodes_are_coupled(operators)
    writer = {op.output: op for op in operators if is_source(op)}
    found = _Sources(model.dt, [], [], {}, set())
    for node in inputs:
        signal: Signal = model.sig[node]["out"]
        found.add(node, writer.pop(signal, None), signal, space, coupled=coupled)
    for op in writer.values():
        found.add(None, op, op.output, space, coupled=coupled)
    return found
