"""Event files for TensorBoard, written without the tensorboard package.

TensorFlow itself can write any tensor under a tag; what makes it a curve or a histogram for
TensorBoard is the name of a plugin beside it. Its own functions for that live in the tensorboard
package, which is not needed to train.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

if TYPE_CHECKING:
    import numpy.typing as npt

#: Bars of a histogram, as TensorBoard's own.
BUCKETS = 30


def write_scalar(name: str, data: Any, step: Any = None) -> None:
    """Write one point of a curve to the default writer.

    Parameters
    ----------
    name : str
        Tag of the curve.
    data : float
        The value.
    step : int, optional
        Where it is on the axis; by default that of the writer.
    """
    _write("scalars", name, tf.cast(data, tf.float32), step)


def write_histogram(name: str, data: Any, step: Any = None, buckets: int = BUCKETS) -> None:
    """Write how values are spread to the default writer.

    Parameters
    ----------
    name : str
        Tag of the histogram.
    data : array_like
        Values, of any shape.
    step : int, optional
        Where it is on the axis; by default that of the writer.
    buckets : int, default: 30
        Number of bars.
    """
    _write("histograms", name, tf.constant(histogram(np.asarray(data), buckets)), step)


def histogram(values: npt.NDArray[Any], buckets: int = BUCKETS) -> npt.NDArray[np.float64]:
    """Bars of a histogram.

    Parameters
    ----------
    values : ndarray
        Values, of any shape. Those that are no finite numbers have no place in a histogram.
    buckets : int, default: 30
        Number of bars.

    Returns
    -------
    bars : (buckets, 3) ndarray
        Left edge, right edge and number of values of each bar.
    """
    finite = np.asarray(values, dtype=np.float64)
    finite = finite[np.isfinite(finite)]
    counts, edges = np.histogram(finite, bins=buckets)
    return np.stack([edges[:-1], edges[1:], counts.astype(np.float64)], axis=1)


def _write(plugin: str, name: str, tensor: tf.Tensor, step: Any) -> None:
    """Write a tensor under a tag, for a plugin of TensorBoard."""
    metadata = tf.compat.v1.SummaryMetadata(
        plugin_data={"plugin_name": plugin},
        data_class="DATA_CLASS_SCALAR" if plugin == "scalars" else "DATA_CLASS_TENSOR",
    )
    tf.summary.write(name, tensor, step=step, metadata=metadata)
