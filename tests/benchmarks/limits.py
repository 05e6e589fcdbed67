"""What a machine can do at most: weights over memory bandwidth, products over throughput."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from nengo.builder.neurons import SimNeurons
from nengo.builder.operator import BsrDotInc, DotInc, SparseDotInc
from nengo.builder.transforms import ConvInc, ConvTransposeInc

if TYPE_CHECKING:
    from collections.abc import Callable

    from nengo.builder import Operator

    from nengo_explorer import Simulator

REPEATS = 7


@dataclass(frozen=True)
class Machine:
    """What was measured of a machine, in float32 and with all cores.

    Attributes
    ----------
    bytes_per_second : float
        How fast a matrix that is in no cache is read.
    products_per_second : float
        Multiplications (each with an addition) in a product of large matrices.
    """

    bytes_per_second: float
    products_per_second: float


@dataclass(frozen=True)
class Work:
    """What one step of a network needs.

    Attributes
    ----------
    weight_bytes : int
        Size of all weights, each counted once, in float32.
    products : int
        Multiplications with weights, for one item.
    neurons : int
        Neurons that are updated, for one item.
    """

    weight_bytes: int
    products: int
    neurons: int

    def seconds(self, machine: Machine, items: int = 1) -> float:
        """The least time for a step: whichever of both limits is larger.

        Parameters
        ----------
        machine : Machine
            Where.
        items : int, default: 1
            Size of the minibatch.
        """
        return max(
            self.weight_bytes / machine.bytes_per_second,
            items * self.products / machine.products_per_second,
        )


def measure_machine(matrix: int = 8000, square: int = 2000) -> Machine:
    """Measure this machine; the best of several tries, as others may use it too.

    Parameters
    ----------
    matrix : int
        Rows and columns of a matrix that is too large for a cache.
    square : int
        Rows and columns of matrices whose product is limited by arithmetic.
    """
    large = np.ones((matrix, matrix), dtype=np.float32)
    vector = np.ones(matrix, dtype=np.float32)
    one = np.ones((square, square), dtype=np.float32)
    return Machine(
        large.nbytes / _best(lambda: large @ vector), square**3 / _best(lambda: one @ one)
    )


def _best(function: Callable[[], object]) -> float:
    """Least of several times, in seconds."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def work_of(sim: Simulator) -> Work:
    """What one step of a simulated network needs.

    Parameters
    ----------
    sim : Simulator
        The simulator; what it was built from counts, not how it computes it.
    """
    weights: dict[object, int] = {}
    products = neurons = 0
    for op in sim.model.operators:
        found = _weights_and_products(op)
        if found is not None:
            signal, size, its_products = found
            weights[signal] = size
            products += its_products
        elif isinstance(op, SimNeurons):
            neurons += int(op.J.size)
    return Work(4 * sum(weights.values()), products, neurons)


def _weights_and_products(op: Operator) -> tuple[object, int, int] | None:
    """The weights of an operator, how many there are, and how many products it needs."""
    if isinstance(op, SparseDotInc | BsrDotInc):
        size = int(op.A.initial_value.size) if op.A.sparse else int(op.A.size)
        return op.A.base, size, size
    if isinstance(op, DotInc):
        return op.A.base, int(op.A.base.size), int(op.A.size)
    if isinstance(op, ConvInc | ConvTransposeInc):
        shape = op.conv.output_shape if isinstance(op, ConvInc) else op.conv.input_shape
        size = int(op.W.size)
        return op.W.base, size, size * int(np.prod(shape.spatial_shape))
    return None
