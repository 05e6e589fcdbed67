"""Products of matrices and vectors, many of which share a vector."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nengo
import numpy as np
import pytest

from nengo_explorer.simulator.ops.products import DotIncLowering
from tests.simulator.helpers import (
    assert_close,
    configured,
    make,
    simulate,
    simulate_with_nengo,
)

if TYPE_CHECKING:
    from nengo_explorer.simulator import Simulator
    from nengo_explorer.simulator.ops.products import Batch


def with_readers(counts: list[int]) -> nengo.Network:
    """Ensembles, each of which is read by some connections with decoders of the same shape."""
    with configured() as net:
        stimulus = nengo.Node(lambda t: np.cos(20 * t))
        ensembles = [nengo.Ensemble(20, 1, seed=seed) for seed in range(len(counts))]
        for ensemble in ensembles:
            nengo.Connection(stimulus, ensemble)
        for turn in range(max(counts)):  # connections of one ensemble are not side by side
            for ensemble, count in zip(ensembles, counts, strict=True):
                if turn < count:
                    target = nengo.Node(size_in=1)
                    function = [lambda x: x, np.square, np.sin, np.cos, np.exp][turn]
                    nengo.Connection(ensemble, target, function=function)
                    nengo.Probe(target)
    return net


def decoded(sim: Simulator) -> list[Batch]:
    """Batches of products with decoders."""
    groups = sim._engine.built.plan.groups
    products = [g.lowering for g in groups if isinstance(g.lowering, DotIncLowering)]
    return [batch for product in products for batch in product.batches if batch.columns == 20]


@pytest.mark.parametrize(
    ("counts", "batches"),
    [
        ([2, 2, 2], [(3, 2)]),
        ([1, 2, 1, 3], [(2, 1), (1, 2), (1, 3)]),
        ([1, 1, 1], [(3, 1)]),
        ([3], [(3, 1)]),
        ([1, 2, 3, 4, 5], [(15, 1)]),
    ],
    ids=str,
)
def test_connections_from_one_ensemble_are_one_product(
    counts: list[int], batches: list[tuple[int, int]]
) -> None:
    net = with_readers(counts)
    with make(net) as sim:
        assert [(batch.count, batch.rows) for batch in decoded(sim)] == batches
    found, expected = simulate(net, 50), simulate_with_nengo(net, 50)
    for probe, values in expected.items():
        assert_close(found[probe], values, 1e-9)


def test_items_of_a_minibatch_have_their_own_products() -> None:
    net = with_readers([2, 1, 2])
    alone = simulate(net, 30)
    for probe, values in simulate(net, 30, minibatch_size=3).items():
        for item in values:
            assert_close(item, alone[probe], 1e-9)
