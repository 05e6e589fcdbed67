"""Small networks for tests of the explorer."""

from __future__ import annotations

from typing import Any, NamedTuple

import nengo
import numpy as np


class Small(NamedTuple):
    net: nengo.Network
    source: nengo.Node
    inner: nengo.Network
    a: nengo.Ensemble
    b: nengo.Ensemble
    direct: nengo.Ensemble
    forward: nengo.Connection
    learned: nengo.Connection
    plain: nengo.Connection
    decoded: nengo.Probe
    spikes: nengo.Probe


def small_network(output: Any = None) -> Small:
    """Two levels, one learned connection, one connection without weights, a Direct ensemble."""
    with nengo.Network(label="outer", seed=1) as net:
        source = nengo.Node(output or (lambda t: np.sin(10 * t)), label="source")
        a = nengo.Ensemble(20, 1, label="a")
        with nengo.Network(label="inner") as inner:
            b = nengo.Ensemble(10, 1, label="b")
            direct = nengo.Ensemble(1, 1, neuron_type=nengo.Direct(), label="direct")
        plain = nengo.Connection(source, a)
        forward = nengo.Connection(a, b)
        learned = nengo.Connection(a, direct, learning_rule_type=nengo.PES())
        nengo.Connection(source, learned.learning_rule)
        decoded = nengo.Probe(b, synapse=0.01, label="decoded")
        spikes = nengo.Probe(a.neurons, label="spikes")
    return Small(net, source, inner, a, b, direct, forward, learned, plain, decoded, spikes)
