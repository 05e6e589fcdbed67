"""Why a row has the state it has, and the code that sets it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo

from nengo_explorer.explorer.codes import Control, Effective, Keep
from nengo_explorer.explorer.sizes import count_text
from nengo_explorer.explorer.state_table import rule_target, unread_row
from nengo_explorer.explorer.words import HISTORIES, STATES, class_words
from nengo_explorer.settings import INHERIT, rule_of, unread_settings
from nengo_explorer.settings.explain import explain_on_path
from nengo_explorer.settings.storage import class_entry, has_option
from nengo_explorer.settings.words import CLASS_CODE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nengo_explorer.explorer.actions.settings import Explanation, Rule
    from nengo_explorer.explorer.network_view import NetworkView, Target
    from nengo_explorer.explorer.row_states import RowStates
    from nengo_explorer.settings import Explanation as SettingExplanation
    from nengo_explorer.settings import Rule as SettingRule
    from nengo_explorer.settings import UnreadSetting


#: The parameter that the row of an object explains.
PARAMETERS = {"ensemble": "encoders", "connection": "weights", "probe": "keep_history"}


def explain_row(
    view: NetworkView,
    states: RowStates,
    row: int,
    unread: Sequence[UnreadSetting] | None = None,
) -> Explanation:
    """Explain a row.

    Parameters
    ----------
    view : NetworkView
        The rows.
    states : RowStates
        Their states now.
    row : int
        A row of the view.
    unread : sequence of UnreadSetting, optional
        From `unread_settings`, for those who explain many rows; by default they are looked for.
    """
    kind = view.kind_of(row)
    target = view.targets[row]
    explanation: Explanation = {
        "title": _title(view, row),
        "subtitle": view.sizes[row],
        "state": state_text(states, row),
        "reason": "",
        "rules": [],
        "code": _code(view, states, row),
        "accessor": _accessor(view, row),
        "warnings": [],
    }
    if kind == "network":
        explanation["reason"] = _network_reason(states, row)
    elif kind == "class_rule":
        _explain_class_rule(view, target, explanation)
    elif kind == "node":
        explanation["reason"] = _node_reason(states, row)
    elif kind == "learning_rule":
        explanation["reason"] = _learning_rule_reason(view, target)
    else:
        _explain_object(view, row, explanation)
    said = set(explanation["warnings"])
    explanation["warnings"] += [w for w in _unread_warnings(view, row, unread) if w not in said]
    return explanation


def _title(view: NetworkView, row: int) -> str:
    target = view.targets[row]
    if target.parameter:
        return f"{target.parameter} of {view.names.of(target.obj)}"
    if view.kind_of(row) == "class_rule":
        return f"{view.labels[row]} in {view.names.of(target.network)}"
    return view.labels[row]


def state_text(states: RowStates, row: int) -> str:
    """What is in force, as in the column Effective."""
    code = Effective(int(states.effective[row]))
    if code is Effective.NOTHING:
        return HISTORIES[Keep(int(states.keep_effective[row]))]
    on, total = int(states.on[row]), int(states.total[row])
    if code is Effective.MIXED or (total > 1 and code in (Effective.ON, Effective.OFF)):
        return f"{on} of {total} on"
    return STATES[code]


def _network_reason(states: RowStates, row: int) -> str:
    total = int(states.total[row])
    if total == 0:
        return "There is nothing to train in this network."
    return (
        f"{count_text(total, 'parameter')} of this network and those inside of it can be trained. "
        "The rows below say which rule decides each; the rules for whole classes hold for "
        "everything in this network that has no rule of its own."
    )


def _node_reason(states: RowStates, row: int) -> str:
    if int(states.total[row]) == 0:
        return "A node computes what it was given; it has nothing to train."
    return (
        "The Keras layer of this node says which of its weights are trained: set trainable of the "
        "layer. Settings of the network do not count, but for inference_only."
    )


def _learning_rule_reason(view: NetworkView, target: Target) -> str:
    connection = view.names.of(target.obj.connection)
    return (
        f"This rule changes the {target.obj.modifies} of {connection} while the network runs. "
        "What it changes is not trained, unless a setting turns that on."
    )


def _explain_object(view: NetworkView, row: int, explanation: Explanation) -> None:
    """Fill in reason, rules and warnings of an ensemble, connection, probe or parameter."""
    target, path = view.targets[row], view.networks_around(row)
    parameter = target.parameter or PARAMETERS[view.kind_of(row)]
    found = explain_on_path(path, target.obj, parameter, view.locks)
    explanation["reason"] = _reason(view, found)
    explanation["rules"] = list(_rules(view, found))
    explanation["warnings"] = list(found.warnings)
    if isinstance(target.obj, nengo.Ensemble) and not target.parameter:
        bias = explain_on_path(path, target.obj, "bias", view.locks)
        explanation["reason"] = f"Encoders: {explanation['reason']}"
        explanation["reason"] += f" Bias: {_reason(view, bias)}"
        explanation["warnings"] += [w for w in bias.warnings if w not in explanation["warnings"]]


def _reason(view: NetworkView, found: SettingExplanation) -> str:
    """The reason of an explanation, with objects by the names they have in the tree."""
    winner = found.winner
    if winner is None:
        return found.reason
    target, setting = _words(view, winner)
    if isinstance(winner.target, nengo.Node):
        return f"{target} says so: {setting}. To change it, set trainable of the layer."
    if winner.kind == "default":
        return f"No rule says otherwise, so it is {setting} by default."
    if winner.kind == "learning rule":
        return f"{target} changes it while the network runs, so it is not trained."
    if winner.kind == "inference_only":
        return "The network is built for inference only, so nothing is trained."
    network = "" if winner.network is None else f" in {view.names.of(winner.network)}"
    return f"Decided by the rule for {target}{network}: {setting}."


def _words(view: NetworkView, rule: SettingRule) -> tuple[str, str]:
    """Target and setting of a rule in words."""
    settings: dict[Any, str] = {True: "On", False: "Off", None: "No opinion"}
    if isinstance(rule.target, nengo.Probe) or rule.target is nengo.Probe:
        settings = {True: "Every step", False: "Last step", None: "No opinion"}
    if rule.kind == "default":
        return "default", settings[rule.value]
    if rule.kind == "inference_only":
        return "inference only", "Off"
    if rule.kind == "learning rule":
        return f"learning rule {type(rule.target).__name__}", "Locked"
    if isinstance(rule.target, nengo.Node):
        return f"The Keras layer of {view.names.of(rule.target)}", settings[rule.value]
    if isinstance(rule.target, type):
        return class_words(rule.target), settings[rule.value]
    return view.names.of(rule.target), settings[rule.value]


def _rules(view: NetworkView, found: SettingExplanation) -> Iterator[Rule]:
    """The chain of rules, most specific first."""
    winner = found.winner
    beaten_by = "" if winner is None else _place(view, winner)
    for rule in found.rules:
        target, setting = _words(view, rule)
        hidden = rule.outcome == "overridden" and _is_hidden(rule, found)
        yield {
            "network": "" if rule.network is None else view.names.of(rule.network),
            "network_row": -1 if rule.network is None else view.row_of(rule.network),
            "target": target,
            "setting": setting,
            "outcome": rule.outcome,
            "overridden_by": (
                "" if rule.outcome != "overridden" else rule.overridden_by if hidden else beaten_by
            ),
            "text": rule.because or _RULE_TEXTS.get(rule.kind, ""),
        }


_RULE_TEXTS = {
    "default": "where no rule says otherwise",
    "learning rule": "changes it while the network runs",
    "inference_only": "comes before every rule",
}


def _is_hidden(rule: SettingRule, found: SettingExplanation) -> bool:
    """Whether a rule lost because the object's own setting hides it, not because of the winner."""
    return found.winner is None or (
        rule.overridden_by != found.winner.text and bool(rule.overridden_by)
    )


