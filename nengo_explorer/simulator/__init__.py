"""Simulation and training of Nengo networks with TensorFlow."""

from typing import TYPE_CHECKING

from nengo_explorer._lazy import lazy_names

if TYPE_CHECKING:
    from nengo_explorer.simulator import callbacks, dists, losses, neurons
    from nengo_explorer.simulator.simulator import Simulator

__all__ = ["Simulator", "callbacks", "dists", "losses", "neurons"]

# Neuron types and dists are of use without TensorFlow, so it is not loaded for them.
__getattr__, _names = lazy_names(
    __name__,
    {
        "Simulator": "nengo_explorer.simulator.simulator",
        "callbacks": "nengo_explorer.simulator.callbacks",
        "dists": "nengo_explorer.simulator.dists",
        "losses": "nengo_explorer.simulator.losses",
        "neurons": "nengo_explorer.simulator.neurons",
    },
)


def __dir__() -> list[str]:
    return _names
