"""The records that travel to the browser as traits: twin of ``js/src/model.ts``.

Binary fields are `bytes`; the host hands them to the browser as buffers.
"""

from __future__ import annotations

from typing import Literal, TypedDict

Phase = Literal["idle", "building", "ready", "running", "stopping", "training", "error"]
Theme = Literal["light", "dark"]


class Choice(TypedDict):
    """One value that an option may have."""

    key: str
    label: str


class CatalogueEntry(TypedDict):
    """One option, as `nengo_explorer.settings.OPTIONS` describes it.

    ``choices`` is None for free text. With ``multiple``, any of them may hold, and a value is their
    keys with commas between them.
    """

    name: str
    label: str
    choices: list[Choice] | None
    multiple: bool
    placeholder: str
    cost: str
    cost_text: str
    summary: str
    help: str
    advanced: bool


class TextColumn(TypedDict):
    """Many short texts in one buffer: text ``i`` is ``text[offsets[i]:offsets[i + 1]]``."""

    offsets: bytes
    text: bytes


class Structure(TypedDict):
    """All rows, in pre-order."""

    version: int
    count: int
    kinds: list[str]
    kind: bytes
    parent: bytes
    names: TextColumn
    sizes: TextColumn
    notes: TextColumn
    parameters: bytes
    controls: bytes


class RowState(TypedDict):
    """States of all rows; see `row_states.RowStates`."""

    version: int
    setting: bytes
    effective: bytes
    keep_setting: bytes
    keep_effective: bytes
    on: bytes
    total: bytes
    flags: bytes


class GlobalValue(TypedDict):
    """Value in force of a global option, and one that waits to be applied."""

    value: str
    label: str
    pending: str | None
    pending_label: str | None
    disabled_reason: str


class StatusError(TypedDict):
    """An error of a run."""

    type: str
    text: str
    traceback: str


class Status(TypedDict):
    """What the simulator is doing. Times are in simulated seconds."""

    phase: Phase
    message: str
    steps: int
    total_steps: int
    time: float
    n_steps: int
    stale: bool
    can_train: bool
    train_hint: str
    structure_changed: bool
    error: StatusError | None


class Card(TypedDict):
    """Values of a probe that records its last step only."""

    label: str
    values: list[str]


class Plot(TypedDict):
    """The figure of one probe, or of a training; sizes in pixels of the page.

    ``key`` is by what its numbers are asked for, empty for a remark. ``item`` of ``items`` of a
    minibatch is shown, counted from 1, both 0 where there are none.
    """

    key: str
    row: int
    title: str
    version: int
    png: bytes | None
    width: int
    height: int
    stale: bool
    note: str
    card: Card | None
    alt: str
    item: int
    items: int
    samples: int


class Edits(TypedDict):
    """What Undo and Redo would do, empty for nothing, and whether changes are applied at once."""

    undo: str
    redo: str
    apply_automatically: bool


class FindingRecord(TypedDict):
    """A setting without effect, or without the one that was meant."""

    id: int
    check: str
    title: str
    row: int
    object: str
    message: str
    fix: str
    can_fix: bool


class ProofRow(TypedDict):
    """One parameter in a table of proof; ``verdict`` says how claim and facts disagree."""

    row: int
    name: str
    cells: list[str]
    verdict: str
    flagged: bool


class ProofTable(TypedDict):
    """Facts about parameters. Name and verdict come before the columns."""

    title: str
    columns: list[str]
    rows: list[ProofRow]
    note: str


class ProofFigure(TypedDict):
    """A figure that compares; sizes in pixels of the page."""

    row: int
    title: str
    version: int
    png: bytes
    width: int
    height: int
    note: str
    alt: str


class PinRecord(TypedDict):
    """A pinned run, and what is different in the present one."""

    number: int
    title: str
    differences: list[str]


class Proof(TypedDict):
    """Everything that was looked at so far."""

    gradients: ProofTable | None
    movement: ProofTable | None
    phases: list[ProofFigure]
    pins: list[PinRecord]
    pinned: list[ProofFigure]
    neurons: list[ProofFigure]


class LessonQuestion(TypedDict):
    """Whether one parameter is trained; what is true is empty before the learner has answered."""

    row: int
    title: str
    answer: str
    truth: str
    right: bool
    reason: str


class Lesson(TypedDict):
    """What a learner cannot use, and the questions of a prediction.

    While it is ``open``, what is in force is hidden. What is hidden is locked, too.
    """

    locked: list[str]
    hidden: list[str]
    locked_rows: list[int]
    open: bool
    right: int
    answered: int
    questions: list[LessonQuestion]


class Appearance(TypedDict):
    """How the page looks; width in pixels."""

    theme: Theme
    width: int
