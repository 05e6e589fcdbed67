"""Finding settings without effect, and mending them."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nengo.exceptions import ValidationError

from nengo_explorer.explorer.abilities.settings import SettingsAbility
from nengo_explorer.explorer.events import Event
from nengo_explorer.explorer.linter import CHECKS, Facts, lint
from nengo_explorer.explorer.linter.fixing import apply_fix
from nengo_explorer.explorer.linter.paths import LossPaths
from nengo_explorer.explorer.linter.task_facts import loss_probes, target_steps
from nengo_explorer.explorer.memory import available_memory
from nengo_explorer.settings import forget_discarded, global_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    import nengo

    from nengo_explorer.explorer.linter import Finding
    from nengo_explorer.explorer.wire import FindingRecord

#: After a look there is none for so many times its duration, unless somebody asks.
REST = 3
#: A change of these may change what is found.
_INTERESTING = ("structure", "rows", "globals")


class LintingAbility(SettingsAbility):
    """Looks for settings without effect whenever something has changed, beside everything else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._looking = threading.Lock()
        self._looked_at: tuple[Any, ...] | None = None
        self._findings: tuple[Finding, ...] = ()
        self._shown_findings: tuple[Any, ...] = (self._tree.now.structure_version, ())
        self._finding_numbers: dict[Finding, int] = {}
        self._planned_seconds = 0.0
        self._zero_shares: Mapping[tuple[Any, str], float] = {}
        self._shares_hold_for: Any = None
        self._dismissed: frozenset[Finding] = frozenset()
        self._rest_until = 0.0
        self._paths: tuple[Any, LossPaths] | None = None
        self._task_facts: tuple[Any, dict[str, Any]] = (None, {})
        self._publisher.subscribe(self._look_again)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Settings that have no effect, or not the one that was meant, as they are now."""
        self.check()
        self._lint()
        return self._findings

    @property
    def finding_records(self) -> list[FindingRecord]:
        """The findings as they were found last, for the page."""
        return [
            {
                "id": self._finding_numbers[finding],
                "check": finding.check,
                "title": CHECKS[finding.check].title,
                "row": self._row_of_finding(finding),
                "object": self._label_of(self._row_of_finding(finding)),
                "message": finding.message,
                "fix": finding.fix.text,
                "can_fix": bool(finding.fix.changes),
            }
            for finding in self._findings
        ]

    def dismiss_finding(self, finding: Finding | int) -> None:
        """Say nothing more of something that was found, because it is meant; until `refresh`.

        Parameters
        ----------
        finding : Finding or int
            One of `findings`, or its number.

        Raises
        ------
        ValidationError
            If it is not among the findings any more.
        """
        found = self._found(finding)
        self._dismissed |= {found}
        self._lint()

    def refresh(self) -> None:
        """Look at the network anew, and take what was discarded in code as meant."""
        super().refresh()
        forget_discarded(self.net)
        self._dismissed = frozenset()
        self._background.wake()

    def plan_run(self, seconds: float) -> None:
        """Say how long the next run will be, so that its memory can be foreseen."""
        self._planned_seconds = max(0.0, float(seconds))
        self._background.wake()

    def note_zero_shares(self, shares: Mapping[tuple[Any, str], float]) -> None:
        """Take note of neurons without a gradient, which counts while settings stay the same.

        Parameters
        ----------
        shares : dict of (object, str) to float
            For parameters, the share of neurons whose gradient was exactly zero.
        """
        self._zero_shares = dict(shares)
        self._shares_hold_for = self._gradient_mark()
        self._background.wake()

    def _gradient_mark(self) -> Any:
        """Settings that gradients depend on."""
        settings = global_settings(self.net)
        return settings.lif_smoothing, settings.learning_phase, settings.dtype

    def apply_fix(self, finding: Finding | int) -> None:
        """Mend something that was found.

        Parameters
        ----------
        finding : Finding or int
            One of `findings`, or its number.

        Raises
        ------
        ValidationError
            If it is not among the findings any more, or only a person can mend it.
        """
        found = self._found(finding)
        if not found.fix.changes:
            raise ValidationError(f"only a person can mend this: {found.fix.text}", attr="finding")
        with self._changing(f"Fix: {CHECKS[found.check].title}"):
            apply_fix(found.fix, self.net, self._set_option)
        self._publisher.publish(Event("globals"))

    def _found(self, finding: Finding | int) -> Finding:
        """A finding by itself or by its number, if it still is one."""
        known = {number: each for each, number in self._finding_numbers.items()}
        found = known.get(finding) if isinstance(finding, int) else finding
        if found is None or found not in self.findings:
            raise ValidationError(
                "this is not among the findings any more; settings have changed since.",
                attr="finding",
            )
        return found

    def lint_wanted(self) -> None:
        """Look for settings without effect if something has changed, but not all the time."""
        # On a large network a look takes so long that everything else would suffer.
        if time.monotonic() >= self._rest_until:
            began = time.monotonic()
            self._lint()
            ended = time.monotonic()
            self._rest_until = ended + REST * (ended - began)

    def _lint(self) -> None:
        """Look for settings without effect, unless nothing has changed since the last look."""
        # The lock of the session comes before this one, so it must not be asked for in here.
        with self._looking:
            facts, dismissed = self._facts(), self._dismissed
            seen = (self._tree.now.structure_version, self._seen, facts, dismissed)
            if seen != self._looked_at:
                facts = replace(facts, memory=available_memory())
                paths = self._paths_to(facts.loss_probes)
                try:
                    found = lint(self.net, facts, self.view.names, paths)
                except RuntimeError:  # a cell is changing the network; the next look sees it
                    return
                self._looked_at = seen
                self._findings = tuple(one for one in found if one not in dismissed)
                for finding in found:
                    self._finding_numbers.setdefault(finding, len(self._finding_numbers) + 1)
        self._show_findings()

    def _paths_to(self, probes: frozenset[nengo.Probe] | None) -> LossPaths | None:
        """Paths to losses, which settings do not change."""
        if probes is None:
            return None
        mark = (self._tree.now.structure_version, probes)
        if self._paths is None or self._paths[0] != mark:
            self._paths = (mark, LossPaths(self.net, probes))
        return self._paths[1]

    def _show_findings(self) -> None:
        """Let the rows of what was found carry a mark, unless they do so already."""
        with self._lock:
            # A refresh takes marks away.
            shown = (self._tree.now.structure_version, self._findings)
            if shown == self._shown_findings:
                return
            self._shown_findings = shown
            patch = self._tree.mark({self._row_of_finding(finding) for finding in self._findings})
            if patch is not None:
                self._publisher.publish(Event("rows", patch))
        self._publisher.publish(Event("findings"))

    def _facts(self) -> Facts:
        """What is known of planned trainings and runs."""
        live = self._live
        simulator = live.simulator if live.is_built else None
        dt = live.arguments.get("dt", 0.001) if simulator is None else simulator.dt
        items = live.arguments.get("minibatch_size")
        items = items if simulator is None else simulator.minibatch_size
        holds = self._shares_hold_for == self._gradient_mark()
        before = 0 if simulator is None else simulator.n_steps
        return Facts(
            **self._facts_of_task(),
            zero_shares=self._zero_shares if holds else {},
            n_steps=before + round(self._planned_seconds / dt),
            items=items or 1,
            dt=dt,
        )

    def _facts_of_task(self) -> dict[str, Any]:
        """What the planned training says, worked out once."""
        task = self._live.task
        mark = (task, self._tree.now.structure_version)
        if self._task_facts[0] != mark:
            known = (
                {}
                if task is None
                else {
                    "loss_probes": loss_probes(self.net, task),
                    "target_steps": target_steps(self.net, task),
                }
            )
            self._task_facts = (mark, known)
        return self._task_facts[1]

    def _set_option(self, option: str, value: Any) -> None:
        """Set an option of the outermost network as `set_global` would."""
        self._options.set(option, value, at_once=not (self.is_built or self.busy))

    def _row_of_finding(self, finding: Finding) -> int:
        """The row that shows a finding: of the parameter, else of the object, else the first."""
        rows = (self.view.row_of(finding.obj, finding.parameter), self.view.row_of(finding.obj))
        return max(next((row for row in rows if row >= 0), 0), 0)

    def _look_again(self, event: Event) -> None:
        if event.what in _INTERESTING:
            self._background.wake()
