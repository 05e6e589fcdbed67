"""Checking that gradients are what changes of a network's parameters and inputs really do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf
from nengo.exceptions import SimulationError

from nengo_explorer.simulator.engine import Engine
from nengo_explorer.simulator.sources import Clock, gather_inputs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import nengo
    import numpy.typing as npt

    from nengo_explorer.simulator.inputs import Data

    Array = npt.NDArray[Any]
    #: What a probe sees, from blocks of parameters and rows of input.
    Simulate = Callable[[list[tf.Tensor], tf.Tensor], tf.Tensor]

#: In how many random directions derivatives are compared.
DIRECTIONS = 8

#: Half the distance over which outputs are compared. In float64 the error of a central difference
#: is of the order of its square plus 1e-16 / EPSILON, which is least near 1e-5.
EPSILON = 1e-5


@dataclass(frozen=True)
class _Direction:
    """A change of everything that outputs depend on."""

    blocks: list[Array]
    inputs: Array

    def moved(self, blocks: Sequence[Array], inputs: Array, far: float) -> tuple[Any, Any]:
        """What this direction leads to."""
        changed = [tf.constant(b + far * d) for b, d in zip(blocks, self.blocks, strict=True)]
        return changed, tf.constant(inputs + far * self.inputs)


def check_gradients(
    live: Engine,
    data: Data,
    probes: Sequence[nengo.Probe] | None,
    flags: Mapping[str, bool],
    *,
    atol: float,
    rtol: float,
) -> dict[nengo.Probe, dict[str, Array]]:
    """Compare gradients with differences, in double precision.

    Of each probe a random weighted sum of all its outputs is looked at, and how it changes in some
    random directions of all trainable parameters and inputs at once.

    Parameters
    ----------
    live : Engine
        The live simulation; it is only read.
    data : Data
        Inputs; without any, what Nodes put out themselves, for two rounds of the loop.
    probes : sequence of Probe or None
        Which outputs; None for all.
    flags : dict of str to bool
        For each path of a parameter, whether it is trainable.
    atol, rtol : float
        How much derivatives may differ: absolutely, and relative to the difference quotient.

    Returns
    -------
    derivatives : dict of Probe to dict
        "analytic" and "numeric", each (n_directions,).

    Raises
    ------
    SimulationError
        If they differ by more, or are no numbers.
    """
    engine = _in_double_precision(live)
    n_steps = data.n_steps or 2 * engine.unroll
    rng = np.random.RandomState(engine.seed % 2**32)
    blocks = [np.asarray(block) for block in engine.store.blocks]
    clock = Clock(0, n_steps, engine.model.dt)
    inputs = gather_inputs(engine.built.sources, data.arrays, clock, engine.items, engine.dtype)
    inputs = np.array(np.broadcast_to(inputs, (n_steps, engine.items, inputs.shape[2])))
    directions = [_direction(engine, flags, inputs, rng) for _ in range(DIRECTIONS)]
    results = {}
    for probe in engine.model.probes if probes is None else probes:
        simulate = _simulation(engine, probe, n_steps, rng)
        analytic = _analytic(simulate, blocks, inputs, directions)
        numeric = _numeric(simulate, blocks, inputs, directions)
        _compare(probe, analytic, numeric, atol=atol, rtol=rtol)
        results[probe] = {"analytic": analytic, "numeric": numeric}
    return results


def _in_double_precision(live: Engine) -> Engine:
    """Another engine of the network, in float64, at its start but with present parameters."""
    engine = Engine(
        live.network,
        live.model if live.network is None else None,
        dt=live.model.dt,
        seed=live.seed,
        items=live.items,
        unroll=live.unroll,
        optimize=live.optimize,
        dtype="float64",
    )
    engine.replace_parameters(live.all_parameters())
    return engine


def _direction(
    engine: Engine, flags: Mapping[str, bool], inputs: Array, rng: np.random.RandomState
) -> _Direction:
    """A random direction; parameters that are off, and flags among the inputs, do not take part."""
    on = np.zeros(engine.built.context.space.size, dtype=bool)
    for parameter in engine.store.parameters:
        if flags.get(parameter.path, False):
            on[engine.built.context.space.of(parameter.signal).ravel()] = True
    # In proportion to what is there: decoders are a thousand times smaller than encoders, and an
    # equal step of both would leave the range in which an output is nearly linear.
    changes = [
        rng.randn(block.size) * on[block] * (np.sqrt(np.mean(values**2)) or 1.0)
        for block, values in zip(engine.built.plan.parameters, engine.store.blocks, strict=True)
    ]
    columns = np.concatenate(
        [
            np.zeros(0, dtype=bool),
            *(np.arange(source.columns) < source.size for source in engine.built.sources),
        ]
    )
    return _Direction(changes, rng.randn(*inputs.shape) * columns)


def _simulation(
    engine: Engine, probe: nengo.Probe, n_steps: int, rng: np.random.RandomState
) -> Simulate:
    """A weighted sum of all that a probe sees, as a function of parameters and inputs."""
    step = engine.step_context(engine.present_settings(), training=True)
    number = list(engine.model.probes).index(probe)
    program = engine.new_program(step, [True] * len(engine.model.probes))
    columns = program.columns[number]
    state = list(engine.initial_state(engine.items).blocks)
    weights = rng.randn(n_steps, engine.items, engine.model.sig[probe]["in"].size)

    def simulate(blocks: list[tf.Tensor], rows: tf.Tensor) -> tf.Tensor:
        seen = (
            program.static_probes(blocks)[number]
            if columns.static
            else program.over_time(rows, tf.constant(0), blocks, state, engine.items)[0][
                :, :, columns.recorded
            ]
        )
        return tf.reduce_sum(seen * tf.constant(weights, dtype=engine.dtype))

    compiled: Simulate = tf.function(simulate, autograph=False)
    return compiled


def _analytic(
    simulate: Simulate, blocks: Sequence[Array], inputs: Array, directions: Sequence[_Direction]
) -> Array:
    """Derivatives in all directions, from one gradient."""
    variables, rows = [tf.constant(block) for block in blocks], tf.constant(inputs)
    with tf.GradientTape() as tape:
        tape.watch([*variables, rows])
        output = simulate(variables, rows)
    zero = tf.UnconnectedGradients.ZERO
    *of_blocks, of_inputs = (
        g.numpy() for g in tape.gradient(output, [*variables, rows], unconnected_gradients=zero)
    )
    return np.array(
        [
            np.sum(of_inputs * direction.inputs)
            + sum(np.sum(g * d) for g, d in zip(of_blocks, direction.blocks, strict=True))
            for direction in directions
        ]
    )


def _numeric(
    simulate: Simulate, blocks: Sequence[Array], inputs: Array, directions: Sequence[_Direction]
) -> Array:
    """Difference quotients in all directions."""
    ends = [
        [float(simulate(*d.moved(blocks, inputs, far))) for far in (EPSILON, -EPSILON)]
        for d in directions
    ]
    return np.array([(ahead - behind) / (2 * EPSILON) for ahead, behind in ends])


def _compare(
    probe: nengo.Probe, analytic: Array, numeric: Array, *, atol: float, rtol: float
) -> None:
    """Refuse derivatives that do not agree."""
    if not (np.all(np.isfinite(analytic)) and np.all(np.isfinite(numeric))):
        raise SimulationError(f"The gradient of {probe} is not finite: {analytic}.")
    if not np.allclose(analytic, numeric, atol=atol, rtol=rtol):
        raise SimulationError(
            f"The gradient of {probe} is not how its output changes: in {DIRECTIONS} random "
            f"directions it says {analytic}, and the output changes by {numeric}. Parts that run "
            "as Python have no gradient, and a spike has none either."
        )