def _place(view: NetworkView, rule: SettingRule) -> str:
    """A rule by its target and the network it was set on."""
    target, _ = _words(view, rule)
    if rule.network is None or rule.kind == "inference_only":
        return target
    return f"{target} in {view.names.of(rule.network)}"


def _explain_class_rule(view: NetworkView, target: Target, explanation: Explanation) -> None:
    """Fill in reason and rules of the row of a class: its rules here and in outer networks."""
    option = "keep_history" if target.obj is nengo.Probe else "trainable"
    words: dict[Any, str] = {True: "On", False: "Off"}
    if option == "keep_history":
        words = {True: "Every step", False: "Last step"}
    deciding = ""
    for network in _networks_around(view, target.network):
        value = rule_of(network, target.obj, option)
        if value not in words:
            continue
        place = f"{class_words(target.obj)} in {view.names.of(network)}"
        explanation["rules"].append(
            {
                "network": view.names.of(network),
                "network_row": view.row_of(network),
                "target": class_words(target.obj),
                "setting": words[value],
                "outcome": "overridden" if deciding else "wins",
                "overridden_by": deciding,
                "text": "",
            }
        )
        deciding = deciding or place
    explanation["reason"] = (
        "Holds for everything of this class in this network and the networks inside of it that "
        "has no rule of its own."
        if deciding
        else "There is no rule for this class here; the default decides."
    )


