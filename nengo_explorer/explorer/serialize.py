"""Arrays and texts to the form in which they travel: twin of ``js/src/decode.ts``."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from nengo_explorer.explorer.codes import KINDS
from nengo_explorer.explorer.row_states import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from nengo_explorer.explorer.network_view import NetworkView
    from nengo_explorer.explorer.row_states import Patch, RowStates

#: Element type of each column of row states.
STATE_TYPES = {
    "setting": np.uint8,
    "effective": np.uint8,
    "keep_setting": np.uint8,
    "keep_effective": np.uint8,
    "on": np.int32,
    "total": np.int32,
    "flags": np.uint8,
}


#: The columns of a network repeat themselves, so little effort shrinks them to a hundredth.
_EFFORT = 1


def packed(array: npt.NDArray[Any], dtype: Any) -> bytes:
    """The elements of an array, little endian as browsers have it, compressed by zlib."""
    elements = np.ascontiguousarray(array, dtype=np.dtype(dtype).newbyteorder("<"))
    return zlib.compress(elements.tobytes(), _EFFORT)


def packed_steps(array: npt.NDArray[Any]) -> bytes:
    """Whole numbers as differences, each to the one before it: growing ones shrink a lot."""
    return packed(np.diff(array, prepend=array.dtype.type(0)), np.int32)


def packed_texts(texts: Sequence[str]) -> dict[str, bytes]:
    """Many short texts as one buffer with offsets.

    Parameters
    ----------
    texts : sequence of str
        Anything; what is no valid Unicode is replaced by question marks.
    """
    encoded = [text.encode("utf-8", errors="replace") for text in texts]
    offsets = np.cumsum([0, *(len(part) for part in encoded)])
    text = zlib.compress(b"".join(encoded), _EFFORT)
    return {"offsets": packed_steps(offsets), "text": text}


def packed_structure(view: NetworkView, version: int) -> dict[str, Any]:
    """All rows of a network."""
    return {
        "version": version,
        "count": len(view),
        "kinds": list(KINDS),
        "kind": packed(view.kind, np.uint8),
        "parent": packed_steps(view.parent),
        "names": packed_texts(view.labels),
        "sizes": packed_texts(view.sizes),
        "notes": packed_texts(view.notes),
        "parameters": packed(view.parameters, np.float64),
        "controls": packed(view.controls, np.uint8),
    }


def packed_states(states: RowStates, version: int) -> dict[str, Any]:
    """The states of all rows."""
    columns = {name: packed(getattr(states, name), STATE_TYPES[name]) for name in COLUMNS}
    return {"version": version, **columns}


def packed_patch(patch: Patch) -> tuple[dict[str, Any], list[bytes]]:
    """A patch as message and buffers: the rows, then each column."""
    columns = [packed(getattr(patch.states, name), STATE_TYPES[name]) for name in COLUMNS]
    message = {"event": "patch", "version": patch.version}
    return message, [packed_steps(patch.rows), *columns]
