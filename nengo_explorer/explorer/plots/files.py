"""The data of a plot as text with commas, in parts, and names for files."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nengo_explorer.explorer.plots.samples import Samples

#: What a plot can be saved as.
FigureKind = Literal["png", "svg"]
FileKind = Literal["png", "svg", "csv"]

#: So many numbers make a part of a file: some 25 ms of work, and half a megabyte.
NUMBERS_IN_PART = 50_000
#: Letters of a file's name, without its ending.
LONGEST_NAME = 60
#: Names that Windows gives to devices.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
#: With these a cell would be a formula for spreadsheets.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def file_name(title: str, kind: FileKind) -> str:
    """A name for a file of a plot: its title without what any file system refuses.

    Parameters
    ----------
    title : str
        Any text.
    kind : str
        The ending.
    """
    plain = unicodedata.normalize("NFKD", title)
    kept = "".join(c if unicodedata.category(c)[0] in "LN" else "-" for c in plain)
    name = re.sub("-+", "-", kept).strip("-")[:LONGEST_NAME].strip("-")
    if not name or _DEVICES.fullmatch(name):
        name = f"plot-{name}".strip("-")
    return f"{name}.{kind}"


def rows_in_part(samples: Samples) -> int:
    """How many samples make a part of a file."""
    return max(1, NUMBERS_IN_PART // (int(samples.values.shape[1]) + 1))


def csv_header(samples: Samples) -> str:
    """The first line: what the horizontal axis is, and the name of each dimension."""
    names = [samples.x_label, *(samples.name(i) for i in range(samples.values.shape[1]))]
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow([_cell(name) for name in names])
    return buffer.getvalue()


def csv_rows(samples: Samples, start: int, stop: int) -> str:
    """Some samples, a line each, with as many digits as tell the numbers apart.

    Parameters
    ----------
    samples : Samples
        The data.
    start, stop : int
        The first sample, and the one after the last.
    """
    # Products of a whole number and a step have digits that mean nothing.
    places = np.round(samples.times[start:stop].astype(float), 12).astype(str)
    columns = np.column_stack([places, samples.values[start:stop].astype(str)])
    return "".join(f"{','.join(line)}\n" for line in columns.tolist())


def csv_parts(samples: Samples) -> Iterator[str]:
    """The whole file, part by part."""
    yield csv_header(samples)
    step = rows_in_part(samples)
    for start in range(0, len(samples.values), step):
        yield csv_rows(samples, start, start + step)


def _cell(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{name}" if name.startswith(_FORMULA) else name
