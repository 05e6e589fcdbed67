"""Why a value is in force: the rules that spoke, the one that won, and what beat the others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import nengo
from nengo.base import ObjView
from nengo.ensemble import Neurons
from nengo.exceptions import ValidationError

from nengo_explorer.settings.explanation import Explanation, Rule
from nengo_explorer.settings.layer_objects import LayerConnection, layer_parameters
from nengo_explorer.settings.resolve import has_bias, is_inference_only, learning_locks
from nengo_explorer.settings.storage import UNSET, class_value, entry_class, instance_value
from nengo_explorer.settings.unread import unread_of
from nengo_explorer.settings.words import NetworkNames, target_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nengo_explorer.settings.explanation import RuleKind
    from nengo_explorer.settings.resolve import Key, Lock, State


def explain(net: nengo.Network, obj: Any, parameter: str | None = None) -> Explanation:
    """Say why a parameter is trainable or not, or why a probe keeps its history or not.

    Parameters
    ----------
    net : Network
        The network that is (or would be) simulated.
    obj : Ensemble, Neurons, Connection, Probe or TensorNode
        The object.
    parameter : str, optional
        "encoders" or "bias" of an ensemble, "weights" of a connection, "keep_history" of a probe, a
        weight of a TensorNode's layer by its name.
        By default the first one there is; of Neurons, "bias".

    Raises
    ------
    ValidationError
        If the object is not in the network, or has no such parameter.
    """
    obj, parameter = _checked_parameter(obj, parameter)
    return explain_on_path(_path_to(net, obj), obj, parameter, learning_locks(net))


def explain_on_path(
    path: Sequence[nengo.Network], obj: Any, parameter: str, locks: Mapping[Key, Lock]
) -> Explanation:
    """As `explain`, for those who have found already where the object is.

    Parameters
    ----------
    path : sequence of Network
        Networks around the object, outermost first.
    obj : Ensemble, Connection, Probe or TensorNode
        The object.
    parameter : str
        One of its parameters.
    locks : dict of (object, str) to Lock
        See `learning_locks`.
    """
    net = path[0]
    names = NetworkNames(net)
    if parameter == "keep_history":
        return _explain_history(path, obj, names)
    if isinstance(obj, nengo.Node):
        return _explain_layer(net, obj, parameter, names)
    missing = _why_never(obj, parameter)
    if missing:
        unread = _unread(path, obj.neurons if parameter == "bias" else obj)
        return Explanation(obj, parameter, None, "never", missing, (), unread)
    return _explain_trainable(path, obj, parameter, names, locks.get((obj, parameter)))


def _checked_parameter(obj: Any, parameter: str | None) -> tuple[Any, str]:
    """The object that has a parameter, and the parameter with its default filled in."""
    if isinstance(obj, ObjView):
        raise ValidationError(
            f"{obj} is a part of {obj.obj} and has no settings of its own; ask for the whole.",
            attr="obj",
        )
    if isinstance(obj, Neurons):
        obj, parameter = obj.ensemble, parameter or "bias"
    known = next((names for kind, names in _PARAMETERS.items() if isinstance(obj, kind)), ())
    known = known or tuple(layer_parameters(obj))
    if not known:
        raise ValidationError(f"{obj} has no settings that could be explained.", attr="obj")
    parameter = parameter or known[0]
    if parameter not in known:
        raise ValidationError(
            f"{obj} has no parameter {parameter!r}. It has: {', '.join(known)}.", attr="parameter"
        )
    return obj, parameter


_PARAMETERS: dict[type, tuple[str, ...]] = {
    nengo.Ensemble: ("encoders", "bias"),
    nengo.Connection: ("weights",),
    nengo.Probe: ("keep_history",),
}


def _path_to(net: nengo.Network, obj: Any) -> list[nengo.Network]:
    """Networks around an object, outermost first."""
    path = _find(net, obj)
    if path is None:
        raise ValidationError(f"{obj} is not in {net} or a network below it.", attr="obj")
    return path


def _find(network: nengo.Network, obj: Any) -> list[nengo.Network] | None:
    for members in (network.ensembles, network.connections, network.probes, network.nodes):
        if any(member is obj for member in members):
            return [network]
    for sub in network.networks:
        path = _find(sub, obj)
        if path is not None:
            return [network, *path]
    return None


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


_ON_OFF = {True: "on", False: "off", None: "None (no opinion)"}
_HISTORY = {
    True: "keep every step",
    False: "keep the last step only",
    None: "None (no opinion)",
}


def _chain(
    path: Sequence[nengo.Network],
    obj: Any,
    names: NetworkNames,
    words: dict[bool | None, str],
    option: str,
) -> Iterator[Rule]:
    """Rules of all networks around an object on it, deepest first; outcomes are still open."""
    for network in reversed(path):
        place = names.words(network)
        own = instance_value(network.config, obj, option)
        if own is not UNSET:
            text = f"{target_words(obj)}, set to {words[own]} in {place}"
            yield Rule(network, obj, "instance", own, "overridden", text)
        of_class = class_value(network.config, type(obj), option)
        if of_class is UNSET or of_class is None or isinstance(obj, LayerConnection):
            continue
        cls = entry_class(network.config, type(obj))
        text = f"{target_words(cls)}, set to {words[of_class]} in {place}"
        rule = Rule(network, cls, "class", of_class, "overridden", text)
        if own is None:
            hider = f"the None of {target_words(obj)}, which hides the rule for its class"
            rule = replace(rule, overridden_by=hider, because=_OBJECT_FIRST)
        yield rule


def _explain_trainable(
    path: Sequence[nengo.Network],
    obj: Any,
    parameter: str,
    names: NetworkNames,
    lock: Lock | None,
) -> Explanation:
    net = path[0]
    targets = [obj.neurons, obj] if parameter == "bias" else [obj]
    rules = [
        rule for target in targets for rule in _chain(path, target, names, _ON_OFF, "trainable")
    ]
    if lock is not None:
        text = (
            f"the learning rule {type(lock.rule).__name__}, which changes it while the network runs"
        )
        rules.append(Rule(None, lock.rule, "learning rule", False, "overridden", text))
    rules.append(_default_rule(obj))
    if is_inference_only(net):
        text = f"inference_only, set to True in {names.words(net)}"
        rules.insert(0, Rule(net, nengo.Network, "inference_only", False, "overridden", text))
    rules, winner = _decide(rules)
    warnings = tuple(note for target in targets for note in _unread(path, target))
    if lock is not None and winner.value:
        rule_name = type(lock.rule).__name__
        both = f"Training and the learning rule {rule_name} both change the {parameter} of {obj}"
        warnings += (f"{both}; the result may be odd.",)
    states: dict[RuleKind, State] = {
        "learning rule": "locked",
        "inference_only": "inference_only",
    }
    state = states.get(winner.kind, "on" if winner.value else "off")
    reason = _trainable_reason(winner, parameter)
    return Explanation(obj, parameter, winner.value, state, reason, tuple(rules), warnings)


def _default_rule(obj: Any) -> Rule:
    """What holds where nothing is set."""
    on, text = True, "the default: training is on"
    if isinstance(obj, LayerConnection):
        on = False
        text = (
            "the default for connections that Layer makes, which no rule for a class overrules: "
            "training is off"
        )
    return Rule(None, None, "default", on, "overridden", text)


def _explain_layer(net: nengo.Network, node: Any, name: str, names: NetworkNames) -> Explanation:
    """Why a weight of a TensorNode's layer is trained or not."""
    on = layer_parameters(node)[name]
    text = f"the Keras layer of {node}, whose trainable is {on} for this weight"
    rules = [Rule(None, node, "instance", on, "overridden", text)]
    if is_inference_only(net):
        text = f"inference_only, set to True in {names.words(net)}"
        rules.insert(0, Rule(net, nengo.Network, "inference_only", False, "overridden", text))
    rules, winner = _decide(rules)
    if winner.kind == "inference_only":
        state: State = "inference_only"
    else:
        state = "on" if winner.value else "off"
    reason = _trainable_reason(winner, name)
    return Explanation(node, name, winner.value, state, reason, tuple(rules))


