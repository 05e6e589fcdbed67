"""compile, fit, evaluate and predict: Keras does the work, on data arranged for it."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf
from nengo.exceptions import SimulationError, ValidationError

from nengo_explorer.settings import resolve_trainable
from nengo_explorer.simulator.call_data import CallData
from nengo_explorer.simulator.call_modes import call_mode
from nengo_explorer.simulator.gradient_paths import NoGradientPathWarning, reached
from nengo_explorer.simulator.gradients import check_gradients
from nengo_explorer.simulator.inputs import check_items
from nengo_explorer.simulator.keras_calls import (
    keras_precision,
    quiet_about_nothing_to_train,
    quiet_about_retracing,
    usual_optimizer,
)
from nengo_explorer.simulator.keras_model import NengoModel
from nengo_explorer.simulator.layer_state import layers_keep, starting_state
from nengo_explorer.simulator.names import by_name
from nengo_explorer.simulator.parameters import trainable_key
from nengo_explorer.simulator.state import SimulationState
from nengo_explorer.simulator.targets import TargetRules
from nengo_explorer.simulator.training_step import ParameterStep, TrialModel, parameter_steps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import nengo
    import numpy.typing as npt

    from nengo_explorer.settings import GlobalSettings
    from nengo_explorer.simulator.datasets import Dataset
    from nengo_explorer.simulator.engine import Engine

    Array = npt.NDArray[Any]


class Training:
    """The trainable side of a simulator.

    Parameters
    ----------
    engine : Engine
        The live simulation.
    nodes : list of Node
        Input Nodes.
    names : dict
        Names of input Nodes and Probes.
    minibatch_size : int or None
        Items of a minibatch; None leaves it to each call.
    """

    def __init__(
        self,
        engine: Engine,
        nodes: Sequence[nengo.Node],
        names: dict[Any, str],
        minibatch_size: int | None,
    ) -> None:
        self._engine = engine
        self._data = CallData(engine, nodes, names, minibatch_size)
        self._names = names
        self._minibatch_size = minibatch_size
        self._model: NengoModel | None = None
        self._compiled: tuple[tuple[Any, ...], dict[str, Any]] | None = None
        self._losses: dict[nengo.Probe, Any] = {}
        self._fits = 0
        self._optimizer_values: list[Array] | None = None
        self._known_parameters: list[tuple[str, tuple[int, ...]]] = []

    # ---- the model ------------------------------------------------------------------------------

    @property
    def model(self) -> NengoModel:
        """The Keras model, made when it is first needed."""
        if self._model is None:
            self._model = NengoModel(self._engine, self._names)
            self._known_parameters = [(p.path, p.shape) for p in self._engine.store.parameters]
            self._model.show_trainable(self._trainable())
            if self._compiled is not None:
                self._compile_model()
        return self._model

    def shown_model(self) -> NengoModel:
        """The Keras model, with variables marked as settings are now."""
        self.model.show_trainable(self._trainable())
        return self.model

    def rebuilt(self) -> None:
        """The engine has a new plan; the variables, and what an optimizer knows of them, stay."""
        if self._model is None:
            return
        parameters = self._engine.store.parameters
        same = [(p.path, p.shape) for p in parameters] == self._known_parameters
        if same and self._model.dtype == self._engine.dtype:
            self._model.replan()
            return
        old = getattr(self._model, "optimizer", None)
        self._model = None
        if self._compiled is not None and old is not None:
            args, arguments = self._compiled
            fresh = type(old).from_config(old.get_config())
            self._compiled = (args[1:], {**arguments, "optimizer": fresh})
            self._optimizer_values = [np.asarray(v) for v in old.variables] if same else None

    def pull(self) -> None:
        """Take over values that training (or anybody) gave to the model's variables."""
        if self._model is None:
            return
        parameters = self._engine.store.parameters
        values = [np.asarray(v.value) for v in self._model.parameter_variables]
        changed = {
            parameter.path: value
            for parameter, value in zip(parameters, values, strict=True)
            if not np.array_equal(value, self._engine.store.get(parameter))
        }
        if changed:
            self._engine.store.set(changed)

    def push(self) -> None:
        """Give the present values of parameters to the model's variables."""
        if self._model is not None:
            for parameter, variable in zip(
                self._engine.store.parameters, self._model.parameter_variables, strict=True
            ):
                variable.assign(self._engine.store.get(parameter))

    def _trainable(self) -> list[bool]:
        """For each parameter, whether settings let training change it."""
        network = self._engine.network
        flags = {} if network is None else resolve_trainable(network)
        return [bool(flags.get(trainable_key(p), False)) for p in self._engine.store.parameters]

    @property
    def loss_probes(self) -> list[nengo.Probe]:
        """Probes that have a loss."""
        return list(self._losses)

    def _reached(self, settings: GlobalSettings, n_steps: int) -> tuple[list[bool], str]:
        """For each parameter, whether training changes it; and what is to be said of others."""
        flags, engine = self._trainable(), self._engine
        training = engine.step_context(settings, training=True).training
        return reached(engine, flags, self.loss_probes, n_steps, training=training)

    # ---- compile --------------------------------------------------------------------------------

    def compile(
        self, *args: Any, loss: Any, metrics: Any, loss_weights: Any, **kwargs: Any
    ) -> None:
        """See `Simulator.compile`."""
        probes = list(self._engine.model.probes)
        losses = by_name(loss, probes, self._names, "loss")
        weights = by_name(loss_weights, probes, self._names, "loss_weights")
        if losses is not None and weights is not None:
            weights = {name: weights.get(name, 1.0) for name in losses}
        given = losses or {}
        arguments = {
            "loss": losses,
            "metrics": by_name(metrics, probes, self._names, "metrics"),
            "loss_weights": weights,
            **kwargs,
        }
        if not args and kwargs.get("optimizer") is None:
            arguments["optimizer"] = usual_optimizer()
        before, self._compiled = self._compiled, (args, arguments)
        try:
            self._compile_model()
        except Exception:
            self._compiled = before
            raise
        self._losses = {p: given[self._names[p]] for p in probes if self._names[p] in given}

    def _compile_model(self) -> None:
        args, arguments = self._compiled or ((), {})
        model = self.model
        with keras_precision(self._engine.dtype):
            keras.Model.compile(model, *args, **arguments)
        model.forget_functions()
        # All parameters, so that one that is set trainable later is known to the optimizer.
        if model.parameter_variables and not model.optimizer.built:
            model.optimizer.build(model.parameter_variables)
            for variable, value in zip(
                model.optimizer.variables, self._optimizer_values or [], strict=False
            ):
                variable.assign(value)
            self._optimizer_values = None

    # ---- the calls ------------------------------------------------------------------------------

    def fit(self, x: Any, y: Any, n_steps: int | None, *, stateful: bool, **kwargs: Any) -> Any:
        """See `Simulator.fit`."""
        settings = self._prepare()
        self._check_trainable(settings)
        self._check_compiled("fit")
        seed, self._fits = self._engine.seed + self._fits, self._fits + 1
        dataset, validation, kwargs = self._data.arrange(
            x, y, n_steps, kwargs, rules=self._target_rules(), seed=seed
        )
        carry = self._carry(settings, stateful=stateful, what="fit")
        flags, warning = self._reached(settings, dataset.n_steps)
        if warning:
            warnings.warn(warning, NoGradientPathWarning, stacklevel=3)
        self._begin(
            settings, carry_state=carry, dataset=dataset, trainable=flags, validation=validation
        )
        if validation is not None:
            kwargs["validation_data"] = validation.batches
        # The order of items was decided above; Keras would say that it leaves it alone.
        keep = layers_keep(self._engine, self.model)
        with self._keras(), quiet_about_nothing_to_train(), keep:
            history = self.model.fit(dataset.batches, shuffle=False, **kwargs)
        self._end(carry_state=carry)
        return history

    def evaluate(
        self, x: Any, y: Any, n_steps: int | None, *, stateful: bool, **kwargs: Any
    ) -> dict[str, float]:
        """See `Simulator.evaluate`."""
        settings = self._prepare()
        self._check_compiled("evaluate")
        dataset, _, kwargs = self._data.arrange(x, y, n_steps, kwargs, rules=self._target_rules())
        carry = self._carry(settings, stateful=stateful, what="evaluate")
        self._begin(settings, carry_state=carry, dataset=dataset)
        with self._keras():
            result = self.model.evaluate(dataset.batches, **{**kwargs, "return_dict": True})
        self._end(carry_state=carry)
        return self._with_names(result)

    def _with_names(self, results: dict[str, float]) -> dict[str, float]:
        """Results by name of probe; where only one has a loss, Keras leaves its name out."""
        if len(self._losses) != 1:
            return dict(results)
        name = self._names[next(iter(self._losses))]
        named = {
            key if key == "loss" or key.startswith(f"{name}_") else f"{name}_{key}": value
            for key, value in results.items()
        }
        named.setdefault(f"{name}_loss", results["loss"])
        return named

    def predict(
        self, x: Any, n_steps: int | None, *, stateful: bool, **kwargs: Any
    ) -> dict[nengo.Probe, Array]:
        """See `Simulator.predict`."""
        settings = self._prepare()
        dataset, _, kwargs = self._data.arrange(x, None, n_steps, kwargs, rules=None)
        carry = self._carry(settings, stateful=stateful, what="predict")
        self._begin(settings, carry_state=carry, dataset=dataset)
        with self._keras():
            outputs = self.model.predict(dataset.batches, **kwargs)
        self._end(carry_state=carry)
        return {
            probe: outputs[self._names[probe]][: dataset.items or None]
            for probe in self._engine.model.probes
        }

    def predict_on_batch(
        self, x: Any, n_steps: int | None, *, stateful: bool, **kwargs: Any
    ) -> dict[nengo.Probe, Array]:
        """See `Simulator.predict_on_batch`."""
        items = self._data.items_of(x)
        expected = self._minibatch_size or items or 1
        if items is not None and items != expected:
            raise ValidationError(
                f"must have exactly {expected} items, one minibatch; got {items}.", attr="x"
            )
        if self._minibatch_size is None:
            kwargs["batch_size"] = expected
        return self.predict(x, n_steps, stateful=stateful, verbose=0, **kwargs)

    def check_gradients(
        self, inputs: Any, outputs: Sequence[nengo.Probe] | None, atol: float, rtol: float
    ) -> dict[nengo.Probe, dict[str, Array]]:
        """See `Simulator.check_gradients`."""
        self._check_trainable(self._prepare())
        data = self._data.checked(inputs, "float64")
        check_items(data, self._engine.items)
        paths = (parameter.path for parameter in self._engine.store.parameters)
        flags = dict(zip(paths, self._trainable(), strict=True))
        return check_gradients(self._engine, data, outputs, flags, atol=atol, rtol=rtol)

    def try_step(
        self, x: Any, y: Any, n_steps: int | None, **options: Any
    ) -> tuple[float, list[ParameterStep]]:
        """See `Simulator.try_training_step`."""
        settings = self._prepare()
        self._check_trainable(settings)
        self._check_compiled("try_training_step")
        options = {**options, "shuffle": False}
        data, _, _ = self._data.arrange(x, y, n_steps, options, rules=self._target_rules())
        flags, _ = self._reached(settings, data.n_steps)
        mode = call_mode(self._engine, settings, data, flags)
        trial = TrialModel(self._engine, self._names, self.model, self._compiled or ((), {}))
        with self._keras():
            state = starting_state(self._engine, settings)
            loss, gradients, changes = trial.step(mode, state, *next(iter(data.batches)))
        return loss, parameter_steps(self._engine, self._trainable(), gradients, changes)

    # ---- parts of a call ------------------------------------------------------------------------

    def _prepare(self) -> GlobalSettings:
        """Bring parameters and plan up to date."""
        self.pull()
        return self._engine.update()

    def _check_trainable(self, settings: GlobalSettings) -> None:
        if settings.inference_only:
            raise SimulationError(
                "the network is set to inference_only=True, so it cannot be trained and has no "
                "gradients. Set inference_only=False; parameters are kept."
            )

    def _check_compiled(self, what: str) -> None:
        if self._compiled is None:
            raise RuntimeError(
                f"{what} needs losses: call sim.compile(optimizer=..., loss=...) before."
            )

    def _carry(self, settings: GlobalSettings, *, stateful: bool, what: str) -> bool:
        """Whether the state at the end is kept, by the argument and by the setting."""
        if stateful and not settings.stateful:
            warnings.warn(
                f"{what}(stateful=True) has no effect: the network is set to stateful=False.",
                UserWarning,
                stacklevel=4,
            )
        return stateful and settings.stateful

    def _begin(
        self,
        settings: GlobalSettings,
        *,
        carry_state: bool,
        dataset: Dataset,
        trainable: Sequence[bool] | None = None,
        validation: Dataset | None = None,
    ) -> None:
        flags = self._trainable() if trainable is None else trainable
        mode = call_mode(self._engine, settings, dataset, flags, carry_state=carry_state)
        if validation is not None:
            mode = replace(mode, inference_steps=validation.n_steps)
        state = starting_state(self._engine, settings)
        self.model.set_mode(mode)
        self.model.set_state(state)

    def _end(self, *, carry_state: bool) -> None:
        self.model.show_trainable(self._trainable())
        self.pull()
        if carry_state:
            n_steps, blocks = self.model.get_state()
            advanced = n_steps - self._engine.n_steps
            self._engine.state = SimulationState(n_steps, tuple(blocks))
            for source in self._engine.built.sources:
                source.advance(advanced)

    @contextmanager
    def _keras(self) -> Iterator[None]:
        """Call Keras in the right precision; exceptions of Node functions arrive as themselves."""
        with keras_precision(self._engine.dtype), quiet_about_retracing():
            try:
                yield
            except tf.errors.OpError:
                self._engine.failure.raise_if_any()
                raise

    def _target_rules(self) -> TargetRules:
        probes = self._engine.model.probes
        return TargetRules(
            self._losses,
            self._names,
            {probe: self._engine.model.sig[probe]["in"].shape for probe in probes},
            dict(zip(probes, self._engine.keep_history(), strict=True)),
        )
