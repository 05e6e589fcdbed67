"""Lessons: what a learner in the browser may do, and predictions that are scored."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from nengo.exceptions import ValidationError

from nengo_explorer.explorer.abilities.proof import ProofAbility
from nengo_explorer.explorer.abilities.saving import SavingAbility
from nengo_explorer.explorer.codes import Effective, Setting
from nengo_explorer.explorer.events import Event
from nengo_explorer.explorer.lesson import (
    ANSWERS,
    COMMANDS,
    LockedError,
    Locks,
    Prediction,
    Question,
    make_locks,
    questions_about,
    truth_of,
)
from nengo_explorer.explorer.training_curves import GRADIENTS
from nengo_explorer.settings import OPTIONS
from nengo_explorer.settings.edit import noted_writes
from nengo_explorer.settings.snapshot import changes_of, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nengo_explorer.explorer.abilities.history import Entry
    from nengo_explorer.explorer.actions.bulk import RulesPreview
    from nengo_explorer.explorer.actions.settings import Explanation
    from nengo_explorer.explorer.row_states import Patch, RowStates
    from nengo_explorer.explorer.wire import (
        CatalogueEntry,
        FindingRecord,
        GlobalValue,
        Lesson,
        LessonQuestion,
        Plot,
        Proof,
    )

_LOCKED_TEXT = "Locked for this lesson."
_HIDDEN_TEXT = "It is shown once you have answered."
#: Whether what is being done was asked for in the browser.
_by_learner: ContextVar[bool] = ContextVar("by_learner", default=False)


class Score(NamedTuple):
    """How a prediction went."""

    right: int
    answered: int
    asked: int


class LessonAbility(SavingAbility, ProofAbility):
    """Locks and hides controls, and asks learners before it shows what is in force."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._locks = Locks()
        self._prediction = Prediction()

    # ---- what the instructor says ---------------------------------------------------------------

    def set_lesson(self, *, locked: Iterable[Any] = (), hidden: Iterable[str] = ()) -> None:
        """Lock and hide controls in the browser; code can do everything still.

        Parameters
        ----------
        locked : iterable of str or object
            Names of options, such as "dtype"; of commands ("run", "train", "reset", "undo", "code",
            "save", "load", "page"); objects of the network, whose rules cannot be changed then. A
            network stands for everything in it.
        hidden : iterable of str
            Names of options, commands, and of the panes "why", "findings", "proof" and "plots",
            that are not shown.

        Raises
        ------
        ValidationError
            Naming what there is not.
        """
        with self._lock:
            self._locks = make_locks(self.net, locked, hidden)
            self._publisher.publish(Event("lesson"))
            self._publisher.publish(Event("globals"))

    def predict(self, *targets: Any) -> None:
        """Ask which parameters are trained, before it is shown.

        The column Effective is hidden in the browser, and so are reasons, until the learner has
        answered for a parameter. Settings can be changed meanwhile; what counts is what is in force
        when the answer is given.

        Parameters
        ----------
        *targets : object or (object, str)
            Objects, for all of their parameters, or single parameters, such as ``(a, "bias")``;
            nothing for all parameters of the network.

        Raises
        ------
        ValidationError
            If something has no parameters, or there are more than 100.
        """
        with self._lock:
            self._prediction = Prediction(questions_about(self.view, targets), open=True)
            self._tell_prediction()

    def answer(self, row: int, answer: str) -> bool:
        """Answer for the parameter of a row; whether that was right.

        Parameters
        ----------
        row : int
            Row of a parameter that was asked for.
        answer : str
            "on", "off", "locked" or "never".

        Raises
        ------
        ValidationError
            If that was not asked, or was answered already.
        """
        if answer not in ANSWERS:
            raise ValidationError(
                f"must be one of {', '.join(ANSWERS)}; got {answer!r}.", attr="answer"
            )
        with self._lock:
            self.check()
            question = self._question_of(row)
            question.truth = truth_of(self.states, row)
            question.answer = answer
            if self._prediction.answered == len(self._prediction.questions):
                self._prediction.open = False
            self._tell_prediction()
            return question.right

    def reveal(self) -> Score:
        """End the prediction and show everything; what was not answered does not count."""
        with self._lock:
            self._prediction.open = False
            self._tell_prediction()
            return self.score

    @property
    def score(self) -> Score:
        """How the last prediction went, or goes."""
        prediction = self._prediction
        return Score(prediction.right, prediction.answered, len(prediction.questions))

    def _tell_prediction(self) -> None:
        """Tell of the prediction, and of all that is withheld while it is open."""
        for what in ("lesson", "findings", "proof", "curves"):
            self._publisher.publish(Event(what))

    def _question_of(self, row: int) -> Question:
        for question in self._prediction.questions:
            if self.view.row_of(question.obj, question.parameter) == row:
                if question.answer or not self._prediction.open:
                    raise ValidationError("this was answered already.", attr="row")
                return question
        raise ValidationError(f"row {row} was not asked for.", attr="row")

    # ---- what is shown --------------------------------------------------------------------------

    @property
    def lesson(self) -> Lesson:
        """Locks, and the questions of a prediction."""
        prediction, view = self._prediction, self.view
        rows = [(q, view.row_of(q.obj, q.parameter)) for q in prediction.questions]
        locked = [view.row_of(obj) for obj in self._locks.objects]
        return {
            "locked": sorted(self._locks.closed),
            "hidden": sorted(self._locks.hidden),
            "locked_rows": [row for row in locked if row >= 0],
            "open": prediction.open,
            "right": prediction.right,
            "answered": prediction.answered,
            "questions": [self._shown(question, row) for question, row in rows if row >= 0],
        }

    def _shown(self, question: Question, row: int) -> LessonQuestion:
        name = self.view.names.of(question.obj)
        name += f": {question.parameter}" if question.parameter else ""
        reason = self._tree.explain(row)["reason"] if question.answer else ""
        return {
            "row": row,
            "title": name,
            "answer": question.answer,
            "truth": question.truth,
            "right": question.right,
            "reason": reason,
        }

    @property
    def global_values(self) -> dict[str, GlobalValue]:
        """Options: what is in force, what is pending, and what is locked."""
        shown = {n: v for n, v in super().global_values.items() if n not in self._locks.hidden}
        for name in self._locks.names & shown.keys():
            shown[name] = {**shown[name], "disabled_reason": _LOCKED_TEXT}
        return shown

    @property
    def finding_records(self) -> list[FindingRecord]:
        """The findings for the page; none while there is a prediction, which they would answer."""
        return [] if self._prediction.open else super().finding_records

    @property
    def proof(self) -> Proof:
        """What was looked at so far, without what a learner has to predict."""
        shown = super().proof
        return {**shown, "gradients": None, "movement": None} if self._prediction.open else shown

    @property
    def curves(self) -> list[Plot]:
        """The plots of the last training, without what a learner has to predict."""
        shown = super().curves
        return [one for one in shown if not self._prediction.open or one["key"] != GRADIENTS]

    def shown_options(self, entries: list[CatalogueEntry]) -> list[CatalogueEntry]:
        """Descriptions of the options that are not hidden."""
        return [entry for entry in entries if entry["name"] not in self._locks.hidden]

    @property
    def shown_states(self) -> RowStates:
        """States of the rows, without what a learner has to predict."""
        mask = self._prediction.hidden_rows(self.view, self.states)
        return _masked(self.states, mask)

    def shown_patch(self, patch: Patch) -> Patch:
        """A change of rows, without what a learner has to predict."""
        mask = self._prediction.hidden_rows(self.view, self.states)
        return replace(patch, states=_masked(patch.states, mask[patch.rows]))

    def shown_explanation(self, row: int) -> Explanation:
        """Why a row has its state, or nothing about that before it was predicted."""
        explanation = self.explain(row)
        if self._prediction.hidden_rows(self.view, self.states)[row]:
            hidden: dict[str, Any] = {"state": "?", "reason": _HIDDEN_TEXT, "rules": []}
            if self.states.setting[row] == Setting.INHERIT:
                hidden["code"] = ""  # it says what would be a change
            explanation = {**explanation, **hidden, "warnings": []}  # type: ignore[typeddict-item]
        return explanation

    def refresh(self) -> None:
        """Look at the network anew; see `SessionCore.refresh`."""
        with self._lock:
            super().refresh()
            self._publisher.publish(Event("lesson"))

    def shown_preview(self, preview: RulesPreview) -> RulesPreview:
        """What settings for many rows would write, without what a learner has to predict."""
        if not self._prediction.open:
            return preview
        return {**preview, "effects": [], "note": _HIDDEN_TEXT}

    # ---- what a learner may do ------------------------------------------------------------------

    @contextmanager
    def as_learner(self, action: str, arguments: Mapping[str, Any]) -> Iterator[None]:
        """Do what somebody has asked for in the browser, or refuse it.

        Parameters
        ----------
        action : str
            Name of the action.
        arguments : dict
            Its arguments.

        Raises
        ------
        LockedError
            If the lesson does not allow it. Nothing has changed then.
        """
        kind = f"{action} {arguments.get('kind')}"
        for command in self._locks.closed & COMMANDS.keys():
            if action in COMMANDS[command] or kind in COMMANDS[command]:
                raise LockedError(f"{command.title()} is locked for this lesson.")
        if kind == "file page" and self._prediction.open:
            raise LockedError("The page would show what you have not predicted yet.")
        token = _by_learner.set(True)
        try:
            yield
        finally:
            _by_learner.reset(token)

    @contextmanager
    def _changing(self, title: str) -> Iterator[None]:
        with self._lock, super()._changing(title):
            pending = self._options.pending
            # Not what a cell changes meanwhile, which may do everything.
            with noted_writes() as writes:
                yield
            if not _by_learner.get():
                return
            changes = changes_of(writes)
            closed = [change.place.option for change in changes if self._locks.closes(change.place)]
            now = self._options.pending
            closed += [
                n
                for n in self._locks.closed & (now.keys() | pending.keys())
                if now.get(n, n) != pending.get(n, n)
            ]
            if closed:
                write((change.place, change.before) for change in changes)
                self._options.put_back(pending)
                raise LockedError(f"{OPTIONS[closed[0]].label} is locked for this lesson.")

    def undo(self) -> str:
        """Take the last change back; see `HistoryAbility.undo`."""
        with self._lock:
            self.check()
            self._refuse_locked(self._done)
            return super().undo()

    def redo(self) -> str:
        """Make a change again; see `HistoryAbility.redo`."""
        with self._lock:
            self.check()
            self._refuse_locked(self._undone)
            return super().redo()

    def _refuse_locked(self, entries: list[Entry]) -> None:
        if not _by_learner.get() or not entries:
            return
        if any(self._locks.closes(change.place) for change in entries[-1].changes):
            raise LockedError(f"{entries[-1].title} is locked for this lesson.")


def _masked(states: RowStates, mask: Any) -> RowStates:
    """States in which some rows do not say what is in force."""
    if not np.any(mask):
        return states
    effective, on = states.effective.copy(), states.on.copy()
    effective[mask], on[mask] = Effective.HIDDEN, 0
    return replace(states, effective=effective, on=on, flags=np.where(mask, 0, states.flags))
