"""Neuron types, processes, synapses and operators as users write them, and networks with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
from nengo.builder import Builder, Operator, Signal
from nengo.params import NumberParam

from tests.simulator.helpers import configured

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    Array = npt.NDArray[Any]


class Resting(nengo.neurons.NeuronType):
    """Puts out the square of its current, and less the more it has put out before."""

    state: Mapping[str, Any] = {"fatigue": nengo.dists.Choice([0])}
    cost = NumberParam("cost")

    def __init__(self, cost: float = 0.1) -> None:
        super().__init__()
        self.cost = cost

    def rates(self, x: Array, gain: Array, bias: Array) -> Array:
        return np.asarray(np.square(self.current(x, gain, bias)))

    def step(self, dt: float, J: Array, output: Array, fatigue: Array) -> None:  # noqa: N803
        del dt
        output[...] = np.square(J) / (1 + fatigue)
        fatigue += self.cost * output


class FasterLIF(nengo.LIF):
    """A subclass that steps differently from its base class."""

    def step(self, dt: float, J: Array, output: Array, **state: Array) -> None:  # noqa: N803
        super().step(dt, 2 * J, output, **state)


class Echo(nengo.Process):
    """Puts out what came in some steps ago, plus noise."""

    def __init__(self, steps: int, noise: float = 0, **arguments: Any) -> None:
        super().__init__(default_size_in=2, default_size_out=2, **arguments)
        self.steps = steps
        self.noise = noise

    def make_state(
        self, shape_in: Any, shape_out: Any, dt: float, dtype: Any = None
    ) -> dict[str, Array]:
        del shape_out, dt
        return {"past": np.zeros((self.steps, *shape_in), dtype=dtype)}

    def make_step(
        self, shape_in: Any, shape_out: Any, dt: float, rng: Any, state: dict[str, Array]
    ) -> Callable[[float, Array], Array]:
        del shape_in, dt
        past = state["past"]

        def step(t: float, x: Array) -> Array:
            del t
            out: Array = past[-1] + self.noise * rng.randn(*shape_out)
            past[1:] = past[:-1].copy()
            past[0] = x
            return out

        return step


class Doubling(nengo.synapses.Synapse):
    """No memory: twice the input."""

    def make_state(
        self, shape_in: Any, shape_out: Any, dt: float, dtype: Any = None, y0: float = 0
    ) -> dict[str, Array]:
        del shape_in, shape_out, dt, dtype, y0
        return {}

    def make_step(
        self, shape_in: Any, shape_out: Any, dt: float, rng: Any, state: dict[str, Array]
    ) -> Callable[[float, Array], Array]:
        del shape_in, shape_out, dt, rng, state
        return lambda _t, x: 2 * x


class Decay(Operator):
    """Adds to a signal and lets another one fall off: sets, incs, reads and updates at once."""

    def __init__(self, source: Signal, target: Signal, trace: Signal) -> None:
        super().__init__()
        no_signals: list[Signal] = []
        self.sets, self.incs = no_signals, [target]
        self.reads, self.updates = [source], [trace]

    def make_step(self, signals: Mapping[Signal, Array], dt: float, rng: Any) -> Callable[[], None]:
        del dt, rng
        source, target, trace = (signals[s] for s in (*self.reads, *self.incs, *self.updates))

        def step() -> None:
            target[...] += source + trace
            trace[...] = 0.5 * trace + source

        return step


class DecayingNode(nengo.Network):
    """Marks where the builder below puts the operator."""


@Builder.register(DecayingNode)
def build_decaying_node(model: Any, network: DecayingNode) -> None:
    nengo.builder.network.build_network(model, network)
    pre, post = network.nodes
    trace = Signal(np.zeros(2), name="trace")
    model.add_op(Decay(model.sig[pre]["out"], model.sig[post]["in"], trace))


def wave(t: float) -> Array:
    return np.asarray(np.sin(40 * t + np.arange(2)))


def neurons(neuron_type: Any) -> nengo.Network:
    net = configured()
    with net:
        node = nengo.Node(wave)
        ensemble = nengo.Ensemble(
            8, 2, neuron_type=neuron_type, gain=np.ones(8), bias=np.linspace(0.5, 2, 8)
        )
        nengo.Connection(node, ensemble)
        nengo.Probe(ensemble.neurons)
        nengo.Probe(ensemble.neurons, next(iter(neuron_type.state)))
    return net


def process(part: nengo.Process) -> nengo.Network:
    net = configured()
    with net:
        node, other = nengo.Node(wave), nengo.Node(part)
        nengo.Connection(node, other, synapse=None)
        nengo.Probe(other)
    return net


def synapse() -> nengo.Network:
    net = configured()
    with net:
        node, end = nengo.Node(wave), nengo.Node(size_in=2)
        nengo.Connection(node, end, synapse=Doubling())
        nengo.Probe(end, synapse=Doubling())
    return net


def operator() -> nengo.Network:
    net = configured()
    with net, DecayingNode():
        nengo.Node(wave)
        nengo.Probe(nengo.Node(size_in=2))
    return net


PARTS = {
    "Resting": lambda: neurons(Resting()),
    "FasterLIF": lambda: neurons(FasterLIF()),
    "Echo": lambda: process(Echo(3)),
    "Doubling": synapse,
    "Decay": operator,
}
