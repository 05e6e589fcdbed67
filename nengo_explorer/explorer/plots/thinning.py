"""Making long data short without losing what is seen in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]

#: Bins that are looked at together.
_BINS_AT_ONCE = 32


def keep_extremes(values: Array, n_bins: int) -> Array:
    """Samples to draw, so that every peak stays: the least and the greatest of each bin.

    Parameters
    ----------
    values : (n_samples,) ndarray of float
        One signal; NaN is skipped where a bin has anything else.
    n_bins : int
        Number of bins.

    Returns
    -------
    chosen : (n,) ndarray of int
        Ascending indices of at most ``2 * n_bins + 2`` samples, the first and the last among them;
        all of them if there are no more than that.
    """
    n_samples = values.size
    if n_samples <= 2 * n_bins + 2:
        return np.arange(n_samples)
    starts = bin_starts(n_samples, n_bins)
    per_bin = int(np.diff(np.append(starts, n_samples)).max())
    # Bins as rows, filled up by repeating the last sample of each.
    index = starts[:, np.newaxis] + np.arange(per_bin)
    index = np.minimum(index, np.append(starts[1:], n_samples)[:, np.newaxis] - 1)
    binned = values[index]
    missing = np.isnan(binned)
    rows = np.arange(n_bins)
    least = index[rows, np.where(missing, np.inf, binned).argmin(axis=1)]
    greatest = index[rows, np.where(missing, -np.inf, binned).argmax(axis=1)]
    return np.unique(np.concatenate([[0, n_samples - 1], least, greatest]))


def thinned_text(n_samples: int, n_bins: int) -> str:
    """What has to be said if `keep_extremes` leaves samples out; else empty."""
    if n_samples <= 2 * n_bins + 2:
        return ""
    return f"Of {n_samples} samples those are drawn that keep every peak in place."


def bin_starts(n_samples: int, n_bins: int) -> Array:
    """First sample of each of ``n_bins`` bins of nearly equal length."""
    return np.arange(n_bins) * n_samples // n_bins


def strongest_in_bins(values: Array, n_bins: int) -> Array:
    """For each bin and column, the value that is farthest from zero.

    Parameters
    ----------
    values : (n_samples, n_columns) ndarray of float
        Signals side by side.
    n_bins : int
        Number of bins; no more than samples are used.

    Returns
    -------
    strongest : (n, n_columns) ndarray of float
        NaN where a bin has nothing else.
    """
    if len(values) <= n_bins:
        return values
    starts = np.append(bin_starts(len(values), n_bins), len(values))
    # A few bins at a time, so that a history that nearly fills the memory can be drawn.
    parts = [
        _strongest(values[bins[0] : bins[-1]], bins[:-1] - bins[0])
        for first in range(0, n_bins, _BINS_AT_ONCE)
        for bins in (starts[first : first + _BINS_AT_ONCE + 1],)
    ]
    return np.concatenate(parts)


def _strongest(values: Array, starts: Array) -> Array:
    """For each bin and column, the value that is farthest from zero; NaN if there is none."""
    missing = np.isnan(values)
    greatest = np.maximum.reduceat(np.where(missing, -np.inf, values), starts, axis=0)
    least = np.minimum.reduceat(np.where(missing, np.inf, values), starts, axis=0)
    strongest = np.where(np.abs(least) > np.abs(greatest), least, greatest)
    return np.where(np.isinf(greatest) & (greatest < 0), np.nan, strongest)


def evenly(count: int, most: int) -> Array:
    """At most ``most`` of ``count`` indices, evenly spread, the first and the last among them."""
    if count <= most:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, most).round().astype(np.int64))
