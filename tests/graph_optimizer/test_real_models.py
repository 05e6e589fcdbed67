"""Simplifications on operators that Nengo built, carried out by Nengo's own steps."""

from __future__ import annotations

from typing import Any

import nengo
import numpy as np
import pytest
from nengo.builder import Model
from nengo.builder.operator import Copy, ElementwiseInc, Reset

from nengo_explorer.graph_optimizer import default_simplifications
from nengo_explorer.graph_optimizer.check import run_simplifications
from tests.helpers.operators import run


def arrays() -> None:
    """Two arrays of ensembles, one feeding the other, and a memory."""
    source = nengo.Node([0.5, -0.5])
    a, b = nengo.networks.EnsembleArray(6, 2), nengo.networks.EnsembleArray(6, 2)
    nengo.Connection(source, a.input)
    nengo.Connection(a.output, b.input[::-1])
    memory = nengo.Ensemble(10, 1)
    nengo.Connection(memory, memory, synapse=0.1)
    nengo.Connection(b.output[0], memory, synapse=None)
    nengo.Probe(memory, synapse=0.01)


def idle_parts() -> None:
    """Things without input, products with one and zero, a Node that passes on nothing."""
    passing = nengo.Node(size_in=2)
    idle = nengo.Ensemble(5, 2)
    nengo.Connection(passing, idle, synapse=None)
    nengo.Connection(idle.neurons, nengo.Node(size_in=5), transform=np.eye(5), synapse=None)
    nengo.Connection(idle, nengo.Node(size_in=2), transform=0)
    nengo.Probe(idle)


def learning() -> None:
    """A connection that learns from its error."""
    a, b = nengo.Ensemble(6, 1), nengo.Ensemble(6, 1)
    learned = nengo.Connection(a, b, learning_rule_type=nengo.PES(learning_rate=1e-2))
    nengo.Connection(nengo.Node([1.0]), learned.learning_rule)
    nengo.Connection(nengo.Node([0.7]), a)
    nengo.Probe(b)


NETWORKS = [arrays, idle_parts, learning]


def operators_of(parts: Any) -> list[Any]:
    with nengo.Network(seed=1) as net:
        parts()
    model = Model()
    model.build(net)
    return list(model.operators)


CHAINS = [*((function,) for function in default_simplifications), default_simplifications]
NAMES = [*(function.__name__ for function in default_simplifications), "all"]


@pytest.mark.parametrize("chain", CHAINS, ids=NAMES)
@pytest.mark.parametrize("parts", NETWORKS)
def test_values_stay_the_same(parts: Any, chain: Any) -> None:
    operators = operators_of(parts)
    before = run(operators, 20)
    after = run(run_simplifications(chain, operators), 20)
    assert len(after) > 5
    for signal, values in after.items():
        np.testing.assert_allclose(values, before[signal], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("parts", NETWORKS)
def test_there_is_less_to_do(parts: Any) -> None:
    operators = operators_of(parts)
    simplified = run_simplifications(default_simplifications, operators)
    assert len(simplified) < 0.8 * len(operators)
    n_resets = [sum(type(op) is Reset for op in ops) for ops in (operators, simplified)]
    assert n_resets[1] < 0.5 * n_resets[0]


def test_every_simplification_finds_something_in_these_networks() -> None:
    found = {function.__name__: False for function in default_simplifications}
    for parts in NETWORKS:
        operators = operators_of(parts)
        for function in default_simplifications:
            simplified = function(operators)
            found[function.__name__] |= simplified != operators
            operators = simplified
    idle = set(found) - {"remove_constant_copies"}
    assert {name for name, done in found.items() if done} >= idle


def test_identity_of_neurons_becomes_a_copy() -> None:
    simplified = run_simplifications(default_simplifications, operators_of(idle_parts))
    products = [op for op in simplified if type(op) is ElementwiseInc]
    assert not any(np.all(op.A.initial_value == 1) for op in products)
    assert any(type(op) is Copy for op in simplified)
