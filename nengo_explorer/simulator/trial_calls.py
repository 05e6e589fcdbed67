"""Trying things out without changing anything: what users call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nengo_explorer.simulator.core import SimulatorCore

if TYPE_CHECKING:
    import nengo

    from nengo_explorer.simulator.training_step import ParameterStep


class TrialCalls(SimulatorCore):
    """The part of a simulator that tries things out, on copies."""

    @property
    def loss_probes(self) -> list[nengo.Probe]:
        """Probes that have a loss since the last `compile`; empty before."""
        return self._training.loss_probes

    def try_training_step(
        self, x: Any = None, y: Any = None, n_steps: int | None = None, **kwargs: Any
    ) -> tuple[float, list[ParameterStep]]:
        """Take one step of training on a copy, with the first minibatch of some data.

        Nothing of the simulator changes: neither parameters nor the optimizer, state or data.

        Parameters
        ----------
        x, y, n_steps
            As for `fit`.
        **kwargs
            ``batch_size``, as for `fit`.

        Returns
        -------
        loss : float
            Loss of the minibatch before the step.
        steps : list of ParameterStep
            One for each parameter of the network, in the order of its objects.

        Raises
        ------
        RuntimeError
            If `compile` was not called.
        SimulationError
            If the network is set to ``inference_only``.
        ValidationError
            If data do not fit the network.
        """
        self._check_open("try_training_step")
        with self.lock:
            return self._training.try_step(x, y, n_steps, **kwargs)
