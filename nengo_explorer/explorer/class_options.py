"""Options of objects, set for all of them at once: as rules for classes of the outermost network.

In contrast to `configure_settings` that drops no settings of single objects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nengo_explorer.explorer.option_values import CUSTOM, key_of, label_of
from nengo_explorer.settings import INHERIT, OPTIONS, rule_of
from nengo_explorer.settings.snapshot import Place, write
from nengo_explorer.settings.storage import CLASSES_BY_SCOPE

if TYPE_CHECKING:
    import nengo

    from nengo_explorer.explorer.wire import GlobalValue

#: Options that are stored for classes and objects.
CLASS_OPTIONS = tuple(name for name, option in OPTIONS.items() if option.scope != "network")


def class_option_value(net: nengo.Network, name: str) -> GlobalValue:
    """An option as it is shown: what the rules for classes say.

    Parameters
    ----------
    net : Network
        The outermost network.
    name : str
        One of `CLASS_OPTIONS`.
    """
    said = [rule_of(net, cls, name) for cls in CLASSES_BY_SCOPE[OPTIONS[name].scope]]
    values = [OPTIONS[name].default if value is INHERIT else value for value in said]
    is_same = all(value is values[0] for value in values)
    return {
        "value": key_of(name, values[0]) if is_same else CUSTOM,
        "label": label_of(name, values[0]) if is_same else "Different for each class",
        "pending": None,
        "pending_label": None,
        "disabled_reason": "",
    }


def set_class_option(net: nengo.Network, name: str, value: Any) -> None:
    """Set or remove the rules for classes.

    Parameters
    ----------
    net : Network
        The outermost network.
    name : str
        One of `CLASS_OPTIONS`.
    value : bool or None
        A checked value; None for no rule.
    """
    rule = INHERIT if value is None or value is OPTIONS[name].default else value
    classes = CLASSES_BY_SCOPE[OPTIONS[name].scope]
    write((Place(net, cls, name), rule) for cls in classes)
