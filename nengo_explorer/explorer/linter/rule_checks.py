"""Checks on rules: those that nothing reads, that are gone, or that hide others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
from nengo.ensemble import Neurons

from nengo_explorer.explorer.linter.finding import (
    Finding,
    Fix,
    ForgottenSetting,
    GlobalChange,
    RuleChange,
)
from nengo_explorer.settings import GLOBAL_OPTIONS, INHERIT, discarded_settings, unread_settings
from nengo_explorer.settings.storage import UNSET, class_value, instance_value, instances

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nengo_explorer.explorer.linter.context import Context
    from nengo_explorer.explorer.linter.finding import Change
    from nengo_explorer.settings import UnreadSetting

_WORDS = {
    ("trainable", True): "on",
    ("trainable", False): "off",
    ("keep_history", True): "every step",
    ("keep_history", False): "last step only",
}


def unread(context: Context) -> Iterator[Finding]:
    """Settings that are stored where nothing reads them."""
    for setting in unread_settings(context.net):
        is_class = isinstance(setting.target, type | nengo.Network)
        obj = setting.network if is_class else _owner(setting.target)
        if obj not in context.home and not isinstance(obj, nengo.Network):
            obj = setting.network  # an object of another network has no row here
        moved = _moved(context, setting)
        what = "Move it to where it is read." if moved else "Take it away: nothing would read it."
        changes = (*_taken_away(setting), *moved)
        yield Finding("unread_setting", obj, "", str(setting), Fix(what, changes))


def _taken_away(setting: UnreadSetting) -> tuple[Change, ...]:
    network, target, option = setting.network, setting.target, setting.name
    if target is nengo.Network:
        return (GlobalChange(network, option, None),)
    if isinstance(target, nengo.Network):
        return (ForgottenSetting(network, target, option),)
    return (RuleChange(network, target, option, INHERIT),)


def _moved(context: Context, setting: UnreadSetting) -> tuple[Change, ...]:
    """The same setting at the place where it is read, unless something is set there already."""
    network, target, option = setting.network, setting.target, setting.name
    net = context.net
    if option in GLOBAL_OPTIONS:
        if class_value(net.config, nengo.Network, option) not in {UNSET, None}:
            return ()
        is_class = target is nengo.Network
        value = (class_value if is_class else instance_value)(network.config, target, option)
        return (GlobalChange(net, option, value),)
    if target is nengo.Probe:
        value = class_value(network.config, target, option)
        free = [p for p in network.all_probes if instance_value(net.config, p, option) is UNSET]
        return tuple(RuleChange(net, probe, option, value) for probe in free)
    home = net if option == "keep_history" else context.home.get(_owner(target))
    if home is None or _owner(target) not in context.home or _has_no_bias(target):
        return ()
    if instance_value(home.config, target, option) is not UNSET:
        return ()
    return (RuleChange(home, target, option, instance_value(network.config, target, option)),)


def _owner(target: Any) -> Any:
    return target.ensemble if isinstance(target, Neurons) else target


def _has_no_bias(target: Any) -> bool:
    return isinstance(target, Neurons) and isinstance(target.ensemble.neuron_type, nengo.Direct)


def discarded(context: Context) -> Iterator[Finding]:
    """Settings of single objects that a later call of `configure_settings` has dropped."""
    for setting in discarded_settings(context.net):
        obj = _owner(setting.target)
        if obj not in context.home:
            continue
        name = context.names.of(setting.target)
        words = _WORDS[setting.option, setting.value]
        message = (
            f"{setting.option} of {name} was set to {words}, and a later call of "
            f"configure_settings({setting.option}=...) has discarded that."
        )
        change = RuleChange(setting.network, setting.target, setting.option, setting.value)
        fix = Fix(f"Set it to {words} again, after that call.", (change,))
        yield Finding("discarded_setting", obj, _parameter(setting.target), message, fix)


def _parameter(target: Any) -> str:
    """The parameter whose row shows the rule of a target; empty for the row of the object."""
    return "bias" if isinstance(target, Neurons) else ""


def hiding_none(context: Context) -> Iterator[Finding]:
    """A None for an object that hides the rule for its class, and so lets another one decide."""
    for network in context.networks:
        for option in ("trainable", "keep_history"):
            if option == "keep_history" and network is not context.net:
                continue
            for target, value in instances(network.config, option):
                hidden = class_value(network.config, type(target), option)
                if value is not None or hidden is UNSET or hidden is None:
                    continue
                if _owner(target) in context.home and _decides(context, network, target, hidden):
                    yield _hiding(context, network, target, option, hidden)


def _decides(context: Context, network: nengo.Network, target: Any, hidden: bool) -> bool:
    """Whether another value would be in force if the rule of the class were not hidden."""
    if isinstance(target, nengo.Probe):
        return context.keeps[target] is not hidden
    if context.settings.inference_only:
        return False
    parameter = "bias" if isinstance(target, Neurons) else _first_parameter(target)
    in_force = context.trainable.get((_owner(target), parameter))
    # Networks between the one that holds the None and the object have the last word.
    deeper = context.networks_between(network, _owner(target))
    decided_deeper = any(_opinion(level, target) is not None for level in deeper)
    return in_force is not None and in_force is not hidden and not decided_deeper


def _first_parameter(target: Any) -> str:
    return "encoders" if isinstance(target, nengo.Ensemble) else "weights"


def _opinion(network: nengo.Network, target: Any) -> bool | None:
    value = instance_value(network.config, target, "trainable")
    if value is UNSET:
        value = class_value(network.config, type(target), "trainable")
    return None if value is UNSET or value is None else bool(value)


def _hiding(
    context: Context, network: nengo.Network, target: Any, option: str, hidden: bool
) -> Finding:
    name = context.names.of(target)
    message = (
        f"The setting None of {name} is a rule of its own: it has no opinion, and hides the rule "
        f"for its class in {context.names.of(network)}, which says {_WORDS[option, hidden]}."
    )
    fix = Fix(
        "Remove the None, so that the rule for the class holds again.",
        (RuleChange(network, target, option, INHERIT),),
    )
    return Finding("hiding_none", _owner(target), _parameter(target), message, fix)
