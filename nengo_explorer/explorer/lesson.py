"""Lessons: controls that an instructor has locked or hidden, and predictions with a score."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_args

import nengo
import numpy as np
from nengo.ensemble import Neurons
from nengo.exceptions import ValidationError

from nengo_explorer.explorer.actions.lesson import Answer
from nengo_explorer.explorer.codes import Effective
from nengo_explorer.settings import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from nengo_explorer.explorer.network_view import NetworkView
    from nengo_explorer.explorer.row_states import RowStates
    from nengo_explorer.settings import Place

#: What a learner can say of a parameter.
ANSWERS: tuple[str, ...] = get_args(Answer)

#: Commands that can be locked or hidden, with the actions that each stands for.
COMMANDS: dict[str, tuple[str, ...]] = {
    "run": ("run",),
    "train": ("train",),
    "reset": ("reset",),
    "undo": ("undo", "redo"),
    "code": ("code",),
    "save": ("file settings",),
    "load": ("load_settings",),
    "page": ("file page",),
}
#: Parts of the page that can be hidden.
PANES = ("why", "findings", "proof", "plots")
#: Questions of one prediction at most.
MOST_QUESTIONS = 100

_TRUTHS = {
    Effective.ON: "on",
    Effective.OFF: "off",
    Effective.INFERENCE_ONLY: "off",
    Effective.LOCKED: "locked",
    Effective.NEVER: "never",
}


class LockedError(RuntimeError):
    """Something that a learner may not change or do in this lesson."""


@dataclass(frozen=True)
class Locks:
    """What learners cannot use in the browser. Code in cells is free to do it.

    Attributes
    ----------
    names : frozenset of str
        Options and commands that are locked.
    hidden : frozenset of str
        Options, commands and panes that are not shown, and locked as well.
    objects : tuple of object
        Objects of the network whose own rules are locked; of a network, those of everything in it.
    """

    names: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    objects: tuple[Any, ...] = ()

    @property
    def closed(self) -> frozenset[str]:
        """Everything that cannot be used."""
        return self.names | self.hidden

    def closes(self, place: Place) -> bool:
        """Whether a setting at a place is locked."""
        if place.option in self.closed:
            return True
        target = place.target.ensemble if isinstance(place.target, Neurons) else place.target
        return any(_is_in(target, place.network, obj) for obj in self.objects)


def _is_in(target: Any, network: nengo.Network, obj: Any) -> bool:
    """Whether a rule for a target, stored on a network, belongs to a locked object."""
    if not isinstance(obj, nengo.Network):
        return target is obj
    inside = [obj, *obj.all_networks]
    return network in inside or target in obj.all_objects


def make_locks(net: nengo.Network, locked: Iterable[Any], hidden: Iterable[str]) -> Locks:
    """Check what an instructor wants to be locked and hidden.

    Parameters
    ----------
    net : Network
        The outermost network.
    locked : iterable of str or object
        Names of options and commands, and objects of the network.
    hidden : iterable of str
        Names of options, commands and panes.

    Raises
    ------
    ValidationError
        Naming what there is not.
    """
    lockable = (*OPTIONS, *COMMANDS)
    hideable = (*lockable, *PANES)
    names, objects = [], []
    for entry in _each(locked, "locked"):
        if isinstance(entry, str):
            names.append(_checked(entry, lockable, "locked"))
        elif entry is net or entry in net.all_objects:
            objects.append(entry)
        else:
            raise ValidationError(f"{entry!r} is not in {net}.", attr="locked")
    shown = [_checked(entry, hideable, "hidden") for entry in _each(hidden, "hidden")]
    return Locks(frozenset(names), frozenset(shown), tuple(objects))


def _each(entries: Any, attr: str) -> list[Any]:
    if isinstance(entries, str):
        raise ValidationError(f"must be a list of names; got {entries!r}.", attr=attr)
    return list(entries)


def _checked(name: Any, accepted: tuple[str, ...], attr: str) -> str:
    if name not in accepted:
        raise ValidationError(
            f"{name!r} cannot be {attr}. Accepted: {', '.join(accepted)}.", attr=attr
        )
    return str(name)


@dataclass
class Question:
    """Whether one parameter is trained.

    Attributes
    ----------
    obj, parameter : object and str
        The parameter; an empty name for a connection without weights.
    answer : str
        What the learner has said; empty before that.
    truth : str
        What was in force at that moment.
    """

    obj: Any
    parameter: str
    answer: str = ""
    truth: str = ""

    @property
    def right(self) -> bool:
        """Whether the learner was right."""
        return self.answer != "" and self.answer == self.truth


@dataclass
class Prediction:
    """Questions to a learner, and the answers.

    Attributes
    ----------
    questions : list of Question
        In the order of the tree.
    open : bool
        Whether what is in force is hidden where no answer was given yet.
    """

    questions: list[Question] = field(default_factory=list)
    open: bool = False

    @property
    def answered(self) -> int:
        """Number of answers."""
        return sum(question.answer != "" for question in self.questions)

    @property
    def right(self) -> int:
        """Number of right answers."""
        return sum(question.right for question in self.questions)

    def hidden_rows(self, view: NetworkView, states: RowStates) -> npt.NDArray[np.bool_]:
        """Rows whose value in force a learner does not see yet, as a (count,) mask."""
        mask = np.zeros(len(view), dtype=np.bool_)
        if self.open:
            # Rows that stand for several parameters would give the answers away.
            mask[:] = states.effective != Effective.NOTHING
            for question in self.questions:
                if question.answer:
                    row = view.row_of(question.obj, question.parameter)
                    if row >= 0:
                        mask[row] = False
        return mask


def questions_about(view: NetworkView, targets: Iterable[Any]) -> list[Question]:
    """Questions about some parameters, in the order of the tree.

    Parameters
    ----------
    view : NetworkView
        The rows.
    targets : iterable of object or (object, str)
        Objects, for all of their parameters, or single parameters; nothing for all there are.

    Raises
    ------
    ValidationError
        If something has no parameters, or there are too many.
    """
    askable = _askable_rows(view)
    rows: set[int] = set()
    for target in targets:
        obj, name = target if isinstance(target, tuple) else (target, "")
        found = [row for row in askable.get(obj, []) if name in ("", view.targets[row].parameter)]
        if not found:
            raise ValidationError(f"{target!r} has no parameter in the tree.", attr="targets")
        rows.update(found)
    chosen = sorted(rows or (row for found in askable.values() for row in found))
    if not chosen or len(chosen) > MOST_QUESTIONS:
        raise ValidationError(
            f"a prediction has 1 to {MOST_QUESTIONS} questions; these are {len(chosen)}. Name the "
            "objects that it is about.",
            attr="targets",
        )
    return [Question(view.targets[row].obj, view.targets[row].parameter) for row in chosen]


def _askable_rows(view: NetworkView) -> dict[Any, list[int]]:
    """Rows of parameters by object; of a connection without weights its own row."""
    rows: dict[Any, list[int]] = {}
    for row in view.rows_of_kind("parameter").tolist():
        rows.setdefault(view.targets[row].obj, []).append(row)
    for row in view.rows_of_kind("connection").tolist():
        rows.setdefault(view.targets[row].obj, [row])
    return rows


def truth_of(states: RowStates, row: int) -> str:
    """What is in force for a row, as an answer."""
    return _TRUTHS.get(Effective(int(states.effective[row])), "")
