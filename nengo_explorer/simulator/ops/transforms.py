"""Convolutions and transposed convolutions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import tensorflow as tf
from nengo.builder.transforms import ConvInc, ConvTransposeInc

from nengo_explorer.simulator.ops.base import (
    BuildContext,
    Lowering,
    StepContext,
    Write,
    written,
    written_mode,
)
from nengo_explorer.simulator.ops.products import join_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nengo.builder import Operator


class ConvIncLowering(Lowering):
    """A group of convolutions with the same geometry, added to their targets."""

    def __init__(self, operators: Sequence[Operator], context: BuildContext) -> None:
        super().__init__(operators, context)
        self.convolution = operators[0].conv
        self.kernel_shape = tuple(operators[0].W.shape)
        for op in operators:
            self.reads += [context.join([op.W]), context.join([op.X])]
        self.writes = [
            Write(context.join([written(op) for op in operators]), written_mode(operators))
        ]

    def compute(self, inputs: Sequence[tf.Tensor], step: StepContext) -> list[tf.Tensor]:
        """Convolve each member."""
        del step
        parts = [self._apply(inputs[2 * i], inputs[2 * i + 1]) for i in range(len(self.operators))]
        return [parts[0] if len(parts) == 1 else join_columns(parts)]

    def _apply(self, kernel: tf.Tensor, signal: tf.Tensor) -> tf.Tensor:
        """One convolution; images and result flat, in the layout of Nengo's transform."""
        conv = self.convolution
        image = tf.reshape(signal, [-1, *conv.input_shape.shape])
        if not conv.channels_last:
            image = tf.transpose(image, _channels_to_last(image.shape.rank))
        result = self._convolve(tf.reshape(kernel, self.kernel_shape), image)
        if not conv.channels_last:
            result = tf.transpose(result, _channels_to_first(result.shape.rank))
        flat = tf.reshape(result, [-1, conv.output_shape.size])
        return flat if signal.shape.rank == 2 else flat[0]

    def _convolve(self, kernel: tf.Tensor, image: tf.Tensor) -> tf.Tensor:
        """Convolution of images (rows, *spatial, channels) with a kernel."""
        conv = self.convolution
        return tf.nn.convolution(image, kernel, strides=conv.strides, padding=conv.padding.upper())


class ConvTransposeIncLowering(ConvIncLowering):
    """A group of transposed convolutions with the same geometry."""

    def _convolve(self, kernel: tf.Tensor, image: tf.Tensor) -> tf.Tensor:
        """Transposed convolution; Nengo and TensorFlow order the kernel's channels differently."""
        conv = self.convolution
        rank = kernel.shape.rank
        swapped = tf.transpose(kernel, [*range(rank - 2), rank - 1, rank - 2])
        shape = conv.output_shape
        output_shape = [tf.shape(image)[0], *shape.spatial_shape, shape.n_channels]
        return tf.nn.conv_transpose(
            image, swapped, output_shape, strides=conv.strides, padding=conv.padding.upper()
        )


def _channels_to_last(rank: int) -> list[int]:
    """Permutation (rows, channels, *spatial) -> (rows, *spatial, channels)."""
    return [0, *range(2, rank), 1]


def _channels_to_first(rank: int) -> list[int]:
    """Permutation (rows, *spatial, channels) -> (rows, channels, *spatial)."""
    return [0, rank - 1, *range(1, rank - 1)]


BUILDERS = {ConvInc: ConvIncLowering, ConvTransposeInc: ConvTransposeIncLowering}
