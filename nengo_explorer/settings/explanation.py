"""What an explanation is made of: rules, and which of them decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import nengo

    from nengo_explorer.settings.resolve import State

RuleKind = Literal["instance", "class", "default", "learning rule", "inference_only"]
Outcome = Literal["wins", "overridden", "no opinion"]


@dataclass(frozen=True)
class Rule:
    """One rule that has a say in a value.

    Attributes
    ----------
    network : Network or None
        The network whose config holds it; None for what is not set anywhere.
    target : object or class or None
        What it was set for.
    kind : str
        "instance", "class", "default", "learning rule" or "inference_only".
    value : bool or None
        What it says; None for no opinion.
    outcome : str
        "wins", "overridden" or "no opinion".
    text : str
        The rule in words.
    overridden_by : str
        What beat it, in words; empty unless it was overridden.
    because : str
        The principle by which it was beaten; empty unless it was overridden.
    """

    network: nengo.Network | None
    target: Any
    kind: RuleKind
    value: bool | None
    outcome: Outcome
    text: str
    overridden_by: str = ""
    because: str = ""

    @property
    def defeat(self) -> str:
        """The principle by which it lost, in brackets; empty unless it was overridden."""
        return f" (loses: {self.because})" if self.because else ""


@dataclass(frozen=True)
class Explanation:
    """Why a value is in force.

    Attributes
    ----------
    obj : object
        The object.
    parameter : str
        "encoders", "bias", "weights" or "keep_history".
    value : bool or None
        The value in force; None if there is no such parameter.
    state : str
        "on", "off", "locked" (by a learning rule), "never" (nothing to train) or "inference_only".
    reason : str
        What that means, and which rule decided it.
    rules : tuple of Rule
        Most specific first; exactly one wins, unless the state is "never".
    warnings : tuple of str
        What may surprise.
    """

    obj: Any
    parameter: str
    value: bool | None
    state: State
    reason: str
    rules: tuple[Rule, ...]
    warnings: tuple[str, ...] = ()

    @property
    def winner(self) -> Rule | None:
        """The rule that decided."""
        return next((rule for rule in self.rules if rule.outcome == "wins"), None)

    @property
    def losers(self) -> tuple[Rule, ...]:
        """Rules that were overridden."""
        return tuple(rule for rule in self.rules if rule.outcome == "overridden")

    def __str__(self) -> str:
        lines = [f"{self.parameter} of {self.obj}: {self.state}", f"  {self.reason}"]
        if len(self.rules) > 1:
            lines.append("  Rules, the strongest first:")
            marks = {"wins": "=>", "overridden": " x", "no opinion": " -"}
            lines += [f"  {marks[rule.outcome]} {rule.text}{rule.defeat}" for rule in self.rules]
        lines += [f"  Note: {warning}" for warning in self.warnings]
        return "\n".join(lines)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Let notebooks show the text where this is the last value of a cell."""
        printer.text(repr(self) if cycle else str(self))
