"""Making many objects without looking through all of them for garbage again and again."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def collection_put_off() -> Iterator[None]:
    """Put off the search for objects that only refer to each other.

    A build makes objects by the hundred thousand and keeps nearly all of them. Each search goes
    through what there is, and they would take a quarter of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
