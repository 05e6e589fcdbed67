"""See and change how a Nengo network is trained and simulated, and watch what the change does."""

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from nengo_explorer._lazy import lazy_names

if TYPE_CHECKING:
    from nengo_explorer import config, explorer, graph_optimizer, settings, simulator
    from nengo_explorer.explorer import Explorer, TrainingTask
    from nengo_explorer.settings import (
        configure_settings,
        explain,
        get_setting,
        resolve_trainable,
    )
    from nengo_explorer.simulator import Simulator, callbacks, dists, losses, neurons
    from nengo_explorer.simulator.layer import Layer, tensor_layer
    from nengo_explorer.simulator.neurons import LeakyReLU, SoftLIFRate, SpikingLeakyReLU
    from nengo_explorer.simulator.tensor_node import TensorNode

__all__ = [
    "Explorer",
    "Layer",
    "LeakyReLU",
    "Simulator",
    "SoftLIFRate",
    "SpikingLeakyReLU",
    "TensorNode",
    "TrainingTask",
    "callbacks",
    "config",
    "configure_settings",
    "dists",
    "explain",
    "explorer",
    "get_setting",
    "graph_optimizer",
    "losses",
    "neurons",
    "resolve_trainable",
    "settings",
    "simulator",
    "tensor_layer",
]

try:
    __version__ = version("nengo-explorer")
except PackageNotFoundError:  # a copy of the source that was never installed
    __version__ = "0+unknown"

# Nothing heavy is imported before it is used: the tree is on screen before TensorFlow is loaded.
__getattr__, _names = lazy_names(
    __name__,
    {
        "Explorer": "nengo_explorer.explorer",
        "Layer": "nengo_explorer.simulator.layer",
        "LeakyReLU": "nengo_explorer.simulator.neurons",
        "Simulator": "nengo_explorer.simulator.simulator",
        "SoftLIFRate": "nengo_explorer.simulator.neurons",
        "SpikingLeakyReLU": "nengo_explorer.simulator.neurons",
        "TensorNode": "nengo_explorer.simulator.tensor_node",
        "TrainingTask": "nengo_explorer.explorer",
        "callbacks": "nengo_explorer.simulator.callbacks",
        "config": "nengo_explorer.config",
        "configure_settings": "nengo_explorer.settings",
        "dists": "nengo_explorer.simulator.dists",
        "explain": "nengo_explorer.settings",
        "explorer": "nengo_explorer.explorer",
        "get_setting": "nengo_explorer.settings",
        "graph_optimizer": "nengo_explorer.graph_optimizer",
        "losses": "nengo_explorer.simulator.losses",
        "neurons": "nengo_explorer.simulator.neurons",
        "resolve_trainable": "nengo_explorer.settings",
        "settings": "nengo_explorer.settings",
        "simulator": "nengo_explorer.simulator",
        "tensor_layer": "nengo_explorer.simulator.layer",
    },
    missing={
        "Converter": "Keras models cannot be converted to networks yet. Build the network with "
        "Nengo, or put Keras layers into it by TensorNode or Layer.",
    },
)


def __dir__() -> list[str]:
    return [*_names, "__version__"]