def _networks_around(view: NetworkView, network: nengo.Network) -> Iterator[nengo.Network]:
    """A network and those around it, innermost first."""
    row = view.row_of(network)
    while row >= 0:
        yield view.targets[row].obj
        row = int(view.parent[row])


def _unread_warnings(
    view: NetworkView, row: int, unread: Sequence[UnreadSetting] | None
) -> list[str]:
    """Settings stored on this row that nothing reads."""
    found = unread_settings(view.net) if unread is None else unread
    return [str(one) for one in found if unread_row(view, one.network, one.target) == row]


def _accessor(view: NetworkView, row: int) -> str:
    """A Python expression for what a row stands for; empty where there is none so far."""
    target = view.targets[row]
    if isinstance(target.obj, type):
        # Nengo refuses classes that nobody has configured.
        if target.obj not in target.network.config.params:
            return ""
        return f"{view.names.code(target.network)}.config[{CLASS_CODE[target.obj]}]"
    return view.names.code(rule_target(target))


def _code(view: NetworkView, states: RowStates, row: int) -> str:
    """The setting of a row in Python, or where it has none, one that would change something."""
    control = view.controls[row]
    if not control:
        return ""
    target = view.targets[row]
    option = "trainable" if control & Control.TRAINABLE else "keep_history"
    network = view.net if option == "keep_history" else target.network
    net_code = view.names.code(network)
    of_what = rule_target(target)
    is_class = isinstance(of_what, type)
    obj_code = CLASS_CODE.get(of_what, "") if is_class else view.names.code(of_what)
    value = rule_of(network, of_what, option)
    lines = []
    if value is INHERIT:
        purpose, value = _useful(states, row, option)
        if not purpose:
            return ""
        lines.append(f"# No rule here. {purpose}:")
    cls = of_what if is_class else type(of_what)
    if not has_option(class_entry(network.config, cls), option):
        # Before the first call of configure_settings the attribute does not exist.
        lines += [f"with {net_code}:", f"    nengo_explorer.configure_settings({option}=None)"]
    return "\n".join([*lines, f"{net_code}.config[{obj_code}].{option} = {value}"])


def _useful(states: RowStates, row: int, option: str) -> tuple[str, bool]:
    """What a rule for a row without one could be for, and its value; nothing if it has no effect.

    Parameters
    ----------
    states : RowStates
        What is in force.
    row : int
        The row.
    option : str
        The option that can be set for it.
    """
    if option == "keep_history":
        if states.keep_effective[row] == Keep.LAST_STEP:
            return "To record every step", True
        return "To record the last step only", False
    purposes = {
        Effective.OFF: ("To train it", True),
        Effective.LOCKED: ("To train it besides the learning rule", True),
        Effective.NEVER: ("", False),
        Effective.INFERENCE_ONLY: ("", False),
    }
    return purposes.get(Effective(int(states.effective[row])), ("To freeze it", False))
