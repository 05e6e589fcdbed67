"""Random small networks of all parts of Nengo, for property tests of the simulator."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
from hypothesis import strategies as st

from tests.simulator.helpers import configured
from tests.simulator.ops.user_parts import Doubling, FasterLIF, Resting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    Array = npt.NDArray[Any]

#: Those that draw random numbers are other than Nengo core's, and differ between items.
RANDOM = ("StochasticSpiking", "PoissonSpiking")

NEURON_TYPES: Mapping[str, Callable[[], Any]] = MappingProxyType(
    {
        "LIF": nengo.LIF,
        "LIFRate": nengo.LIFRate,
        "RectifiedLinear": nengo.RectifiedLinear,
        "SpikingRectifiedLinear": nengo.SpikingRectifiedLinear,
        "Sigmoid": nengo.Sigmoid,
        "Tanh": nengo.Tanh,
        "Direct": nengo.Direct,
        "AdaptiveLIF": nengo.AdaptiveLIF,
        "AdaptiveLIFRate": nengo.AdaptiveLIFRate,
        "Izhikevich": nengo.Izhikevich,
        "RegularSpiking": lambda: nengo.RegularSpiking(nengo.LIFRate()),
        "StochasticSpiking": lambda: nengo.StochasticSpiking(nengo.LIFRate()),
        "PoissonSpiking": lambda: nengo.PoissonSpiking(nengo.LIFRate()),
        "LIF, other constants": lambda: nengo.LIF(tau_rc=0.03, tau_ref=0.001, min_voltage=-0.5),
        "Resting": Resting,
        "FasterLIF": FasterLIF,
    }
)

SYNAPSES: Mapping[str, Callable[[], Any]] = MappingProxyType(
    {
        "Lowpass": lambda: nengo.Lowpass(0.005),
        "Alpha": lambda: nengo.Alpha(0.004),
        "Triangle": lambda: nengo.Triangle(0.003),
        "LinearFilter": lambda: nengo.LinearFilter([1.0], [0.003, 1.0]),
        "second order": lambda: nengo.LinearFilter([1.0], [1e-5, 0.006, 1.0]),
        "feedthrough": lambda: nengo.LinearFilter([0.002, 1.0], [0.005, 1.0]),
        "Doubling": Doubling,
        "none": lambda: None,
    }
)

#: What runs as Python: parts of users, Nodes with a function and an input, and Direct ensembles
#: with functions.
IN_PYTHON = ("Resting", "FasterLIF", "Doubling", "Direct", "Node")

#: The only ones that may lead back: the others pass something on within a step.
BACKWARDS = ("Lowpass", "Alpha", "Triangle")

#: How two ensembles are connected.
KINDS = (
    "transform",
    "slice",
    "function",
    "neurons",
    "sparse",
    "convolution",
    "PES",
    "RLS",
    "BCM",
    "Oja",
    "Voja",
    "Node",
)

#: What drives an ensemble beside the stimulus.
SOURCES: Mapping[str, Callable[[], Any]] = MappingProxyType(
    {
        "WhiteSignal": lambda: nengo.processes.WhiteSignal(0.05, high=50, seed=3),
        "WhiteNoise": lambda: nengo.processes.WhiteNoise(nengo.dists.Uniform(-1, 1), seed=4),
        "PresentInput": lambda: nengo.processes.PresentInput([[0.5], [-1.0]], 0.002),
        "constant": lambda: [0.3],
    }
)


# Functions with a name can be pickled.


def wave(t: float) -> float:
    return float(np.sin(40 * t))


def cosine(t: float, x: Array) -> Array:
    return np.asarray(np.cos(x) * t)


def shifted_square(x: Array) -> float:
    return float(x[0] ** 2 - 0.5)


@dataclass(frozen=True)
class EnsemblePlan:
    """One ensemble of a random network."""

    n_neurons: int
    dimensions: int
    neuron_type: str
    probe: str

    def make(self) -> nengo.Ensemble:
        """The ensemble, in the open network."""
        n_neurons = self.n_neurons
        # Nengo cannot find out for every type of a user what its gains have to be.
        given = {"gain": np.ones(n_neurons), "bias": np.linspace(0.5, 2, n_neurons)}
        return nengo.Ensemble(
            n_neurons,
            self.dimensions,
            neuron_type=NEURON_TYPES[self.neuron_type](),
            **(given if self.neuron_type == "Resting" else {}),
        )


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
    sources: tuple[str, ...] = ()

    def make(self, **options: Any) -> tuple[nengo.Network, nengo.Node]:
        """The network and its input Node."""
        net = configured(**options)
        net.seed = self.seed
        with net:
            stimulus = nengo.Node(wave, label="stimulus")
            ensembles = [plan.make() for plan in self.ensembles]
            for plan, ensemble in zip(self.ensembles, ensembles, strict=True):
                nengo.Connection(stimulus, ensemble[0], synapse=None)
                nengo.Probe(ensemble, synapse=SYNAPSES[plan.probe]())
                if not isinstance(ensemble.neuron_type, nengo.Direct):
                    nengo.Probe(ensemble.neurons)
            for source in self.sources:
                nengo.Connection(nengo.Node(SOURCES[source]()), ensembles[0][-1])
            for connection in self.connections:
                pre, post = ensembles[connection.pre], ensembles[connection.post]
                connect(pre, post, connection, stimulus, np.random.RandomState(self.seed))
        return net, stimulus


def connect(
    pre: nengo.Ensemble,
    post: nengo.Ensemble,
    plan: ConnectionPlan,
    stimulus: nengo.Node,
    rng: np.random.RandomState,
) -> None:
    """One connection of a random network; of decoded values where there are no neurons."""
    synapse = SYNAPSES[plan.synapse]()
    if any(isinstance(ensemble.neuron_type, nengo.Direct) for ensemble in (pre, post)):
        decoded(pre, post, plan.kind, synapse, rng)
    elif plan.kind in {"neurons", "sparse", "convolution", "BCM", "Oja"}:
        of_neurons(pre, post, plan.kind, synapse, rng)
    elif plan.kind in {"PES", "RLS", "Voja"}:
        learned(pre, post, plan.kind, synapse, stimulus)
    else:
        decoded(pre, post, plan.kind, synapse, rng)


def decoded(
    pre: nengo.Ensemble, post: nengo.Ensemble, kind: str, synapse: Any, rng: np.random.RandomState
) -> None:
    """A connection of decoded values."""
    if kind == "transform":
        matrix = rng.uniform(-0.5, 0.5, size=(post.dimensions, pre.dimensions))
        nengo.Connection(pre, post, transform=matrix, synapse=synapse)
    elif kind == "slice":
        nengo.Connection(pre[-1], post[0], synapse=synapse)
    elif kind == "Node":
        node = nengo.Node(cosine, size_in=pre.dimensions)
        nengo.Connection(pre, node, synapse=synapse)
        nengo.Connection(node[0], post[-1])
    else:
        nengo.Connection(pre, post[-1], function=shifted_square, synapse=synapse)


def of_neurons(
    pre: nengo.Ensemble, post: nengo.Ensemble, kind: str, synapse: Any, rng: np.random.RandomState
) -> None:
    """A connection of neurons, perhaps with a rule, which all can be probed."""
    n_pre, n_post = pre.n_neurons, post.n_neurons
    weights: Any = rng.uniform(-1e-3, 1e-3, size=(n_post, n_pre))
    rules = {"BCM": nengo.BCM(1e-9), "Oja": nengo.Oja(1e-6)}
    target = post.neurons
    if kind == "sparse":
        weights = nengo.Sparse((n_post, n_pre), indices=[[0, 0], [1, 1], [0, 1]], init=1e-3)
    elif kind == "convolution":
        kernel = np.full((2, 1, 1), 1e-3)
        weights = nengo.Convolution(1, (n_pre, 1), kernel_size=(2,), strides=(1,), init=kernel)
        target = target[np.arange(weights.size_out) % n_post]
    connection = nengo.Connection(
        pre.neurons, target, transform=weights, synapse=synapse, learning_rule_type=rules.get(kind)
    )
    if kind in rules:
        nengo.Probe(connection, "weights", sample_every=0.002)
        nengo.Probe(connection.learning_rule, "delta")


def learned(
    pre: nengo.Ensemble, post: nengo.Ensemble, kind: str, synapse: Any, stimulus: nengo.Node
) -> None:
    """A decoded connection with a rule that gets an error."""
    rules = {
        "PES": nengo.PES(1e-3),
        "RLS": nengo.RLS(1e-2),
        "Voja": nengo.Voja(learning_rate=1e-2),
    }
    connection = nengo.Connection(pre[0], post[0], synapse=synapse, learning_rule_type=rules[kind])
    nengo.Connection(stimulus, connection.learning_rule, synapse=0.003)
    nengo.Probe(connection, "weights", synapse=0.002)
    nengo.Probe(connection.learning_rule, connection.learning_rule.probeable[-1])


@st.composite
def networks(draw: st.DrawFn, *, randomness: bool = False, in_python: bool = True) -> NetworkPlan:
    """Small networks; what leads back has a synapse, as Nengo demands.

    Parameters
    ----------
    randomness : bool
        Whether neuron types that draw random numbers may occur.
    in_python : bool
        Whether parts that run as Python may occur.
    """
    left_out = (*(() if randomness else RANDOM), *(() if in_python else IN_PYTHON))
    synapses = [name for name in SYNAPSES if name not in left_out]
    kinds = [kind for kind in KINDS if kind not in left_out]
    neuron_types = [name for name in NEURON_TYPES if name not in left_out]
    ensembles = draw(
        st.lists(
            st.builds(
                EnsemblePlan,
                n_neurons=st.integers(2, 6),
                dimensions=st.integers(1, 2),
                neuron_type=st.sampled_from(neuron_types),
                probe=st.sampled_from(synapses),
            ),
            min_size=2,
            max_size=4,
        )
    )
    connections = []
    for _ in range(draw(st.integers(2, 6))):
        pre = draw(st.integers(0, len(ensembles) - 1))
        post = draw(st.integers(0, len(ensembles) - 1))
        kind = draw(st.sampled_from(kinds))
        synapse = draw(st.sampled_from(synapses if pre < post else BACKWARDS))
        connections.append(ConnectionPlan(pre, post, kind, synapse))
    sources = draw(st.lists(st.sampled_from(list(SOURCES)), max_size=2, unique=True))
    return NetworkPlan(
        draw(st.integers(0, 1000)), tuple(ensembles), tuple(connections), tuple(sources)
    )
