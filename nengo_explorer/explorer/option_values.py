"""Options as the browser shows them: choices, keys of values, and words for values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nengo.exceptions import ValidationError

from nengo_explorer.settings import COST_TEXTS, OPTIONS, validate

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
    "trainable": {"auto": "No rule", "on": "On", "off": "Off"},
    "keep_history": {"on": "Every step", "off": "Last step"},
}
_SWITCH = {"on": "On", "off": "Off"}
#: Between the keys of several choices that hold together.
SEPARATOR = ","
#: The key of a value that no choice stands for.
CUSTOM = "custom"
_SMOOTHING_OFF = ("", "off", "none", "0")


def catalogue() -> list[CatalogueEntry]:
    """Descriptions of all options, those shown first in front."""
    entries: list[CatalogueEntry] = []
    for name in sorted(OPTIONS, key=lambda name: OPTIONS[name].advanced):
        option = OPTIONS[name]
        entries.append(
            {
                "name": name,
                "label": option.label,
                "choices": _choices(option),
                "multiple": option.kind == "functions",
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
    elif option.kind in ("function", "functions"):
        words = {name: name for name in option.names}
    else:
        words = _WORDS.get(option.name, _SWITCH)
    return [{"key": key, "label": label} for key, label in words.items()]


def key_of(name: str, value: Any) -> str:
    """A value in force as the key of a choice, or as free text.

    Parameters
    ----------
    name : str
        An option.
    value : object
        A checked value, with the default filled in.
    """
    option = OPTIONS[name]
    if option.kind in ("switch", "tristate"):
        return {True: "on", False: "off", None: "auto"}[value]
    if option.kind == "smoothing":
        return "" if value is None else f"{value:g}"
    if option.kind == "functions":
        own = [function for function in value if not isinstance(function, str)]
        return CUSTOM if own or len(set(value)) < len(value) else SEPARATOR.join(value)
    return value if isinstance(value, str) else f"function {_function_name(value)}"


def label_of(name: str, value: Any) -> str:
    """A value in force in words."""
    key = key_of(name, value)
    option = OPTIONS[name]
    if option.kind == "functions":
        names = ", ".join(_function_name(function) for function in value)
        return {(): "None", tuple(option.default): "All"}.get(value, names)
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
    if option.kind == "functions":
        return _functions_of(option, text)
    if text not in keys:
        raise ValidationError(f"{key!r} is not possible. Accepted: {', '.join(keys)}.", attr=name)
    if option.kind in ("switch", "tristate"):
        return {"on": True, "off": False, "auto": None}[text]
    return validate(name, text)


def _functions_of(option: Option, text: str) -> tuple[str, ...]:
    """Functions of ours by their names, in the order of the catalogue."""
    if text in ("all", "none"):
        return option.names if text == "all" else ()
    wanted = {part.strip() for part in text.split(SEPARATOR)} - {""}
    unknown = sorted(wanted - set(option.names))
    if unknown:
        raise ValidationError(
            f"{', '.join(map(repr, unknown))} is not possible. Accepted: "
            f"{', '.join(option.names)}, with commas between them; or all, or none.",
            attr=option.name,
        )
    return tuple(name for name in option.names if name in wanted)


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValidationError(
            f"{text!r} is not possible. Accepted: a positive number, or off.", attr=name
        ) from None
