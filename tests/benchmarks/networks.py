"""Networks whose speed is measured, each of a kind that something else limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Benchmark:
    """A network, and how long it is run.

    Attributes
    ----------
    make : callable
        Makes the network; its first probe is what is trained.
    steps : int
        Steps of a timed run.
    """

    make: Callable[[], nengo.Network]
    steps: int


def _unsolved(pre: nengo.Ensemble, size: int) -> nengo.solvers.Solver:
    """Small decoders that nobody has to solve for."""
    return nengo.solvers.NoSolver(np.full((pre.n_neurons, size), 1e-4))


def communication_channel(ensembles: int = 3, neurons: int = 500) -> nengo.Network:
    """A few ensembles in a row: as small as models in lessons are."""
    with nengo.Network(seed=0) as net:
        before: Any = nengo.Node([0.5])
        for _ in range(ensembles):
            after = nengo.Ensemble(neurons, 1)
            solver = _unsolved(before, 1) if isinstance(before, nengo.Ensemble) else None
            nengo.Connection(before, after, **({} if solver is None else {"solver": solver}))
            before = after
        nengo.Probe(before, solver=_unsolved(before, 1), synapse=0.01)
    return net


def oscillators(count: int = 50, neurons: int = 200) -> nengo.Network:
    """Recurrent ensembles: nothing can be computed ahead."""
    turn = np.array([[1.0, 0.1], [-0.1, 1.0]])
    with nengo.Network(seed=0) as net:
        for _ in range(count):
            ensemble = nengo.Ensemble(neurons, 2)
            decoders = _unsolved(ensemble, 2)
            nengo.Connection(ensemble, ensemble, transform=turn, synapse=0.1, solver=decoders)
        nengo.Probe(ensemble, solver=_unsolved(ensemble, 2), synapse=0.01)
    return net


def digits(hidden: tuple[int, ...] = (512, 256)) -> nengo.Network:
    """Spiking neurons in dense layers, as for the digits of scikit-learn."""
    rng = np.random.RandomState(0)
    with nengo.Network(seed=0) as net:
        net.config[nengo.Ensemble].max_rates = nengo.dists.Choice([100])
        net.config[nengo.Ensemble].intercepts = nengo.dists.Choice([0])
        net.config[nengo.Ensemble].neuron_type = nengo.LIF(amplitude=0.01)
        before: Any = nengo.Node(np.zeros(64))
        for size in hidden:
            layer = nengo.Ensemble(size, 1).neurons
            weights = rng.normal(size=(size, before.size_out)) * np.sqrt(2 / before.size_out)
            nengo.Connection(before, layer, transform=weights, synapse=0.005)
            before = layer
        out = nengo.Node(size_in=10)
        nengo.Connection(before, out, transform=rng.normal(size=(10, before.size_out)) * 0.1)
        nengo.Probe(out)
    return net


def images() -> nengo.Network:
    """Spiking neurons behind two convolutions."""
    with nengo.Network(seed=0) as net:
        net.config[nengo.Ensemble].neuron_type = nengo.LIF(amplitude=0.01)
        first = nengo.Convolution(8, (32, 32, 1), strides=(2, 2))
        second = nengo.Convolution(16, first.output_shape, strides=(2, 2))
        before: Any = nengo.Node(np.zeros(first.size_in))
        for transform in (first, second):
            layer = nengo.Ensemble(transform.output_shape.size, 1).neurons
            nengo.Connection(before, layer, transform=transform, synapse=0.005)
            before = layer
        nengo.Probe(before)
    return net


def learned_association(dimensions: int = 32, neurons: int = 2000) -> nengo.Network:
    """Decoders that change on every step."""
    with nengo.Network(seed=0) as net:
        stimulus = nengo.Node(np.ones(dimensions) / np.sqrt(dimensions))
        pre, post = nengo.Ensemble(neurons, dimensions), nengo.Node(size_in=dimensions)
        nengo.Connection(stimulus, pre)
        learned = nengo.Connection(
            pre, post, solver=_unsolved(pre, dimensions), learning_rule_type=nengo.PES()
        )
        nengo.Connection(post, learned.learning_rule)
        nengo.Connection(stimulus, learned.learning_rule, transform=-1)
        nengo.Probe(post)
    return net


def many_objects(count: int = 300) -> nengo.Network:
    """Small ensembles of unequal size: what counts is the cost of each object."""
    rng = np.random.RandomState(0)
    with nengo.Network(seed=0) as net:
        stimulus, out = nengo.Node([0.5]), nengo.Node(size_in=1)
        for _ in range(count):
            ensemble = nengo.Ensemble(int(rng.choice([20, 30, 50])), 1)
            nengo.Connection(stimulus, ensemble)
            nengo.Connection(ensemble, out, solver=_unsolved(ensemble, 1))
        nengo.Probe(out)
    return net


def dense_recurrent(neurons: int = 4000) -> nengo.Network:
    """One large matrix in a loop: all of it has to come from memory on every step."""
    rng = np.random.RandomState(0)
    with nengo.Network(seed=0) as net:
        layer = nengo.Ensemble(neurons, 1, neuron_type=nengo.RectifiedLinear()).neurons
        weights = rng.normal(size=(neurons, neurons)) * (0.1 / np.sqrt(neurons))
        nengo.Connection(nengo.Node([1.0]), layer, transform=np.ones((neurons, 1)))
        nengo.Connection(layer, layer, transform=weights, synapse=0.01)
        nengo.Probe(layer[:10])
    return net


BENCHMARKS = {
    "communication_channel": Benchmark(communication_channel, 1000),
    "oscillators": Benchmark(oscillators, 1000),
    "digits": Benchmark(digits, 1000),
    "images": Benchmark(images, 200),
    "learned_association": Benchmark(learned_association, 500),
    "many_objects": Benchmark(many_objects, 500),
    "dense_recurrent": Benchmark(dense_recurrent, 100),
}
