"""The Keras model that owns one variable per object and parameter, used by training."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import keras
import tensorflow as tf

from nengo_explorer.simulator.block_gradients import MANY
from nengo_explorer.simulator.items import completed, for_items, items_of, spread
from nengo_explorer.simulator.layer_state import take_over
from nengo_explorer.simulator.names import N_STEPS, SOURCES
from nengo_explorer.simulator.step_notes import StepNotes, noted_step
from nengo_explorer.simulator.tensor_node import layer_options

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import nengo

    from nengo_explorer.simulator.engine import Engine
    from nengo_explorer.simulator.state import SimulationState

    Tensors = dict[str, tf.Tensor]


@dataclass(frozen=True)
class CallMode:
    """Everything that changes what a compiled Keras function does.

    Attributes
    ----------
    training, inference : StepContext
        Mode of a call that Keras makes in training or in inference.
    keep_history : tuple of bool
        For each probe, whether every step is returned, or only the last.
    carry_state : bool
        Whether a minibatch continues from the state that the one before has left.
    trainable : tuple of bool
        For each variable, whether training changes it.
    compiled : bool
        Whether XLA compiles it.
    n_steps : int
        Number of steps of each item in training.
    inference_steps : int
        Number of steps of each item in validation, evaluation and prediction.
    """

    training: Any
    inference: Any
    keep_history: tuple[bool, ...]
    carry_state: bool
    trainable: tuple[bool, ...]
    compiled: bool
    n_steps: int
    inference_steps: int

    @property
    def of_training(self) -> tuple[Any, ...]:
        """Everything that the training function depends on."""
        common = (self.keep_history, self.carry_state, self.compiled)
        return ("training", self.training, self.trainable, self.n_steps, *common)

    @property
    def of_inference(self) -> tuple[Any, ...]:
        """Everything that the functions for evaluation and prediction depend on."""
        common = (self.keep_history, self.carry_state, self.compiled)
        return ("inference", self.inference, self.inference_steps, *common)


#: Compiled functions are kept for this many modes, so that switching back and forth costs nothing.
MOST_MODES = 8


class _StateHolder:
    """State variables that Keras must not take for weights of the model."""

    def __init__(self, blocks: Sequence[tf.Tensor]) -> None:
        self.first_step = tf.Variable(0, dtype="int32", trainable=False)
        self.blocks = [tf.Variable(block, trainable=False) for block in blocks]


@keras.saving.register_keras_serializable(package="nengo_explorer")
class NengoModel(keras.Model):
    """A simulated network as a Keras model.

    Inputs are a dict of arrays (items, steps, size) by name of input Node; outputs a dict of arrays
    (items, steps, ...) by name of Probe.

    Parameters
    ----------
    engine : Engine
        The live simulation.
    names : dict
        Names of input Nodes and Probes.
    """

    def __init__(self, engine: Engine, names: dict[Any, str]) -> None:
        super().__init__(name="nengo", dtype=engine.dtype)
        self._engine = _Untracked(engine)
        self._names = _Untracked(names)
        self._mode: CallMode | None = None
        self._functions = _Untracked({})
        self.parameter_variables: list[keras.Variable] = []
        for parameter in engine.store.parameters:
            *scopes, name = parameter.path.split("/")
            value = engine.store.get(parameter)
            with ExitStack() as stack:
                for scope in scopes:
                    stack.enter_context(keras.name_scope(scope))
                # Not by `add_weight`, which puts the model's own name into the path.
                variable = keras.Variable(value, dtype=engine.dtype, name=name)
            options = layer_options(engine.model, parameter.owner, parameter.kind)
            for option, setting in options.items():
                setattr(variable, option, setting)
            self.parameter_variables.append(variable)
        self._state = _Untracked(_StateHolder(engine.state.blocks))
        self._notes = _Untracked(StepNotes(engine.store.parameters, engine.dtype))
        self._blocks = _Untracked(None)
        self.built = True

    # ---- state and mode -------------------------------------------------------------------------

    def set_mode(self, mode: CallMode) -> None:
        """Make the compiled functions fit the mode of the next call."""
        if mode == self._mode:
            return
        self._keep_functions()
        self._mode = mode
        self.show_trainable(mode.trainable)
        self.jit_compile = mode.compiled
        kept = self._functions.value
        (self.train_function,) = kept.pop(mode.of_training, (None,))
        functions = kept.pop(mode.of_inference, (None, None))
        self.test_function, self.predict_function = functions

    def show_trainable(self, flags: Sequence[bool]) -> None:
        """Mark the variables; functions that are compiled already stay as they are."""
        for variable, trainable in zip(self.parameter_variables, flags, strict=True):
            variable.trainable = trainable

    def forget_functions(self) -> None:
        """Drop everything that was compiled, as what it was compiled for has changed."""
        self._functions.value.clear()
        self._mode = None
        self.train_function = self.test_function = self.predict_function = None

    def _keep_functions(self) -> None:
        """Put the compiled functions of the present mode aside."""
        if self._mode is None:
            return
        kept = self._functions.value
        kept[self._mode.of_training] = (self.train_function,)
        kept[self._mode.of_inference] = (self.test_function, self.predict_function)
        while len(kept) > 2 * MOST_MODES:
            del kept[next(iter(kept))]

    def set_state(self, state: SimulationState) -> None:
        """Say where the next call starts."""
        holder: _StateHolder = self._state.value
        shapes = [variable.shape for variable in holder.blocks]
        if shapes != [block.shape for block in state.blocks]:
            self._state = _Untracked(_StateHolder(state.blocks))
            mode = self._mode
            self.forget_functions()
            if mode is not None:
                self.set_mode(mode)
            holder = self._state.value
        holder.first_step.assign(state.n_steps)
        for variable, block in zip(holder.blocks, state.blocks, strict=True):
            variable.assign(block)

    def replan(self) -> None:
        """Take note that the engine has a new plan, of the same parameters."""
        self.forget_functions()
        engine: Engine = self._engine.value
        self._state = _Untracked(_StateHolder(engine.state.blocks))

    def get_state(self) -> tuple[int, list[tf.Tensor]]:
        """Where the last call ended, if it carried its state."""
        holder: _StateHolder = self._state.value
        return int(holder.first_step.numpy()), [v.read_value() for v in holder.blocks]

    # ---- computing ------------------------------------------------------------------------------

    def call(self, inputs: Tensors, training: bool | None = None) -> Tensors:
        """Simulate a minibatch.

        Parameters
        ----------
        inputs : dict of str to tf.Tensor
            By name of input Node, each (items, steps, size).
        training : bool, optional
            Whether Keras is training; the setting ``learning_phase`` has the last word.

        Returns
        -------
        outputs : dict of str to tf.Tensor
            By name of Probe, (items, steps, ...), one step for probes without history.
        """
        engine: Engine = self._engine.value
        mode = self._present_mode()
        step = mode.training if training else mode.inference
        program = engine.new_program(step, list(mode.keep_history))
        items = items_of(inputs)
        rows = self._arrange_inputs(inputs, items)
        steps = mode.n_steps if training else mode.inference_steps
        if steps:  # generators do not say shapes to Keras
            rows.set_shape([steps, None, None])
        holder: _StateHolder = self._state.value
        state = [spread(variable.value(), items) for variable in holder.blocks]
        blocks = self.parameter_blocks()
        recorded, last, new = program.over_time(rows, holder.first_step, blocks, state, items)
        if mode.carry_state:
            holder.first_step.assign_add(int(rows.shape[0]))
            for variable, block in zip(holder.blocks, new, strict=True):
                variable.assign(completed(block, variable))
        elif training:
            kept = take_over(engine.built, holder.blocks, new)
            for variable, block in zip(holder.blocks, kept, strict=True):
                if block is not variable:
                    variable.assign(block)
        return self._split(program, recorded, last, blocks, int(rows.shape[0]))

    def _present_mode(self) -> CallMode:
        if self._mode is not None:
            return self._mode
        engine: Engine = self._engine.value
        settings = engine.present_settings()
        return CallMode(
            engine.step_context(settings, training=True),
            engine.step_context(settings, training=False),
            tuple(engine.keep_history()),
            carry_state=False,
            trainable=tuple(bool(v.trainable) for v in self.parameter_variables),
            compiled=False,
            n_steps=0,
            inference_steps=0,
        )

    @contextmanager
    def reading(self, blocks: list[tf.Tensor]) -> Iterator[None]:
        """Take these for the parameter blocks, which were put together before."""
        self._blocks.value = blocks
        try:
            yield
        finally:
            self._blocks.value = None

    def parameter_blocks(self) -> list[tf.Tensor]:
        """Flat blocks as programs read them, put together from the variables."""
        if self._blocks.value is not None:
            given: list[tf.Tensor] = self._blocks.value
            return given
        store = self._engine.value.store
        flat = [tf.reshape(variable.value, [-1]) for variable in self.parameter_variables]
        blocks = []
        for number in range(len(store.blocks)):
            members, order = store.sources(number)
            joined = (
                flat[members[0]] if len(members) == 1 else tf.concat([flat[m] for m in members], 0)
            )
            blocks.append(joined if order is None else tf.gather(joined, order))
        return blocks

    def _arrange_inputs(self, inputs: Tensors, items: Any) -> tf.Tensor:
        """All columns of the program's input, (steps, items, columns)."""
        engine: Engine = self._engine.value
        names: dict[Any, str] = self._names.value
        others: Any = inputs.get(SOURCES)
        start = 0
        parts = []
        for source in engine.built.sources:
            given = None if source.node is None else inputs.get(names[source.node])
            if given is None:
                if others is None:
                    raise ValueError(
                        f"there is no input for {names.get(source.node, 'a process')}."
                    )
                part = others[..., start : start + source.columns]
                start += source.columns
            else:
                part = tf.cast(given, engine.dtype)
                if source.flag_columns:
                    part = tf.concat([part, tf.ones_like(part[..., :1])], axis=-1)
            parts.append(part)
        if not parts:
            steps = int(inputs[N_STEPS].shape[1])
            return tf.zeros([steps, items, 0], engine.dtype)
        full = [for_items(part, items) for part in parts]
        joined = full[0] if len(full) == 1 else tf.concat(full, axis=-1)
        return tf.transpose(joined, [1, 0, 2])

    def _split(
        self,
        program: Any,
        recorded: tf.Tensor,
        last: tf.Tensor,
        blocks: list[tf.Tensor],
        steps: int,
    ) -> Tensors:
        """Outputs by name of Probe."""
        engine: Engine = self._engine.value
        names: dict[nengo.Probe, str] = self._names.value
        outputs = {}
        static = program.static_probes(blocks)
        items = tf.shape(recorded)[1]
        for number, (probe, columns) in enumerate(
            zip(engine.model.probes, program.columns, strict=True)
        ):
            shape = engine.model.sig[probe]["in"].shape
            if columns.static:
                kept = steps if program.keeps_every_step[number] else 1
                rows = 1 if engine.sees_parameter(probe) else items
                value = tf.reshape(static[number], [1, 1, *shape])
                values = tf.broadcast_to(value, [rows, kept, *shape])
            elif columns.recorded is not None:
                values = tf.transpose(recorded[:, :, columns.recorded], [1, 0, 2])
                values = tf.reshape(values, [-1, steps, *shape])
            else:
                values = tf.reshape(last[:, columns.last], [-1, 1, *shape])
            outputs[names[probe]] = values
        return outputs

    # ---- Keras's hooks --------------------------------------------------------------------------

    @property
    def step_notes(self) -> StepNotes:
        """What the last step of training has found out."""
        notes: StepNotes = self._notes.value
        return notes

    @property
    def takes_gradients_apart(self) -> bool:
        """Whether a step of training is compiled but for what happens to each single parameter."""
        mode = self._mode
        compiled = mode is not None and mode.compiled and not self.run_eagerly
        return compiled and sum(bool(v.trainable) for v in self.parameter_variables) >= MANY

    def make_train_function(self, force: bool = False) -> Any:
        """Compile a step of training, as a whole or in part."""
        compiled = self.jit_compile
        if self.takes_gradients_apart:
            self.jit_compile = False
        try:
            return super().make_train_function(force)
        finally:
            self.jit_compile = compiled

    def train_step(self, data: Any) -> dict[str, Any]:
        """One step of training."""
        return noted_step(self, self.step_notes, data)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Loss of the probes that have targets; the other outputs play no part."""
        chosen = {name: y_pred[name] for name in y} if isinstance(y, dict) else y_pred
        return super().compute_loss(x, y, chosen, sample_weight, training=training)

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Metrics of the probes that have targets."""
        chosen = {name: y_pred[name] for name in y} if isinstance(y, dict) else y_pred
        return super().compute_metrics(x, y, chosen, sample_weight)


class _Untracked:
    """Hides an object from Keras, which would look for weights inside."""

    def __init__(self, value: Any) -> None:
        self.value = value
