"""Copying and pickling a simulator: what it is made from, and where it has got to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nengo_explorer.simulator.transfer import state_arrays, state_from_arrays

if TYPE_CHECKING:
    from nengo_explorer.simulator.core import SimulatorCore


def picture_of(sim: SimulatorCore) -> dict[str, Any]:
    """Everything that makes an equal simulator, as plain data.

    Compiled programs are not part of it, nor are optimizers and losses: call ``compile`` again.

    Parameters
    ----------
    sim : Simulator
        The simulator; open or closed.
    """
    with sim.lock:
        sim._pull()  # noqa: SLF001 - the other half of a simulator
        engine = sim._engine  # noqa: SLF001
        return {
            "arguments": {
                "network": sim.network,
                "dt": sim.dt,
                "seed": engine.seed,
                "model": sim.model if sim.network is None else None,
                "device": sim.device,
                "unroll_simulation": sim.unroll,
                "minibatch_size": sim.minibatch_size,
                "progress_bar": sim.progress_bar,
                "optimize": sim.optimize,
            },
            "parameters": engine.all_parameters(),
            "state": state_arrays(engine.built, engine.state),
            "n_steps": engine.n_steps,
            "recorded": sim._recorder.contents(),  # noqa: SLF001
            "recorded_steps": list(sim._recorded_steps),  # noqa: SLF001
            "closed": sim.closed,
        }


def restore(sim: SimulatorCore, picture: dict[str, Any]) -> None:
    """Make a simulator what another one was.

    Parameters
    ----------
    sim : Simulator
        An object without any state yet.
    picture : dict
        From `picture_of`.
    """
    sim.__init__(**picture["arguments"])  # type: ignore[misc]
    engine = sim._engine  # noqa: SLF001
    engine.replace_parameters(picture["parameters"])
    initial = engine.initial_state(engine.items)
    engine.state = state_from_arrays(engine.built, picture["state"], picture["n_steps"], initial)
    engine.wind_sources(picture["n_steps"])
    sim._recorder.fill(picture["recorded"])  # noqa: SLF001
    sim._recorded_steps += picture["recorded_steps"]  # noqa: SLF001
    if picture["closed"]:
        sim.close()
