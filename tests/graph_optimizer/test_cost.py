"""Planning grows with the size of a network, not with its square.

Counted in calls of Python functions, which is the same on every machine.
"""

from __future__ import annotations

import sys
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
from nengo.builder import Model

from nengo_explorer.graph_optimizer import (
    default_simplifications,
    greedy_planner,
    noop_planner,
    order_signals,
    transitive_planner,
    tree_planner,
)
from nengo_explorer.graph_optimizer.check import run_planner, run_simplifications, run_sorter

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from nengo.builder import Operator


def ensembles(count: int) -> list[nengo.Ensemble]:
    fixed = {"encoders": np.ones((2, 1)), "gain": np.ones(2), "bias": np.ones(2)}
    return [nengo.Ensemble(2, 1, **fixed) for _ in range(count)]


def connect(pre: Any, post: Any, synapse: float | None = 0.005) -> None:
    solver = nengo.solvers.NoSolver(np.ones((2, 1)))
    arguments = {"solver": solver} if isinstance(pre, nengo.Ensemble) else {}
    nengo.Connection(pre, post, synapse=synapse, **arguments)


def row(count: int) -> None:
    """Each ensemble feeds the next through a synapse: all can run at once."""
    made = ensembles(count)
    for pre, post in pairwise(made):
        connect(pre, post)


def instant_row(count: int) -> None:
    """Each ensemble feeds the next at once: they can only run one after the other."""
    made = ensembles(count)
    for pre, post in pairwise(made):
        connect(pre, post, synapse=None)


def star(count: int) -> None:
    """All ensembles feed one Node and are fed by it."""
    hub = nengo.Node(size_in=1)
    for ensemble in ensembles(count):
        connect(ensemble, hub)
        connect(hub, ensemble)


def array(count: int) -> None:
    """Each ensemble has a place in a long vector that is used as a whole too."""
    vector, whole = nengo.Node(size_in=count), nengo.Node(size_in=count)
    nengo.Connection(whole, vector, synapse=0.005)
    nengo.Connection(vector, whole, synapse=0.005)
    for place, ensemble in enumerate(ensembles(count)):
        connect(ensemble, vector[place])
        connect(vector[place], ensemble)


SHAPES: list[Callable[[int], None]] = [row, instant_row, star, array]


def operators_of(shape: Callable[[int], None], count: int) -> list[Operator]:
    with nengo.Network(seed=0) as net:
        shape(count)
    model = Model()
    model.build(net)
    return list(model.operators)


def calls(function: Callable[[], Any]) -> tuple[int, Any]:
    """How many functions are called, and the result."""
    count = 0

    def counter(frame: FrameType, event: str, argument: object) -> None:
        del frame, argument
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(counter)
    try:
        result = function()
    finally:
        sys.setprofile(before)
    return count, result


def work(shape: Callable[[int], None], count: int) -> dict[str, int]:
    """Function calls of everything that is done with the operators of a network."""
    operators = operators_of(shape, count)
    done: dict[str, int] = {}
    done["simplify"], simple = calls(
        lambda: run_simplifications(default_simplifications, operators)
    )
    for planner in (tree_planner, greedy_planner, transitive_planner, noop_planner):
        done[planner.__name__], plan = calls(partial(run_planner, planner, simple))
    done["sort"], _ = calls(lambda: run_sorter(order_signals, plan))
    return done


@pytest.mark.parametrize("shape", SHAPES)
def test_work_is_linear(shape: Callable[[int], None]) -> None:
    small, large = work(shape, 16), work(shape, 96)
    assert {name for name, count in large.items() if count > 7.2 * small[name]} == set()
