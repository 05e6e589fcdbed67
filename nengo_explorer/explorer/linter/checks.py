"""The table of checks, and running them all."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from nengo_explorer.explorer.linter import rule_checks, simulation_checks, training_checks
from nengo_explorer.explorer.linter.context import Context
from nengo_explorer.explorer.linter.facts import Facts
from nengo_explorer.explorer.names import Names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import nengo

    from nengo_explorer.explorer.linter.finding import Finding
    from nengo_explorer.explorer.linter.paths import LossPaths


@dataclass(frozen=True)
class Check:
    """One check.

    Attributes
    ----------
    name : str
        Its name.
    title : str
        What it is about, in a few words.
    find : callable
        Yields the findings for a `Context`.
    """

    name: str
    title: str
    find: Callable[[Context], Iterator[Finding]]


_TABLE = (
    Check("no_training_mode", "Training in inference mode", training_checks.no_training_mode),
    Check("no_loss_path", "No path to a loss", training_checks.no_loss_path),
    Check("learned_and_trained", "Locked by a learning rule", training_checks.learned_and_trained),
    Check("zero_gradient", "Neurons without gradient", training_checks.zero_gradient),
    Check("long_target", "Target has too many steps", training_checks.long_target),
    Check("unread_setting", "Setting that nothing reads", rule_checks.unread),
    Check("discarded_setting", "Setting was discarded", rule_checks.discarded),
    Check("hiding_none", "None hides a class rule", rule_checks.hiding_none),
    Check("unused_smoothing", "Smoothing without use", simulation_checks.unused_smoothing),
    Check("large_history", "History too large", simulation_checks.large_history),
)

#: All checks by name, in the order in which findings are listed.
CHECKS: Mapping[str, Check] = MappingProxyType({check.name: check for check in _TABLE})


def lint(
    net: nengo.Network,
    facts: Facts | None = None,
    names: Names | None = None,
    paths: LossPaths | None = None,
) -> list[Finding]:
    """Everything that has no effect, or not the one that was meant.

    Parameters
    ----------
    net : Network
        The outermost network.
    facts : Facts, optional
        What is known of a planned training or run; by default nothing.
    names : Names, optional
        Names of the network's objects; by default labels, and what Nengo calls them.
    paths : LossPaths, optional
        Paths to the losses of ``facts``, where they are known already: they depend on the network
        and not on its settings, and take most of the time.

    Returns
    -------
    findings : list of Finding
        Empty for a healthy network. Takes time in proportion to the size of the network.
    """
    context = Context(net, facts or Facts(), names or Names(net, {}), paths)
    return [finding for check in CHECKS.values() for finding in check.find(context)]
