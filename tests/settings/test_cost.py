"""Work grows with the size of a network, not with its square.

Counted in calls of Python functions, which is the same on every machine.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import nengo
import pytest

from nengo_explorer.settings import (
    configure_settings,
    explain,
    fingerprint,
    resolve_keep_history,
    resolve_trainable,
    unread_settings,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

WORK: dict[str, Callable[[nengo.Network], Any]] = {
    "resolve_trainable": resolve_trainable,
    "resolve_keep_history": resolve_keep_history,
    "fingerprint": fingerprint,
    "unread_settings": unread_settings,
    "explain": lambda net: explain(net, net.all_ensembles[-1], "bias"),
}


def network(size: int, settings: str) -> nengo.Network:
    """Subnetworks of ten ensembles, a probe each, connected in a row."""
    with nengo.Network() as net:
        configure_settings(trainable=None, keep_history=True)
        for _ in range(size // 10):
            with nengo.Network() as inner:
                configure_settings(trainable=False)
                ensembles = [nengo.Ensemble(2, 1) for _ in range(10)]
                for pre, post in pairwise(ensembles):
                    nengo.Connection(pre, post)
                    nengo.Probe(pre)
            if settings == "of every object":
                for ensemble in ensembles:
                    inner.config[ensemble].trainable = True
                    net.config[ensemble.neurons].trainable = True
                for probe in inner.probes:
                    net.config[probe].keep_history = False
    return net


def calls(function: Callable[[nengo.Network], Any], net: nengo.Network) -> int:
    """How many Python functions are called."""
    count = 0

    def counter(frame: FrameType, event: str, argument: object) -> None:
        del frame, argument
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(counter)
    try:
        function(net)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("settings", ["of classes", "of every object"])
@pytest.mark.parametrize("name", WORK)
def test_work_is_linear(name: str, settings: str) -> None:
    small, large = network(40, settings), network(320, settings)
    assert calls(WORK[name], large) < 9 * calls(WORK[name], small)


def test_explaining_one_object_is_a_small_part_of_resolving_all() -> None:
    net = network(320, "of every object")
    assert calls(WORK["explain"], net) < calls(resolve_trainable, net) / 3
