"""The argument ``optimize`` of Nengo's simulator: whether operators are merged at all."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from nengo.exceptions import ValidationError

from nengo_explorer import configure_settings
from nengo_explorer.simulator import Simulator
from tests.simulator.helpers import assert_close, make
from tests.simulator.models import TwoInputs as Model


def test_without_it_operators_run_one_by_one_whatever_the_settings_say() -> None:
    model = Model()
    with make(model.net) as merged, make(model.net, optimize=False) as single:
        assert merged.settings_in_use.planner == "tree_planner"
        assert single.settings_in_use.planner == "noop_planner"
        assert single.settings_in_use.simplifications == ()
        groups = single._engine.built.groups
        assert all(len(group) == 1 for group in groups)
        assert len(groups) == len(single.model.operators)
        for sim in (merged, single):
            sim.run_steps(20)
        for probe in merged.model.probes:
            assert_close(single.data[probe], merged.data[probe], 1e-6)


def test_settings_do_not_make_a_rebuild_needed() -> None:
    model = Model()
    with make(model.net, optimize=False) as sim:
        with model.net:
            configure_settings(planner="greedy_planner", simplifications=[])
        assert sim.rebuild_needed() == ()
        with model.net:
            configure_settings(use_loop=False)
        assert sim.rebuild_needed() == ("use_loop",)


@pytest.mark.parametrize("optimize", [True, False])
def test_copies_keep_it(optimize: bool) -> None:
    with make(Model().net, optimize=optimize) as sim, copy.copy(sim) as other:
        assert sim.optimize is other.optimize is optimize
        assert other.settings_in_use == sim.settings_in_use


@pytest.mark.parametrize("optimize", [None, 1, "no"])
def test_it_is_true_or_false(optimize: Any) -> None:
    with pytest.raises(ValidationError, match="True or False"):
        Simulator(Model().net, optimize=optimize)
