"""Networks of one Keras layer, and short ways to use them, for the tests of layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras  # noqa: TID253 - nodes are made of it
import nengo
import numpy as np

from nengo_explorer import Layer
from tests.simulator.helpers import configured

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]


def network_of(layer: keras.Layer, size: int = 2, **options: Any) -> tuple[nengo.Network, Any]:
    """An input Node, a TensorNode with a layer behind it, and a probe of that."""
    net = configured(**options)
    with net:
        source = nengo.Node(np.linspace(-1, 1, size), label="source")
        node = Layer(layer)(source, label="node")
        nengo.Probe(node, label="probe")
    return net, source


def predicted(sim: Any, source: Any, data: Array) -> Array:
    return np.asarray(sim.predict({source: data}, verbose=0)[sim.network.probes[0]])


def paths_of(sim: Any) -> list[str]:
    """Variables by object and parameter; Keras puts the name of the model in between."""
    return [v.path for v in sim.keras_model.trainable_variables]


def numbers(*shape: int) -> Array:
    return np.random.default_rng(0).normal(size=shape)


def trained(sim: Any, source: Any, data: Array, **arguments: Any) -> Any:
    """Train towards ones."""
    probe = sim.network.probes[0]
    if getattr(sim.keras_model, "optimizer", None) is None:
        sim.compile(keras.optimizers.SGD(0.1), loss="mse")
    targets = np.ones((*data.shape[:2], probe.size_in))
    return sim.fit({source: data}, {probe: targets}, verbose=0, **arguments)


def small_model() -> keras.Sequential:
    return keras.Sequential(
        [
            keras.layers.Dense(3, activation="tanh"),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(1),
        ]
    )
