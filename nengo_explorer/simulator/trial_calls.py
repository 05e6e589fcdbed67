"""Trying things out without changing anything: what users call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nengo_explorer.simulator.core import SimulatorCore
from nengo_explorer.simulator.inputs import check_count, check_data, check_items, check_steps
from nengo_explorer.simulator.phases import compare_phases

if TYPE_CHECKING:
    import nengo
    import numpy.typing as npt

    from nengo_explorer.simulator.phases import Phases
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

    def compare_phases(self, n_steps: int, data: Any = None) -> dict[nengo.Probe, Phases]:
        """Simulate with rates and with spikes, with the same input, from the start, on a copy.

        Nothing of the simulator changes. All probes record every step.

        Parameters
        ----------
        n_steps : int
            Number of steps.
        data : dict of Node or str to array, optional
            Output of input Nodes, (minibatch_size or 1, n_steps, size_out); Nodes that are not
            named put out what they are defined to.

        Returns
        -------
        phases : dict of Probe to Phases
            ``rates`` and ``spikes``, each (minibatch_size or 1, n_steps, ...).

        Raises
        ------
        SimulationError
            If the network is set to ``inference_only``.
        ValidationError
            If data do not fit the network.
        """
        self._check_open("compare_phases")
        check_count(n_steps, "n_steps")
        with self.lock:
            self._training.pull()
            self._engine.update()
            checked = check_data(
                {} if data is None else data,
                self.node_inputs,
                self._names,
                what="input",
                dtype=self._engine.dtype,
            )
            if checked.arrays:
                check_steps(n_steps, checked)
                check_items(checked, self.minibatch_size or 1)
            return compare_phases(self._engine, int(n_steps), checked.arrays)

    def parameter_values(self) -> dict[tuple[Any, str], npt.NDArray[Any]]:
        """Present values of all parameters, copies.

        Returns
        -------
        values : dict of (object, str) to ndarray
            By object and "encoders", "bias" or "weights"; those that a learning rule changes have a
            first axis of items.
        """
        with self.lock:
            self._training.pull()
            values = self._engine.all_parameters()
            return {(p.owner, p.kind): values[p.path] for p in self._engine.built.parameters}
