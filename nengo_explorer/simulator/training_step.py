"""One step of training on a copy: what every parameter's gradient is, and how far it would move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from nengo_explorer.settings import resolve_trainable
from nengo_explorer.simulator.block_gradients import differentiated
from nengo_explorer.simulator.keras_calls import keras_precision, quiet_about_nothing_to_train
from nengo_explorer.simulator.keras_model import NengoModel
from nengo_explorer.simulator.parameters import trainable_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from nengo_explorer.simulator.engine import Engine
    from nengo_explorer.simulator.keras_model import CallMode
    from nengo_explorer.simulator.state import SimulationState

    Array = npt.NDArray[Any]

#: Arguments of `compile` that hold a state of their own, which a trial must not touch.
_WITH_STATE = ("metrics", "weighted_metrics", "optimizer")


@dataclass(frozen=True)
class ParameterStep:
    """What one step of training does to one parameter.

    Attributes
    ----------
    owner : Ensemble or Connection
        The object.
    kind : str
        "encoders", "bias" or "weights".
    path : str
        Name of the parameter, such as "group/a/encoders".
    trainable : bool
        Whether the settings let training change it.
    learned : bool
        Whether a learning rule changes it; such a parameter is no part of training.
    value : ndarray
        The parameter before the step, in its own shape.
    gradient : ndarray or None
        Gradient of the loss, in the shape of the parameter, also where training is off; None if
        nothing leads from the parameter to a loss.
    change : ndarray
        What the step adds to the parameter.
    """

    owner: Any
    kind: str
    path: str
    trainable: bool
    learned: bool
    value: Array
    gradient: Array | None
    change: Array


class TrialModel:
    """A copy of a Keras model that can be trained without anybody noticing.

    It has variables, an optimizer and a state of its own, and simulates with the same plan.

    Parameters
    ----------
    engine : Engine
        The live simulation; it is only read.
    names : dict
        Names of input Nodes and Probes.
    live : NengoModel
        The model whose optimizer is copied.
    compiled : tuple of (tuple, dict)
        Arguments that the live model was compiled with.
    """

    def __init__(
        self,
        engine: Engine,
        names: dict[Any, str],
        live: NengoModel,
        compiled: tuple[tuple[Any, ...], dict[str, Any]],
    ) -> None:
        args, arguments = compiled
        kept = {name: value for name, value in arguments.items() if name not in _WITH_STATE}
        self._dtype = engine.dtype
        self._model = NengoModel(engine, names)
        optimizer = type(live.optimizer).from_config(live.optimizer.get_config())
        with keras_precision(self._dtype):
            keras.Model.compile(self._model, optimizer, *args[1:], **kept)
        if self._model.parameter_variables:
            optimizer.build(self._model.parameter_variables)
        for mine, theirs in zip(optimizer.variables, live.optimizer.variables, strict=False):
            mine.assign(theirs)

    def step(
        self, mode: CallMode, state: SimulationState, x: Any, y: Any
    ) -> tuple[float, list[Array | None], list[Array]]:
        """Train for one step.

        Parameters
        ----------
        mode : CallMode
            As for the live model.
        state : SimulationState
            Where simulation starts.
        x, y : dict of str to tf.Tensor
            One minibatch.

        Returns
        -------
        loss : float
            Before the step.
        gradients : list of ndarray or None
            For each parameter.
        changes : list of ndarray
            For each parameter.
        """
        model = self._model
        model.set_mode(mode)
        model.set_state(state)
        before = [np.asarray(variable.value) for variable in model.parameter_variables]
        with keras_precision(self._dtype), quiet_about_nothing_to_train():
            loss, gradients = self._gradients(x, y, compiled=mode.compiled)
            if any(mode.trainable):
                model.train_on_batch(x, y)
        after = [np.asarray(variable.value) for variable in model.parameter_variables]
        changes = [new - old for new, old in zip(after, before, strict=True)]
        return loss, gradients, changes

    def _gradients(self, x: Any, y: Any, *, compiled: bool) -> tuple[float, list[Array | None]]:
        """Loss and gradients of all parameters, whether training changes them or not."""
        model = self._model
        connected: list[bool] = []

        def differentiate(x: Any, y: Any) -> tuple[tf.Tensor, list[tf.Tensor]]:
            def compute() -> tuple[tf.Tensor, tf.Tensor]:
                loss = model.compute_loss(x, y, model(x, training=True), training=True)
                return loss, loss

            loss, gradients = differentiated(
                model, model.parameter_variables, compute, compiled=compiled
            )
            connected[:] = [gradient is not None for gradient in gradients]
            return loss, [tf.convert_to_tensor(g) for g in gradients if g is not None]

        function = tf.function(differentiate, autograph=False)
        loss, found = function.get_concrete_function(x, y)(x, y)
        rest = iter(found)
        return float(loss), [np.asarray(next(rest)) if there else None for there in connected]


def parameter_steps(
    engine: Engine,
    trainable: Sequence[bool],
    gradients: Sequence[Array | None],
    changes: Sequence[Array],
) -> list[ParameterStep]:
    """Records for all parameters of a network, those of learning rules among them.

    Parameters
    ----------
    engine : Engine
        The live simulation.
    trainable, gradients, changes : sequence
        One entry for each parameter that no learning rule changes.
    """
    tried = dict(
        zip(
            (parameter.path for parameter in engine.store.parameters),
            zip(trainable, gradients, changes, strict=True),
            strict=True,
        )
    )
    flags = {} if engine.network is None else resolve_trainable(engine.network)
    steps = []
    for parameter in engine.built.parameters:
        if parameter.path in tried:
            value = engine.store.get(parameter)
            on, gradient, change = tried[parameter.path]
        else:
            value = engine.learned(parameter)
            on = bool(flags.get(trainable_key(parameter), False))
            gradient, change = None, np.zeros_like(value)
        steps.append(
            ParameterStep(
                owner=parameter.owner,
                kind=parameter.kind,
                path=parameter.path,
                trainable=on,
                learned=parameter.path not in tried,
                value=value,
                gradient=gradient,
                change=change,
            )
        )
    return steps
