"""The live part of a simulator: built network, parameters, state, compiled programs.

Everything that a call needs is brought up to date here, at the lowest cost: settings are read from
the network at each call, and only what a change touches is made anew.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from nengo_explorer.settings import GlobalSettings, global_settings, resolve_keep_history
from nengo_explorer.settings.network_settings import unoptimized
from nengo_explorer.simulator.build import build_model, plan_network, warn_of_unread_settings
from nengo_explorer.simulator.chunks import MOST_STEPS
from nengo_explorer.simulator.garbage import collection_put_off
from nengo_explorer.simulator.live_state import LiveState
from nengo_explorer.simulator.ops.base import StepContext
from nengo_explorer.simulator.ops.python_call import PythonFailure, PythonLowering
from nengo_explorer.simulator.parameters import Parameter, ParameterStore
from nengo_explorer.simulator.program import Program
from nengo_explorer.simulator.setting_checks import check_steps, check_together
from nengo_explorer.simulator.simulation import Simulation
from nengo_explorer.simulator.sources import Clock
from nengo_explorer.simulator.state import SimulationState, initial_state
from nengo_explorer.simulator.state_values import read_state, replace_in_state
from nengo_explorer.simulator.transfer import transfer_state

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import nengo
    import numpy.typing as npt
    from nengo.builder import Model

    from nengo_explorer.simulator.chunks import Chunk

    Array = npt.NDArray[Any]

#: Options whose change needs a new plan.
REBUILD_OPTIONS = (
    "dtype",
    "planner",
    "sorter",
    "simplifications",
    "inference_only",
    "use_loop",
)


class Engine:
    """Builds a network, keeps it up to date with its settings, and simulates it.

    Parameters
    ----------
    network : Network or None
        The network; None for a complete ``model``.
    model : Model or None
        A model to build into.
    dt : float
        Length of a step, in seconds.
    seed : int
        Seed of processes without a seed of their own.
    items : int
        Size of the minibatch.
    unroll : int
        Steps in one body of the loop.
    optimize : bool, default: True
        Whether operators are merged and simplified, as the settings say.
    dtype : str, optional
        In place of the precision that is set.
    """

    def __init__(
        self,
        network: nengo.Network | None,
        model: Model | None,
        *,
        dt: float,
        seed: int,
        items: int,
        unroll: int,
        optimize: bool = True,
        dtype: str | None = None,
    ) -> None:
        self.network = network
        self.items = items
        self.unroll = unroll
        self.optimize = optimize
        self.seed = seed
        self.failure = PythonFailure()
        settings = self.present_settings()
        if dtype is not None:
            settings = replace(settings, dtype=dtype)
        check_together(settings)
        with collection_put_off():
            self.model = build_model(network, model, dt, settings.dtype)
            self._plan(settings)
        if network is not None and dtype is None:
            warn_of_unread_settings(network)
        self.state = self.initial_state(items)
        self.reset_sources()
        self.after_rebuild: list[Callable[[], None]] = []

    # ---- settings -------------------------------------------------------------------------------

    def present_settings(self) -> GlobalSettings:
        """Settings of the network as they are now."""
        now = GlobalSettings() if self.network is None else global_settings(self.network)
        return now if self.optimize else unoptimized(now)

    @property
    def settings(self) -> GlobalSettings:
        """Settings that the present plan was made with."""
        return self.built.settings

    def rebuild_needed(self) -> tuple[str, ...]:
        """Options whose present value needs a new plan."""
        now = self.present_settings()
        return tuple(
            name for name in REBUILD_OPTIONS if getattr(now, name) != getattr(self.settings, name)
        )

    def update(self) -> GlobalSettings:
        """Bring the plan up to date, and return the settings in force.

        Parameters and, where signals agree, state are carried over.

        Raises
        ------
        BuildError
            If the new settings cannot be built; the old plan then stays.
        """
        now = self.present_settings()
        changed = self.rebuild_needed()
        if changed:
            check_together(now)
            self._rebuild(now, new_model="dtype" in changed)
        return now

    def _plan(self, settings: GlobalSettings) -> None:
        self.built = plan_network(self.network, self.model, settings)
        self.dtype = settings.dtype
        self.store = ParameterStore(
            self.built.parameters, self.built.context.space, self.built.plan.parameters, self.dtype
        )
        self._programs: list[tuple[Any, Program]] = []
        self._device_blocks: tuple[int, list[tf.Tensor]] | None = None
        self.simulation = Simulation(self)

    def _rebuild(self, settings: GlobalSettings, *, new_model: bool) -> None:
        """Plan again; if that fails, everything is as before."""
        before = (self.model, self.built, self.store, self._programs, self.dtype)
        try:
            old_built, old_store, old_state = self.built, self.store, self.state
            with collection_put_off():
                if new_model:
                    self.model = build_model(self.network, None, self.model.dt, settings.dtype)
                self._plan(settings)
        except Exception:
            self.model, self.built, self.store, self._programs, self.dtype = before
            raise
        self.store.set({p.path: old_store.get(p) for p in old_store.parameters})
        self.state = transfer_state(
            old_built, old_state, self.built, self.initial_state(self.items)
        )
        self.reset_sources()
        for callback in self.after_rebuild:
            callback()

    # ---- state ----------------------------------------------------------------------------------

    @property
    def state(self) -> SimulationState:
        """State after the steps that were simulated so far."""
        return self._live.get()

    @state.setter
    def state(self, state: SimulationState) -> None:
        self._live = LiveState(state)

    @property
    def n_steps(self) -> int:
        """Number of steps simulated so far; unlike the state, known without computing anything."""
        return self._live.n_steps

    def next_step(self) -> Chunk | None:
        """The next step, where it is simulated ahead; None where it has to be simulated."""
        return self.simulation.next_step(self._live)

    def initial_state(self, items: int) -> SimulationState:
        """State before the first step; learned parameters have their built values."""
        return initial_state(self.built, items)

    def reset_sources(self) -> None:
        """Processes and Python step functions start again."""
        rng = np.random.RandomState(self.seed)
        for source in self.built.sources:
            source.reset(rng)
        for group in self.built.plan.groups:
            if isinstance(group.lowering, PythonLowering):
                group.lowering.reset(rng)

    def parameter(self, owner: Any, kind: str) -> Array | None:
        """Present value of a parameter; of a learned one with an axis of items."""
        for parameter in self.built.parameters:
            if parameter.owner is owner and parameter.kind == kind:
                if parameter.learned:
                    return self.learned(parameter)
                return self.store.get(parameter)
        return None

    def learned(self, parameter: Parameter) -> Array:
        """Present value of a parameter that a rule changes, (items, ...) unless it is shared."""
        elements = self.built.context.space.of(parameter.signal).ravel()
        values = read_state(self.built, self.state, elements, self.items)
        values = values.reshape(self.items, *parameter.shape)
        return values[0] if parameter.shared else values

    def is_learned(self, owner: Any, kind: str) -> bool:
        """Whether a learning rule changes a parameter, for each item its own."""
        return any(p.by_item for p in self.built.parameters if p.owner is owner and p.kind == kind)

    def reset(self, *, parameters: bool, sources: bool) -> None:
        """Go back to the start; learned parameters are kept unless ``parameters`` is set."""
        learned = {p.path: self.learned(p) for p in self.built.parameters if p.learned}
        self.state = self.initial_state(self.items)
        if parameters:
            self.store.reset()
        else:
            self.set_learned(learned)
        if sources:
            self.reset_sources()

    def set_learned(self, values: Mapping[str, Array]) -> None:
        """Replace learned parameters in the state, each (items, ...)."""
        space = self.built.context.space
        changes = [
            (space.of(p.signal).ravel(), np.reshape(values[p.path], (-1, p.signal.size)))
            for p in self.built.parameters
            if p.path in values
        ]
        self.state = replace_in_state(self.built, self.state, changes)

    def all_parameters(self) -> dict[str, Array]:
        """Present values of all parameters by path; learned ones with an axis of items."""
        return {
            p.path: self.learned(p) if p.learned else self.store.get(p)
            for p in self.built.parameters
        }

    def replace_parameters(self, values: Mapping[str, Array]) -> None:
        """Replace parameters, in the form of `all_parameters`."""
        learned = {p.path for p in self.built.parameters if p.learned}
        self.store.set({path: v for path, v in values.items() if path not in learned})
        self.set_learned({path: v for path, v in values.items() if path in learned})

    def wind_sources(self, n_steps: int) -> None:
        """Bring processes to where they are after a number of steps."""
        self.reset_sources()
        for first in range(0, n_steps, MOST_STEPS):
            clock = Clock(first, min(MOST_STEPS, n_steps - first), self.model.dt)
            for source in self.built.sources:
                if source.has_state:
                    source.evaluate(clock, self.items, self.dtype)
                    source.advance(clock.count)

    def forget_programs(self) -> None:
        """Free compiled programs."""
        self._programs = []

    # ---- programs -------------------------------------------------------------------------------

    def keep_history(self) -> list[bool]:
        """For each probe, whether it keeps every step."""
        kept = {} if self.network is None else resolve_keep_history(self.network)
        return [kept.get(probe, True) for probe in self.model.probes]

    def step_context(self, settings: GlobalSettings, *, training: bool) -> StepContext:
        """Mode of a call that would by itself run in training or inference mode."""
        phase = settings.learning_phase
        in_training = training if phase is None else phase
        in_training = in_training and not settings.inference_only
        return StepContext(in_training, settings.lif_smoothing if in_training else None)

    def program(self, step: StepContext, items: int) -> Program:
        """A compiled program; one that records more probes than needed is used again."""
        needed = self.keep_history()
        for (known_step, known_items, kept), program in self._programs:
            covers = all(have or not need for have, need in zip(kept, needed, strict=True))
            if known_step == step and known_items == items and covers:
                return program
        program = self.new_program(step, needed, items)
        self._programs.append(((step, items, tuple(needed)), program))
        return program

    def new_program(
        self, step: StepContext, keep_every_step: list[bool], items: int = 1
    ) -> Program:
        """A program that is not compiled yet; ``items`` counts for its `run` only."""
        return Program(
            self.built.plan,
            step,
            dt=self.model.dt,
            dtype=self.dtype,
            unroll=self.unroll,
            use_loop=self.settings.use_loop,
            keep_every_step=keep_every_step,
            failure=self.failure,
            items=items,
        )

    @property
    def traces(self) -> int:
        """How often programs were traced since the last rebuild."""
        return sum(program.traces for _, program in self._programs)

    def parameter_blocks(self) -> list[tf.Tensor]:
        """Parameters as programs read them."""
        if self._device_blocks is None or self._device_blocks[0] != self.store.version:
            blocks = [tf.constant(block) for block in self.store.blocks]
            self._device_blocks = (self.store.version, blocks)
        return self._device_blocks[1]

    # ---- simulation -----------------------------------------------------------------------------

    def check_steps(self, n_steps: int) -> None:
        """Refuse a number of steps that a program without a loop cannot run."""
        check_steps(self.settings, self.unroll, n_steps)

    def sees_parameter(self, probe: nengo.Probe) -> bool:
        """Whether a probe sees a parameter that is the same for all items of a minibatch."""
        base = self.model.sig[probe]["in"].base
        return any(p.signal.base is base for p in self.built.parameters if not p.learned)
