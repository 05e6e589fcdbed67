"""compile, fit, evaluate and predict: Keras does the work, on data arranged for it."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf
from nengo.exceptions import SimulationError, ValidationError

from nengo_explorer.settings import resolve_trainable
from nengo_explorer.simulator.datasets import Dataset, make_dataset
from nengo_explorer.simulator.inputs import Data, check_data, check_steps
from nengo_explorer.simulator.keras_model import CallMode, NengoModel
from nengo_explorer.simulator.parameters import trainable_key
from nengo_explorer.simulator.state import SimulationState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import nengo
    import numpy.typing as npt

    from nengo_explorer.settings import GlobalSettings
    from nengo_explorer.simulator.engine import Engine

    Array = npt.NDArray[Any]


@contextmanager
def keras_precision(dtype: str) -> Iterator[None]:
    """Let Keras make losses and metrics in a precision; the old one is back afterwards."""
    before = keras.config.floatx()
    keras.config.set_floatx(dtype)
    try:
        yield
    finally:
        keras.config.set_floatx(before)


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
        self._nodes = list(nodes)
        self._names = names
        self._minibatch_size = minibatch_size
        self._model: NengoModel | None = None
        self._compiled: tuple[tuple[Any, ...], dict[str, Any]] | None = None
        self._with_loss: list[nengo.Probe] = []
        self._pulled: list[Any] = []

    # ---- the model ------------------------------------------------------------------------------

    @property
    def model(self) -> NengoModel:
        """The Keras model, made when it is first needed."""
        if self._model is None:
            self._model = NengoModel(self._engine, self._names)
            self._set_mode(self._engine.present_settings(), carry_state=False)
            if self._compiled is not None:
                self._compile_model()
        return self._model

    def rebuilt(self) -> None:
        """The engine has a new plan: the model is made anew when it is next needed."""
        self._model = None

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

    def _set_mode(self, settings: GlobalSettings, *, carry_state: bool) -> None:
        engine = self._engine
        flags: dict[Any, Any] = {}
        if engine.network is not None:
            flags = resolve_trainable(engine.network)
        self.model.set_mode(
            CallMode(
                training=engine.step_context(settings, training=True),
                inference=engine.step_context(settings, training=False),
                keep_history=tuple(engine.keep_history()),
                carry_state=carry_state,
                trainable=tuple(
                    bool(flags.get(trainable_key(p), False)) for p in engine.store.parameters
                ),
                compiled=not engine.built.plan.calls_python,
            )
        )

    # ---- compile --------------------------------------------------------------------------------

    def compile(
        self, *args: Any, loss: Any, metrics: Any, loss_weights: Any, **kwargs: Any
    ) -> None:
        """See `Simulator.compile`."""
        probes = list(self._engine.model.probes)
        losses = self._by_name(loss, probes, "loss")
        weights = self._by_name(loss_weights, probes, "loss_weights")
        if losses is not None and weights is not None:
            weights = {name: weights.get(name, 1.0) for name in losses}
        self._with_loss = [p for p in probes if losses is not None and self._names[p] in losses]
        arguments = {
            "loss": losses,
            "metrics": self._by_name(metrics, probes, "metrics"),
            "loss_weights": weights,
            **kwargs,
        }
        if not args and "optimizer" not in kwargs:
            arguments["optimizer"] = "rmsprop"
        self._compiled = (args, arguments)
        self._compile_model()

    def _compile_model(self) -> None:
        args, arguments = self._compiled or ((), {})
        model = self.model
        with keras_precision(self._engine.dtype):
            keras.Model.compile(model, *args, **arguments)
        model.jit_compile = not self._engine.built.plan.calls_python
        # All parameters, so that one that is set trainable later is known to the optimizer.
        if model.parameter_variables and not model.optimizer.built:
            model.optimizer.build(model.parameter_variables)

    def _by_name(
        self, value: Any, probes: Sequence[nengo.Probe], what: str
    ) -> dict[str, Any] | None:
        """One thing per probe name; what is no dict counts for all probes."""
        if value is None:
            return None
        if not isinstance(value, dict):
            return {self._names[probe]: value for probe in probes}
        named = {}
        known = {self._names[probe]: probe for probe in probes}
        for key, entry in value.items():
            name = key if isinstance(key, str) else self._names.get(key)
            if name not in known:
                raise ValidationError(
                    f"{key!r} is no Probe of the network. Accepted: "
                    f"{', '.join(map(repr, known)) or 'nothing'} (or the Probes themselves).",
                    attr=what,
                )
            named[name] = entry
        return named

    # ---- the calls ------------------------------------------------------------------------------

    def fit(self, x: Any, y: Any, n_steps: int | None, *, stateful: bool, **kwargs: Any) -> Any:
        """See `Simulator.fit`."""
        settings = self._prepare()
        if settings.inference_only:
            raise SimulationError(
                "the network is set to inference_only=True, so it cannot be trained. Set "
                "inference_only=False; parameters are kept."
            )
        self._check_compiled("fit")
        dataset, kwargs = self._dataset(x, y, n_steps, kwargs, train=True)
        if kwargs.get("validation_data") is not None:
            kwargs["validation_data"] = self._validation(kwargs["validation_data"], n_steps)
        carry = self._carry(settings, stateful=stateful, what="fit")
        self._begin(settings, carry_state=carry, dataset=dataset)
        with keras_precision(self._engine.dtype), self._failures(), _quiet_about_nothing_to_train():
            history = self.model.fit(dataset.batches, **kwargs)
        self._end(carry_state=carry)
        return history

    def evaluate(
        self, x: Any, y: Any, n_steps: int | None, *, stateful: bool, **kwargs: Any
    ) -> dict[str, float]:
        """See `Simulator.evaluate`."""
        settings = self._prepare()
        self._check_compiled("evaluate")
        dataset, kwargs = self._dataset(x, y, n_steps, kwargs, train=False)
        carry = self._carry(settings, stateful=stateful, what="evaluate")
        self._begin(settings, carry_state=carry, dataset=dataset)
        with keras_precision(self._engine.dtype), self._failures():
            result = self.model.evaluate(dataset.batches, **{**kwargs, "return_dict": True})
        self._end(carry_state=carry)
        if len(self._with_loss) == 1:
            result.setdefault(f"{self._names[self._with_loss[0]]}_loss", result["loss"])
        return dict(result)

    def predict(
        self, x: Any, n_steps: int | None, *, stateful: bool, **kwargs: Any
    ) -> dict[nengo.Probe, Array]:
        """See `Simulator.predict`."""
        settings = self._prepare()
        dataset, kwargs = self._dataset(x, None, n_steps, kwargs, train=False)
        carry = self._carry(settings, stateful=stateful, what="predict")
        self._begin(settings, carry_state=carry, dataset=dataset)
        with keras_precision(self._engine.dtype), self._failures():
            outputs = self.model.predict(dataset.batches, **kwargs)
        self._end(carry_state=carry)
        return {probe: outputs[self._names[probe]] for probe in self._engine.model.probes}

    def predict_on_batch(
        self, x: Any, n_steps: int | None, *, stateful: bool, **kwargs: Any
    ) -> dict[nengo.Probe, Array]:
        """See `Simulator.predict_on_batch`."""
        items = self._check_input(x).items
        expected = self._minibatch_size or items or 1
        if items is not None and items != expected:
            raise ValidationError(
                f"must have exactly {expected} items, one minibatch; got {items}.", attr="x"
            )
        if self._minibatch_size is None:
            kwargs["batch_size"] = expected
        return self.predict(x, n_steps, stateful=stateful, verbose=0, **kwargs)

    # ---- parts of a call ------------------------------------------------------------------------

    def _prepare(self) -> GlobalSettings:
        """Bring parameters and plan up to date."""
        self.pull()
        return self._engine.update()

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

    def _begin(self, settings: GlobalSettings, *, carry_state: bool, dataset: Dataset) -> None:
        engine = self._engine
        state = engine.state if settings.stateful else engine.initial_state(engine.items)
        self._set_mode(settings, carry_state=carry_state)
        self.model.jit_compile = dataset.even and not engine.built.plan.calls_python
        self.model.set_state(state)

    def _end(self, *, carry_state: bool) -> None:
        self.pull()
        if carry_state:
            n_steps, blocks = self.model.get_state()
            advanced = n_steps - self._engine.state.n_steps
            self._engine.state = SimulationState(n_steps, tuple(blocks))
            for source in self._engine.built.sources:
                source.advance(advanced)

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Let exceptions of Python functions arrive as themselves."""
        try:
            yield
        except tf.errors.OpError:
            self._engine.failure.raise_if_any()
            raise

    def _check_input(self, x: Any) -> Data:
        return check_data(x, self._nodes, self._names, what="input", dtype=self._engine.dtype)

    def _check_target(self, y: Any, items: int | None, n_steps: int) -> Data:
        """Targets, one for every probe with a loss, of the right shape."""
        probes = self._with_loss
        data = check_data(y, probes, self._names, what="target", dtype=self._engine.dtype)
        missing = [self._names[p] for p in probes if p not in data.arrays]
        if missing:
            raise ValidationError(
                f"no target for {', '.join(missing)}, which has a loss. Give one, or compile "
                "without a loss for it.",
                attr="y",
            )
        kept = dict(zip(self._engine.model.probes, self._engine.keep_history(), strict=True))
        for probe, array in data.arrays.items():
            shape = self._engine.model.sig[probe]["in"].shape
            expected = (n_steps if kept[probe] else 1, *shape)
            if array.shape[1:] != expected:
                raise ValidationError(
                    f"the target of {self._names[probe]} must have shape (items, "
                    f"{', '.join(map(str, expected))}); got {array.shape}."
                    + ("" if kept[probe] else " (Its keep_history is False: one step.)"),
                    attr="y",
                )
        if items is not None and data.items is not None and data.items != items:
            raise ValidationError(
                f"inputs have {items} items, but targets {data.items}; they must agree.", attr="y"
            )
        return data

    def _dataset(
        self, x: Any, y: Any, n_steps: int | None, kwargs: dict[str, Any], *, train: bool
    ) -> tuple[Dataset, dict[str, Any]]:
        """Data of a call in minibatches; and what is left for Keras."""
        kwargs = dict(kwargs)
        batch = self._batch_size(kwargs.pop("batch_size", None))
        shuffle = bool(kwargs.pop("shuffle", True)) and train
        checked = self._check_input(x)
        steps = check_steps(n_steps, checked)
        self._engine.check_steps(steps)
        targets = self._check_target(y, checked.items, steps) if self._needs_targets(y) else None
        items = checked.items or (targets.items if targets else None) or batch or 1
        split = float(kwargs.pop("validation_split", 0.0) or 0.0)
        held_out = round(items * split)
        whole = make_dataset(
            self._engine, self._names, checked, targets, steps, items, batch or min(items, 32)
        )
        if held_out:
            train_part, validation = whole.split(items - held_out)
            kwargs["validation_data"] = validation.arranged(shuffle=False).batches
            whole = train_part
        return whole.arranged(shuffle=shuffle), kwargs

    def _needs_targets(self, y: Any) -> bool:
        return y is not None or False

    def _validation(self, data: Any, n_steps: int | None) -> Any:
        """Validation data in minibatches."""
        if isinstance(data, tf.data.Dataset):
            return data
        x, y = data[0], data[1]
        return self._dataset(x, y, n_steps, {"shuffle": False}, train=False)[0].batches

    def _batch_size(self, given: int | None) -> int | None:
        if self._minibatch_size is None:
            return given
        if given is not None and given != self._minibatch_size:
            warnings.warn(
                f"batch_size={given} is ignored: the simulator was made with "
                f"minibatch_size={self._minibatch_size}.",
                UserWarning,
                stacklevel=4,
            )
        return self._minibatch_size


@contextmanager
def _quiet_about_nothing_to_train() -> Iterator[None]:
    """Training without a trainable parameter is allowed: losses are still computed."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*does not have any trainable weights.*")
        yield
