"""Variables of Keras layers: their names, where they start, and how they travel as numbers.

The numbers of a simulation are floating point. A counter or the state of a random generator is an
integer of up to 64 bits, which float32 cannot hold, so integers travel in pieces of 16 bits.
"""

from __future__ import annotations

import random
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf
from keras.saving import deserialize_keras_object, serialize_keras_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    Array = npt.NDArray[Any]

#: Bits of an integer that one floating point number takes, exactly also in float32.
PIECE_BITS = 16

_FLOATS = ("float32", "float64")


def is_float(variable: Any) -> bool:
    """Whether a variable holds floating point numbers."""
    return "float" in str(variable.dtype)


def encode(value: Array, dtype: str) -> Array:
    """An array as floating point numbers.

    Parameters
    ----------
    value : ndarray
        Of any type.
    dtype : str
        "float32" or "float64".

    Returns
    -------
    numbers : ndarray
        In the shape of a floating point array; of others flat, (size * pieces,).
    """
    if "float" in value.dtype.name:
        return value.astype(dtype)
    flat = value.ravel().astype(np.int64)[:, np.newaxis]
    shifts = PIECE_BITS * np.arange(pieces(value.dtype.name))
    parts: Array = (flat >> shifts) & (2**PIECE_BITS - 1)
    return parts.ravel().astype(dtype)


def encode_tensor(value: tf.Tensor, dtype: str) -> tf.Tensor:
    """As `encode`, for a tensor; flat."""
    flat = tf.reshape(value, [-1])
    if value.dtype.is_floating:
        return tf.cast(flat, dtype)
    flat = tf.cast(flat, "int64")[:, tf.newaxis]
    shifts = tf.constant(PIECE_BITS * np.arange(pieces(value.dtype.name)), dtype="int64")
    parts = tf.bitwise.bitwise_and(
        tf.bitwise.right_shift(flat, shifts), tf.constant(2**PIECE_BITS - 1, dtype="int64")
    )
    return tf.cast(tf.reshape(parts, [-1]), dtype)


def decode_tensor(numbers: tf.Tensor, shape: Sequence[int], dtype: str) -> tf.Tensor:
    """What `encode_tensor` encoded.

    Parameters
    ----------
    numbers : tf.Tensor
        Flat.
    shape : sequence of int
        Of the result.
    dtype : str
        Of the result.
    """
    if "float" in dtype:
        return tf.cast(tf.reshape(numbers, shape), dtype)
    count = pieces(dtype)
    parts = tf.cast(tf.reshape(numbers, [-1, count]), "int64")
    shifts = tf.constant(PIECE_BITS * np.arange(count), dtype="int64")
    # Pieces do not overlap, so their sum is their union.
    whole = tf.reduce_sum(tf.bitwise.left_shift(parts, shifts), axis=1)
    return tf.cast(tf.reshape(whole, shape), dtype)


