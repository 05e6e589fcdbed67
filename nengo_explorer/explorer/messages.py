"""Messages between the browser and Python: twin of ``js/src/messages.ts``."""

from __future__ import annotations

import math
from typing import Any, Literal, NotRequired, TypedDict, get_args

RuleOption = Literal["trainable", "keep_history"]
RuleSetting = Literal["inherit", "on", "off"]
RuleOutcome = Literal["wins", "overridden", "no opinion", "default"]

#: Arguments of every action that the browser may ask for, with what each accepts.
ACTIONS: dict[str, dict[str, Any]] = {
    "explain": {"row": int},
    "set_rule": {"row": int, "option": RuleOption, "setting": RuleSetting},
    "set_global": {"option": str, "value": str},
    "apply": {},
    "discard": {},
    "run": {"seconds": float},
    "stop": {},
    "reset": {},
    "train": {},
    "refresh": {},
}


class Rule(TypedDict):
    """One rule that has a say in a value."""

    network: str
    network_row: int
    target: str
    setting: str
    outcome: RuleOutcome
    overridden_by: str
    text: str


class Explanation(TypedDict):
    """Answer to ``explain``. Rules come most specific first."""

    title: str
    subtitle: str
    state: str
    reason: str
    rules: list[Rule]
    code: str
    warnings: list[str]


class ReplyError(TypedDict):
    """Why an action was refused."""

    type: str
    text: str


class Reply(TypedDict):
    """Answer to an action."""

    reply: int
    ok: bool
    value: NotRequired[Any]
    error: NotRequired[ReplyError]


class Patch(TypedDict):
    """Changed rows; the columns travel as buffers, see `serialize.packed_patch`."""

    event: Literal["patch"]
    version: int


class MessageError(ValueError):
    """A message that is no action of ours."""


def parse_action(content: Any) -> tuple[str, dict[str, Any]]:
    """Name and arguments of an action.

    Parameters
    ----------
    content : object
        What the browser sent.

    Raises
    ------
    MessageError
        If it is no known action, or an argument is missing or of the wrong kind.
    """
    action = content.get("action") if isinstance(content, dict) else None
    if not isinstance(action, str) or action not in ACTIONS:
        raise MessageError(f"There is no action {action!r}. Actions are: {', '.join(ACTIONS)}.")
    arguments = {}
    for name, accepted in ACTIONS[action].items():
        if name not in content:
            raise MessageError(f"The action {action} needs the argument {name!r}.")
        arguments[name] = _check(action, name, content[name], accepted)
    return action, arguments


def _check(action: str, name: str, value: Any, accepted: Any) -> Any:
    choices = get_args(accepted)
    if choices:
        valid, said = value in choices, f"one of {', '.join(choices)}"
    elif accepted is int:
        valid, said = isinstance(value, int) and not isinstance(value, bool), "a whole number"
    elif accepted is float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        valid, said = is_number and math.isfinite(value), "a number"
    else:
        valid, said = isinstance(value, str), "text"
    if not valid:
        raise MessageError(f"{name} of the action {action} must be {said}; got {value!r}.")
    return value


def accepted_reply(request: int, value: Any) -> Reply:
    """The reply to an action that was carried out."""
    return {"reply": request, "ok": True, "value": value}


def refused_reply(request: int, error: Exception) -> Reply:
    """The reply to an action that was refused."""
    reason: ReplyError = {"type": type(error).__name__, "text": str(error)}
    return {"reply": request, "ok": False, "error": reason}
