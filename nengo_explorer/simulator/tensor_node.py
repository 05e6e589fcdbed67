"""Nodes that compute with TensorFlow functions and Keras layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import keras
import nengo
import numpy as np
import tensorflow as tf
from nengo.builder import Builder, Signal
from nengo.builder.operator import Reset
from nengo.exceptions import SimulationError, ValidationError
from nengo.rc import rc

from nengo_explorer.settings import get_setting
from nengo_explorer.simulator import layer_variables
from nengo_explorer.simulator.by_item import computes_by_item
from nengo_explorer.simulator.ops.tensor_node import SimTensorNode, refusal
from nengo_explorer.simulator.tensor_function import LayerFunction, PlainFunction

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nengo.builder import Model

    from nengo_explorer.simulator.tensor_function import TensorFunction

    Shape = tuple[int, ...]


class TensorNode(nengo.Node):
    r"""A Node that computes with a TensorFlow function or a Keras layer.

    It becomes a part of the compiled simulation, so training can look through it, and the weights
    of a layer are parameters of the simulator. Values that a layer has when a simulator is made are
    where that simulator starts from; the layer itself is never changed by it, so one layer can be
    in several simulators. In several nodes of one network, a layer has the same weights.

    Layers that are not built yet get their initial values here. They belong to the seed of the
    network, if it has one when the node is made.

    Parameters
    ----------
    tensor_func : callable
        A TensorFlow function, or a Keras layer or model. It is called as ``f(t, x)``, ``f(t)`` or
        ``f(x)``, with the time ``t`` in seconds, (), and the input ``x``, (items, \*shape_in), and
        returns a tensor (items, \*shape_out).
    shape_in : tuple of int, optional
        Shape of the input of one item; None for a node without input.
    shape_out : tuple of int, optional
        Shape of the output of one item. By default it is found by calling the function.
    pass_time : bool, default: True
        Whether the function takes the time.
    label : str, optional
        A name for the node.

    Raises
    ------
    ValidationError
        If it is given neither input nor time, if ``tensor_func`` cannot be called, fails, or
        returns no tensor, or if a shape is none.

    Notes
    -----
    Nengo core's own simulator raises a SimulationError when it gets to such a node.
    """

    def __init__(
        self,
        tensor_func: Callable[..., Any],
        shape_in: Sequence[int] | int | None = None,
        shape_out: Sequence[int] | int | None = None,
        pass_time: bool = True,
        label: str | None = None,
    ) -> None:
        self.tensor_func = tensor_func
        self.shape_in = _shape(shape_in, "shape_in")
        self.pass_time = bool(pass_time)
        if self.shape_in is None and not self.pass_time:
            raise ValidationError(
                "the function would be given nothing. Give shape_in, the shape of its input, or "
                "pass_time=True.",
                attr="shape_in",
            )
        if not callable(tensor_func):
            raise ValidationError(
                f"must be a TensorFlow function or a Keras layer; got {tensor_func!r}.",
                attr="tensor_func",
            )
        shape = _shape(shape_out, "shape_out")
        if isinstance(tensor_func, keras.Layer):
            found = _build_layer(tensor_func, self._argument_shapes(None))
            shape = found if shape is None else shape
        if shape is None:
            shape = _infer_shape(tensor_func, self._argument_shapes(1))
        self.shape_out = shape
        super().__init__(
            output=_OnlyHere(label),
            size_in=0 if self.shape_in is None else int(np.prod(self.shape_in)),
            size_out=int(np.prod(self.shape_out)),
            label=label,
        )

    def _argument_shapes(self, items: int | None) -> list[tuple[int | None, ...]]:
        """Shapes of what the function is called with."""
        shapes: list[tuple[int | None, ...]] = [()] if self.pass_time else []
        if self.shape_in is not None:
            shapes.append((items, *self.shape_in))
        return shapes

    def trainable_parameters(self) -> dict[str, bool]:
        """Which of the layer's weights training may change, by name; as the layer says now."""
        return {name: bool(variable.trainable) for name, variable in self._weights().items()}

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        """Shapes of the layer's weights, by name."""
        return {name: tuple(variable.shape) for name, variable in self._weights().items()}

    def _weights(self) -> dict[str, Any]:
        layer = self.tensor_func
        if not isinstance(layer, keras.Layer):
            return {}
        names = layer_variables.variable_names(layer)
        named = zip(names, layer.variables, strict=True)
        return {name: variable for name, variable in named if layer_variables.is_float(variable)}


