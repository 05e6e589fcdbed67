"""Simulation and training of Nengo networks with TensorFlow."""

from typing import TYPE_CHECKING

from nengo_explorer._lazy import lazy_names

if TYPE_CHECKING:
    from nengo_explorer.simulator import callbacks, dists, losses, neurons
    from nengo_explorer.simulator.ops.base import BuildContext, Lowering, StepContext, Write
    from nengo_explorer.simulator.ops.neuron_form import NeuronForm
    from nengo_explorer.simulator.ops.registry import (
        NoGradientWarning,
        register_lowering,
        unregister_lowering,
    )
    from nengo_explorer.simulator.simulator import Simulator

__all__ = [
    "BuildContext",
    "Lowering",
    "NeuronForm",
    "NoGradientWarning",
    "Simulator",
    "StepContext",
    "Write",
    "callbacks",
    "dists",
    "losses",
    "neurons",
    "register_lowering",
    "unregister_lowering",
]

# Neuron types and dists are of use without TensorFlow, so it is not loaded for them.
__getattr__, _names = lazy_names(
    __name__,
    {
        "BuildContext": "nengo_explorer.simulator.ops.base",
        "Lowering": "nengo_explorer.simulator.ops.base",
        "NeuronForm": "nengo_explorer.simulator.ops.neuron_form",
        "NoGradientWarning": "nengo_explorer.simulator.ops.registry",
        "Simulator": "nengo_explorer.simulator.simulator",
        "StepContext": "nengo_explorer.simulator.ops.base",
        "Write": "nengo_explorer.simulator.ops.base",
        "callbacks": "nengo_explorer.simulator.callbacks",
        "dists": "nengo_explorer.simulator.dists",
        "losses": "nengo_explorer.simulator.losses",
        "neurons": "nengo_explorer.simulator.neurons",
        "register_lowering": "nengo_explorer.simulator.ops.registry",
        "unregister_lowering": "nengo_explorer.simulator.ops.registry",
    },
)


def __dir__() -> list[str]:
    return _names
