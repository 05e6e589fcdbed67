"""States of all rows, kept so that a change of a few settings costs little."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
from nengo.ensemble import Neurons

from nengo_explorer.explorer.aggregates import Aggregates
from nengo_explorer.explorer.codes import Control, Effective, Flag, Keep, Setting
from nengo_explorer.explorer.row_states import RowStates
from nengo_explorer.settings import (
    INHERIT,
    OPTIONS,
    resolve_keep_history,
    rule_of,
    unread_settings,
)
from nengo_explorer.settings.resolve import object_states, trainable_states
from nengo_explorer.settings.storage import configured_objects

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    import numpy.typing as npt

    from nengo_explorer.explorer.network_view import NetworkView, Target
    from nengo_explorer.settings.resolve import Key, State

    Column = npt.NDArray[Any]
    #: Network, object or class, and option: where a setting is stored.
    Place = tuple[nengo.Network, Any, str]

#: What a state is as a code.
CODES: dict[State, Effective] = {
    "on": Effective.ON,
    "off": Effective.OFF,
    "locked": Effective.LOCKED,
    "never": Effective.NEVER,
    "inference_only": Effective.INFERENCE_ONLY,
}


class StateTable:
    """The states of the rows of a view.

    Parameters
    ----------
    view : NetworkView
        The rows.

    Attributes
    ----------
    states : RowStates
        The states as last computed; replaced as a whole.
    """

    def __init__(self, view: NetworkView) -> None:
        self._view = view
        self._aggregates = Aggregates(view)
        # Most objects have no rule of their own, and are not asked one by one.
        self._setting = _inherited(view, Control.TRAINABLE)
        self._keep_setting = _inherited(view, Control.KEEP_HISTORY)
        self._own = np.zeros(len(view), dtype=np.uint8)
        self._locked = [row for key in view.locks if (row := view.row_of(*key)) >= 0]
        self._read_settings(view.rows_of_kind("class_rule"))
        for obj in configured_objects(view.net):
            self._read_settings_of(obj)
        self._take_over(trainable_states([view.net], view.locks))
        self.states = self._collected()

    def update(self, places: Iterable[Place]) -> RowStates:
        """Compute the states of the rows that changes can concern.

        Parameters
        ----------
        places : iterable of (Network, object, str)
            Where settings have changed: network, object or class, option.
        """
        networks = set()
        for network, target, option in places:
            if OPTIONS[option].scope == "network":
                if option == "inference_only":
                    networks.add(self._view.net)
            elif isinstance(target, type):
                row = self._view.class_row_of(network, target)
                self._read_settings([row] if row >= 0 else [])
                if option == "trainable":
                    networks.add(network)
            else:
                self._update_object(target, option)
        self._update_networks(networks)
        self.states = self._collected()
        return self.states

    def _update_networks(self, networks: Iterable[nengo.Network]) -> None:
        """Look anew at all parameters in some networks, at each of them once."""
        rows = sorted(row for network in networks if (row := self._view.row_of(network)) >= 0)
        covered = 0
        for row in rows:
            if row >= covered:
                path = self._view.networks_around(row)
                self._take_over(trainable_states(path, self._view.locks))
                covered = int(self._view.end[row])

    def _update_object(self, target: Any, option: str) -> None:
        """Look anew at one object."""
        obj = target.ensemble if isinstance(target, Neurons) else target
        row = self._view.row_of(obj)
        if row < 0:
            return
        self._read_settings_of(obj)
        if option == "trainable":
            path = self._view.networks_around(row)
            self._take_over(object_states(path, obj, self._view.locks))

    def _read_settings_of(self, target: Any) -> None:
        """Fill in what is set for an object itself, and for its parameters."""
        row = self._view.row_of(target.ensemble if isinstance(target, Neurons) else target)
        if row >= 0 and self._view.kind_of(row) != "network":
            self._read_settings([row, *self._view.settable_below(row)])

    def _read_settings(self, rows: Iterable[int]) -> None:
        """Fill in what is set for rows themselves."""
        for row in rows:
            target, control = self._view.targets[row], self._view.controls[row]
            if control & Control.TRAINABLE:
                value = rule_of(target.network, rule_target(target), "trainable")
                self._setting[row] = _setting(value)
            elif control & Control.KEEP_HISTORY:
                # The history of probes is read from the outermost network only.
                value = rule_of(self._view.net, target.obj, "keep_history")
                self._keep_setting[row] = _setting(value)

    def _take_over(self, states: Iterable[tuple[Key, State]]) -> None:
        """Fill in what is in force for parameters."""
        rows, own = self._view.parameter_rows, self._own
        for key, state in states:
            # An object that was made after the view has no row.
            row = rows.get(key)
            if row is not None:
                own[row] = CODES[state]

    def _collected(self) -> RowStates:
        """All columns, of which nobody else holds the arrays."""
        effective, on, total = self._aggregates.of(self._own)
        return RowStates(
            setting=self._setting.copy(),
            effective=effective,
            keep_setting=self._keep_setting.copy(),
            keep_effective=self._histories(),
            on=on,
            total=total,
            flags=self._flags(),
        )

    def _histories(self) -> Column:
        """Column ``keep_effective``."""
        view = self._view
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

    def _flags(self) -> Column:
        """Column ``flags``."""
        flags = np.zeros(len(self._view), dtype=np.uint8)
        for unread in unread_settings(self._view.net):
            flags[unread_row(self._view, unread.network, unread.target)] |= Flag.WARNING
        # Training and a learning rule would both change it.
        for row in self._locked:
            if self._own[row] == Effective.ON:
                flags[row] |= Flag.WARNING
        return flags


def _inherited(view: NetworkView, control: Control) -> Column:
    """Settings of rows of which none has a rule of its own."""
    settable = (view.controls & control) != 0
    return np.where(settable, Setting.INHERIT, Setting.NOTHING).astype(np.uint8)


def changed_places(before: Hashable, after: Hashable) -> set[Place]:
    """Where two fingerprints of a network's settings differ."""
    return {part[:3] for part in set(before) ^ set(after)}  # type: ignore[call-overload]


def rule_target(target: Target) -> Any:
    """The object or class whose rule the Setting control of a row writes."""
    # Weights of Keras layers may be called bias as well.
    is_of_neurons = target.parameter == "bias" and isinstance(target.obj, nengo.Ensemble)
    return target.obj.neurons if is_of_neurons else target.obj


def _setting(value: Any) -> Setting:
    if value is INHERIT:
        return Setting.INHERIT
    if value is None:
        return Setting.NO_OPINION
    return Setting.ON if value else Setting.OFF


def unread_row(view: NetworkView, network: nengo.Network, target: Any) -> int:
    """The row that shows a setting which nothing reads: that of the object, or of the network."""
    if not isinstance(target, type):
        row = view.row_of(getattr(target, "ensemble", target))
        if row >= 0:
            return row
    return max(view.row_of(network), 0)
