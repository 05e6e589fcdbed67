"""`nengo_explorer` with every network simulated step by step."""

from __future__ import annotations

from typing import Any

import nengo_explorer
from tests.forced import force

force("plain")


def __getattr__(name: str) -> Any:
    return getattr(nengo_explorer, name)
