"""Seeing and changing settings: rules of rows, and options of the whole network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nengo.exceptions import ValidationError

from nengo_explorer.explorer.abilities.core import SessionCore
from nengo_explorer.explorer.events import Event
from nengo_explorer.settings import OPTIONS

if TYPE_CHECKING:
    from nengo_explorer.explorer.actions.settings import Explanation
    from nengo_explorer.explorer.wire import GlobalValue


class SettingsAbility(SessionCore):
    """Explains and changes settings."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._apply_after_job = self._apply_automatically = False
        self._live.jobs.after = self._after_job

    @property
    def global_values(self) -> dict[str, GlobalValue]:
        """Global options: what is in force, and what is pending."""
        return self._options.values()

    @property
    def pending(self) -> dict[str, Any]:
        """Values of global options that wait for `apply`."""
        return self._options.pending

    def row_of(self, obj: Any, parameter: str = "") -> int:
        """Row of an object or a class of the outermost network.

        Parameters
        ----------
        obj : object or class
            Something in the network, or a class such as ``nengo.Ensemble``.
        parameter : str, optional
            "encoders", "bias" or "weights", for the row of that parameter.

        Raises
        ------
        ValidationError
            If it is not among the rows.
        """
        is_class = isinstance(obj, type)
        row = (
            self.view.class_row_of(self.net, obj) if is_class else self.view.row_of(obj, parameter)
        )
        if row < 0:
            raise ValidationError(f"{obj} {parameter} is not among the rows.", attr="obj")
        return row

    def explain(self, row: int) -> Explanation:
        """Why a row has the state it has."""
        with self._lock:
            return self._tree.explain(row)

    def set_rule(self, row: int, option: str, setting: str) -> None:
        """Set or remove the rule of a row.

        Parameters
        ----------
        row : int
            A row; see `row_of`.
        option : str
            "trainable" or "keep_history".
        setting : str
            "inherit", "on" or "off".

        Raises
        ------
        ValidationError
            If the row has no such setting.
        """
        name = self._label_of(row)
        with self._changing(f"{name}: {OPTIONS[option].label if option in OPTIONS else option}"):
            self._tree.set_rule(row, option, setting)

    def set_global(self, option: str, value: Any) -> None:
        """Set an option of the whole network: at once where that is free, else it is pending.

        Parameters
        ----------
        option : str
            Name of the option. "trainable" and "keep_history" are set for all objects that have no
            rule of their own and are in no network with rules of its own; settings of single
            objects stay.
        value : object
            A value, or its key in the catalogue, or text that stands for it; None for the default.

        Raises
        ------
        ValidationError
            If there is no such option, or it does not accept the value.
        """
        label = OPTIONS[option].label if option in OPTIONS else option
        with self._changing(label):
            # Without a simulator there is nothing to rebuild.
            at_once = self._apply_automatically or not self.is_built
            self._options.set(option, value, at_once=at_once and not self.busy)
            if self._apply_automatically and self.busy:
                self.apply()
        self._publisher.publish(Event("globals"))

    def apply(self) -> None:
        """Put pending options into force; while something is running, when that has ended."""
        with self._lock:
            if self.busy and self.pending:
                self._apply_after_job = True
                self._live.tell(message="Changes are applied when this has ended")
                return
            self._apply_after_job = False
            with self._changing("Apply"):
                self._options.apply()
            self._publisher.publish(Event("globals"))

    @property
    def apply_automatically(self) -> bool:
        """Whether changes that need a rebuild are applied without being asked for; False at first.

        Setting it to True applies what is pending.
        """
        return self._apply_automatically

    @apply_automatically.setter
    def apply_automatically(self, on: bool) -> None:
        with self._lock:
            self._apply_automatically = bool(on)
            if on:
                self.apply()
        self._publisher.publish(Event("edits"))

    def discard(self) -> None:
        """Forget pending options."""
        with self._lock:
            self._apply_after_job = False
            with self._changing("Discard"):
                self._options.discard()
            self._publisher.publish(Event("globals"))

    def _label_of(self, row: int) -> str:
        """Name of a row, for people; of a parameter with that of its object."""
        target = self.view.targets[self._tree.check_row(row)]
        label = self.view.labels[row]
        return f"{self.view.names.of(target.obj)} {label}" if target.parameter else label

    def _after_job(self) -> None:
        if self._apply_after_job:
            self.apply()
