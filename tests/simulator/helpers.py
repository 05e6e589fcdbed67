"""Networks, and short ways to simulate them, for the tests of the simulator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
from hypothesis import strategies as st

import nengo_explorer
from nengo_explorer.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    Array = npt.NDArray[Any]


def make(net: nengo.Network, **arguments: Any) -> Simulator:
    """A simulator that shows no progress."""
    return Simulator(net, progress_bar=False, **arguments)


def configured(**options: Any) -> nengo.Network:
    """An empty network with a seed and some settings; float64 unless said otherwise."""
    net = nengo.Network(seed=1)
    with net:
        nengo_explorer.configure_settings(**{"dtype": "float64", **options})
    return net


def simulate(net: nengo.Network, n_steps: int, **arguments: Any) -> dict[nengo.Probe, Array]:
    """What the probes of a network record in one run."""
    with make(net, **arguments) as sim:
        sim.run_steps(n_steps)
        return {probe: np.array(sim.data[probe]) for probe in net.all_probes}


def simulate_with_nengo(net: nengo.Network, n_steps: int) -> dict[nengo.Probe, Array]:
    """The same from Nengo's own simulator, which computes in double precision."""
    with nengo.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(n_steps)
        return {probe: np.array(sim.data[probe]) for probe in net.all_probes}


def assert_close(actual: Any, expected: Any, tolerance: float) -> None:
    """Refuse a difference of more than a share of the largest expected value."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape
    scale = max(1.0, float(np.max(np.abs(expected), initial=0.0)))
    np.testing.assert_allclose(actual, expected, rtol=0, atol=tolerance * scale)


def traces(sim: Simulator) -> int:
    """How many compiled functions for simulating a simulator has traced so far."""
    return sim._engine.traces


# ---- random networks --------------------------------------------------------------------------

NEURON_TYPES: Mapping[str, Callable[[], Any]] = {
    "LIF": nengo.LIF,
    "LIFRate": nengo.LIFRate,
    "RectifiedLinear": nengo.RectifiedLinear,
    "SpikingRectifiedLinear": nengo.SpikingRectifiedLinear,
    "Sigmoid": nengo.Sigmoid,
    "Tanh": nengo.Tanh,
    "Direct": nengo.Direct,
}

SYNAPSES: Mapping[str, Callable[[], Any]] = {
    "Lowpass": lambda: nengo.Lowpass(0.005),
    "none": lambda: None,
    "Alpha": lambda: nengo.Alpha(0.004),
    "LinearFilter": lambda: nengo.LinearFilter([1.0], [0.003, 1.0]),
}


@dataclass(frozen=True)
class EnsemblePlan:
    """One ensemble of a random network."""

    n_neurons: int
    dimensions: int
    neuron_type: str


@dataclass(frozen=True)
class ConnectionPlan:
    """One connection of a random network: between which ensembles, and of which kind."""

    pre: int
    post: int
    kind: str
    synapse: str


@dataclass(frozen=True)
class NetworkPlan:
    """A random network that can be made any number of times."""

    seed: int
    ensembles: tuple[EnsemblePlan, ...]
    connections: tuple[ConnectionPlan, ...]

    def make(self, **options: Any) -> tuple[nengo.Network, nengo.Node]:
        """The network and its input Node."""
        net = configured(**options)
        net.seed = self.seed
        with net:
            stimulus = nengo.Node(lambda t: np.sin(40 * t), label="stimulus")
            ensembles = [
                nengo.Ensemble(
                    plan.n_neurons, plan.dimensions, neuron_type=NEURON_TYPES[plan.neuron_type]()
                )
                for plan in self.ensembles
            ]
            for ensemble in ensembles:
                nengo.Connection(stimulus, ensemble[0], synapse=None)
                nengo.Probe(ensemble, synapse=0.005)
                if not isinstance(ensemble.neuron_type, nengo.Direct):
                    nengo.Probe(ensemble.neurons)
            for plan in self.connections:
                connect(ensembles[plan.pre], ensembles[plan.post], plan, self.seed)
        return net, stimulus


def connect(pre: nengo.Ensemble, post: nengo.Ensemble, plan: ConnectionPlan, seed: int) -> None:
    """One connection of a random network."""
    synapse = SYNAPSES[plan.synapse]()
    rng = np.random.RandomState(seed)
    direct = isinstance(pre.neuron_type, nengo.Direct) or isinstance(post.neuron_type, nengo.Direct)
    if plan.kind == "neurons" and not direct:
        weights = rng.uniform(-1e-3, 1e-3, size=(post.n_neurons, pre.n_neurons))
        nengo.Connection(pre.neurons, post.neurons, transform=weights, synapse=synapse)
    elif plan.kind == "transform":
        matrix = rng.uniform(-0.5, 0.5, size=(post.dimensions, pre.dimensions))
        nengo.Connection(pre, post, transform=matrix, synapse=synapse)
    elif plan.kind == "slice":
        nengo.Connection(pre[-1], post[0], synapse=synapse)
    else:
        nengo.Connection(pre, post[-1], function=lambda x: x[0] ** 2 - 0.5, synapse=synapse)


@st.composite
def networks(draw: st.DrawFn) -> NetworkPlan:
    """Small networks; what leads back has a synapse, as Nengo demands."""
    ensembles = draw(
        st.lists(
            st.builds(
                EnsemblePlan,
                n_neurons=st.integers(2, 6),
                dimensions=st.integers(1, 2),
                neuron_type=st.sampled_from(list(NEURON_TYPES)),
            ),
            min_size=2,
            max_size=4,
        )
    )
    connections = []
    for _ in range(draw(st.integers(2, 6))):
        pre = draw(st.integers(0, len(ensembles) - 1))
        post = draw(st.integers(0, len(ensembles) - 1))
        kind = draw(st.sampled_from(["transform", "neurons", "slice", "function"]))
        leads_on = pre < post
        choices = list(SYNAPSES) if leads_on else ["Lowpass", "Alpha"]
        synapse = draw(st.sampled_from(choices))
        connections.append(ConnectionPlan(pre, post, kind, synapse))
    return NetworkPlan(draw(st.integers(0, 1000)), tuple(ensembles), tuple(connections))
