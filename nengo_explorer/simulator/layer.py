"""Networks made layer by layer, each with one call."""

from __future__ import annotations

import functools
import inspect
import warnings
from typing import TYPE_CHECKING, Any

import keras
import nengo
import numpy as np
from nengo.exceptions import ValidationError
from nengo.neurons import NeuronType

from nengo_explorer.settings.layer_objects import LayerConnection
from nengo_explorer.simulator.tensor_node import TensorNode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: Arguments of a TensorNode that a call of a layer may give.
_NODE_ARGUMENTS = ("shape_out", "pass_time", "label")


class Layer:
    r"""Something that can be put behind a Nengo object by calling it with that object.

    Parameters
    ----------
    func : callable, Keras layer or NeuronType
        A TensorFlow function of a tensor (items, \*shape_in); a Keras layer or model, or its
        class; or a neuron type, or its class.
    """

    def __init__(self, func: Any) -> None:
        if not (callable(func) or isinstance(func, NeuronType)):
            raise ValidationError(
                f"must be a TensorFlow function, a Keras layer or a neuron type; got {func!r}.",
                attr="func",
            )
        self.func = func

    def __call__(
        self,
        input: Any,  # noqa: A002 - the argument's name in NengoDL
        transform: Any = None,
        shape_in: Sequence[int] | int | None = None,
        synapse: Any = None,
        return_conn: bool = False,
        **args: Any,
    ) -> Any:
        """Make the object, and a connection to it that is not trained.

        It stays as it is whatever is set for all connections; its own setting in the config of
        the network alone can make it trainable.

        Parameters
        ----------
        input : Node, Ensemble, Neurons, TensorNode or a part of one of these
            What comes in.
        transform : array_like or Transform, optional
            Transform of the connection. Default: the input as it is.
        shape_in : tuple of int, optional
            Shape that a function or Keras layer gets the input of one item in. Default: flat.
        synapse : Synapse or float, optional
            Synapse of the connection; None for none.
        return_conn : bool, default: False
            Give the connection too.
        **args
            For a neuron type, arguments of `nengo.Ensemble`. Otherwise ``shape_out``,
            ``pass_time`` and ``label`` of the `TensorNode`; all others are arguments of the
            function, or of the class of a Keras layer.

        Returns
        -------
        obj : Neurons or TensorNode
            What was made.
        connection : Connection
            With ``return_conn`` only.

        Raises
        ------
        ValidationError
            If sizes do not fit, or arguments make no sense. No object is left in the network then.
        """
        size = _size(input, transform, shape_in)
        if self._is_neuron_type:
            obj = self._neurons(size, args)
        else:
            obj = self._node((size,) if shape_in is None else shape_in, args)
        try:
            connection = LayerConnection(input, obj, transform=transform, synapse=synapse)
        except Exception:
            _take_out(obj)
            raise
        return (obj, connection) if return_conn else obj

    @property
    def _is_neuron_type(self) -> bool:
        return isinstance(self.func, NeuronType) or _is_class(self.func, NeuronType)

    def _neurons(self, size: int, arguments: dict[str, Any]) -> nengo.ensemble.Neurons:
        """As many neurons as there are inputs."""
        func = self.func
        neuron_type = func() if inspect.isclass(func) else func
        if isinstance(neuron_type, nengo.Direct):
            raise ValidationError(
                "Direct mode has no neurons to connect to. Use another neuron type, or a "
                "TensorFlow function.",
                attr="func",
            )
        ensemble = nengo.Ensemble(size, 1, neuron_type=neuron_type, **arguments)
        return ensemble.neurons

    def _node(self, shape_in: Any, arguments: dict[str, Any]) -> TensorNode:
        """A TensorNode of a function or Keras layer."""
        of_node = {name: arguments[name] for name in _NODE_ARGUMENTS if name in arguments}
        rest = {name: value for name, value in arguments.items() if name not in of_node}
        function = self._function(rest)
        return TensorNode(function, **{"shape_in": shape_in, "pass_time": False, **of_node})

    def _function(self, arguments: dict[str, Any]) -> Callable[..., Any]:
        """The function or layer, with its arguments."""
        func: Any = self.func
        if _is_class(func, keras.Layer):
            return func(**arguments)  # type: ignore[no-any-return]
        if not arguments:
            return func  # type: ignore[no-any-return]
        if isinstance(func, keras.Layer):
            raise ValidationError(
                f"{', '.join(map(repr, arguments))} would be arguments of the Keras layer "
                f"{func.name!r}, which is already made. Give them to its class, or leave them out. "
                f"Accepted here: {', '.join(_NODE_ARGUMENTS)}.",
                attr="args",
            )
        return functools.partial(func, **arguments)

    def __repr__(self) -> str:
        return f"Layer({self.func!r})"


def _is_class(func: Any, base: type) -> bool:
    return inspect.isclass(func) and issubclass(func, base)


def _size(source: Any, transform: Any, shape_in: Any) -> int:
    """How many numbers arrive at a layer."""
    size = int(getattr(source, "size_out", 0))
    if isinstance(transform, nengo.transforms.Transform):
        size = transform.size_out if transform.size_out is not None else size
    elif transform is not None and np.ndim(transform) == 2:
        size = len(transform)
    if shape_in is not None and int(np.prod(shape_in)) != size:
        raise ValidationError(
            f"{shape_in} has room for {int(np.prod(shape_in))} numbers, and {size} arrive from "
            f"{source}. Correct shape_in, or give a transform that fits.",
            attr="shape_in",
        )
    return size


def _take_out(obj: Any) -> None:
    """Take an object that was just made out of its network."""
    network = nengo.Network.context[-1]
    if isinstance(obj, nengo.Node):
        network.nodes.remove(obj)
    else:
        network.ensembles.remove(obj.ensemble)


def tensor_layer(
    input: Any,  # noqa: A002 - the argument's name in NengoDL
    func: Any,
    **args: Any,
) -> Any:
    """Make a layer; deprecated: write ``Layer(func)(input, ...)``.

    Parameters
    ----------
    input : Node, Ensemble, Neurons, TensorNode or a part of one of these
        What comes in.
    func : callable, Keras layer or NeuronType
        See `Layer`.
    **args
        See `Layer`.

    Returns
    -------
    obj : Neurons or TensorNode
        See `Layer`.
    """
    warnings.warn(
        "tensor_layer is deprecated; use nengo_explorer.Layer(func)(input, ...).",
        DeprecationWarning,
        stacklevel=2,
    )
    return Layer(func)(input, **args)
