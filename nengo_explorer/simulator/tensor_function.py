"""A TensorFlow function or a Keras layer as a pure function of tensors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf
from nengo.exceptions import SimulationError

from nengo_explorer.simulator.layer_variables import (
    decode_tensor,
    encode,
    encode_tensor,
    in_precision,
    is_float,
    variable_names,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    Array = npt.NDArray[Any]


@dataclass(frozen=True)
class LayerVariable:
    """One variable of a Keras layer, as a simulation sees it.

    Attributes
    ----------
    name : str
        Name within the layer, such as "kernel" or "dense/kernel".
    variable : keras.Variable
        The variable of the user's layer; only its value at the start, and whether it may be
        trained, are looked at.
    kept : bool
        Whether calls of the layer change it (moving statistics, states of random generators).
    initial : ndarray
        Its value at the start, as floating point numbers.
    """

    name: str
    variable: Any
    kept: bool
    initial: Array

    @property
    def is_parameter(self) -> bool:
        """Whether it belongs to what was learned; states of random generators do not."""
        return is_float(self.variable)


class TensorFunction(ABC):
    """What a TensorNode computes.

    Attributes
    ----------
    variables : list of LayerVariable
        What `call` takes and gives back as tensors.
    by_item : bool
        Whether each row of the result depends on the same row of the input alone, and on nothing
        else, in training as well as in inference.
    """

    variables: list[LayerVariable]
    by_item: bool

    @abstractmethod
    def call(
        self, arguments: Sequence[tf.Tensor], values: Sequence[tf.Tensor], *, training: bool
    ) -> tuple[Any, list[tf.Tensor]]:
        """Compute.

        Parameters
        ----------
        arguments : sequence of tf.Tensor
            Time and input, or one of them.
        values : sequence of tf.Tensor
            Flat, one for each of `variables`.
        training : bool
            Mode of the computation.

        Returns
        -------
        output : tf.Tensor
            (items, *shape_out).
        kept : list of tf.Tensor
            New values, flat, of those variables that are kept.
        """


class PlainFunction(TensorFunction):
    """A TensorFlow function without variables.

    Parameters
    ----------
    function : callable
        The function.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self.variables = []
        self.by_item = False

    def call(
        self, arguments: Sequence[tf.Tensor], values: Sequence[tf.Tensor], *, training: bool
    ) -> tuple[Any, list[tf.Tensor]]:
        """Call the function."""
        del values, training
        return self._function(*arguments), []


class LayerFunction(TensorFunction):
    """A Keras layer, called without any effect on the layer itself.

    Parameters
    ----------
    layer : Layer
        A built layer.
    dtype : str
        Precision of the simulation.
    arguments : sequence of tf.TensorSpec
        What it will be called with, for one item.
    by_item : bool
        See `TensorFunction`; known of many layers of Keras.
    """

    def __init__(
        self,
        layer: keras.Layer,
        dtype: str,
        arguments: Sequence[tf.TensorSpec],
        *,
        by_item: bool,
    ) -> None:
        self._dtype = dtype
        self._layer = in_precision(layer, dtype, [spec.shape for spec in arguments])
        self._all = list(self._layer.variables)
        self.by_item = by_item
        changed = self._changed(arguments) if self._all else []
        self.variables, self._used = [], []
        originals = zip(variable_names(layer), layer.variables, self._all, changed, strict=True)
        for name, original, own, kept in originals:
            if kept or is_float(own):
                initial = encode(np.asarray(original.numpy()), dtype)
                self.variables.append(LayerVariable(name, original, kept, initial))
                self._used.append(own)
        self._fixed = [(v, np.asarray(v.numpy())) for v in self._unused()]

    def _unused(self) -> list[Any]:
        used = {id(variable) for variable in self._used}
        return [variable for variable in self._all if id(variable) not in used]

    def _changed(self, arguments: Sequence[tf.TensorSpec]) -> list[bool]:
        """For each variable, whether calls in any mode change it."""
        changed = [False] * len(self._all)

        def trace(*tensors: tf.Tensor) -> None:
            for training in (True, False):
                values = [(own, tf.convert_to_tensor(own.value)) for own in self._all]
                _, before, after = self._apply(tensors, values, training)
                for number, (old, new) in enumerate(zip(before, after, strict=True)):
                    changed[number] |= old is not new

        tf.function(trace, autograph=False).get_concrete_function(*arguments)
        return changed

    def _apply(
        self, arguments: Sequence[tf.Tensor], values: list[tuple[Any, Any]], training: bool
    ) -> tuple[Any, list[Any], list[Any]]:
        """Call the layer with given values, and return what these were and what they are then."""
        with keras.StatelessScope(values) as scope:
            before = [scope.get_current_value(variable) for variable, _ in values]
            output = self._layer(*arguments, training=training)
        return output, before, [scope.get_current_value(variable) for variable, _ in values]

    def call(
        self, arguments: Sequence[tf.Tensor], values: Sequence[tf.Tensor], *, training: bool
    ) -> tuple[Any, list[tf.Tensor]]:
        """Call the layer."""
        given = [
            (own, decode_tensor(value, own.shape, str(own.dtype)))
            for own, value in zip(self._used, values, strict=True)
        ]
        fixed = [(own, tf.constant(value)) for own, value in self._fixed]
        output, before, after = self._apply(arguments, [*given, *fixed], training)
        kept = []
        for entry, old, new in zip(self.variables, before, after, strict=False):
            if entry.kept:
                kept.append(encode_tensor(new, self._dtype))
            elif new is not old:
                raise SimulationError(
                    f"The layer {self._layer.name!r} now changes its variable {entry.name!r} when "
                    "it is called, which it did not when the simulator was made: was it set "
                    "trainable since? Make a new simulator; save_params and load_params keep what "
                    "was trained."
                )
        if output.dtype.is_floating and output.dtype.name != self._dtype:
            output = tf.cast(output, self._dtype)  # a layer of mixed precision
        return output, kept