class _OnlyHere:
    """What Nengo core would call as the output of a TensorNode."""

    def __init__(self, label: str | None) -> None:
        self._name = f"TensorNode {label!r}" if label else "A TensorNode"

    def __call__(self, *arguments: Any) -> NoReturn:
        del arguments
        raise SimulationError(refusal(self._name))


def _shape(value: Any, attr: str) -> Shape | None:
    """A shape as a tuple of numbers."""
    if value is None:
        return None
    try:
        lengths = (value,) if isinstance(value, int | np.integer) else tuple(value)
        valid = all(int(n) == n and n > 0 and not isinstance(n, bool) for n in lengths)
    except (TypeError, ValueError):
        valid, lengths = False, ()
    if not valid:
        raise ValidationError(
            f"must be a tuple of positive whole numbers, such as (28, 28, 1); got {value!r}.",
            attr=attr,
        )
    return tuple(int(n) for n in lengths)


def _build_layer(layer: keras.Layer, shapes: list[tuple[int | None, ...]]) -> Shape | None:
    """Let a layer make its variables; its output shape for one item, if it says so."""
    fresh = not layer.built
    try:
        try:
            output = layer_variables.build(layer, shapes)
        except Exception:  # noqa: BLE001 - some layers can only be called with numbers
            output = layer(*[tf.zeros([n or 1 for n in shape]) for shape in shapes])
    except Exception as error:
        raise _failed(layer, shapes, error) from error
    seed = _present_seed()
    if fresh and layer.variables and seed is not None:
        layer_variables.draw_initial_values(layer, shapes, seed)
    if not hasattr(output, "shape"):
        raise _no_tensor(output)
    shape = tuple(output.shape[1:])
    return None if None in shape else shape


def _present_seed() -> int | None:
    """A seed for the node that is being made, from the innermost open network that has one."""
    for network in reversed(list(nengo.Network.context)):
        if network.seed is not None:
            place = sum(len(part.all_objects) for part in nengo.Network.context)
            return int(network.seed) * 1_000_003 + place
    return None


def _infer_shape(function: Callable[..., Any], shapes: list[tuple[int | None, ...]]) -> Shape:
    """Output shape of a function for one item, found by calling it."""
    dtype = "float32"
    if nengo.Network.context:
        dtype = get_setting(nengo.Network.context[0], "dtype") or dtype
    specs = [tf.TensorSpec(shape, dtype) for shape in shapes]
    seen: list[Any] = []

    def call(*arguments: tf.Tensor) -> None:
        seen[:] = [function(*arguments)]

    try:
        tf.function(call, autograph=False).get_concrete_function(*specs)
        if tf.is_tensor(seen[0]) and not seen[0].shape[1:].is_fully_defined():
            seen[:] = [function(*[tf.zeros(spec.shape, dtype) for spec in specs])]
    except Exception as error:
        raise _failed(function, shapes, error) from error
    output = seen[0]
    if not tf.is_tensor(output):
        raise _no_tensor(output)
    if output.shape.rank == 0:
        raise ValidationError(
            "the function returned a single number; it has to return a tensor with a row for each "
            "item, (items, size).",
            attr="tensor_func",
        )
    return tuple(output.shape[1:])


def _failed(
    function: Any, shapes: list[tuple[int | None, ...]], error: Exception
) -> ValidationError:
    parts = [
        f"an input of shape (items, {', '.join(map(str, shape[1:]))})" if shape else "the time"
        for shape in shapes
    ]
    given = " and ".join(parts)
    return ValidationError(
        f"{function!r} failed when it was called with {given}: {error} Change the function, "
        "shape_in or pass_time; with shape_out, a function is not called before it is simulated.",
        attr="tensor_func",
    )


def _no_tensor(output: Any) -> ValidationError:
    return ValidationError(
        f"the function must return a tensor; it returned {output!r} of type "
        f"{type(output).__name__}.",
        attr="tensor_func",
    )