def pieces(dtype: str) -> int:
    """How many numbers one integer takes."""
    return 1 if dtype == "bool" else max(1, np.dtype(dtype).itemsize * 8 // PIECE_BITS)


# ---- names --------------------------------------------------------------------------------------


def variable_names(layer: keras.Layer) -> list[str]:
    """Names of all variables of a layer, unique and the same in every session.

    The layer's own name is left out, and names that Keras made up count from the start of this
    layer, not from the start of the session: "dense/kernel", "dense_1/kernel".
    """
    own = {_snake(type(part).__name__) for part in _parts(layer)}
    automatic = own | {_snake(name) for name in dir(keras.layers)} | {"sequential", "functional"}
    renamed: dict[tuple[str, ...], str] = {}
    used: dict[tuple[str, ...], int] = {}
    names = []
    for variable in layer.variables:
        *scopes, last = str(variable.path).split("/")
        if scopes and scopes[0] == layer.name:
            scopes = scopes[1:]
        given: tuple[str, ...] = ()
        shown: list[str] = []
        for scope in scopes:
            place, given = given, (*given, scope)
            if given not in renamed:
                base = re.sub(r"_\d+$", "", scope)
                base = base if base in automatic else scope
                count = used.get((*place, base), 0)
                used[*place, base] = count + 1
                renamed[given] = base if count == 0 else f"{base}_{count}"
            shown.append(renamed[given])
        names.append("/".join([*shown, last]))
    return _unique(names)


def _parts(layer: keras.Layer) -> Iterator[keras.Layer]:
    """A layer, and the layers of which a model consists."""
    yield layer
    for part in getattr(layer, "layers", ()):
        yield from _parts(part)


def _snake(name: str) -> str:
    """The name of a class as Keras turns it into the name of a layer."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def _unique(names: Sequence[str]) -> list[str]:
    taken: set[str] = set()
    unique = []
    for name in names:
        candidate, number = name, 1
        while candidate in taken:
            candidate, number = f"{name}_{number}", number + 1
        taken.add(candidate)
        unique.append(candidate)
    return unique


# ---- building and copying layers --------------------------------------------------------------


def build(layer: keras.Layer, shapes: Sequence[Any]) -> Any:
    """Call a layer with symbols, so that it makes its variables.

    Parameters
    ----------
    layer : Layer
        The layer.
    shapes : sequence of tuple
        Shape of each argument.

    Returns
    -------
    output : KerasTensor
        What it would return.
    """
    dtype = layer.input_dtype
    return layer(*[keras.KerasTensor(shape, dtype=dtype) for shape in shapes])


def draw_initial_values(layer: keras.Layer, shapes: Sequence[Any], seed: int) -> None:
    """Give a layer that was just built the initial values that belong to a seed.

    Initializers without a seed of their own take one from Python's random numbers, when the layer
    is made; so a copy is made while those start from the seed. Layers that cannot be made again
    from their configuration keep the values they have.

    Parameters
    ----------
    layer : Layer
        The layer.
    shapes : sequence of tuple
        Shapes of what it was called with.
    seed : int
        The seed.
    """
    with _python_random(seed):
        other = _made_again(layer, layer.get_config, shapes)
    if other is not None:
        for variable, drawn in zip(layer.variables, other.variables, strict=True):
            variable.assign(drawn)


def in_precision(layer: keras.Layer, dtype: str, shapes: Sequence[Any]) -> keras.Layer:
    """A layer that computes in a precision: itself, or a copy with the same values.

    Layers of mixed precision, and those that cannot be made again from their configuration, stay
    as they are; what comes and goes is then converted.

    Parameters
    ----------
    layer : Layer
        A built layer.
    dtype : str
        "float32" or "float64".
    shapes : sequence of tuple
        Shapes of what it is called with.
    """
    other = "float64" if dtype == "float32" else "float32"
    if not any(str(v.dtype) == other for v in layer.variables) and layer.compute_dtype != other:
        return layer
    copy = _made_again(layer, lambda: _with_dtype(layer.get_config(), other, dtype), shapes)
    if copy is None:
        return layer
    for variable, original in zip(copy.variables, layer.variables, strict=True):
        variable.assign(original.numpy())
    return copy


def _made_again(layer: keras.Layer, config: Any, shapes: Sequence[Any]) -> keras.Layer | None:
    """A new layer with equal variables, from a configuration; None if there is no way to it."""
    try:
        outer = serialize_keras_object(layer)
        outer["config"] = config()
        # It comes from an object of this process, so whatever it contains has run before.
        copy = deserialize_keras_object(outer, custom_objects=_classes(layer), safe_mode=False)
        if not copy.built:
            build(copy, shapes)
    except Exception:  # noqa: BLE001 - whatever a user's class cannot do, the original remains
        return None
    same = [v.shape for v in copy.variables] == [v.shape for v in layer.variables]
    return copy if same and copy.built else None


def _classes(layer: keras.Layer) -> dict[str, type]:
    """Classes that Keras may not know by name."""
    return {type(part).__name__: type(part) for part in _parts(layer)}


def _with_dtype(config: Any, old: str, new: str) -> Any:
    """A configuration with another precision in it."""
    if isinstance(config, dict):
        if config.get("class_name") == "DTypePolicy":
            name = config["config"]["name"]
            return {**config, "config": {"name": new if name == old else name}}
        return {
            key: new if key == "dtype" and value == old else _with_dtype(value, old, new)
            for key, value in config.items()
        }
    if isinstance(config, list | tuple):
        return type(config)(_with_dtype(entry, old, new) for entry in config)
    return config


@contextmanager
def _python_random(seed: int) -> Iterator[None]:
    """Let Python's random numbers start from a seed; afterwards they go on where they were."""
    before = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(before)
