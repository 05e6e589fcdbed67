"""Data that come in minibatches of their own: datasets, generators, Keras's own data objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf
from nengo.exceptions import SimulationError, ValidationError

from nengo_explorer.simulator.datasets import Dataset, other_inputs
from nengo_explorer.simulator.names import N_STEPS, SOURCES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import nengo

    from nengo_explorer.simulator.engine import Engine


def is_stream(data: Any) -> bool:
    """Whether data come in minibatches of their own."""
    return isinstance(data, tf.data.Dataset | keras.utils.PyDataset | Iterator)


class Stream:
    """Minibatches that somebody else makes.

    Each is a dict of inputs by name of Node, (items, steps, size), or with targets a pair of such a
    dict and one by name of Probe. Instead of inputs, or beside them, "n_steps" (items, 1) may say
    the number of steps, which is the same for all minibatches.

    Parameters
    ----------
    data : tf.data.Dataset, PyDataset or iterator
        The minibatches.
    engine : Engine
        The live simulation.
    nodes : sequence of Node
        Input Nodes.
    names : dict
        Names of input Nodes and Probes.
    with_targets : bool
        Whether minibatches have targets.

    Raises
    ------
    ValidationError
        If the first minibatch is not of the form above.
    """

    def __init__(
        self,
        data: Any,
        engine: Engine,
        nodes: Sequence[nengo.Node],
        names: Mapping[Any, str],
        *,
        with_targets: bool,
    ) -> None:
        self._engine = engine
        self._names = {names[node]: node for node in nodes}
        self._with_targets = with_targets
        first, self._batches = _peek(data)
        inputs = first[0] if isinstance(first, tuple) else first
        if with_targets and not isinstance(first, tuple):
            raise ValidationError(
                f"minibatches must be pairs (inputs, targets); got {type(first).__name__} alone.",
                attr="x",
            )
        self.n_steps, self.items = self._check_first(inputs)

    def check_call(self, y: Any, n_steps: int | None) -> None:
        """Refuse arguments that say again what the minibatches say.

        Raises
        ------
        ValueError
            If targets are given apart.
        SimulationError
            If the number of steps is.
        """
        if y is not None:
            raise ValueError("targets come with the minibatches of x; y must not be given.")
        if n_steps is not None:
            raise SimulationError(
                "the number of steps comes with the minibatches of x; n_steps must not be given."
            )

    def _check_first(self, inputs: Any) -> tuple[int, int]:
        """Steps and items of the first minibatch."""
        if not isinstance(inputs, Mapping):
            raise ValidationError(
                "inputs of a minibatch must be a dict by name of Node; got "
                f"{type(inputs).__name__}.",
                attr="x",
            )
        accepted = ", ".join(map(repr, [*self._names, N_STEPS]))
        for name, array in inputs.items():
            if name != N_STEPS and name not in self._names:
                raise ValidationError(f"{name!r} is no input. Accepted: {accepted}.", attr="x")
            size = None if name == N_STEPS else self._names[name].size_out
            if size is not None and (len(array.shape) != 3 or array.shape[2] != size):
                raise ValidationError(
                    f"{name!r} must have shape (items, steps, {size}); got {tuple(array.shape)}.",
                    attr="x",
                )
        arrays = [array for name, array in inputs.items() if name != N_STEPS]
        if arrays:
            return int(arrays[0].shape[1]), int(arrays[0].shape[0])
        if N_STEPS not in inputs:
            raise ValidationError(f"a minibatch has no input. Accepted: {accepted}.", attr="x")
        return int(np.ravel(inputs[N_STEPS])[0]), len(inputs[N_STEPS])

    def arranged(self) -> Dataset:
        """The minibatches in the form that the Keras model takes."""
        nodes = set(self._names.values())

        def inputs_of(batch: Mapping[str, Any]) -> dict[str, Any]:
            arrays = {
                name: tf.cast(array, self._engine.dtype)
                for name, array in batch.items()
                if name != N_STEPS
            }
            given = {self._names[name] for name in arrays}
            others = other_inputs(self._engine, given, self.n_steps, self.items)
            if others is not None:
                arrays[SOURCES] = tf.constant(others)
            if not nodes & given:
                items = tf.shape(batch[N_STEPS])[0]
                arrays[N_STEPS] = tf.zeros([items, self.n_steps, 0], self._engine.dtype)
            return arrays

        @tf.autograph.experimental.do_not_convert
        def minibatch(*parts: Any) -> Any:
            if not self._with_targets:
                return inputs_of(parts[0])
            targets = {n: tf.cast(a, self._engine.dtype) for n, a in parts[1].items()}
            return inputs_of(parts[0]), targets

        return Dataset(
            x={},
            y=None,
            items=0,  # how many there are in all is not known
            batch=self.items,
            n_steps=self.n_steps,
            batches=self._map(minibatch),
        )

    def _map(self, minibatch: Any) -> Any:
        """Apply a function to each minibatch."""
        if isinstance(self._batches, tf.data.Dataset):
            return self._batches.map(minibatch)

        def batches() -> Iterator[Any]:
            for batch in self._batches:
                made = minibatch(*batch) if isinstance(batch, tuple) else minibatch(batch)
                yield made if isinstance(made, tuple) else (made,)  # as Keras wants it

        return batches()


def _peek(data: Any) -> tuple[Any, Any]:
    """The first minibatch, and all of them.

    Raises
    ------
    ValidationError
        If there is none.
    """
    if isinstance(data, keras.utils.PyDataset):
        data = (data[index] for index in range(len(data)))
    first = next(iter(data), None)
    if first is None:
        raise ValidationError("there is no minibatch.", attr="x")
    return first, data if isinstance(data, tf.data.Dataset) else chain([first], data)
