"""Words for states and classes, the same everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nengo
from nengo.ensemble import Neurons

from nengo_explorer.explorer.codes import Effective, Keep

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What is in force.
STATES: Mapping[Effective, str] = {
    Effective.NOTHING: "",
    Effective.ON: "On",
    Effective.OFF: "Off",
    Effective.LOCKED: "Locked",
    Effective.NEVER: "Never",
    Effective.INFERENCE_ONLY: "Off (inference only)",
    Effective.MIXED: "Mixed",
}
#: What a probe records.
HISTORIES: Mapping[Keep, str] = {
    Keep.NOTHING: "",
    Keep.EVERY_STEP: "Every step",
    Keep.LAST_STEP: "Last step",
}
_CLASSES = {
    nengo.Ensemble: "all ensembles",
    Neurons: "all neurons",
    nengo.Connection: "all connections",
    nengo.Probe: "all probes",
}


def class_words(cls: type) -> str:
    """All objects of a class."""
    return _CLASSES.get(cls, f"all {cls.__name__} objects")
