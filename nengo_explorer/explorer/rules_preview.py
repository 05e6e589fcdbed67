"""What a plan would write, and what that would change."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import nengo

from nengo_explorer.explorer.bulk import PlannedLevel
from nengo_explorer.explorer.codes import Effective, Keep
from nengo_explorer.explorer.sizes import count_text
from nengo_explorer.explorer.state_table import CODES
from nengo_explorer.explorer.words import HISTORIES, STATES, class_words
from nengo_explorer.settings import INHERIT, resolve_keep_history, rule_of
from nengo_explorer.settings.resolve import object_states, trainable_states
from nengo_explorer.settings.words import CLASS_CODE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nengo_explorer.explorer.actions.bulk import Effect, PlannedRule, RulesPreview
    from nengo_explorer.explorer.bulk import Edits, Plan
    from nengo_explorer.explorer.network_view import NetworkView
    from nengo_explorer.explorer.row_states import RowStates
    from nengo_explorer.settings.resolve import Key, State

#: How many rules are listed; the others are counted.
MOST_RULES = 100

_SETTINGS = {True: "On", False: "Off", None: "No opinion", INHERIT: "Inherit"}
_KEEP_SETTINGS = {True: "Every step", False: "Last step", None: "No opinion", INHERIT: "Inherit"}


def preview(
    view: NetworkView, states: RowStates, plan: Plan, option: str, title: str
) -> RulesPreview:
    """What a plan would write, and what that would change.

    Parameters
    ----------
    view : NetworkView
        The rows.
    states : RowStates
        Their states now.
    plan : Plan
        The rules.
    option : str
        Whose rules they are.
    title : str
        What is done, for people.
    """
    rules = [
        _rule(view, place, value, option) for place, value in list(plan.edits.items())[:MOST_RULES]
    ]
    trainable = option == "trainable"
    effects = _effects(view, states, plan.edits) if trainable else _histories(view, plan.edits)
    skipped = count_text(plan.skipped, "row has", "rows have")
    return {
        "title": title,
        "rules": rules,
        "count": len(plan.edits),
        "effects": list(effects),
        "note": f"{skipped} no such setting and will stay as they are." if plan.skipped else "",
    }


def _rule(
    view: NetworkView, place: tuple[nengo.Network, Any], value: Any, option: str
) -> PlannedRule:
    network, target = place
    words = _SETTINGS if option == "trainable" else _KEEP_SETTINGS
    is_class = isinstance(target, type)
    code = CLASS_CODE.get(target, target.__name__) if is_class else view.names.code(target)
    attribute = f"{view.names.code(network)}.config[{code}].{option}"
    if value is not INHERIT:
        line = f"{attribute} = {value}"
    else:
        line = f"{attribute} = None" if is_class else f"del {attribute}"
    return {
        "target": class_words(target) if is_class else view.names.of(target),
        "network": view.names.of(network),
        "before": words[rule_of(network, target, option)],
        "after": words[value],
        "code": line,
    }


def _effects(view: NetworkView, states: RowStates, edits: Edits) -> Iterator[Effect]:
    """How many parameters would change from which state to which."""
    parameters: Counter[tuple[int, int]] = Counter()
    numbers: Counter[tuple[int, int]] = Counter()
    for key, state in dict(_planned_states(view, edits)).items():
        row = view.parameter_rows.get(key)
        if row is None or states.effective[row] == CODES[state]:
            continue
        change = (int(states.effective[row]), int(CODES[state]))
        parameters[change] += 1
        numbers[change] += int(max(view.parameters[row], 0))
    for (before, after), count in sorted(parameters.items()):
        yield {
            "before": STATES[Effective(before)],
            "after": STATES[Effective(after)],
            "what": count_text(count, "parameter"),
            "numbers": numbers[before, after],
        }


def _planned_states(view: NetworkView, edits: Edits) -> Iterator[tuple[Key, State]]:
    """States of all parameters that edits can concern."""

    def level(network: nengo.Network) -> PlannedLevel:
        return PlannedLevel(network, edits)

    looked_at: list[tuple[int, int]] = []
    places = [(view.row_of(network), target) for network, target in edits]
    # Outer networks come first, and what they contain need not be looked at again.
    for row, target in sorted(places, key=lambda place: place[0]):
        if isinstance(target, type) and not any(a <= row < b for a, b in looked_at):
            looked_at.append((row, int(view.end[row])))
            yield from trainable_states(view.networks_around(row), view.locks, level)
    for _, target in places:
        obj = getattr(target, "ensemble", target)
        row = -1 if isinstance(target, type) else view.row_of(obj)
        if row >= 0 and not any(a <= row < b for a, b in looked_at):
            yield from object_states(view.networks_around(row), obj, view.locks, level)


def _histories(view: NetworkView, edits: Edits) -> Iterator[Effect]:
    """How many probes would keep something else."""
    changes: Counter[tuple[Keep, Keep]] = Counter()
    net = view.net
    codes = {True: Keep.EVERY_STEP, False: Keep.LAST_STEP}
    of_class = edits.get((net, nengo.Probe), rule_of(net, nengo.Probe, "keep_history"))
    for probe, kept in resolve_keep_history(net).items():
        value = edits.get((net, probe), rule_of(net, probe, "keep_history"))
        value = of_class if value in {INHERIT, None} else value
        after = True if value is INHERIT else value
        if after != kept:
            changes[codes[kept], codes[after]] += 1
    for (before, after), count in sorted(changes.items()):
        yield {
            "before": HISTORIES[before],
            "after": HISTORIES[after],
            "what": count_text(count, "probe"),
            "numbers": -1,
        }


def title_of(view: NetworkView, rows: Sequence[int], setting: str) -> str:
    """What is done to rows, for people."""
    what = count_text(len(rows), "row")
    if len(rows) == 1:
        is_network = view.kind_of(rows[0]) == "network"
        what = view.labels[rows[0]] + (" and everything in it" if is_network else "")
    return f"{what}: {setting.capitalize()}"
