"""Traits that are always synchronised with the browser.

A trait of the plain kind is not, unless somebody remembers to say so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets

if TYPE_CHECKING:
    from collections.abc import Callable


class Synced(traitlets.Any):
    """A record for the browser, which never writes it.

    Parameters
    ----------
    default : object
        Value at first.
    packed : callable, optional
        Makes the wire form from the widget at the moment of sending. The trait itself then holds
        only what says that something has changed, such as a version.
    """

    def __init__(self, default: Any, packed: Callable[[Any], Any] | None = None) -> None:
        super().__init__(default_value=default)
        self.tag(sync=True, echo_update=False)
        if packed is not None:
            self.tag(to_json=lambda _value, widget: packed(widget))


class SyncedFloat(traitlets.Float[float, Any]):
    """A number that both sides may write."""

    def __init__(self, default: float) -> None:
        super().__init__(default_value=default)
        self.tag(sync=True)


class SyncedDict(traitlets.Dict):
    """A record that both sides may write."""

    def __init__(self, default: dict[str, Any]) -> None:
        super().__init__(default_value=default)
        self.tag(sync=True)