def _trainable_reason(winner: Rule, parameter: str) -> str:
    """What the value in force means, and who decided."""
    effect = "Training changes it" if winner.value else "Training leaves it as it is"
    reason = f"{effect}. Decided by {winner.text}."
    follows = isinstance(winner.target, nengo.Ensemble) or (
        isinstance(winner.target, type) and issubclass(winner.target, nengo.Ensemble)
    )
    if parameter == "bias" and follows:
        reason += " The bias follows its ensemble, as no rule speaks for the neurons."
    if winner.kind == "learning rule":
        reason += " A setting of its own that says on would train it all the same."
    return reason


_OBJECT_FIRST = "within one network, a rule for one object comes before one for its class"


def _decide(rules: Sequence[Rule]) -> tuple[list[Rule], Rule]:
    """Fill in the outcomes: the first rule with an opinion that nothing hides wins."""
    winner = next(rule for rule in rules if rule.value is not None and not rule.overridden_by)
    decided = []
    for rule in rules:
        if rule.value is None:
            decided.append(replace(rule, outcome="no opinion"))
        elif rule is winner:
            decided.append(replace(rule, outcome="wins"))
        elif rule.overridden_by:
            decided.append(rule)
        else:
            because = _principle(winner, rule)
            decided.append(replace(rule, overridden_by=winner.text, because=because))
    return decided, replace(winner, outcome="wins")


def _principle(winner: Rule, loser: Rule) -> str:
    """Why one rule comes before another."""
    if winner.kind == "inference_only":
        return "inference_only comes before every rule"
    if loser.kind == "default":
        return "the default decides only where no rule does"
    if loser.kind == "learning rule":
        return "an explicit rule comes before a learning rule"
    if _is_of_neurons(winner) and not _is_of_neurons(loser):
        return "for a bias, a rule for the neurons comes before one for the ensemble"
    if winner.network is loser.network:
        return _OBJECT_FIRST
    return "a rule in an inner network comes before one further out"


def _is_of_neurons(rule: Rule) -> bool:
    """Whether a rule speaks for neurons, not for a whole ensemble."""
    cls = rule.target if isinstance(rule.target, type) else type(rule.target)
    return issubclass(cls, Neurons)


def _explain_history(
    path: Sequence[nengo.Network], probe: nengo.Probe, names: NetworkNames
) -> Explanation:
    # Histories are read from the outermost network alone.
    rules = list(_chain(path[:1], probe, names, _HISTORY, "keep_history"))
    text = "the default: probes keep every step"
    rules.append(Rule(None, None, "default", True, "overridden", text))
    rules, winner = _decide(rules)
    value = bool(winner.value)
    effect = "The probe records every step" if value else "The probe keeps the last step of a run"
    return Explanation(
        probe,
        "keep_history",
        value,
        "on" if value else "off",
        f"{effect}. Decided by {winner.text}.",
        tuple(rules),
        _unread(path, probe),
    )


def _unread(path: Sequence[nengo.Network], obj: Any) -> tuple[str, ...]:
    """Settings that somebody made for an object where nothing reads them."""
    return tuple(str(unread) for unread in unread_of(path[0], obj, path))
