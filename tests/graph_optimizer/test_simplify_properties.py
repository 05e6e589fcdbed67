"""Simplified operators give the same values as those that Nengo built."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nengo.builder.operator import Reset

from nengo_explorer.graph_optimizer import default_simplifications
from nengo_explorer.graph_optimizer.check import run_planner, run_simplifications
from nengo_explorer.graph_optimizer.planners import tree_planner
from tests.helpers.operators import run
from tests.helpers.random_operators import Program, programs

N_STEPS = 3

CHAINS: list[tuple[Any, ...]] = [(function,) for function in default_simplifications]
CHAINS += [default_simplifications, tuple(reversed(default_simplifications))]
NAMES = [*(f.__name__ for f in default_simplifications), "all", "all, in reverse"]


@pytest.mark.parametrize("chain", CHAINS, ids=NAMES)
@settings(max_examples=100, deadline=None)
@given(program=programs(), data=st.data())
def test_nothing_that_can_be_seen_changes(
    chain: tuple[Any, ...], program: Program, data: st.DataObject
) -> None:
    # Training and inputs may put any value in place of what a marked signal begins with.
    other = st.sampled_from([0.0, 1.0, 3.0])
    changed = {s: np.full(s.shape, data.draw(other)) for s in program.changeable}
    before = [run(program.operators, N_STEPS, values) for values in (None, changed)]
    simplified = run_simplifications(chain, program.operators)
    after = [run(simplified, N_STEPS, values) for values in (None, changed)]
    for expected, found in zip(before, after, strict=True):
        for signal, values in found.items():
            assert np.array_equal(values, expected[signal])
        # Of what nothing touches any more, the initial value is what there is to see.
        for signal in set(expected) - set(found) - set(program.changeable):
            assert np.array_equal(expected[signal][-1], signal.initial_value)


@settings(max_examples=100, deadline=None)
@given(program=programs())
def test_there_are_never_more_operators_and_they_can_be_planned(program: Program) -> None:
    simplified = run_simplifications(default_simplifications, program.operators)
    assert len(simplified) <= len(program.operators)
    run_planner(tree_planner, simplified)


@settings(max_examples=50, deadline=None)
@given(program=programs())
def test_a_reset_that_is_left_is_followed_by_something(program: Program) -> None:
    simplified = run_simplifications(default_simplifications, program.operators)
    written = [s.base for op in simplified for s in (*op.incs, *op.sets)]
    for op in simplified:
        if type(op) is Reset and not op.dst.is_view:
            assert written.count(op.dst) > 1
