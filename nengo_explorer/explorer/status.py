"""The status of a session before anything has happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nengo_explorer.explorer.wire import Status


def idle_status() -> Status:
    """Nothing is built, and nothing is going on."""
    return {
        "phase": "idle",
        "message": "",
        "steps": 0,
        "total_steps": 0,
        "time": 0.0,
        "n_steps": 0,
        "stale": False,
        "can_train": False,
        "train_hint": "",
        "structure_changed": False,
        "error": None,
    }
