"""Settings that have no effect, or not the one that was meant: named checks, each with a fix.

Everything here is a function of the network, its settings and what a session knows of a training.
Nothing is built, and TensorFlow is not loaded.
"""

from nengo_explorer.explorer.linter.checks import CHECKS, Check, lint
from nengo_explorer.explorer.linter.facts import Facts
from nengo_explorer.explorer.linter.finding import (
    Finding,
    Fix,
    ForgottenSetting,
    GlobalChange,
    RuleChange,
)

__all__ = [
    "CHECKS",
    "Check",
    "Facts",
    "Finding",
    "Fix",
    "ForgottenSetting",
    "GlobalChange",
    "RuleChange",
    "lint",
]
