"""What an action is: the arguments that it takes, and who carries it out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True)
class Action:
    """Something that the browser may ask for.

    Attributes
    ----------
    carry_out : callable
        Called with the session and the arguments by name; what it returns goes to the browser.
        It has to be quick: what takes long is only started.
    arguments : dict of str to type
        What each argument has to be: ``int``, ``float``, ``bool``, ``str``, a ``Literal`` of texts,
        or ``list[int]`` for numbers of rows.
    """

    carry_out: Callable[..., Any]
    arguments: Mapping[str, Any] = field(default_factory=dict)
