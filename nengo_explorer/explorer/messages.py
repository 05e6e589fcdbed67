"""Messages between the browser and Python: twin of ``js/src/messages.ts``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, NotRequired, TypedDict, get_args, get_origin

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nengo_explorer.explorer.actions.base import Action


class ReplyError(TypedDict):
    """Why an action was refused."""

    type: str
    text: str


class Reply(TypedDict):
    """Answer to an action. ``binary`` names fields of the value that travel as buffers."""

    reply: int
    ok: bool
    value: NotRequired[Any]
    binary: NotRequired[list[str]]
    error: NotRequired[ReplyError]


class Patch(TypedDict):
    """Changed rows; the columns travel as buffers, see `serialize.packed_patch`."""

    event: Literal["patch"]
    version: int


class MessageError(ValueError):
    """A message that is no action of ours."""


def parse_action(content: Any, actions: Mapping[str, Action]) -> tuple[Action, dict[str, Any]]:
    """An action and its arguments.

    Parameters
    ----------
    content : object
        What the browser sent.
    actions : dict of str to Action
        What it may ask for.

    Raises
    ------
    MessageError
        If it is no known action, or an argument is missing or of the wrong kind.
    """
    name = content.get("action") if isinstance(content, dict) else None
    if not isinstance(name, str) or name not in actions:
        raise MessageError(f"There is no action {name!r}. Actions are: {', '.join(actions)}.")
    arguments = {}
    for argument, accepted in actions[name].arguments.items():
        if argument not in content:
            raise MessageError(f"The action {name} needs the argument {argument!r}.")
        arguments[argument] = _check(name, argument, content[argument], accepted)
    return actions[name], arguments


def _check(action: str, name: str, value: Any, accepted: Any) -> Any:
    if get_origin(accepted) is Literal:
        choices = get_args(accepted)
        valid, said = value in choices, f"one of {', '.join(choices)}"
    else:
        is_valid, said = _ARGUMENTS[accepted]
        valid = is_valid(value)
    if not valid:
        raise MessageError(f"{name} of the action {action} must be {said}; got {value!r}.")
    return value


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _are_whole(value: Any) -> bool:
    return isinstance(value, list) and all(_is_whole(entry) for entry in value)


#: How each kind of argument is told, and what it is called.
_ARGUMENTS: dict[Any, tuple[Callable[[Any], bool], str]] = {
    int: (_is_whole, "a whole number"),
    float: (_is_number, "a number"),
    bool: (lambda value: isinstance(value, bool), "true or false"),
    str: (lambda value: isinstance(value, str), "text"),
    list[int]: (_are_whole, "a list of whole numbers"),
}


def accepted_reply(request: int, value: Any) -> tuple[Reply, list[bytes]]:
    """The reply to an action that was carried out, and its buffers."""
    if not isinstance(value, dict):
        return {"reply": request, "ok": True, "value": value}, []
    binary = [name for name, field in value.items() if isinstance(field, bytes)]
    texts = {name: field for name, field in value.items() if name not in binary}
    reply: Reply = {"reply": request, "ok": True, "value": texts}
    if binary:
        reply["binary"] = binary
    return reply, [value[name] for name in binary]


def refused_reply(request: int, error: Exception) -> Reply:
    """The reply to an action that was refused."""
    reason: ReplyError = {"type": type(error).__name__, "text": str(error)}
    return {"reply": request, "ok": False, "error": reason}
