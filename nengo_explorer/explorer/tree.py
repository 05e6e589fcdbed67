"""The rows of a network and their states, kept up to date."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from nengo.exceptions import ValidationError

from nengo_explorer.explorer.codes import Control, Flag
from nengo_explorer.explorer.network_marks import attribute_mark, structure_mark
from nengo_explorer.explorer.network_view import NetworkView
from nengo_explorer.explorer.row_states import difference
from nengo_explorer.explorer.state_table import StateTable, changed_places, rule_target
from nengo_explorer.explorer.why import explain_row
from nengo_explorer.settings import INHERIT, fingerprint, set_rule

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    import nengo

    from nengo_explorer.explorer.actions.settings import Explanation
    from nengo_explorer.explorer.row_states import Patch, RowStates

_CONTROLS = {"trainable": Control.TRAINABLE, "keep_history": Control.KEEP_HISTORY}
_VALUES = {"inherit": INHERIT, "on": True, "off": False}


class Snapshot(NamedTuple):
    """Rows and states that belong together.

    Attributes
    ----------
    view : NetworkView
        The rows.
    structure_version : int
        Grows by one with each refresh.
    states : RowStates
        States of the rows.
    version : int
        Grows by one with each patch.
    """

    view: NetworkView
    structure_version: int
    states: RowStates
    version: int


class Tree:
    """Rows, states and versions of a network.

    Parameters
    ----------
    net : Network
        The outermost network.
    variables : dict of int to str
        Names of variables by the id of the object they hold.

    Attributes
    ----------
    net : Network
        As given.
    now : Snapshot
        Rows and states as last computed; replaced as a whole, so that any thread may read it.
    """

    def __init__(self, net: nengo.Network, variables: Mapping[int, str]) -> None:
        self.net = net
        self._note_marks()
        self._seen = fingerprint(net)
        view = NetworkView(net, variables)
        self._table = StateTable(view)
        self._marked = np.zeros(0, dtype=np.intp)
        self.now = Snapshot(view, 1, self._table.states, 1)

    @property
    def view(self) -> NetworkView:
        """The rows."""
        return self.now.view

    def refresh(self, variables: Mapping[int, str]) -> None:
        """Look at the network anew."""
        self._note_marks()
        self._seen = fingerprint(self.net)
        view = NetworkView(self.net, variables)
        self._table = StateTable(view)
        self._marked = np.zeros(0, dtype=np.intp)
        version, structure_version = self.now.version + 1, self.now.structure_version + 1
        self.now = Snapshot(view, structure_version, self._table.states, version)

    def update(self, seen: Hashable = None) -> Patch | None:
        """Look at what has changed in the settings, and return which states are different.

        Parameters
        ----------
        seen : hashable, optional
            The fingerprint of the settings as they are now.
        """
        seen = fingerprint(self.net) if seen is None else seen
        places = changed_places(self._seen, seen)
        self._seen = seen
        self._table.update(places)
        return self._moved_on()

    def mark(self, rows: Iterable[int]) -> Patch | None:
        """Mark rows with a warning, besides those that the settings themselves give reason for.

        Parameters
        ----------
        rows : iterable of int
            All rows to be marked from now on, up to the next `refresh`.
        """
        self._marked = np.array([self.check_row(row) for row in rows], dtype=np.intp)
        return self._moved_on()

    def _moved_on(self) -> Patch | None:
        """Take over the states of the table and the marks; what is different."""
        before, states = self.now, self._table.states
        flags = states.flags.copy()
        flags[self._marked] |= np.uint8(Flag.WARNING)
        states = replace(states, flags=flags)
        patch = difference(before.states, states, before.version + 1)
        if patch is not None:
            self.now = before._replace(states=states, version=patch.version)
        return patch

    @property
    def structure_changed(self) -> bool:
        """Whether the network was edited since the last refresh.

        Edits inside of objects count once `look_closely` has seen them.
        """
        return self._edited or structure_mark(self.net) != self._structure

    def look_closely(self) -> None:
        """Look for edits inside of objects, such as another neuron type, which takes longer."""
        self._edited = attribute_mark(self.net) != self._attributes

    def _note_marks(self) -> None:
        self._structure = structure_mark(self.net)
        self._attributes = attribute_mark(self.net)
        self._edited = False

    def check_row(self, row: int) -> int:
        """Refuse a row that does not exist.

        Raises
        ------
        ValidationError
            Naming the row.
        """
        if not 0 <= row < len(self.view):
            raise ValidationError(
                f"there is no row {row}; rows are 0 to {len(self.view) - 1}.", attr="row"
            )
        return row

    def explain(self, row: int) -> Explanation:
        """Why a row has its state."""
        return explain_row(self.view, self.now.states, self.check_row(row))

    def set_rule(self, row: int, option: str, setting: str) -> None:
        """Write or remove the rule of a row in the network's config.

        Raises
        ------
        ValidationError
            If the row has no such setting.
        """
        target = self.view.targets[self.check_row(row)]
        if setting not in _VALUES:
            raise ValidationError(
                f"must be one of {', '.join(_VALUES)}; got {setting!r}.", attr="setting"
            )
        if option not in _CONTROLS or not self.view.controls[row] & _CONTROLS[option]:
            raise ValidationError(
                f"{option!r} cannot be set for {self.view.labels[row]!r}.", attr="option"
            )
        # The history of probes is read from the outermost network only.
        network = self.net if option == "keep_history" else target.network
        set_rule(network, rule_target(target), option, _VALUES[setting])
