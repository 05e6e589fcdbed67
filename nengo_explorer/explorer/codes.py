"""Numbers that stand for the states of a row in its columns: twin of ``js/src/tree/labels.ts``."""

from __future__ import annotations

from enum import IntEnum, IntFlag

#: What rows there are; a row's kind is an index into this.
KINDS = (
    "network",
    "class_rule",
    "ensemble",
    "node",
    "connection",
    "probe",
    "learning_rule",
    "parameter",
)


class Setting(IntEnum):
    """What is set for a row itself."""

    NOTHING = 0  # nothing can be set
    INHERIT = 1
    ON = 2
    OFF = 3
    NO_OPINION = 4  # an explicit None, which hides the rule for the class


class Effective(IntEnum):
    """What is in force for the parameters of a row."""

    NOTHING = 0  # nothing to say
    ON = 1
    OFF = 2
    LOCKED = 3  # a learning rule changes it
    NEVER = 4  # there is nothing to train
    INFERENCE_ONLY = 5
    MIXED = 6
    HIDDEN = 7  # a learner has to predict it first


class Keep(IntEnum):
    """What a probe records."""

    NOTHING = 0
    EVERY_STEP = 1
    LAST_STEP = 2


class Control(IntFlag):
    """Options that can be set for a row."""

    NONE = 0
    TRAINABLE = 1
    KEEP_HISTORY = 2


class Flag(IntFlag):
    """Marks of a row."""

    NONE = 0
    WARNING = 1
