"""The mode of a call of Keras, from the settings in force and the data at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nengo_explorer.simulator.keras_model import CallMode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nengo_explorer.settings import GlobalSettings
    from nengo_explorer.simulator.datasets import Dataset
    from nengo_explorer.simulator.engine import Engine


def call_mode(
    engine: Engine,
    settings: GlobalSettings,
    dataset: Dataset,
    trainable: Sequence[bool],
    *,
    carry_state: bool = False,
) -> CallMode:
    """Mode of a call.

    Parameters
    ----------
    engine : Engine
        The live simulation.
    settings : GlobalSettings
        Those in force.
    dataset : Dataset
        The data.
    trainable : sequence of bool
        For each parameter, whether training changes it.
    carry_state : bool, default: False
        Whether a minibatch continues from the state that the one before has left.
    """
    return CallMode(
        training=engine.step_context(settings, training=True),
        inference=engine.step_context(settings, training=False),
        keep_history=tuple(engine.keep_history()),
        carry_state=carry_state,
        trainable=tuple(trainable),
        compiled=dataset.even and not engine.built.plan.calls_python,
        n_steps=dataset.n_steps,
        inference_steps=dataset.n_steps,
    )
