"""Going through steps with a built network: chunk by chunk, or one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from nengo_explorer.simulator.chunks import Chunk, ProbeView, chunk_length, unpack
from nengo_explorer.simulator.layer_state import starting_state
from nengo_explorer.simulator.live_state import LiveState, StepsAhead
from nengo_explorer.simulator.sources import Clock, gather_inputs
from nengo_explorer.simulator.state import SimulationState

if TYPE_CHECKING:
    from collections.abc import Iterator

    import nengo
    import numpy.typing as npt

    from nengo_explorer.settings import GlobalSettings
    from nengo_explorer.simulator.engine import Engine
    from nengo_explorer.simulator.program import Program

    Array = npt.NDArray[Any]

#: A loop over single steps gets at most so many simulated ahead.
MOST_AHEAD = 64

#: So many single steps in a row are simulated one by one: they may be all that is wanted.
STEPS_ALONE = 2


class Simulation:
    """Simulates with the present plan of an engine.

    Parameters
    ----------
    engine : Engine
        What is simulated; a new plan needs a new `Simulation`.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._in_a_row = 0
        self._static_values: tuple[Program, int, dict[int, Array]] | None = None
        self._constant_inputs: tf.Tensor | None = None

    def simulate(
        self, n_steps: int, data: dict[nengo.Node, Array], *, stateful: bool
    ) -> Iterator[Chunk]:
        """Simulate some steps, chunk by chunk; the state moves on with each chunk.

        Parameters
        ----------
        n_steps : int
            Number of steps.
        data : dict of Node to ndarray
            Replaces the output of input Nodes, (items, n_steps, size).
        stateful : bool
            Whether the state at the end is kept for the next call.
        """
        engine = self._engine
        settings = engine.update()
        if engine.simulation is not self:  # the plan is new
            yield from engine.simulation.simulate(n_steps, data, stateful=stateful)
            return
        engine.check_steps(n_steps)
        if n_steps != 1:
            self._in_a_row = 0
        keep_state = stateful and settings.stateful
        program, length = self._program(settings)
        state = starting_state(engine, settings)
        views = self._probe_views()
        done = 0
        while done < n_steps:
            count = min(length, n_steps - done)
            inputs = self._chunk_inputs(data, state, done, count, length)
            recorded, last, blocks = program.run(
                count, state.n_steps, engine.parameter_blocks(), list(state.blocks), inputs
            )
            chunk = unpack(
                program, views, state.n_steps, count, recorded, last, self._static_probes(program)
            )
            state = SimulationState(state.n_steps + count, tuple(blocks))
            done += count
            if keep_state:
                engine.state = state
                for source in engine.built.sources:
                    source.advance(count)
            yield chunk

    def next_step(self, live: LiveState) -> Chunk | None:
        """One step of a loop over single steps.

        Calling a program costs as much as many steps. So once single steps are asked for in a row,
        some are simulated ahead and given out one by one, if that cannot make a difference: no
        Python function is called on the way, and settings and parameters stay.

        Parameters
        ----------
        live : LiveState
            The present state.

        Returns
        -------
        chunk : Chunk or None
            The step; None if it has to be simulated by `simulate`.
        """
        engine = self._engine
        settings = engine.present_settings()
        made_with = (settings, engine.store.version, engine.keep_history())
        ahead = live.ahead
        if ahead is None or ahead.made_with != made_with or ahead.taken == ahead.chunk.count:
            live.get()
            self._in_a_row += 1
            if self._in_a_row <= STEPS_ALONE or not self._is_foreseeable(settings):
                return None
            count = min(MOST_AHEAD, 2 ** (self._in_a_row - STEPS_ALONE))
            ahead = live.ahead = self._simulate_ahead(live.get(), settings, made_with, count)
        return self._take(ahead)

    def _is_foreseeable(self, settings: GlobalSettings) -> bool:
        """Whether simulating ahead gives what simulating later would."""
        engine = self._engine
        return (
            settings.stateful
            and settings.use_loop
            and not engine.rebuild_needed()
            and all(engine.keep_history())
            and not engine.built.plan.calls_python
            and all(source.is_foreseeable for source in engine.built.sources)
        )

    def _simulate_ahead(
        self, start: SimulationState, settings: GlobalSettings, made_with: object, most: int
    ) -> StepsAhead:
        """Simulate some steps of which nothing is seen yet."""
        engine = self._engine
        program, length = self._program(settings)
        count = min(most, length)
        inputs = self._chunk_inputs({}, start, 0, count, length)
        parameters = engine.parameter_blocks()

        def run(steps: int) -> Any:
            return program.run(steps, start.n_steps, parameters, list(start.blocks), inputs)

        recorded, last, blocks = run(count)

        def state_after(steps: int) -> SimulationState:
            at_end = blocks if steps == count else run(steps)[2]
            return SimulationState(start.n_steps + steps, tuple(at_end))

        static = self._static_probes(program)
        views = self._probe_views()
        chunk = unpack(program, views, start.n_steps, count, recorded, last, static)
        return StepsAhead(chunk, made_with, state_after)

    def _take(self, ahead: StepsAhead) -> Chunk:
        """Give out one step."""
        place = ahead.taken
        ahead.taken += 1
        for source in self._engine.built.sources:
            source.advance(1)
        recorded = {
            probe: values[:, place : place + 1] for probe, values in ahead.chunk.recorded.items()
        }
        return Chunk(ahead.chunk.first_step + place, 1, recorded, {})

    def _program(self, settings: GlobalSettings) -> tuple[Program, int]:
        """The program for a run, and the length of its chunks."""
        engine = self._engine
        program = engine.program(engine.step_context(settings, training=False), engine.items)
        if not settings.use_loop:
            return program, engine.unroll
        width = engine.items * (program.recorded_width + engine.built.plan.inputs.size)
        return program, chunk_length(width, engine.dtype, engine.unroll)

    def _chunk_inputs(
        self,
        data: dict[nengo.Node, Array],
        state: SimulationState,
        done: int,
        count: int,
        length: int,
    ) -> tf.Tensor:
        """Inputs of a chunk, filled up to its full length."""
        engine = self._engine
        if not data and all(source.is_constant for source in engine.built.sources):
            return self._inputs_of_constants(length)
        part = {node: array[:, done : done + count] for node, array in data.items()}
        clock = Clock(state.n_steps, count, engine.model.dt)
        inputs = gather_inputs(engine.built.sources, part, clock, engine.items, engine.dtype)
        if count < length:
            filled = np.zeros((length, *inputs.shape[1:]), dtype=engine.dtype)
            filled[:count] = inputs
            inputs = filled
        return tf.constant(inputs)

    def _inputs_of_constants(self, length: int) -> tf.Tensor:
        """Inputs of a chunk where all sources are constant: made once, as they can be large."""
        if self._constant_inputs is None or len(self._constant_inputs) != length:
            engine = self._engine
            clock = Clock(0, length, engine.model.dt)
            self._constant_inputs = tf.constant(
                gather_inputs(engine.built.sources, {}, clock, engine.items, engine.dtype)
            )
        return self._constant_inputs

    def _probe_views(self) -> list[ProbeView]:
        """How each probe is found in what a program returns."""
        engine = self._engine
        return [
            ProbeView(
                probe,
                engine.built.context.space.of(engine.model.sig[probe]["in"]).shape,
                kept,
                1 if engine.sees_parameter(probe) else engine.items,
            )
            for probe, kept in zip(engine.model.probes, engine.keep_history(), strict=True)
        ]

    def _static_probes(self, program: Program) -> dict[int, Array]:
        """What probes see that is the same on every step; computed when parameters changed."""
        if not any(columns.static for columns in program.columns):
            return {}
        engine = self._engine
        known = self._static_values
        if known is None or known[0] is not program or known[1] != engine.store.version:
            values = program.static_probes(engine.parameter_blocks())
            arrays = {number: value.numpy() for number, value in values.items()}
            self._static_values = known = (program, engine.store.version, arrays)
        return known[2]