# ---- building -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class BuiltTensorNode:
    """What a TensorNode was built to.

    Attributes
    ----------
    parameters : dict of str to Signal
        What was or can be learned, by name: weights, and what the layer keeps, such as moving
        statistics.
    variables : dict of str to keras.Variable
        The variables of the user's layer, by the same names.
    borrowed : dict of str to (TensorNode, str)
        Weights that are parameters of another node, which has the same layer.
    """

    parameters: dict[str, Signal]
    variables: dict[str, Any]
    borrowed: dict[str, tuple[TensorNode, str]]


def layer_options(model: Model, owner: Any, name: str) -> dict[str, Any]:
    """Regularizer and constraint of a parameter, if it is a weight of a layer.

    Parameters
    ----------
    model : Model
        The built model.
    owner : Ensemble, Connection or TensorNode
        Whose parameter it is.
    name : str
        Its name.
    """
    built = model.params.get(owner)
    if not isinstance(built, BuiltTensorNode):
        return {}
    variable = built.variables[name]
    return {"regularizer": variable.regularizer, "constraint": variable.constraint}


def write_layer(model: Model, node: TensorNode, values: Mapping[str, Any]) -> None:
    """Give a node's layer the values of its parameters.

    Parameters
    ----------
    model : Model
        The built model.
    node : TensorNode
        The node.
    values : dict of str to ndarray
        By name.
    """
    for name, (owner, own_name) in layer_owners(model, node).items():
        model.params[owner].variables[own_name].assign(values[name])


def layer_owners(model: Model, node: TensorNode) -> dict[str, tuple[TensorNode, str]]:
    """For each parameter of a node's layer, the node and the name that it is a parameter of."""
    built = model.params[node]
    return {**{name: (node, name) for name in built.parameters}, **built.borrowed}


@Builder.register(TensorNode)
def build_tensor_node(model: Model, node: TensorNode) -> None:
    """Build a TensorNode to one operator.

    Parameters
    ----------
    model : Model
        The model to build into.
    node : TensorNode
        The node.
    """
    dtype = rc.float_dtype.name
    time = model.time if node.pass_time else None
    sig_in = None
    if node.shape_in is not None:
        sig_in = Signal(shape=(node.size_in,), name=f"{node}.in")
        model.add_op(Reset(sig_in))
    model.sig[node]["in"] = sig_in
    model.sig[node]["out"] = Signal(shape=(node.size_out,), name=f"{node}.out")
    function = _function(node, dtype)
    built = BuiltTensorNode({}, {}, {})
    signals = [_variable_signal(model, node, entry, built) for entry in function.variables]
    mixes = not function.by_item and not any(entry.kept for entry in function.variables)
    model.add_op(
        SimTensorNode(
            function,
            (node.shape_in, node.shape_out),
            str(node),
            time=time,
            input=sig_in,
            output=model.sig[node]["out"],
            variables=signals,
            rows=Signal(np.zeros(1, dtype=dtype), name=f"{node}.rows") if mixes else None,
        )
    )
    model.params[node] = built


def _function(node: TensorNode, dtype: str) -> TensorFunction:
    """The function of a node, with what it needs to know to run in a precision."""
    if not isinstance(node.tensor_func, keras.Layer):
        return PlainFunction(node.tensor_func)
    specs = [tf.TensorSpec(shape, dtype) for shape in node._argument_shapes(1)]  # noqa: SLF001
    by_item = computes_by_item(node.tensor_func) and not node.pass_time
    return LayerFunction(node.tensor_func, dtype, specs, by_item=by_item)


def _variable_signal(model: Model, node: TensorNode, entry: Any, built: BuiltTensorNode) -> Signal:
    """The signal of a variable; one for all nodes that have the same layer, unless it is kept."""
    shared = model.sig["layer variables"]
    key = id(entry.variable)
    if not entry.kept and key in shared:
        signal, *owner = shared[key]
        built.borrowed[entry.name] = tuple(owner)
        return signal
    signal = Signal(entry.initial, name=f"{node}.{entry.name}")
    shared[key] = (signal, node, entry.name)
    if entry.is_parameter:
        built.parameters[entry.name] = signal
        built.variables[entry.name] = entry.variable
    return signal
