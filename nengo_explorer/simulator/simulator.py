"""The simulator that users see."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Self

from nengo_explorer.simulator.parameter_calls import ParameterCalls
from nengo_explorer.simulator.run_calls import RunCalls
from nengo_explorer.simulator.training_calls import TrainingCalls
from nengo_explorer.simulator.trial_calls import TrialCalls

if TYPE_CHECKING:
    from types import TracebackType


class Simulator(RunCalls, TrainingCalls, TrialCalls, ParameterCalls):
    """Simulates and trains a Nengo network with TensorFlow.

    Settings of the network (see `nengo_explorer.configure_settings`) are read at every call, so a
    change takes effect at the next one, and trained parameters survive it.

    Parameters
    ----------
    network : Network or None
        The network; None if ``model`` is complete.
    dt : float, default: 0.001
        Length of a step, in seconds.
    seed : int, optional
        Seed of processes that have none of their own. By default the network's seed plus one, or
        random if the network has none.
    model : Model, optional
        A built model, or one to build into.
    device : str, optional
        TensorFlow device to run on, such as "/cpu:0"; by default TensorFlow chooses.
    unroll_simulation : int, default: 1
        Steps in one body of the simulation's loop.
    minibatch_size : int, optional
        Number of items simulated side by side; recorded data then have a first axis of items. None
        simulates one item without that axis.
    progress_bar : bool or ProgressBar, default: True
        Whether long builds and runs show their progress.
    optimize : bool, default: True
        As in Nengo: whether operators are merged and simplified. True does what the options
        ``planner``, ``sorter`` and ``simplifications`` say. False ignores these and runs Nengo's
        operators one by one, which helps to find out whether merging is at fault. Numbers are the
        same within rounding. Unlike in Nengo, False is rarely quicker, not even for short runs,
        because it leaves more to compile.

    Raises
    ------
    ValidationError
        If an argument is invalid.
    BuildError
        If the network or its settings cannot be built.

    Attributes
    ----------
    network : Network or None
        The simulated network.
    data : SimulationData
        Recorded probes and present parameters, by object.
    signals : SignalValues
        Present values of the signals that Nengo built, read-only.
    minibatch_size : int or None
        As given.
    unroll : int
        As given in ``unroll_simulation``.
    optimize : bool
        As given.
    closed : bool
        Whether it was closed.
    lock : RLock
        Held while anything is built, simulated or trained.
    observers : list of callable
        Called with "run", "reset", "fit" or "rebuild" after such an event, and with "fit begins"
        before a training.
    """

    def reset(
        self,
        seed: int | None = None,
        include_trainable: bool = True,
        include_probes: bool = True,
        include_processes: bool = True,
    ) -> None:
        """Go back to the start.

        Parameters
        ----------
        seed : int, optional
            New seed of processes; the present one if None.
        include_trainable : bool, default: True
            Whether trained and learned parameters go back to what was built.
        include_probes : bool, default: True
            Whether recorded data are dropped.
        include_processes : bool, default: True
            Whether processes start again.
        """
        self._check_open("reset")
        with self.lock:
            if seed is not None:
                self._engine.seed = seed
            self._engine.reset(parameters=include_trainable, sources=include_processes)
            if include_trainable:
                self._training.push()
            if include_probes:
                self._recorder.clear()
                self._recorded_steps.clear()
        self._notify("reset")

    def soft_reset(self, include_trainable: bool = False, include_probes: bool = False) -> None:
        """Go back to the start, but keep parameters and recorded data.

        Deprecated: the same as `reset`, with other defaults and processes that go on.

        Parameters
        ----------
        include_trainable : bool, default: False
            Whether trained and learned parameters go back to what was built.
        include_probes : bool, default: False
            Whether recorded data are dropped.
        """
        self._check_open("soft_reset")
        warnings.warn(
            f"soft_reset is deprecated; use reset(include_trainable={include_trainable}, "
            f"include_probes={include_probes}, include_processes=False).",
            DeprecationWarning,
            stacklevel=2,
        )
        self.reset(
            include_trainable=include_trainable,
            include_probes=include_probes,
            include_processes=False,
        )

    def __enter__(self) -> Self:
        self._check_open("with")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
