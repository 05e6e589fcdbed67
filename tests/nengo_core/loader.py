"""The simulator for Nengo's own tests, in the precision that they ask Nengo for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import nengo
import pytest

from nengo_explorer.simulator import Simulator
from nengo_explorer.simulator.engine import Engine

if TYPE_CHECKING:
    from nengo_explorer.settings import GlobalSettings


def precise_simulator(request: pytest.FixtureRequest) -> type[Simulator]:
    """The simulator itself, where ``nengo.rc`` takes the place of the option ``dtype``.

    Nengo core computes in what ``nengo.rc`` says: float64 unless a test says otherwise. Its tests
    are written for that; some compare bit by bit, others within a hundred millionth. Their networks
    know nothing of our options, so the option is replaced where the simulator reads it. Nothing
    else is different.
    """
    settings_of_network = Engine.present_settings

    def present_settings(engine: Engine) -> GlobalSettings:
        bits = nengo.rc.get("precision", "bits")
        return replace(settings_of_network(engine), dtype=f"float{bits}")

    patch = pytest.MonkeyPatch()
    patch.setattr(Engine, "present_settings", present_settings)
    request.addfinalizer(patch.undo)
    return Simulator
