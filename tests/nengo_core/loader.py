"""The simulator for Nengo's own tests, in the precision that they ask Nengo for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo

from nengo_explorer import configure_settings
from nengo_explorer.simulator import Simulator

if TYPE_CHECKING:
    import pytest


class PreciseSimulator(Simulator):
    """Takes ``dtype`` from ``nengo.rc``, as Nengo core does: float64 unless a test says otherwise.

    Nengo's tests are written for double precision: some compare bit by bit, others within a
    hundred millionth.
    """

    def __init__(self, network: nengo.Network | None, *arguments: Any, **options: Any) -> None:
        if network is not None:
            with network:
                configure_settings(dtype=f"float{nengo.rc.get('precision', 'bits')}")
        super().__init__(network, *arguments, **options)


def precise_simulator(request: pytest.FixtureRequest) -> type[Simulator]:
    """What ``nengo_simloader`` in float64.ini names."""
    del request
    return PreciseSimulator
