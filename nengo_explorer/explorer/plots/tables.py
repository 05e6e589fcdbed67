"""The numbers of a plot as a table of a size that a page can show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nengo_explorer.explorer.plots.thinning import bin_starts, evenly

if TYPE_CHECKING:
    import numpy.typing as npt

    from nengo_explorer.explorer.plots.samples import Samples

    Array = npt.NDArray[Any]

#: Rows and columns of a table at most.
MOST_ROWS = 200
MOST_COLUMNS = 24


@dataclass(frozen=True)
class Table:
    """Numbers of a plot.

    Attributes
    ----------
    title : str
        Name of the plot.
    x_label : str
        What `places` are, such as "time (s)".
    names : tuple of str
        Name of each column.
    places : (n_rows,) ndarray of float
        Where each row belongs on the horizontal axis.
    values : (n_rows, n_columns) ndarray of float
        The numbers; may hold NaN and infinities.
    note : str
        What is left out, and what has to be said about the data.
    """

    title: str
    x_label: str
    names: tuple[str, ...]
    places: Array
    values: Array
    note: str


def table_of(samples: Samples) -> Table:
    """A table of samples that are evenly spread; of spikes all are counted.

    Parameters
    ----------
    samples : Samples
        The data.
    """
    notes = list(samples.notes)
    n_samples, n_columns = samples.values.shape
    columns = np.arange(n_columns)[:MOST_COLUMNS]
    if columns.size < n_columns:
        notes.append(f"The first {columns.size} of {n_columns} columns; a CSV file has all.")
    shown = samples.values[:, columns]
    if samples.form == "spikes" and n_samples > MOST_ROWS:
        starts = bin_starts(n_samples, MOST_ROWS)
        values = np.add.reduceat(shown > 0, starts, axis=0, dtype=np.int64)
        places = samples.times[np.append(starts[1:], n_samples) - 1]
        notes.append(
            f"Spikes of {n_samples} samples, counted in {MOST_ROWS} rows; each row says where it "
            "ends. A CSV file has all samples."
        )
    else:
        rows = evenly(n_samples, MOST_ROWS)
        values, places = shown[rows], samples.times[rows]
        if rows.size < n_samples:
            notes.append(f"{rows.size} of {n_samples} samples, evenly spread; a CSV file has all.")
    names = tuple(samples.name(int(column)) for column in columns)
    return Table(samples.heading, samples.x_label, names, places, values, " ".join(notes))
