"""Small seeded networks, each with many probes, that exercise one part of Nengo."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Part = tuple[nengo.Network, dict[str, nengo.Probe]]


def wave(t: float) -> float:
    """A smooth input that crosses zero on no step."""
    return float(np.sin(37.1 * t + 0.3))


def neurons() -> Part:
    """Every neuron type, all driven by the same input."""
    types: dict[str, Any] = {
        "LIF": nengo.LIF(),
        "LIF with other constants": nengo.LIF(tau_rc=0.03, tau_ref=0.001, amplitude=0.5),
        "LIF with voltages at the start": nengo.LIF(
            initial_state={"voltage": nengo.dists.Uniform(0, 1)}
        ),
        "LIFRate": nengo.LIFRate(),
        "LIFRate with other constants": nengo.LIFRate(tau_rc=0.01, tau_ref=0.001, amplitude=2),
        "RectifiedLinear": nengo.RectifiedLinear(amplitude=0.7),
        "SpikingRectifiedLinear": nengo.SpikingRectifiedLinear(),
        "Sigmoid": nengo.Sigmoid(),
        "Tanh": nengo.Tanh(),
    }
    probes = {}
    with nengo.Network(seed=11) as net:
        stimulus = nengo.Node(wave)
        for number, (name, neuron_type) in enumerate(types.items()):
            ensemble = nengo.Ensemble(7, 1, neuron_type=neuron_type, seed=number)
            nengo.Connection(stimulus, ensemble, synapse=None)
            spiking = neuron_type.spiking
            activity = nengo.Probe(ensemble.neurons, synapse=None)
            probes[f"{name} {'spikes' if spiking else 'rates'}"] = activity
            if spiking:
                probes[f"{name} voltage of spiking"] = nengo.Probe(ensemble.neurons, "voltage")
                probes[f"{name} decoded from spiking"] = nengo.Probe(ensemble, synapse=0.01)
            else:
                probes[f"{name} decoded"] = nengo.Probe(ensemble, synapse=0.01)
        direct = nengo.Ensemble(1, 2, neuron_type=nengo.Direct())
        result = nengo.Node(size_in=1)
        nengo.Connection(stimulus, direct, transform=[[1], [0.5]], synapse=None)
        nengo.Connection(direct, result, function=lambda x: x[0] * x[1], synapse=0.005)
        probes["Direct"] = nengo.Probe(direct)
        probes["Direct with function"] = nengo.Probe(result)
    return net, probes


def nodes() -> Part:
    """Nodes without Python functions of their input."""
    with nengo.Network(seed=12) as net:
        outputs = {
            "constant": [0.5, -1.0],
            "function": lambda t: [wave(t), t],
            "WhiteSignal": nengo.processes.WhiteSignal(1.0, high=20, seed=3),
            "WhiteNoise": nengo.processes.WhiteNoise(seed=4),
            "FilteredNoise": nengo.processes.FilteredNoise(seed=5),
            "PresentInput": nengo.processes.PresentInput([[1.0], [-2.0]], 0.0105),
            "Piecewise": nengo.processes.Piecewise({0.0105: 1, 0.0505: [-1.5]}),
        }
        made = {name: nengo.Node(output, label=name) for name, output in outputs.items()}
        probes = {name: nengo.Probe(node) for name, node in made.items()}
        through = nengo.Node(size_in=2)
        nengo.Connection(made["function"], through, synapse=None)
        nengo.Connection(made["constant"], through[::-1], synapse=0.01)
        probes["passthrough"] = nengo.Probe(through)
        filtering = nengo.Node(nengo.Lowpass(0.01), size_in=1)
        nengo.Connection(made["function"][0], filtering, synapse=None)
        probes["process with input"] = nengo.Probe(filtering)
    return net, probes


def python_nodes() -> Part:
    """Nodes that compute in Python what they get."""
    seen: list[float] = []

    def remember(t: float, x: Any) -> float:
        if t <= 0.001:
            seen.clear()
        seen.append(float(x[0]))
        return sum(seen) / len(seen)

    with nengo.Network(seed=13) as net:
        stimulus = nengo.Node(wave)
        square = nengo.Node(lambda t, x: x**2 + t, size_in=2, size_out=2)
        memory = nengo.Node(remember, size_in=1, size_out=1)
        sink = nengo.Node(lambda _t, _x: None, size_in=1)
        ensemble = nengo.Ensemble(10, 2, neuron_type=nengo.LIFRate())
        nengo.Connection(stimulus, square, transform=[[1], [-0.5]], synapse=None)
        nengo.Connection(square, ensemble, synapse=0.005)
        nengo.Connection(ensemble[1], memory)
        nengo.Connection(memory, square[0], synapse=0.01)
        nengo.Connection(memory, sink)
        probes = {
            "function of input": nengo.Probe(square),
            "function with memory": nengo.Probe(memory),
            "ensemble behind a function": nengo.Probe(ensemble, synapse=0.01),
        }
    return net, probes


def connections() -> Part:
    """Transforms, slices, functions and connections of neurons."""
    rng = np.random.RandomState(14)
    rate = nengo.LIFRate()
    with nengo.Network(seed=14) as net:
        stimulus = nengo.Node(lambda t: [wave(t), 0.5 * wave(2 * t), -wave(t)])
        pre = nengo.Ensemble(12, 3, neuron_type=rate)
        nengo.Connection(stimulus, pre, synapse=None)
        probes = {}

        def target(name: str, size: int) -> nengo.Node:
            node = nengo.Node(size_in=size)
            probes[name] = nengo.Probe(node)
            return node

        def link(name: str, source: Any, size: int, **arguments: Any) -> None:
            nengo.Connection(source, target(name, size), synapse=None, **arguments)

        link("scalar transform", pre, 3, transform=-0.5)
        link("dense transform", pre, 2, transform=rng.uniform(-1, 1, (2, 3)))
        link("function", pre, 1, function=np.prod)
        link("function of slice", pre[:2], 1, function=lambda x: x[0] - x[1] ** 2)
        link("function and transform", pre, 2, function=np.square, transform=[[1, 0, 1], [0, 2, 0]])
        link("slice", pre[1:], 2)
        link("slice backwards", pre[::-1], 3)
        link("slice by list", pre[[2, 0]], 2)
        link("node slice", stimulus[[1, 1, 0]], 3)
        link("node transform", stimulus, 2, transform=rng.uniform(-1, 1, (2, 3)))
        link("neurons", pre.neurons, 12)
        link("neurons slice", pre.neurons[2:7:2], 3)
        link("neurons transform", pre.neurons, 2, transform=rng.uniform(-1e-2, 1e-2, (2, 12)))
        into = target("into slices", 4)
        nengo.Connection(pre[0], into[2], synapse=None)
        nengo.Connection(pre[1:], into[[3, 0]], synapse=0.01)
        for name, source, arguments in (
            ("weights", pre, {"solver": nengo.solvers.LstsqL2(weights=True)}),
            ("decoders given", pre, {"solver": nengo.solvers.NoSolver(rng.rand(12, 2) * 1e-2)}),
        ):
            post = nengo.Ensemble(9, 2, neuron_type=rate)
            nengo.Connection(source, post, function=lambda x: x[:2], **arguments)
            probes[name] = nengo.Probe(post.neurons)
        post = nengo.Ensemble(9, 1, neuron_type=rate)
        weights = rng.uniform(-1e-2, 1e-2, (9, 12))
        nengo.Connection(pre.neurons, post.neurons, transform=weights, synapse=0.005)
        nengo.Connection(stimulus[:2], post.neurons[3:5], synapse=None)
        nengo.Connection(post, post, synapse=0.02, transform=0.8)
        probes["neurons to neurons"] = nengo.Probe(post.neurons)
    return net, probes


def synapses() -> Part:
    """Every kind of filter, on connections and on probes."""
    kinds: dict[str, Any] = {
        "none": None,
        "Lowpass": nengo.Lowpass(0.008),
        "Lowpass of no length": nengo.Lowpass(0),
        "Alpha": nengo.Alpha(0.006),
        "LinearFilter of first order": nengo.LinearFilter([2.0], [0.005, 1.0]),
        "LinearFilter of second order": nengo.LinearFilter([0.01, 1.0], [1e-4, 0.02, 1.0]),
        "Triangle": nengo.synapses.Triangle(0.009),
    }
    probes = {}
    with nengo.Network(seed=15) as net:
        stimulus = nengo.Node(lambda t: [wave(t), 1.0])
        ensemble = nengo.Ensemble(9, 2, neuron_type=nengo.LIFRate())
        nengo.Connection(stimulus, ensemble, synapse=None)
        for name, synapse in kinds.items():
            node = nengo.Node(size_in=2)
            nengo.Connection(stimulus, node, synapse=synapse)
            probes[f"{name} on a connection"] = nengo.Probe(node)
            probes[f"{name} on a probe"] = nengo.Probe(ensemble, synapse=synapse)
            probes[f"{name} on neurons"] = nengo.Probe(ensemble.neurons[:4], synapse=synapse)
    return net, probes


def probes() -> Part:
    """Probes on everything that can be probed, and with intervals."""
    with nengo.Network(seed=16) as net:
        stimulus = nengo.Node(lambda t: [wave(t), -0.5])
        ensemble = nengo.Ensemble(9, 2)
        rate = nengo.Ensemble(9, 2, neuron_type=nengo.LIFRate())
        nengo.Connection(stimulus, ensemble, synapse=None)
        connection = nengo.Connection(stimulus, rate, synapse=0.005, transform=[[1, 0], [0.5, 1]])
        decoded = nengo.Connection(rate, rate, synapse=0.05, transform=0.5)
        made = {
            "node every step": nengo.Probe(stimulus),
            "every 0.002 s": nengo.Probe(stimulus, sample_every=0.002),
            "every 0.0025 s": nengo.Probe(stimulus, sample_every=0.0025),
            "every 0.01 s filtered": nengo.Probe(rate, sample_every=0.01, synapse=0.02),
            "input": nengo.Probe(ensemble, "input"),
            "input of neurons": nengo.Probe(ensemble.neurons, "input"),
            "slice": nengo.Probe(rate[1], synapse=0.01),
            "slice of neurons": nengo.Probe(rate.neurons[::3]),
            "input of a connection": nengo.Probe(connection, "input"),
            "output of a connection": nengo.Probe(connection, "output"),
            "weights": nengo.Probe(decoded, "weights"),
            "weights every 0.03 s": nengo.Probe(decoded, "weights", sample_every=0.03),
            "spikes every 0.005 s": nengo.Probe(ensemble.neurons, sample_every=0.005),
        }
    return net, made


def learning() -> Part:
    """Learning rules, which change weights and encoders during the run."""
    with nengo.Network(seed=17) as net:
        stimulus = nengo.Node(wave)
        pre = nengo.Ensemble(12, 1, neuron_type=nengo.LIFRate())
        post = nengo.Node(size_in=1)
        error = nengo.Node(size_in=1)
        nengo.Connection(stimulus, pre, synapse=None)
        pes = nengo.Connection(
            pre, post, function=lambda _x: 0, learning_rule_type=nengo.PES(2e-4), synapse=0.005
        )
        nengo.Connection(post, error)
        nengo.Connection(stimulus, error, transform=-1)
        nengo.Connection(error, pes.learning_rule)
        hebbian = nengo.Ensemble(6, 1, neuron_type=nengo.LIFRate())
        rules = {"BCM": nengo.BCM(1e-9), "Oja": nengo.Oja(1e-6)}
        made = {
            "PES output": nengo.Probe(post),
            "PES weights": nengo.Probe(pes, "weights", sample_every=0.01),
            "PES error": nengo.Probe(error, synapse=0.01),
            "PES delta": nengo.Probe(pes.learning_rule, "delta"),
        }
        for name, rule in rules.items():
            weights = np.full((6, 12), 1e-3)
            connection = nengo.Connection(
                pre.neurons, hebbian.neurons, transform=weights, learning_rule_type=rule
            )
            made[f"{name} weights"] = nengo.Probe(connection, "weights", sample_every=0.01)
        voja = nengo.Connection(pre, hebbian, learning_rule_type=nengo.Voja(learning_rate=1e-2))
        made["Voja encoders"] = nengo.Probe(voja.learning_rule, "scaled_encoders")
        made["hebbian rates"] = nengo.Probe(hebbian.neurons)
    return net, made


def library() -> Part:
    """Networks that come with Nengo."""
    with nengo.Network(seed=18) as net:
        net.config[nengo.Ensemble].neuron_type = nengo.LIFRate()
        stimulus = nengo.Node(lambda t: [wave(t), 0.7, -0.3])
        array = nengo.networks.EnsembleArray(8, 3)
        array.add_output("square", np.square)
        product = nengo.networks.Product(8, 2)
        memory = nengo.networks.InputGatedMemory(12, 2)
        convolution = nengo.networks.CircularConvolution(4, 3)
        ganglia = nengo.networks.BasalGanglia(3)
        nengo.Connection(stimulus, array.input, synapse=None)
        nengo.Connection(array.output[:2], product.input_a)
        nengo.Connection(array.square[1:], product.input_b)
        nengo.Connection(product.output, memory.input)
        nengo.Connection(array.output, convolution.input_a)
        nengo.Connection(stimulus, convolution.input_b)
        nengo.Connection(stimulus, ganglia.input)
        outputs = {
            "EnsembleArray": array.output,
            "EnsembleArray with function": array.square,
            "Product": product.output,
            "InputGatedMemory": memory.output,
            "CircularConvolution": convolution.output,
            "BasalGanglia": ganglia.output,
        }
        made = {name: nengo.Probe(obj, synapse=0.01) for name, obj in outputs.items()}
    return net, made


def dynamics() -> Part:
    """A spiking integrator, what it drives, and an oscillator."""
    with nengo.Network(seed=19) as net:
        stimulus = nengo.Node(lambda t: 1.0 if t < 0.0405 else 0.0)
        memory = nengo.Ensemble(30, 1)
        out = nengo.Ensemble(20, 1, neuron_type=nengo.SpikingRectifiedLinear())
        nengo.Connection(stimulus, memory, transform=0.1, synapse=0.05)
        nengo.Connection(memory, memory, synapse=0.05)
        nengo.Connection(memory, out, function=np.square)
        oscillator = nengo.Ensemble(30, 2, neuron_type=nengo.LIFRate())
        turn = [[1.0, 1.5], [-1.5, 1.0]]
        nengo.Connection(oscillator, oscillator, transform=turn, synapse=0.05)
        nengo.Connection(stimulus, oscillator[0])
        made = {
            "spikes of a memory": nengo.Probe(memory.neurons),
            "memory of spiking": nengo.Probe(memory, synapse=0.02),
            "spikes behind it": nengo.Probe(out.neurons),
            "oscillator": nengo.Probe(oscillator, synapse=0.01),
        }
    return net, made


PARTS: Mapping[str, Callable[[], Part]] = MappingProxyType(
    {
        part.__name__: part
        for part in (
            neurons,
            nodes,
            python_nodes,
            connections,
            synapses,
            probes,
            learning,
            library,
            dynamics,
        )
    }
)
