"""Why a value is in force: the rules that spoke, the one that won, and what beat the others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import nengo
from nengo.ensemble import Neurons
from nengo.exceptions import ValidationError

from nengo_explorer.settings.network_settings import resolve_keep_history
from nengo_explorer.settings.resolve import (
    Level,
    has_bias,
    is_inference_only,
    learning_locks,
    walk,
)
from nengo_explorer.settings.storage import UNSET, class_value, instance_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RuleKind = Literal["instance", "class", "default", "learning rule", "inference_only"]
Outcome = Literal["wins", "overridden", "no opinion"]
State = Literal["on", "off", "locked", "never", "inference_only"]


@dataclass(frozen=True)
class Rule:
    """One rule that has a say in a value.

    Attributes
    ----------
    network : Network or None
        The network whose config holds it; None for what is not set anywhere.
    target : object or class or None
        What it was set for.
    kind : str
        "instance", "class", "default", "learning rule" or "inference_only".
    value : bool or None
        What it says; None for no opinion.
    outcome : str
        "wins", "overridden" or "no opinion".
    text : str
        The rule in words.
    overridden_by : str
        What beat it, in words; empty unless it was overridden.
    """

    network: nengo.Network | None
    target: Any
    kind: RuleKind
    value: bool | None
    outcome: Outcome
    text: str
    overridden_by: str = ""


@dataclass(frozen=True)
class Explanation:
    """Why a value is in force.

    Attributes
    ----------
    obj : object
        The object.
    parameter : str
        "encoders", "bias", "weights" or "keep_history".
    value : bool or None
        The value in force; None if there is no such parameter.
    state : str
        "on", "off", "locked" (by a learning rule), "never" (nothing to train) or "inference_only".
    reason : str
        One sentence.
    rules : tuple of Rule
        Most specific first; exactly one wins, unless the state is "never".
    warnings : tuple of str
        What may surprise.
    """

    obj: Any
    parameter: str
    value: bool | None
    state: State
    reason: str
    rules: tuple[Rule, ...]
    warnings: tuple[str, ...] = ()

    @property
    def winner(self) -> Rule | None:
        """The rule that decided."""
        return next((rule for rule in self.rules if rule.outcome == "wins"), None)

    @property
    def losers(self) -> tuple[Rule, ...]:
        """Rules that were overridden."""
        return tuple(rule for rule in self.rules if rule.outcome == "overridden")

    def __str__(self) -> str:
        lines = [f"{self.parameter} of {self.obj}: {self.state}", f"  {self.reason}"]
        marks = {"wins": "=>", "overridden": " x", "no opinion": "  "}
        for rule in self.rules:
            beaten = f" (overridden by {rule.overridden_by})" if rule.overridden_by else ""
            lines.append(f"  {marks[rule.outcome]} {rule.text}{beaten}")
        lines += [f"  ! {warning}" for warning in self.warnings]
        return "\n".join(lines)


def explain(net: nengo.Network, obj: Any, parameter: str | None = None) -> Explanation:
    """Say why a parameter is trainable or not, or why a probe keeps its history or not.

    Parameters
    ----------
    net : Network
        The network that is (or would be) simulated.
    obj : Ensemble, Neurons, Connection or Probe
        The object.
    parameter : str, optional
        "encoders" or "bias" of an ensemble, "weights" of a connection, "keep_history" of a probe.
        By default the first one there is; of Neurons, "bias".

    Raises
    ------
    ValidationError
        If the object is not in the network, or has no such parameter.
    """
    if isinstance(obj, Neurons):
        obj, parameter = obj.ensemble, parameter or "bias"
    known = _known_parameters(obj)
    parameter = parameter or (known[0] if known else "")
    if parameter not in known:
        raise ValidationError(
            f"{obj} has no parameter {parameter!r}. "
            + (f"It has: {', '.join(known)}." if known else "Nothing of it can be set."),
            attr="parameter",
        )
    levels = _levels_around(net, obj)
    if parameter == "keep_history":
        return _explain_history(net, obj)
    missing = _why_never(obj, parameter)
    if missing:
        return Explanation(obj, parameter, None, "never", missing, ())
    return _explain_trainable(net, obj, parameter, levels)


def _known_parameters(obj: Any) -> tuple[str, ...]:
    """Parameters that an object's kind has."""
    kinds = {
        nengo.Ensemble: ("encoders", "bias"),
        nengo.Connection: ("weights",),
        nengo.Probe: ("keep_history",),
    }
    return next((names for kind, names in kinds.items() if isinstance(obj, kind)), ())


def _levels_around(net: nengo.Network, obj: Any) -> tuple[Level, ...]:
    """Networks around an object, outermost first."""
    for network, levels in walk(net):
        for members in (network.ensembles, network.connections, network.probes):
            if any(member is obj for member in members):
                return levels
    raise ValidationError(f"{obj} is not in {net} or a network below it.", attr="obj")


