"""What the settings say of each row, and what is in force: columns, and patches between them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np

from nengo_explorer.explorer.codes import KINDS, Control, Effective, Flag, Keep, Setting
from nengo_explorer.explorer.network_view import CLASS_RULES
from nengo_explorer.settings import (
    INHERIT,
    resolve_keep_history,
    resolve_trainable,
    rule_of,
    unread_settings,
)
from nengo_explorer.settings.resolve import decide, is_inference_only, learning_locks, walk

if TYPE_CHECKING:
    import numpy.typing as npt

    from nengo_explorer.explorer.network_view import NetworkView, Target

    Column = npt.NDArray[Any]


@dataclass(frozen=True)
class RowStates:
    """Columns that change with the settings, each (count,) long.

    Attributes
    ----------
    setting, keep_setting : ndarray of uint8
        What is set for the row itself, as `Setting`.
    effective : ndarray of uint8
        What is in force, as `Effective`.
    keep_effective : ndarray of uint8
        What a probe records, as `Keep`.
    on, total : ndarray of int32
        Parameters below the row that are trained, and that could be.
    flags : ndarray of uint8
        Marks, as `Flag`.
    """

    setting: Column
    effective: Column
    keep_setting: Column
    keep_effective: Column
    on: Column
    total: Column
    flags: Column


#: Columns in the order in which they travel.
COLUMNS = tuple(field.name for field in fields(RowStates))


@dataclass(frozen=True)
class Patch:
    """The difference between two versions of row states.

    Attributes
    ----------
    version : int
        Version after the patch, one more than before it.
    rows : (n,) ndarray of int32
        Rows that are different.
    states : RowStates
        Their new states, each column (n,) long.
    """

    version: int
    rows: Column
    states: RowStates


def difference(before: RowStates, after: RowStates, version: int) -> Patch | None:
    """The patch from one state to another; None if they are equal.

    Parameters
    ----------
    before, after : RowStates
        States of the same rows.
    version : int
        Version of ``after``.
    """
    differs = np.zeros(before.setting.shape, dtype=bool)
    for name in COLUMNS:
        differs |= getattr(before, name) != getattr(after, name)
    rows = np.flatnonzero(differs).astype(np.int32)
    if rows.size == 0:
        return None
    return Patch(version, rows, RowStates(**{n: getattr(after, n)[rows] for n in COLUMNS}))


def compute_states(view: NetworkView) -> RowStates:
    """States of all rows, from the network's config as it is now.

    Parameters
    ----------
    view : NetworkView
        The rows.
    """
    setting, keep_setting = _settings(view)
    own = _parameter_states(view)
    effective, on, total = _aggregate(view, own)
    return RowStates(
        setting=setting,
        effective=effective,
        keep_setting=keep_setting,
        keep_effective=_histories(view),
        on=on,
        total=total,
        flags=_flags(view, own),
    )


def rule_target(target: Target) -> Any:
    """The object or class whose rule the Setting control of a row writes."""
    return target.obj.neurons if target.parameter == "bias" else target.obj


def _settings(view: NetworkView) -> tuple[Column, Column]:
    """Columns ``setting`` and ``keep_setting``."""
    columns = np.zeros((2, len(view)), dtype=np.uint8)
    for row in np.flatnonzero(view.controls):
        target = view.targets[row]
        if view.controls[row] & Control.TRAINABLE:
            value = rule_of(target.network, rule_target(target), "trainable")
            columns[0, row] = _setting(value)
        else:
            # The history of probes is read from the outermost network only.
            columns[1, row] = _setting(rule_of(view.net, target.obj, "keep_history"))
    return columns[0], columns[1]


def _setting(value: Any) -> Setting:
    if value is INHERIT:
        return Setting.INHERIT
    if value is None:
        return Setting.NO_OPINION
    return Setting.ON if value else Setting.OFF


def _parameter_states(view: NetworkView) -> Column:
    """For rows of parameters what is in force, as `Effective`; nothing for others."""
    flags = resolve_trainable(view.net)
    locked = _locked(view.net)
    off = Effective.INFERENCE_ONLY if is_inference_only(view.net) else Effective.OFF
    own = np.zeros(len(view), dtype=np.uint8)
    for row in view.rows_of_kind("parameter"):
        _, obj, parameter = view.targets[row]
        flag = flags.get((obj, parameter))
        if flag is None:
            own[row] = Effective.NEVER
        elif flag:
            own[row] = Effective.ON
        else:
            own[row] = Effective.LOCKED if (obj, parameter) in locked else off
    return own


def _locked(net: nengo.Network) -> set[tuple[Any, str]]:
    """Parameters that a learning rule changes and that nobody has an opinion on."""
    locks = learning_locks(net)
    if not locks or is_inference_only(net):
        return set()
    locked = set()
    for network, levels in walk(net):
        for obj in (*network.ensembles, *network.connections):
            for parameter in ("encoders", "weights"):
                if (obj, parameter) in locks and decide(levels, obj) is None:
                    locked.add((obj, parameter))
    return locked


def _aggregate(view: NetworkView, own: Column) -> tuple[Column, Column, Column]:
    """Columns ``effective``, ``on`` and ``total``: own states, and those of all rows below."""
    codes = (Effective.ON, Effective.OFF, Effective.LOCKED, Effective.INFERENCE_ONLY)
    counts = np.stack([_counted_below(view, own == code) for code in codes])
    _count_class_rules(view, own, codes, counts)
    on, _, locked, inference = counts
    total = counts.sum(axis=0)
    effective = np.full(len(view), Effective.MIXED, dtype=np.uint8)
    effective[on == 0] = Effective.OFF
    effective[locked == total] = Effective.LOCKED
    effective[inference == total] = Effective.INFERENCE_ONLY
    effective[on == total] = Effective.ON
    # Where there is nothing to count, only objects that might have parameters say "never".
    could = np.isin(view.kind, [KINDS.index(k) for k in ("ensemble", "connection", "parameter")])
    empty = total == 0
    effective[empty & could] = Effective.NEVER
    effective[empty & ~could] = Effective.NOTHING
    return effective, on.astype(np.int32), total.astype(np.int32)


def _counted_below(view: NetworkView, marked: Column) -> Column:
    """How many marked rows the subtree of each row has."""
    before = np.concatenate([[0], np.cumsum(marked)])
    counted: Column = before[view.end] - before[:-1]
    return counted


def _count_class_rules(
    view: NetworkView, own: Column, codes: tuple[Effective, ...], counts: Column
) -> None:
    """Count for the row of a class what its network has of that class."""
    rows = view.rows_of_kind("class_rule")
    parents = view.parent[rows]
    names = np.array([target.parameter for target in view.targets])
    for cls, (parameter, _) in CLASS_RULES.items():
        of_class = np.array([view.targets[row].obj is cls for row in rows], dtype=bool)
        for index, code in enumerate(codes):
            below = _counted_below(view, (own == code) & (names == parameter))
            counts[index, rows[of_class]] = below[parents[of_class]]


def _histories(view: NetworkView) -> Column:
    """Column ``keep_effective``."""
    keep = np.zeros(len(view), dtype=np.uint8)
    kept = resolve_keep_history(view.net)
    codes = {True: Keep.EVERY_STEP, False: Keep.LAST_STEP}
    for row in view.rows_of_kind("probe"):
        keep[row] = codes.get(kept.get(view.targets[row].obj, True), Keep.NOTHING)
    of_probes = keep[view.rows_of_kind("probe")]
    row = view.class_row_of(view.net, nengo.Probe)
    if row >= 0 and of_probes.size and (of_probes == of_probes[0]).all():
        keep[row] = of_probes[0]
    return keep


def _flags(view: NetworkView, own: Column) -> Column:
    """Column ``flags``."""
    flags = np.zeros(len(view), dtype=np.uint8)
    for unread in unread_settings(view.net):
        flags[unread_row(view, unread.network, unread.target)] |= Flag.WARNING
    for obj, parameter in learning_locks(view.net):
        row = view.row_of(obj, parameter)
        if row >= 0 and own[row] == Effective.ON:
            flags[row] |= Flag.WARNING
    return flags


def unread_row(view: NetworkView, network: nengo.Network, target: Any) -> int:
    """The row that shows a setting which nothing reads: that of the object, or of the network."""
    if not isinstance(target, type):
        row = view.row_of(getattr(target, "ensemble", target))
        if row >= 0:
            return row
    return max(view.row_of(network), 0)
