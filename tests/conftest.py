"""Markers that follow from where a test lives."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import nengo

if TYPE_CHECKING:
    import pytest

# TensorFlow reports what it finds on the machine; tests have no use for that.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Plots are drawn without a window.
os.environ.setdefault("MPLBACKEND", "agg")

# Programs that an earlier run has compiled must not matter either.
os.environ.setdefault("NENGO_EXPLORER_PROGRAM_CACHE", "off")
# Decoders that another version of NumPy has left in the cache of this machine must not matter.
nengo.rc.set("decoder_cache", "enabled", "False")

HERE = Path(__file__).parent
MARKER_OF_FOLDER = {"simulator": "tf", "e2e": "e2e"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of folders that need something special."""
    for item in items:
        if item.path.is_relative_to(HERE):
            folder = item.path.relative_to(HERE).parts[0]
            if folder in MARKER_OF_FOLDER:
                item.add_marker(MARKER_OF_FOLDER[folder])
