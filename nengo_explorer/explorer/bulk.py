"""Which rules have to be written so that many rows, and all that is in them, have one setting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
from nengo.exceptions import ValidationError

from nengo_explorer.explorer.network_view import CLASS_RULES
from nengo_explorer.settings import INHERIT, rule_of
from nengo_explorer.settings.resolve import Around, Level
from nengo_explorer.settings.storage import (
    CLASSES_BY_SCOPE,
    TRAINABLE_CLASSES,
    UNSET,
    entry_class,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nengo_explorer.explorer.network_view import NetworkView

    #: Rules by network and object or class; `INHERIT` removes one.
    Edits = dict[tuple[nengo.Network, Any], Any]

#: What each setting of the browser is in a config.
VALUES: Mapping[str, Any] = {"inherit": INHERIT, "on": True, "off": False}
OPTIONS = ("trainable", "keep_history")


class PlannedLevel(Level):
    """The opinions that a network would have after some edits.

    Parameters
    ----------
    network : Network
        The network.
    edits : dict of (Network, object) to object
        Rules that would be written.
    """

    def __init__(self, network: nengo.Network, edits: Edits) -> None:
        super().__init__(network)
        self._edits = {
            target: value for (place, target), value in edits.items() if place is network
        }

    @property
    def objects(self) -> frozenset[Any]:
        """Objects that may have an opinion of their own here."""
        return super().objects | {t for t in self._edits if not isinstance(t, type)}

    def of_object(self, obj: Any) -> Any:
        """Opinion on an object itself."""
        if obj in self._edits:
            return _stored(self._edits[obj])
        return super().of_object(obj)

    def of_class(self, cls: type) -> Any:
        """Opinion on a class."""
        bases = [base for base in cls.__mro__ if base in self._edits]
        owner = entry_class(self.network.config, cls) or (bases[0] if bases else cls)
        return _stored(self._edits[owner]) if owner in self._edits else super().of_class(cls)


def _stored(value: Any) -> Any:
    return UNSET if value is INHERIT else value


class Plan:
    """Collects the rules that give rows a setting.

    Rows of networks and ensembles stand for everything in them: rules further in that say
    something else are removed.

    Parameters
    ----------
    view : NetworkView
        The rows.
    option : str
        "trainable" or "keep_history".
    setting : str
        "inherit", "on" or "off".

    Attributes
    ----------
    edits : dict of (Network, object) to object
        The rules, in an order in which they can be written.
    skipped : int
        Rows that have no such setting.

    Raises
    ------
    ValidationError
        If there is no such option or setting.
    """

    def __init__(self, view: NetworkView, option: str, setting: str) -> None:
        for name, given, accepted in (("option", option, OPTIONS), ("setting", setting, VALUES)):
            if given not in accepted:
                raise ValidationError(
                    f"must be one of {', '.join(accepted)}; got {given!r}.", attr=name
                )
        self._view = view
        self._option = option
        self._value = VALUES[setting]
        self.edits: Edits = {}
        self.skipped = 0

    def add_rows(self, rows: Sequence[int]) -> None:
        """Plan for rows.

        Raises
        ------
        ValidationError
            If a row does not exist, or none of them has such a setting.
        """
        chosen = set(rows)
        for row in sorted(chosen):
            if not 0 <= row < len(self._view):
                raise ValidationError(
                    f"there is no row {row}; rows are 0 to {len(self._view) - 1}.", attr="rows"
                )
        found = 0
        covered = 0
        for row in sorted(chosen):
            if row < covered:
                found += 1
                continue
            kind = self._view.kind_of(row)
            if kind in ("network", "ensemble", "connection"):
                covered = int(self._view.end[row])
            found += self._add_row(row, kind)
        self.skipped = len(chosen) - found
        if not found:
            raise ValidationError(
                f"none of these rows has a setting for {self._option!r}.", attr="rows"
            )
        self.edits = {place: v for place, v in self.edits.items() if self._is_news(place, v)}

    def _is_news(self, place: tuple[nengo.Network, Any], value: Any) -> bool:
        return rule_of(*place, self._option) is not value

    def _add_row(self, row: int, kind: str) -> bool:
        """Plan for one row; False if it has no such setting."""
        before = len(self.edits)
        if self._option == "keep_history":
            return self._add_probes(row, kind)
        network, obj, parameter = self._view.targets[row]
        if kind == "network":
            return self._add_network(row)
        if kind == "class_rule" and obj in CLASS_RULES:
            self.edits[network, obj] = self._value
        elif kind == "ensemble":
            self.edits[network, obj] = self._value
            self._add_neurons_of(row)
        elif kind == "connection" and obj.has_weights:
            self.edits[network, obj] = self._value
        elif kind == "parameter":
            self._add_parameter(row, parameter)
        return len(self.edits) > before

    def _add_parameter(self, row: int, parameter: str) -> None:
        """Plan for one parameter, and not for the others of its object."""
        network, obj, _ = self._view.targets[row]
        if parameter == "weights":
            self.edits[network, obj] = self._value
        elif parameter == "bias" and self._view.controls[row]:
            self.edits[network, obj.neurons] = self._value
        elif parameter == "encoders":
            held = self._bias_now(row)
            self.edits[network, obj] = self._value
            # The bias follows its ensemble, and nobody has asked for that.
            if held is not None and self._value is not INHERIT:
                self.edits.setdefault((network, obj.neurons), held)

    def _bias_now(self, row: int) -> bool | None:
        """What is in force for the bias of an ensemble, if that follows the ensemble."""
        obj = self._view.targets[row].obj
        if isinstance(obj.neuron_type, nengo.Direct):
            return None
        around = Around([Level(network) for network in self._view.networks_around(row)])
        if around.decide(obj.neurons) is not None:
            return None
        opinion = around.decide(obj)
        return True if opinion is None else opinion

    def _add_neurons_of(self, row: int) -> None:
        """Let the bias follow its ensemble, or say the same for it where other rules decide it."""
        network, obj, _ = self._view.targets[row]
        if isinstance(obj.neuron_type, nengo.Direct):
            return
        place = (network, obj.neurons)
        self.edits[place] = INHERIT
        path = self._view.networks_around(row)
        around = Around([PlannedLevel(net, self.edits) for net in path])
        if self._value is not INHERIT and around.decide(obj.neurons) is not None:
            self.edits[place] = self._value

    def _add_network(self, row: int) -> bool:
        """Plan for everything in a network: one rule for each class, and none further in."""
        top = self._view.targets[row].obj
        classes = [cls for cls in CLASS_RULES if self._view.class_row_of(top, cls) >= 0]
        # An entry for a subclass hides the rule for its base class.
        classes += [c for c in _classes(top, TRAINABLE_CLASSES) if c not in CLASS_RULES]
        for cls in classes:
            self.edits[top, cls] = self._value
        for network in self._networks_in(row):
            for target in list(network.config.params):
                is_rule = rule_of_any(network, target) is not INHERIT
                if is_rule and (network, target) not in self.edits:
                    self.edits[network, target] = INHERIT
        return bool(classes)

    def _networks_in(self, row: int) -> Iterator[nengo.Network]:
        for inner in range(row, self._view.end[row]):
            if self._view.kind_of(inner) == "network":
                yield self._view.targets[inner].obj

    def _add_probes(self, row: int, kind: str) -> bool:
        """Plan for the histories of probes, which are kept on the outermost network."""
        net = self._view.net
        if kind == "class_rule" and self._view.targets[row].obj is nengo.Probe:
            self.edits[net, nengo.Probe] = self._value
            return True
        inside = range(row, self._view.end[row]) if kind == "network" else [row]
        probes = [r for r in inside if self._view.kind_of(r) == "probe"]
        is_all = row == 0 and kind == "network" and bool(probes)
        if is_all:
            self.edits[net, nengo.Probe] = self._value
        for probe in probes:
            place = (net, self._view.targets[probe].obj)
            self.edits[place] = INHERIT if is_all else self._value
        return bool(probes)


def _classes(network: nengo.Network, bases: tuple[type, ...]) -> list[type]:
    """Classes that have an entry of their own in a network's config."""
    entries = list(network.config.params)
    return [key for key in entries if isinstance(key, type) and issubclass(key, bases)]


def rule_of_any(network: nengo.Network, target: Any) -> Any:
    """The rule for ``trainable`` of anything that has an entry in a config."""
    cls = target if isinstance(target, type) else type(target)
    if not issubclass(cls, CLASSES_BY_SCOPE["objects"]):
        return INHERIT
    return rule_of(network, target, "trainable")


def plan_rules(view: NetworkView, rows: Sequence[int], option: str, setting: str) -> Plan:
    """The rules that give rows, and everything in them, one setting.

    Parameters
    ----------
    view : NetworkView
        The rows.
    rows : sequence of int
        Rows to be changed.
    option : str
        "trainable" or "keep_history".
    setting : str
        "inherit", "on" or "off".

    Raises
    ------
    ValidationError
        If a row, option or setting does not exist, or none of the rows has such a setting.
    """
    plan = Plan(view, option, setting)
    plan.add_rows(rows)
    return plan
