"""Trainable parameters: which there are, their names, and their present values.

Values are kept as the flat blocks that programs read. Keras variables, one for each object and
parameter, exist only once a Keras model is asked for; from then on they hold the truth, and blocks
are put together from them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from nengo_explorer.simulator.elements import ElementFinder
from nengo_explorer.simulator.tensor_node import BuiltTensorNode, TensorNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import nengo
    import numpy.typing as npt
    from nengo.builder import Model, Signal

    from nengo_explorer.simulator.elements import Elements, ElementSpace


@dataclass(frozen=True)
class Parameter:
    """One parameter of one object.

    Attributes
    ----------
    owner : Ensemble, Connection or TensorNode
        The object.
    kind : str
        "encoders", "bias", "weights", or the name of a variable of a Keras layer.
    path : str
        Name in saved files and of the Keras variable, such as "group/a/encoders".
    signal : Signal
        The built signal.
    learned : bool
        Whether a learning rule changes it during a run; it is then part of the state.
    shared : bool
        Whether something learned is the same for all items of a minibatch (moving statistics of a
        Keras layer); of what a learning rule changes, each item has its own.
    """

    owner: Any
    kind: str
    path: str
    signal: Signal
    learned: bool
    shared: bool = False

    @property
    def by_item(self) -> bool:
        """Whether each item of a minibatch has its own."""
        return self.learned and not self.shared

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape; of sparse weights, the number of stored entries."""
        if self.signal.sparse:
            return (int(self.signal.size),)
        return tuple(int(length) for length in self.signal.shape)


def parameter_signals(network: nengo.Network, model: Model) -> Iterator[tuple[Any, str, Signal]]:
    """Objects of a network with their parameters and the signals these were built to."""
    for ensemble in network.all_ensembles:
        yield ensemble, "encoders", model.sig[ensemble]["encoders"]
        bias = model.sig[ensemble.neurons].get("bias")
        if bias is not None:
            yield ensemble, "bias", bias
    for connection in network.all_connections:
        weights = model.sig[connection].get("weights")
        if connection.has_weights and weights is not None:
            yield connection, "weights", weights
    for node in network.all_nodes:
        built = model.params.get(node)
        if isinstance(built, BuiltTensorNode):
            for name, signal in built.parameters.items():
                yield node, name, signal


def object_paths(network: nengo.Network) -> dict[Any, str]:
    """A unique, file-like name for every ensemble, connection and TensorNode of a network.

    Parts are the labels of the networks below the given one and of the object; an object without a
    label is named by its kind and position, as in "ensemble_2".
    """
    paths: dict[Any, str] = {}
    taken: set[str] = set()

    def visit(net: nengo.Network, prefix: str) -> None:
        members = (
            ("ensemble", net.ensembles),
            ("connection", net.connections),
            ("node", net.nodes),
        )
        for kind, objects in members:
            for position, obj in enumerate(objects):
                if kind != "node" or isinstance(obj, TensorNode):
                    label = obj.label or f"{kind}_{position}"
                    paths[obj] = _unique(prefix + _clean(label), taken)
        for position, sub in enumerate(net.networks):
            label = sub.label or f"network_{position}"
            visit(sub, _unique(prefix + _clean(label), taken) + "/")

    visit(network, "")
    return paths


def _clean(label: str) -> str:
    """A label as one part of a path."""
    return re.sub(r"[^\w.()\[\]<>+-]+", "_", label).strip("_") or "unnamed"


def _unique(path: str, taken: set[str]) -> str:
    """The path, with a number behind it if it is taken."""
    candidate, number = path, 1
    while candidate.lower() in taken:
        candidate, number = f"{path}_{number}", number + 1
    taken.add(candidate.lower())
    return candidate


class ParameterStore:
    """Present values of all parameters that no learning rule changes.

    Parameters
    ----------
    parameters : sequence of Parameter
        All parameters of a network.
    space : ElementSpace
        Numbers of all elements.
    blocks : sequence of ndarray of int32
        Element numbers of each block that programs read.
    dtype : str
        "float32" or "float64".
    """

    def __init__(
        self,
        parameters: Sequence[Parameter],
        space: ElementSpace,
        blocks: Sequence[Elements],
        dtype: str,
    ) -> None:
        self.parameters = [p for p in parameters if not p.learned]
        self.dtype = dtype
        self._space = space
        self._elements = blocks
        self._in_blocks = ElementFinder(blocks)
        self.reset()

    def reset(self) -> None:
        """Go back to the values that the network was built with."""
        self.blocks = [self._space.initial_values(block, self.dtype) for block in self._elements]
        self.version = getattr(self, "version", 0) + 1

    def get(self, parameter: Parameter) -> npt.NDArray[Any]:
        """Present value of a parameter, a copy in its own shape."""
        elements = self._space.of(parameter.signal).ravel()
        value = np.empty(elements.size, dtype=self.dtype)
        number, position = self._in_blocks.find(elements)
        for block in np.unique(number):
            here = number == block
            value[here] = self.blocks[block][position[here]]
        return value.reshape(parameter.shape)

    def set(self, values: Mapping[str, npt.NDArray[Any]]) -> None:
        """Replace the values of some parameters, by path; blocks become new arrays."""
        blocks = [block.copy() for block in self.blocks]
        for parameter in self.parameters:
            value = values.get(parameter.path)
            if value is None:
                continue
            elements = self._space.of(parameter.signal).ravel()
            flat = np.asarray(value, dtype=self.dtype).ravel()
            number, position = self._in_blocks.find(elements)
            for block in np.unique(number):
                here = number == block
                blocks[block][position[here]] = flat[here]
        self.blocks = blocks
        self.version += 1

    def sources(self, block: int) -> tuple[list[int], npt.NDArray[np.int64] | None]:
        """Which parameters a block is put together from.

        Parameters
        ----------
        block : int
            Number of the block.

        Returns
        -------
        members : list of int
            Positions in `parameters`, whose flat values are to be concatenated.
        order : (n_elements,) ndarray of int or None
            Positions to take from the concatenation; None to take it as it is.
        """
        owner, start = self._in_parameters.find(self._elements[block])
        members = list(dict.fromkeys(owner[np.flatnonzero(np.diff(owner, prepend=-1))].tolist()))
        offset = np.zeros(len(self.parameters), dtype=np.int64)
        total = 0
        for member in members:
            offset[member] = total
            total += int(np.prod(self.parameters[member].shape))
        order = start + offset[owner]
        plain = total == order.size and np.array_equal(order, np.arange(total))
        return members, None if plain else order

    @cached_property
    def _in_parameters(self) -> ElementFinder:
        """Where each element is among the parameters."""
        return ElementFinder([self._space.of(p.signal).ravel() for p in self.parameters])


def trainable_key(parameter: Parameter) -> tuple[Any, str]:
    """Key of a parameter in what `resolve_trainable` returns."""
    return parameter.owner, parameter.kind
