"""The eleven options, on Nengo's own config, and why which value is in force."""

from nengo_explorer.settings.catalogue import COST_TEXTS, GLOBAL_OPTIONS, OPTIONS, Option
from nengo_explorer.settings.code import settings_code
from nengo_explorer.settings.configure import DiscardedSettingsWarning, configure_settings
from nengo_explorer.settings.discarded import (
    DiscardedSetting,
    discarded_settings,
    forget_discarded,
)
from nengo_explorer.settings.edit import (
    INHERIT,
    fingerprint,
    home_network,
    rule_of,
    set_global,
    set_rule,
)
from nengo_explorer.settings.explain import explain
from nengo_explorer.settings.explanation import Explanation, Rule
from nengo_explorer.settings.network_settings import (
    GlobalSettings,
    get_setting,
    global_settings,
    resolve_keep_history,
)
from nengo_explorer.settings.resolve import resolve_trainable
from nengo_explorer.settings.saved import from_dict, from_json, to_dict, to_json
from nengo_explorer.settings.snapshot import (
    Change,
    Place,
    Snapshot,
    difference,
    restore,
    take_snapshot,
)
from nengo_explorer.settings.unread import UnreadSetting, unread_settings
from nengo_explorer.settings.validate import validate

__all__ = [
    "COST_TEXTS",
    "GLOBAL_OPTIONS",
    "INHERIT",
    "OPTIONS",
    "Change",
    "DiscardedSetting",
    "DiscardedSettingsWarning",
    "Explanation",
    "GlobalSettings",
    "Option",
    "Place",
    "Rule",
    "Snapshot",
    "UnreadSetting",
    "configure_settings",
    "difference",
    "discarded_settings",
    "explain",
    "fingerprint",
    "forget_discarded",
    "from_dict",
    "from_json",
    "get_setting",
    "global_settings",
    "home_network",
    "resolve_keep_history",
    "resolve_trainable",
    "restore",
    "rule_of",
    "set_global",
    "set_rule",
    "settings_code",
    "take_snapshot",
    "to_dict",
    "to_json",
    "unread_settings",
    "validate",
]
