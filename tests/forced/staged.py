"""`nengo_explorer` with every network simulated in stages, with one for every rank of operators."""

from __future__ import annotations

from typing import Any

import nengo_explorer
from tests.forced import force

force("staged")


def __getattr__(name: str) -> Any:
    return getattr(nengo_explorer, name)
