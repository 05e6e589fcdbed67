"""Pinned runs: what was recorded, and with which settings, to be compared with later runs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nengo_explorer.explorer.option_values import label_of
from nengo_explorer.explorer.proof.figures import Overlay, Trace
from nengo_explorer.settings import (
    GLOBAL_OPTIONS,
    INHERIT,
    OPTIONS,
    difference,
    take_snapshot,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import nengo

    from nengo_explorer.explorer.names import Names
    from nengo_explorer.explorer.plots.samples import Recording, Samples
    from nengo_explorer.settings import Change, Snapshot
    from nengo_explorer.simulator import Simulator

#: So much of the differences is said in the legend of a figure.
_LEGEND_LENGTH = 56
_RULE_WORDS = {True: "on", False: "off", None: "no opinion", INHERIT: "inherit"}
_HISTORY_WORDS = {**_RULE_WORDS, True: "every step", False: "last step only"}


@dataclass(frozen=True)
class RunState:
    """Everything that decides what a run gives.

    Attributes
    ----------
    settings : Snapshot
        Settings of the network.
    parameters : str
        Fingerprint of all parameters.
    seed : int
        Seed of the simulator.
    """

    settings: Snapshot
    parameters: str
    seed: int


@dataclass(frozen=True)
class Pin:
    """A run that was pinned.

    Attributes
    ----------
    number : int
        Counts from 1.
    state : RunState
        What it was run with.
    recordings : tuple of Recording
        What probes had recorded, all items of a minibatch.
    """

    number: int
    state: RunState
    recordings: tuple[Recording, ...]

    @property
    def title(self) -> str:
        """Name for people."""
        return f"Pin {self.number}"


def run_state(net: nengo.Network, simulator: Simulator) -> RunState:
    """What the present run of a simulator is made with."""
    digest = hashlib.sha1(usedforsecurity=False)
    for value in simulator.parameter_values().values():
        digest.update(np.ascontiguousarray(value).tobytes())
    return RunState(take_snapshot(net), digest.hexdigest(), simulator.seed)


def differences(pin: Pin, now: RunState, names: Names) -> list[str]:
    """What is different in a later run, each in a few words.

    Parameters
    ----------
    pin : Pin
        The pinned run.
    now : RunState
        The later one.
    names : Names
        Names of objects.
    """
    found = [_in_words(change, names) for change in difference(pin.state.settings, now.settings)]
    if pin.state.parameters != now.parameters:
        found.append("other values of parameters")
    if pin.state.seed != now.seed:
        found.append(f"seed {pin.state.seed} \N{RIGHTWARDS ARROW} {now.seed}")
    return found


def _in_words(change: Change, names: Names) -> str:
    place = change.place
    option = OPTIONS[place.option]
    before, after = (_value_words(place.option, value) for value in (change.before, change.after))
    what = option.label
    if place.option not in GLOBAL_OPTIONS:
        target = place.target
        of = f"all {target.__name__}s" if isinstance(target, type) else names.of(target)
        what = f"{option.label} of {of}"
    return f"{what}: {before} \N{RIGHTWARDS ARROW} {after}"


def _value_words(option: str, value: Any) -> str:
    if option in GLOBAL_OPTIONS:
        return label_of(option, OPTIONS[option].default if value in (None, INHERIT) else value)
    return (_HISTORY_WORDS if option == "keep_history" else _RULE_WORDS)[value]


def overlays(
    pins: Sequence[Pin], samples: Sequence[Samples], now: RunState, names: Names
) -> list[Overlay]:
    """A figure for each probe that a pinned run and the present one have recorded.

    Parameters
    ----------
    pins : sequence of Pin
        The pinned runs.
    samples : sequence of Samples
        What probes have recorded now.
    now : RunState
        What that was run with.
    names : Names
        Names of objects.
    """
    return [
        overlay
        for present in samples
        if (overlay := _overlay(pins, present, now, names)) is not None
    ]


def _overlay(pins: Sequence[Pin], present: Samples, now: RunState, names: Names) -> Overlay | None:
    if present.form == "last" or present.values.size == 0:
        return None
    traces = [Trace("present run", present.times, present.values)]
    notes = []
    for pin in pins:
        for recording in pin.recordings:
            before = recording.of_item(max(present.item, 1))
            fits = before.values.shape[1:] == present.values.shape[1:] and before.form != "last"
            if before.row == present.row and before.title == present.title and fits:
                what = differences(pin, now, names)
                traces.append(Trace(_legend(pin, what), before.times, before.values))
                notes.append(f"{pin.title}: {_distance(before.values, present.values)}.")
    if len(traces) == 1:
        return None
    return Overlay(present.row, present.title, tuple(traces), " ".join(notes))


def _legend(pin: Pin, found: list[str]) -> str:
    text = f"{pin.title}: {', '.join(found) or 'same settings'}"
    return (
        text
        if len(text) <= _LEGEND_LENGTH
        else f"{text[: _LEGEND_LENGTH - 1]}\N{HORIZONTAL ELLIPSIS}"
    )


def _distance(before: Any, present: Any) -> str:
    """How far apart two recordings are, in words."""
    count = min(len(before), len(present))
    gap = np.abs(before[:count] - present[:count])
    if count == 0:
        return "no samples in common"
    if not gap.any():
        return "identical" if len(before) == len(present) else "identical as far as both go"
    return f"differs by {np.nanmax(gap):.3g} at most"
