"""Global options as the browser shows them: choices, keys of values, and words for values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nengo.exceptions import ValidationError

from nengo_explorer.settings import COST_TEXTS, GLOBAL_OPTIONS, OPTIONS, validate

if TYPE_CHECKING:
    from nengo_explorer.explorer.wire import CatalogueEntry, Choice
    from nengo_explorer.settings import Option

#: Words for values that are not names already, by option and key.
_WORDS = {
    "learning_phase": {
        "auto": "Automatic",
        "on": "Training (rates)",
        "off": "Inference (spikes)",
    },
    "simplifications": {"all": "All", "none": "None"},
}
_SWITCH = {"on": "On", "off": "Off"}
_SMOOTHING_OFF = ("", "off", "none", "0")


def catalogue() -> list[CatalogueEntry]:
    """Descriptions of all global options, those shown first in front."""
    entries: list[CatalogueEntry] = []
    for name in sorted(GLOBAL_OPTIONS, key=lambda name: OPTIONS[name].advanced):
        option = OPTIONS[name]
        entries.append(
            {
                "name": name,
                "label": option.label,
                "choices": _choices(option),
                "placeholder": "off" if option.kind == "smoothing" else "",
                "cost": option.cost,
                "cost_text": COST_TEXTS[option.cost],
                "summary": option.summary,
                "help": option.help,
                "advanced": option.advanced,
            }
        )
    return entries


def _choices(option: Option) -> list[Choice] | None:
    """Values to choose from; None for free text."""
    if option.kind == "smoothing":
        return None
    if option.kind == "dtype":
        words = {"float32": "float32", "float64": "float64"}
    elif option.kind == "function":
        words = {name: name for name in option.names}
    elif option.kind == "switch":
        words = _SWITCH
    else:
        words = _WORDS[option.name]
    return [{"key": key, "label": label} for key, label in words.items()]


def key_of(name: str, value: Any) -> str:
    """A value in force as the key of a choice, or as free text.

    Parameters
    ----------
    name : str
        A global option.
    value : object
        A checked value, with the default filled in.
    """
    option = OPTIONS[name]
    if option.kind in ("switch", "tristate"):
        return {True: "on", False: "off", None: "auto"}[value]
    if option.kind == "smoothing":
        return "" if value is None else f"{value:g}"
    if option.kind == "functions":
        return {(): "none", tuple(option.default): "all"}.get(value, "custom")
    return value if isinstance(value, str) else f"function {_function_name(value)}"


def label_of(name: str, value: Any) -> str:
    """A value in force in words."""
    key = key_of(name, value)
    option = OPTIONS[name]
    if option.kind == "functions" and key == "custom":
        return ", ".join(_function_name(function) for function in value)
    for choice in _choices(option) or []:
        if choice["key"] == key:
            return choice["label"]
    return key or "off"


def _function_name(function: Any) -> str:
    return function if isinstance(function, str) else getattr(function, "__name__", str(function))


def value_of(name: str, key: str) -> Any:
    """The value that a key or free text stands for, checked.

    Raises
    ------
    ValidationError
        If it stands for none; the message says what is accepted.
    """
    option = OPTIONS[name]
    text = key.strip()
    if option.kind == "smoothing":
        return validate(name, None if text.lower() in _SMOOTHING_OFF else _number(name, text))
    keys = [choice["key"] for choice in _choices(option) or []]
    if text not in keys:
        raise ValidationError(f"{key!r} is not possible. Accepted: {', '.join(keys)}.", attr=name)
    if option.kind in ("switch", "tristate"):
        return {"on": True, "off": False, "auto": None}[text]
    if option.kind == "functions":
        return () if text == "none" else option.default
    return validate(name, text)


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValidationError(
            f"{text!r} is not possible. Accepted: a positive number, or off.", attr=name
        ) from None
