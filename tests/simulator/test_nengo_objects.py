"""What Nengo core runs is not refused, and gives the numbers of Nengo core.

Many small parts share a network here, so that parts that may run as one group meet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest

from tests.simulator.helpers import assert_close, configured, make, simulate, simulate_with_nengo

if TYPE_CHECKING:
    from collections.abc import Callable

RATE = nengo.LIFRate()


def wave(t: float) -> float:
    return float(np.sin(37.1 * t + 0.3))


def driven(neuron_type: Any = RATE, dimensions: int = 1) -> tuple[nengo.Node, nengo.Ensemble]:
    source = nengo.Node(lambda t: [wave(t + k) for k in range(dimensions)])
    ensemble = nengo.Ensemble(8, dimensions, neuron_type=neuron_type)
    nengo.Connection(source, ensemble, synapse=None)
    return source, ensemble


def probe_all(obj: Any) -> None:
    for key in obj.probeable:
        nengo.Probe(obj, key)
        nengo.Probe(obj, key, synapse=nengo.Alpha(0.01), sample_every=0.003)


def filters_of_equal_order() -> None:
    """Filters with the same order share a group, with or without feedthrough."""
    source = nengo.Node(lambda t: [wave(t), 1.0])
    filters = [
        nengo.Lowpass(0.01),
        nengo.LinearFilter([1.0, 2.0], [0.1, 1.0]),
        nengo.LinearFilter([2.0], [0.01, 1.0]),
        nengo.LinearFilter([0.5], [1.0]),
        nengo.LinearFilter([0.5, 0.2], [1.0, -0.5, 0.1], analog=False),
        nengo.LinearFilter([1.0, 0.1, 2.0], [0.01, 0.1, 1.0]),
        nengo.Alpha(0.01),
        nengo.Triangle(0.004),
    ]
    for synapse in filters:
        node, end = nengo.Node(synapse, size_in=2, size_out=2), nengo.Node(size_in=2)
        nengo.Connection(source, node, synapse=None)
        nengo.Connection(source, end, synapse=synapse)
        nengo.Probe(node)
        nengo.Probe(end)
        nengo.Probe(source, synapse=synapse)


def rules_on_decoders() -> None:
    """Two kinds of decoded connections with each rule that takes an error."""
    source, pre = driven()
    post = nengo.Ensemble(6, 1, neuron_type=RATE)
    for rule in (nengo.PES(1e-3), nengo.RLS(1e-2)):
        for solver in (nengo.solvers.LstsqL2(), nengo.solvers.LstsqL2(weights=True)):
            if isinstance(rule, nengo.RLS) and solver.weights:
                continue
            learned = nengo.Connection(pre, post, learning_rule_type=rule, solver=solver)
            nengo.Connection(source, learned.learning_rule)
            probe_all(learned)
            probe_all(learned.learning_rule)
    voja = nengo.Connection(pre, post, learning_rule_type=nengo.Voja(learning_rate=1e-2))
    nengo.Connection(source, voja.learning_rule)
    probe_all(voja.learning_rule)


def rules_on_neurons() -> None:
    """Rules on full weights; an RLS rule there has one error for all neurons."""
    source, pre = driven()
    rules = (
        nengo.BCM(1e-9, pre_synapse=nengo.Alpha(0.01), post_synapse=None, theta_synapse=0.1),
        nengo.Oja(1e-6),
        nengo.PES(1e-4),
        nengo.RLS(1e-2),
    )
    for rule in rules:
        post = nengo.Ensemble(6, 1, neuron_type=RATE)
        learned = nengo.Connection(
            pre.neurons, post.neurons, transform=np.full((6, 8), 1e-3), learning_rule_type=rule
        )
        size = learned.learning_rule.size_in
        if size:
            nengo.Connection(source, learned.learning_rule, transform=np.ones((size, 1)))
        probe_all(learned)
        probe_all(learned.learning_rule)
        nengo.Probe(post.neurons)


def slices() -> None:
    """Strides, repeated and permuted indices, on all kinds of objects."""
    source, pre = driven(dimensions=4)
    end = nengo.Node(size_in=4)
    nengo.Connection(source[::-1], end)
    nengo.Connection(source[[0, 0, 2]], end[[1, 3, 2]])
    nengo.Connection(source[[0, 1]], end[[2, 2]], synapse=None)
    nengo.Connection(source[-1], end[-2], transform=3)
    nengo.Connection(pre[[3, 0]], end[[0, 1]], function=lambda x: [x[0] * x[1], x[0]])
    nengo.Connection(pre.neurons[1::3], end[:3], transform=1e-3)
    nengo.Connection(source[:2], pre.neurons[[4, 5]], transform=0.1)
    learned = nengo.Connection(pre[1:3], end[:2], learning_rule_type=nengo.PES(1e-3))
    nengo.Connection(source[0], learned.learning_rule[1])
    nengo.Probe(end)
    nengo.Probe(end[[2, 0]])
    nengo.Probe(pre.neurons[[3, 1]])
    nengo.Probe(learned, "weights")


def functions_and_solvers() -> None:
    """Functions as arrays, decoders that are given, a solver of full weights."""
    rng = np.random.RandomState(0)
    source, pre = driven()
    points = np.linspace(-1, 1, 30)[:, np.newaxis]
    end, post = nengo.Node(size_in=2), nengo.Ensemble(6, 1, neuron_type=RATE)
    tabled = nengo.Connection(pre, end, function=rng.rand(30, 2), eval_points=points)
    decoders = nengo.solvers.NoSolver(1e-3 * rng.rand(8, 2))
    nengo.Connection(pre, end, function=lambda _x: [0, 0], solver=decoders)
    nengo.Connection(pre, post, solver=nengo.solvers.LstsqL2(weights=True))
    nengo.Connection(source, post.neurons, function=lambda x: [x[0]] * 6)
    probe_all(tabled)
    probe_all(post)
    probe_all(post.neurons)


def processes() -> None:
    """Every process that drives a Node, and noise in an ensemble."""
    for process in (
        nengo.processes.WhiteNoise(seed=1),
        nengo.processes.WhiteNoise(nengo.dists.Uniform(-1, 1), scale=False),
        nengo.processes.FilteredNoise(nengo.Alpha(0.01)),
        nengo.processes.BrownNoise(),
        nengo.processes.WhiteSignal(0.05, 20, y0=0.3),
        nengo.processes.Piecewise({0.01: 1, 0.02: [0]}),
        nengo.processes.PresentInput(np.eye(3), 0.005),
    ):
        node = nengo.Node(process)
        nengo.Probe(node)
        nengo.Probe(node[0], synapse=0.01)
    noisy = nengo.Ensemble(8, 1, neuron_type=RATE, noise=nengo.processes.WhiteNoise(seed=1))
    nengo.Probe(noisy)


def sampling() -> None:
    """Intervals that are no multiple of a step, and shorter than one."""
    source, _ = driven()
    for interval in (0.0004, 0.001, 0.0025, 0.0033, 0.1):
        nengo.Probe(source, sample_every=interval)


def nothing() -> None:
    """No objects at all."""


def no_probes() -> None:
    """Nodes without output or input, and nobody looking."""
    nengo.Node(lambda _t: None, size_out=0)
    nengo.Node(lambda _t, _x: None, size_in=2, size_out=0)
    nengo.Node(size_in=0)
    driven()


PARTS: tuple[Callable[[], None], ...] = (
    filters_of_equal_order,
    rules_on_decoders,
    rules_on_neurons,
    slices,
    functions_and_solvers,
    processes,
    sampling,
    nothing,
    no_probes,
)


def network(part: Callable[[], None]) -> nengo.Network:
    with configured() as net:
        part()
    return net


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_gives_the_numbers_of_nengo_core(part: Callable[[], None]) -> None:
    net = network(part)
    ours, reference = simulate(net, 40), simulate_with_nengo(net, 40)
    for probe in net.all_probes:
        assert_close(ours[probe], reference[probe], 1e-10)


@pytest.mark.parametrize("part", [filters_of_equal_order, processes, sampling])
def test_steps_of_another_length(part: Callable[[], None]) -> None:
    net = network(part)
    with (
        make(net, dt=0.0007) as sim,
        nengo.Simulator(net, dt=0.0007, progress_bar=False) as reference,
    ):
        sim.run_steps(40)
        reference.run_steps(40)
        for probe in net.all_probes:
            assert_close(sim.data[probe], reference.data[probe], 1e-10)