def _why_never(obj: Any, parameter: str) -> str:
    """Why there is nothing to train; empty if there is."""
    if parameter == "bias" and not has_bias(obj):
        return "A Direct ensemble has no neurons, so there is no bias."
    if parameter == "weights" and not obj.has_weights:
        return (
            "This connection has no weights: it passes its input on as it is. Give it a transform "
            "to have something to train."
        )
    return ""


def name_of(net: nengo.Network) -> str:
    """A network in words."""
    return f"network {net.label!r}" if net.label else "the network" if net.networks else "a network"


def _rule_text(rule_target: Any, value: bool | None, network: nengo.Network) -> str:
    """A rule of a config in words."""
    words = {True: "on", False: "off", None: "no opinion"}
    if isinstance(rule_target, type):
        target = f"all {rule_target.__name__} objects"
    elif isinstance(rule_target, Neurons):
        target = f"the neurons of {rule_target.ensemble}"
    else:
        target = str(rule_target)
    return f"{target} in {name_of(network)}: {words[value]}"


def _chain(levels: Sequence[Level], obj: Any) -> Iterator[Rule]:
    """Rules of all networks around an object on it, deepest first; outcomes are still open."""
    for level in reversed(levels):
        own = level.instances.get(obj, UNSET)
        if own is not UNSET:
            text = _rule_text(obj, own, level.network)
            yield Rule(level.network, obj, "instance", own, "overridden", text)
        of_class = level.of_class(type(obj))
        if of_class is UNSET or of_class is None:
            continue
        text = _rule_text(type(obj), of_class, level.network)
        rule = Rule(level.network, type(obj), "class", of_class, "overridden", text)
        if own is None:
            rule = replace(rule, overridden_by="the setting of the object itself, which hides it")
        yield rule


def _explain_trainable(
    net: nengo.Network, obj: Any, parameter: str, levels: tuple[Level, ...]
) -> Explanation:
    rules = list(_chain(levels, obj.neurons)) if parameter == "bias" else []
    rules += _chain(levels, obj)
    lock = learning_locks(net).get((obj, parameter))
    warnings: tuple[str, ...] = ()
    if lock is not None:
        rule_name = type(lock.rule).__name__
        text = f"the learning rule {rule_name} changes it during simulation: off"
        rules.append(Rule(None, lock.rule, "learning rule", False, "overridden", text))
    rules.append(
        Rule(None, None, "default", True, "overridden", "by default everything is trainable: on")
    )
    if is_inference_only(net):
        text = f"inference_only is set on {name_of(net)}: everything off"
        rules.insert(0, Rule(net, nengo.Network, "inference_only", False, "overridden", text))
    rules = _decide(rules)
    winner = next(rule for rule in rules if rule.outcome == "wins")
    if lock is not None and winner.value and winner.kind in ("instance", "class"):
        warnings = (
            f"{parameter} of {obj} is trained although the learning rule "
            f"{type(lock.rule).__name__} changes it as well; the result may be odd.",
        )
    states: dict[RuleKind, State] = {"learning rule": "locked", "inference_only": "inference_only"}
    state = states.get(winner.kind, "on" if winner.value else "off")
    reason = f"Decided by: {winner.text}."
    return Explanation(obj, parameter, winner.value, state, reason, tuple(rules), warnings)


def _decide(rules: Sequence[Rule]) -> list[Rule]:
    """Fill in the outcomes: the first rule with an opinion that nothing hides wins."""
    decided = []
    winner: Rule | None = None
    for rule in rules:
        if rule.value is None:
            decided.append(replace(rule, outcome="no opinion"))
        elif winner is None and not rule.overridden_by:
            winner = replace(rule, outcome="wins")
            decided.append(winner)
        else:
            beaten_by = rule.overridden_by or (winner.text if winner else "")
            decided.append(replace(rule, outcome="overridden", overridden_by=beaten_by))
    return decided


def _explain_history(net: nengo.Network, probe: nengo.Probe) -> Explanation:
    rules = []
    own = instance_value(net.config, probe, "keep_history")
    words = {True: "every step", False: "the last step only", None: "no opinion"}
    if own is not UNSET:
        text = f"{probe} in {name_of(net)}: {words[own]}"
        rules.append(Rule(net, probe, "instance", own, "overridden", text))
    of_class = class_value(net.config, type(probe), "keep_history")
    if of_class is not UNSET and of_class is not None:
        text = f"all probes of {name_of(net)}: {words[of_class]}"
        rules.append(Rule(net, type(probe), "class", of_class, "overridden", text))
    rules.append(
        Rule(None, None, "default", True, "overridden", "by default probes keep every step")
    )
    rules = _decide(rules)
    value = resolve_keep_history(net)[probe]
    winner = next(rule for rule in rules if rule.outcome == "wins")
    state: State = "on" if value else "off"
    return Explanation(
        probe, "keep_history", value, state, f"Decided by: {winner.text}.", tuple(rules)
    )
