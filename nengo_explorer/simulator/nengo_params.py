"""Trained parameters as arguments of Nengo objects, so that Nengo core can run what was trained."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
from nengo.ensemble import Neurons
from nengo.transforms import Convolution, ConvolutionTranspose, NoTransform, Sparse, SparseMatrix

from nengo_explorer.simulator.tensor_node import TensorNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import numpy.typing as npt

    Array = npt.NDArray[Any]


class GivenWeights(nengo.solvers.NoSolver):
    """A solver that gives full connection weights as they are, encoders already multiplied in.

    Parameters
    ----------
    values : (n_pre, n_post) ndarray
        The weights.
    """

    compositional = False

    def __init__(self, values: Array) -> None:
        super().__init__(values, weights=True)


def ensemble_arguments(ensemble: nengo.Ensemble, built: Any) -> dict[str, Any]:
    """Arguments that make an ensemble with the present encoders, gains and biases.

    Parameters
    ----------
    ensemble : Ensemble
        The ensemble.
    built : BuiltEnsemble
        Its present parameters, from ``sim.data``.

    Returns
    -------
    arguments : dict
        For `nengo.Ensemble`; ``encoders`` (n_neurons, dimensions) of unit length.

    Raises
    ------
    ValueError
        For an ensemble in Direct mode, which has no such parameters.
    """
    if isinstance(ensemble.neuron_type, nengo.Direct):
        raise ValueError(  # noqa: TRY004 - the class that NengoDL users know
            f"{ensemble} runs in Direct mode, so it has no encoders, gains and biases to give."
        )
    return {
        "encoders": _one_item(built.encoders, 2),
        "normalize_encoders": False,
        "gain": _one_item(built.gain, 1),
        "bias": _one_item(built.bias, 1),
        "max_rates": nengo.Ensemble.max_rates.default,
        "intercepts": nengo.Ensemble.intercepts.default,
    }


def connection_arguments(connection: nengo.Connection, weights: Any) -> dict[str, Any]:
    """Arguments that make a connection with the present weights.

    Parameters
    ----------
    connection : Connection
        The connection.
    weights : ndarray, sparse matrix or None
        Its present weights, from ``sim.data``.

    Returns
    -------
    arguments : dict
        For `nengo.Connection`: ``solver``, ``function`` and ``transform`` of a connection that
        decodes an ensemble, else ``transform`` alone.
    """
    if _is_decoded(connection):
        values = _one_item(weights, 2)
        size = connection.size_out if connection.solver.weights else len(values)
        full = connection.solver.weights
        return {
            "solver": GivenWeights(values.T) if full else nengo.solvers.NoSolver(values.T),
            "function": _zeros(size),
            "transform": None,
        }
    if not connection.has_weights:
        return {"transform": None}
    return {"transform": _transform(connection.transform, weights)}


def _is_decoded(connection: nengo.Connection) -> bool:
    """Whether decoders are solved for."""
    pre = connection.pre_obj
    return isinstance(pre, nengo.Ensemble) and not isinstance(pre.neuron_type, nengo.Direct)


def _zeros(size: int) -> Callable[[Any], Array]:
    """A function of the right size: decoders are given, so its values do not matter."""

    def zero(x: Any) -> Array:
        del x
        return np.zeros(size)

    return zero


def _transform(transform: Any, weights: Any) -> Any:
    """The same transform with other weights."""
    if isinstance(transform, NoTransform):
        return None
    if isinstance(transform, Sparse):
        data = np.ravel(weights.data if hasattr(weights, "data") and weights.ndim > 1 else weights)
        entries = transform.init
        indices = entries.indices if isinstance(entries, SparseMatrix) else _indices(entries)
        return Sparse(transform.shape, indices=indices, init=data)
    if isinstance(transform, Convolution | ConvolutionTranspose):
        changed = copy.copy(transform)
        type(transform).init.data[changed] = np.array(weights)
        return changed
    return np.array(weights)


def _indices(matrix: Any) -> Array:
    """Rows and columns of the stored entries of a SciPy matrix, (n_entries, 2)."""
    coordinates = matrix.tocoo()
    return np.stack([coordinates.row, coordinates.col], axis=1)


def _one_item(values: Any, rank: int) -> Array:
    """The parameter of the first item, where a learning rule gave each item its own."""
    array = np.array(values)
    return array[0] if array.ndim > rank else array


def objects_of(objs: Any) -> list[Any]:
    """Ensembles and connections among objects; networks stand for everything inside.

    Raises
    ------
    TypeError
        For an object that has no parameters.
    """
    if isinstance(objs, nengo.Network | nengo.Ensemble | nengo.Connection | Neurons) or not (
        hasattr(objs, "__iter__")
    ):
        objs = [objs]
    found: list[Any] = []
    for obj in objs:
        if isinstance(obj, nengo.Network):
            found += [*obj.all_ensembles, *obj.all_connections]
        elif isinstance(obj, Neurons):
            found.append(obj.ensemble)
        elif isinstance(obj, nengo.Ensemble | nengo.Connection):
            found.append(obj)
        else:
            raise TypeError(
                f"{obj} has no parameters. Accepted: networks, ensembles, neurons and connections."
            )
    return found


def tensor_nodes_of(objs: Any) -> tuple[list[TensorNode], list[Any]]:
    """TensorNodes among objects and in networks, and the objects that are none."""
    if isinstance(objs, nengo.Network | TensorNode) or not hasattr(objs, "__iter__"):
        objs = [objs]
    nodes, others = [], []
    for obj in objs if isinstance(objs, list | tuple) else [objs]:
        if isinstance(obj, TensorNode):
            nodes.append(obj)
            continue
        others.append(obj)
        if isinstance(obj, nengo.Network):
            nodes += [node for node in obj.all_nodes if isinstance(node, TensorNode)]
    return nodes, others


def write_arguments(obj: Any, arguments: Mapping[str, Any]) -> None:
    """Give a Nengo object the values of its arguments; all of them, or none if one is refused."""
    before = {name: getattr(obj, name) for name in arguments}
    try:
        for name, value in arguments.items():
            setattr(obj, name, value)
    except Exception:
        for name, value in before.items():
            setattr(obj, name, value)
        raise


def by_label(objs: Iterable[Any], arguments: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Arguments by the labels of their objects.

    Raises
    ------
    ValueError
        If two objects have the same label.
    """
    named: dict[str, dict[str, Any]] = {}
    for obj, entry in zip(objs, arguments, strict=True):
        label = str(getattr(obj, "label", None))
        if label in named:
            raise ValueError(
                f"more than one object is labelled {label!r}, so labels cannot be keys. Give "
                "every object a label of its own, or use as_dict=False."
            )
        named[label] = entry
    return named
