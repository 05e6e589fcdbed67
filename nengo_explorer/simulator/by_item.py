"""Which Keras layers compute each item of a minibatch by itself, from its input alone.

Such a layer gives the same whether items come together or one after the other, so the simulator may
compute it once where all items have the same input, and for many steps at once.
"""

from __future__ import annotations

from typing import Any

import keras

_KINDS = frozenset(
    getattr(keras.layers, name)
    for name in (
        "Activation", "AdaptiveAveragePooling1D", "AdaptiveAveragePooling2D", "AveragePooling1D",
        "AveragePooling2D", "AveragePooling3D", "Conv1D", "Conv1DTranspose", "Conv2D",
        "Conv2DTranspose", "Conv3D", "Conv3DTranspose", "Cropping1D", "Cropping2D", "Cropping3D",
        "Dense", "DepthwiseConv1D", "DepthwiseConv2D", "ELU", "EinsumDense", "Embedding", "Flatten",
        "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D",
        "GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D", "GroupNormalization",
        "Identity", "InputLayer", "LayerNormalization", "LeakyReLU", "MaxPooling1D", "MaxPooling2D",
        "MaxPooling3D", "PReLU", "Permute", "ReLU", "RepeatVector", "Rescaling", "Reshape",
        "SeparableConv1D", "SeparableConv2D", "Softmax", "UnitNormalization", "UpSampling1D",
        "UpSampling2D", "UpSampling3D", "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D",
    )
    if hasattr(keras.layers, name)
)  # fmt: skip

_OWN_ACTIVATIONS = frozenset(value for value in vars(keras.activations).values() if callable(value))


def computes_by_item(layer: keras.Layer) -> bool:
    """Whether each row of the output is known to depend on the same row of the input alone.

    A subclass may compute something else, so it is not known of it; neither is it of an activation
    that Keras does not have.

    Parameters
    ----------
    layer : Layer
        A layer or a model.
    """
    if type(layer) in {keras.Sequential, keras.Model} or _is_functional(layer):
        return all(computes_by_item(part) for part in layer.layers)
    return type(layer) in _KINDS and _known_activation(getattr(layer, "activation", None))


def _is_functional(layer: keras.Layer) -> bool:
    """Whether a model is made of layers alone, without a call method of its own."""
    return type(layer).__name__ == "Functional" and isinstance(layer, keras.Model)


def _known_activation(activation: Any) -> bool:
    return activation is None or activation in _OWN_ACTIVATIONS
