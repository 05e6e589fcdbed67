"""Checks on options of the whole network, and on planned runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nengo

from nengo_explorer.explorer.linter.finding import Finding, Fix, GlobalChange, RuleChange
from nengo_explorer.explorer.memory import bytes_text, history_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nengo_explorer.explorer.linter.context import Context


def unused_smoothing(context: Context) -> Iterator[Finding]:
    """A smoothing of LIF neurons where there are none."""
    smoothing = context.settings.lif_smoothing
    if smoothing is None:
        return
    if any(isinstance(e.neuron_type, nengo.LIF) for e in context.net.all_ensembles):
        return
    yield Finding(
        "unused_smoothing",
        context.net,
        "",
        f"LIF smoothing is {smoothing:g}, but no ensemble has spiking LIF neurons, and it changes "
        "nothing for others.",
        Fix("Turn LIF smoothing off.", (GlobalChange(context.net, "lif_smoothing", None),)),
    )


def large_history(context: Context) -> Iterator[Finding]:
    """Histories that will not fit in memory; the largest are named, until the rest fits."""
    facts = context.facts
    if facts.memory is None or not facts.n_steps:
        return
    needs = [
        (
            history_bytes(
                probe,
                facts.n_steps,
                dt=facts.dt,
                items=facts.items,
                dtype=context.settings.dtype,
            ),
            probe,
        )
        for probe, kept in context.keeps.items()
        if kept
    ]
    total = sum(need for need, _ in needs)
    needs.sort(key=lambda entry: entry[0], reverse=True)
    for need, probe in needs:
        if total <= facts.memory:
            return
        total -= need
        yield Finding(
            "large_history",
            probe,
            "",
            f"The history of {context.names.of(probe)} will take {bytes_text(need)} after the next "
            f"run, with {bytes_text(facts.memory)} available.",
            Fix(
                "Keep its last step only, or give the probe a longer sample_every.",
                (RuleChange(context.net, probe, "keep_history", False),),
            ),
        )
