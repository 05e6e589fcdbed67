"""What one probe has recorded, put together without copying all of it at every look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    Array = npt.NDArray[Any]


class History:
    """Samples in the order in which they were appended, each part (items, steps, ...).

    Parts are only put together when somebody looks. Who looks again and again while a simulation
    goes on pays for what is new: from the second time on, there is room left for more.
    """

    def __init__(self) -> None:
        self._room: Array | None = None
        self._joined: Array | None = None  # the part of `_room` that is filled
        self._pending: list[Array] = []

    def append(self, values: Array) -> None:
        """Add samples, (items, steps, ...); they are not copied and must not change any more."""
        self._pending.append(values)

    def clear(self) -> None:
        """Forget everything; arrays that were given out stay as they are."""
        self._room = self._joined = None
        self._pending.clear()

    def parts(self) -> list[Array]:
        """Everything, in parts."""
        return [*([] if self._joined is None else [self._joined]), *self._pending]

    def fill(self, parts: Iterable[Array]) -> None:
        """Have other contents from now on; `parts` of another history may be given."""
        self.clear()
        self._pending.extend(parts)

    def joined(self) -> Array | None:
        """Everything, (items, steps, ...); None if nothing was appended."""
        parts = self.parts()
        if len(parts) <= 1:
            return parts[0] if parts else None
        n_steps = sum(part.shape[1] for part in parts)
        # Parameters have no axis of items until a rule changes them.
        n_items = max(part.shape[0] for part in parts)
        shape = (n_items, n_steps, *parts[0].shape[2:])
        room = self._room_for(shape, np.result_type(*parts))
        start = 0
        for part in parts:
            if part is not self._joined or room is not self._room:
                room[:, start : start + part.shape[1]] = part
            start += part.shape[1]
        self._room, self._joined = room, room[:, :n_steps]
        self._joined.flags.writeable = False
        self._pending.clear()
        return self._joined

    def _room_for(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
        """The present room if everything fits in, or a new one."""
        room = self._room
        if room is None:
            return np.empty(shape, dtype)
        n_items, n_steps, *rest = shape
        if room.shape[0] == n_items and room.shape[1] >= n_steps and room.dtype == dtype:
            return room
        try:
            # Memory that is not written to takes no place.
            return np.empty((n_items, 2 * n_steps, *rest), dtype)
        except MemoryError:
            return np.empty(shape, dtype)
