"""Two small networks that many tests use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import numpy as np

from tests.simulator.helpers import configured

if TYPE_CHECKING:
    import numpy.typing as npt

    from nengo_explorer.simulator import Simulator

    Array = npt.NDArray[Any]


class TwoInputs:
    """Two inputs, an ensemble, a connection and two probes."""

    def __init__(self) -> None:
        self.net = configured()
        with self.net:
            self.first = nengo.Node(lambda t: np.round(t * 1000), label="first in")
            self.second = nengo.Node([0.5, -0.5], label="second")
            self.ensemble = nengo.Ensemble(6, 2, neuron_type=nengo.LIFRate(), label="ens")
            self.out = nengo.Node(size_in=1, label="out")
            nengo.Connection(self.second, self.ensemble, synapse=None)
            self.connection = nengo.Connection(self.ensemble[0], self.out, synapse=None)
            self.counted = nengo.Probe(self.first, label="counted")
            self.decoded = nengo.Probe(self.out)


N_STEPS = 4
ITEMS = 6


class TrainedLayer:
    """Two inputs, a hidden layer, and a probe; or a second one behind a connection of its own."""

    def __init__(self, *, with_other: bool = False, **options: Any) -> None:
        self.net = configured(**options)
        with self.net:
            self.node = nengo.Node(size_in=0, output=np.zeros(2), label="node")
            self.hidden = nengo.Ensemble(10, 2, neuron_type=nengo.LIF(), label="hidden")
            self.out = nengo.Node(size_in=1, label="out")
            self.into = nengo.Connection(
                self.node, self.hidden, transform=[[1, 0.2], [0, 1]], synapse=None
            )
            self.first = nengo.Connection(self.hidden[0], self.out, synapse=None)
            self.probe = nengo.Probe(self.out, label="p")
            if with_other:
                self.other = nengo.Node(size_in=2, label="other")
                self.second = nengo.Connection(self.hidden, self.other, synapse=None)
                self.probe_of_other = nengo.Probe(self.other, label="q")
        rng = np.random.RandomState(3)
        self.x = np.repeat(rng.uniform(-1, 1, (ITEMS, 1, 2)), N_STEPS, axis=1)
        self.y = np.prod(self.x, axis=2, keepdims=True)
        self.y_of_other = self.x[..., ::-1]

    def parameters(self, sim: Simulator) -> dict[str, Array]:
        """Copies of all parameters."""
        names = ("into", "first", "second")
        return {
            "encoders": np.array(sim.data[self.hidden].scaled_encoders),
            "bias": np.array(sim.data[self.hidden].bias),
            **{
                name: np.array(sim.data[connection].weights)
                for name, connection in zip(names, self.net.connections, strict=False)
            },
        }

    def compile(self, sim: Simulator, optimizer: Any = None, **arguments: Any) -> None:
        import keras

        arguments.setdefault("loss", {self.probe: "mse"})
        sim.compile(optimizer=optimizer or keras.optimizers.SGD(1e-7), **arguments)

    def fit(self, sim: Simulator, **arguments: Any) -> dict[str, list[float]]:
        """Losses and metrics by epoch."""
        arguments = {"y": {self.probe: self.y}, "verbose": 0, **arguments}
        history: dict[str, list[float]] = sim.fit({self.node: self.x}, **arguments).history
        return history


def moved(before: dict[str, Array], after: dict[str, Array]) -> set[str]:
    """Names of parameters that are not bit-identical."""
    return {name for name in before if not np.array_equal(before[name], after[name])}
