"""Weights of sparse transforms are sparse when they are read back."""

from __future__ import annotations

from typing import Any

import nengo
import numpy as np
import pytest
import scipy.sparse
from nengo.transforms import SparseMatrix

from tests.simulator.helpers import configured, make

INDICES = np.array([[1, 2], [0, 0], [1, 0]])
ENTRIES = np.array([3.0, 4.0, 5.0])


def given(kind: str) -> tuple[Any, Any]:
    """A transform with these entries, and the class of its built weights."""
    if kind == "indices":
        return nengo.Sparse((2, 3), indices=INDICES, init=ENTRIES), SparseMatrix
    matrix = scipy.sparse.coo_matrix((ENTRIES, INDICES.T), shape=(2, 3)).asformat(kind)
    return nengo.Sparse((2, 3), init=matrix), type(matrix)


def test_an_array_of_sparse_weights_holds_their_entries() -> None:
    with configured() as net:
        node, end = nengo.Node(np.ones(3)), nengo.Node(size_in=2)
        connection = nengo.Connection(node, end, transform=given("indices")[0])
    with make(net) as sim:
        np.testing.assert_array_equal(np.array(sim.data[connection].weights), ENTRIES)


@pytest.mark.parametrize("kind", ["indices", "csr", "csc"])
def test_sparse_weights_keep_their_kind_and_place(kind: str) -> None:
    transform, wanted = given(kind)
    net = configured()
    with net:
        node, end = nengo.Node(np.ones(3)), nengo.Node(size_in=2)
        connection = nengo.Connection(node, end, transform=transform, synapse=None)
        probe = nengo.Probe(end)
    with make(net) as sim:
        weights = sim.data[connection].weights
        assert isinstance(weights, wanted)
        np.testing.assert_array_equal(weights.toarray(), [[4, 0, 0], [5, 0, 3]])
        sim.run_steps(2)
        np.testing.assert_allclose(sim.data[probe][-1], [4, 8])


def test_without_scipy_numbers_are_the_same_and_a_warning_says_what_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with configured() as net:
        node, end = nengo.Node(np.ones(3)), nengo.Node(size_in=2)
        connection = nengo.Connection(node, end, transform=given("indices")[0], synapse=None)
        probe = nengo.Probe(end)
    monkeypatch.setattr(nengo.transforms, "scipy_sparse", None)
    with pytest.warns(UserWarning, match="require Scipy"):
        sim = make(net)
    with sim:
        np.testing.assert_array_equal(
            sim.data[connection].weights.toarray(), [[4, 0, 0], [5, 0, 3]]
        )
        sim.run_steps(2)
        np.testing.assert_allclose(sim.data[probe][-1], [4, 8])


@pytest.mark.parametrize("kind", ["indices", "csr"])
def test_a_probe_of_sparse_weights_records_matrices(kind: str) -> None:
    transform, wanted = given(kind)
    net = configured()
    with net:
        node, end = nengo.Node(np.ones(3)), nengo.Node(size_in=2)
        connection = nengo.Connection(node, end, transform=transform)
        probe = nengo.Probe(connection, "weights", sample_every=0.002)
    with make(net) as sim:
        sim.run_steps(4)
        assert sim.data[probe].shape == (2,)
        assert isinstance(sim.data[probe][1], wanted)
        np.testing.assert_array_equal(sim.data[probe][1].toarray(), [[4, 0, 0], [5, 0, 3]])
