"""Checks on training: parameters that are on and will not move, and targets that do not fit."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import nengo

from nengo_explorer.explorer.linter.finding import Finding, Fix, GlobalChange, RuleChange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nengo_explorer.explorer.linter.context import Context

#: A smoothing that helps most networks with neurons below their threshold.
USUAL_SMOOTHING = 0.1
#: From this share on, neurons without a gradient are most of an ensemble.
MOST = 0.5


def no_loss_path(context: Context) -> Iterator[Finding]:
    """Parameters that are on, but from which no gradient of a loss can come."""
    if not context.facts.trains:
        return
    paths = context.paths
    lost: dict[Any, list[str]] = defaultdict(list)
    for (obj, parameter), on in context.trainable.items():
        if not on or obj in paths.open or (obj, parameter) in context.locks:
            continue
        if not (isinstance(obj, nengo.Connection) and obj.post_obj in paths.unused):
            lost[obj].append(parameter)
    for obj, parameters in lost.items():
        what = f"{' and '.join(parameters)} of {context.names.of(obj)}"
        because = (
            "every path from there to a probe that has a loss runs through a Python function, "
            "which has no gradient"
            if obj in paths.connected
            else "no path leads from there to a probe that has a loss"
        )
        home = context.home[obj]
        is_ensemble = isinstance(obj, nengo.Ensemble)
        targets = dict.fromkeys(
            obj.neurons if is_ensemble and name == "bias" else obj for name in parameters
        )
        yield Finding(
            "no_loss_path",
            obj,
            parameters[0] if len(parameters) == 1 else "",
            f"Training is on for {what}, but {because}, so it will not change.",
            Fix(
                "Give a loss to a probe that it leads to, or turn its training off.",
                tuple(RuleChange(home, target, "trainable", False) for target in targets),
            ),
        )


def learned_and_trained(context: Context) -> Iterator[Finding]:
    """Parameters that are on although a learning rule changes them."""
    for (obj, parameter), lock in context.locks.items():
        if not context.trainable.get((obj, parameter)):
            continue
        rule = type(lock.rule).__name__
        yield Finding(
            "learned_and_trained",
            obj,
            parameter,
            f"Training is set on for the {parameter} of {context.names.of(obj)}, but the learning "
            f"rule {rule} changes them while the network runs. They belong to the rule, and "
            "training leaves them as they are.",
            Fix(
                f"Turn training off for them, or remove the learning rule {rule}.",
                (RuleChange(context.home[obj], obj, "trainable", False),),
            ),
        )


def no_training_mode(context: Context) -> Iterator[Finding]:
    """A training that is planned, while a setting keeps the network out of training mode."""
    if not context.facts.trains or context.has_training_mode:
        return
    net = context.net
    if context.settings.inference_only:
        message = "A training is planned, but inference only is on, and fit is refused then."
        fix = Fix("Turn inference only off.", (GlobalChange(net, "inference_only", False),))
    else:
        message = (
            "A training is planned, but the learning phase is set to inference: neurons spike, "
            "and a spike has no gradient, so fit changes nothing before them."
        )
        fix = Fix(
            "Set the learning phase to automatic.", (GlobalChange(net, "learning_phase", None),)
        )
    yield Finding("no_training_mode", net, "", message, fix)


def long_target(context: Context) -> Iterator[Finding]:
    """Targets for every step of a probe that gives back its last step only."""
    for probe, n_steps in context.facts.target_steps.items():
        if n_steps > 1 and context.keeps.get(probe) is False:
            name = context.names.of(probe)
            yield Finding(
                "long_target",
                probe,
                "",
                f"The target of {name} has {n_steps} steps, but {name} keeps its last step only, "
                "so there is one step to compare with, and fit is refused.",
                Fix(
                    "Keep the history of this probe, or give a target with one step.",
                    (RuleChange(context.net, probe, "keep_history", True),),
                ),
            )


def zero_gradient(context: Context) -> Iterator[Finding]:
    """Ensembles of which most neurons had a gradient of exactly zero."""
    if not context.has_training_mode:
        return
    worst: dict[nengo.Ensemble, tuple[float, str]] = {}
    for (obj, parameter), share in context.facts.zero_shares.items():
        counts = context.trainable.get((obj, parameter)) and isinstance(obj, nengo.Ensemble)
        on_path = not context.facts.trains or obj in context.paths.open
        if counts and on_path and share > max(MOST, worst.get(obj, (0, ""))[0]):
            worst[obj] = (share, parameter)
    for ensemble, (share, parameter) in worst.items():
        message = (
            f"For {share:.0%} of the neurons of {context.names.of(ensemble)} the gradient was "
            f"exactly zero ({parameter}), as when their input is below threshold for all data, so "
            "they do not learn."
        )
        yield Finding(
            "zero_gradient", ensemble, parameter, message, _smoothing_fix(context, ensemble)
        )


def _smoothing_fix(context: Context, ensemble: nengo.Ensemble) -> Fix:
    if isinstance(ensemble.neuron_type, nengo.LIF) and context.settings.lif_smoothing is None:
        return Fix(
            f"Set LIF smoothing, such as {USUAL_SMOOTHING}: it gives a slope below the threshold.",
            (GlobalChange(context.net, "lif_smoothing", USUAL_SMOOTHING),),
        )
    return Fix(
        "Bring the neurons above their threshold: lower intercepts, more bias, or larger inputs."
    )
