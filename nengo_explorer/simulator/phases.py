"""The same input in both phases: neurons as rates, as in training, and with spikes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from nengo.exceptions import SimulationError

from nengo_explorer.simulator.engine import Engine
from nengo_explorer.simulator.sources import Clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    import nengo
    import numpy.typing as npt

    from nengo_explorer.settings import GlobalSettings

    Array = npt.NDArray[Any]


class Phases(NamedTuple):
    """What a probe sees in both phases.

    Attributes
    ----------
    rates : (items, n_steps, ...) ndarray
        In training mode: spiking neurons run as rate neurons.
    spikes : (items, n_steps, ...) ndarray
        In inference mode.
    """

    rates: Array
    spikes: Array


class _PhaseEngine(Engine):
    """A copy of a live engine, at its start, whose phase is not for settings to choose.

    Parameters
    ----------
    live : Engine
        The live simulation; it is only read.
    """

    def __init__(self, live: Engine) -> None:
        self.training = False
        super().__init__(
            live.network,
            live.model if live.network is None else None,
            dt=live.model.dt,
            seed=live.seed,
            items=live.items,
            unroll=live.unroll,
            optimize=live.optimize,
            dtype=live.dtype,
        )
        self.replace_parameters(live.all_parameters())

    def present_settings(self) -> GlobalSettings:
        """Settings of the network, with the phase of this engine."""
        settings = super().present_settings()
        return replace(settings, learning_phase=self.training, stateful=True, use_loop=True)

    def keep_history(self) -> list[bool]:
        """All probes keep every step: there would be nothing to compare."""
        return [True] * len(self.model.probes)

    def own_inputs(self, given: Mapping[nengo.Node, Array], n_steps: int) -> dict[Any, Array]:
        """Output of all input Nodes: evaluated once, so that both phases have the same."""
        clock = Clock(self.n_steps, n_steps, self.model.dt)
        inputs = dict(given)
        for source in self.built.sources:
            if source.node is not None and source.node not in inputs:
                values = source.evaluate(clock, self.items, self.dtype)[:, :, : source.size]
                inputs[source.node] = np.ascontiguousarray(values.transpose(1, 0, 2))
        return inputs

    def recorded(self, n_steps: int, inputs: dict[Any, Array]) -> dict[nengo.Probe, Array]:
        """Simulate from the start."""
        self.reset(parameters=False, sources=True)
        parts: dict[nengo.Probe, list[Array]] = {probe: [] for probe in self.model.probes}
        for chunk in self.simulation.simulate(n_steps, inputs, stateful=True):
            for probe, values in chunk.recorded.items():
                parts[probe].append(np.array(values))
        return {probe: np.concatenate(chunks, axis=1) for probe, chunks in parts.items()}


def compare_phases(
    live: Engine, n_steps: int, given: Mapping[nengo.Node, Array]
) -> dict[nengo.Probe, Phases]:
    """Simulate a copy in both phases, with the same input and the present parameters.

    Parameters
    ----------
    live : Engine
        The live simulation; it is only read.
    n_steps : int
        Number of steps, from the start.
    given : dict of Node to ndarray
        Replaces the output of input Nodes, (items or 1, n_steps, size).

    Raises
    ------
    SimulationError
        If the network is set to ``inference_only``.
    """
    if live.present_settings().inference_only:
        raise SimulationError(
            "the network is set to inference_only=True, so it has no training phase to compare "
            "with. Set inference_only=False; parameters are kept."
        )
    engine = _PhaseEngine(live)
    inputs = engine.own_inputs(given, n_steps)
    spikes = engine.recorded(n_steps, inputs)
    engine.training = True
    rates = engine.recorded(n_steps, inputs)
    return {probe: Phases(rates[probe], spikes[probe]) for probe in spikes}
