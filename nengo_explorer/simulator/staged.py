"""Stage after stage, each for many steps at once.

Values of all steps lie below each other: row ``step * items + item``. So a group that does not
depend on itself through time is computed as if all of its steps were items of one large minibatch,
and its weights are read once for all of them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import tensorflow as tf

from nengo_explorer.simulator.computation import columns, seconds, with_items
from nengo_explorer.simulator.execute import assemble, finish, run_group
from nengo_explorer.simulator.learned_block import LearnedBlock
from nengo_explorer.simulator.segments import run_groups, run_groups_lightly
from nengo_explorer.simulator.stepwise import loop

if TYPE_CHECKING:
    from nengo_explorer.simulator.computation import Computation, Steps
    from nengo_explorer.simulator.execute import StaticPart
    from nengo_explorer.simulator.stages import Stage
    from nengo_explorer.simulator.step_plan import GroupPlan

    Tensors = list[tf.Tensor]


def simulate_staged(
    computation: Computation,
    static: StaticPart,
    steps: Steps,
    block: int,
) -> tuple[tf.Tensor, tf.Tensor, Tensors]:
    """Simulate in blocks of steps; within a block, stage after stage.

    Parameters
    ----------
    computation : Computation
        What to compute, with stages.
    static : StaticPart
        What is the same on every step.
    steps : Steps
        The steps.
    block : int
        Number of steps in a block.

    Returns
    -------
    recorded, last, state
        As from `simulate_stepwise`.
    """
    if steps.length <= block:
        return _Block(computation, static, steps).run()
    blocks = -(-steps.length // block)
    inputs = tf.pad(steps.inputs, [[0, blocks * block - steps.length], [0, 0], [0, 0]])
    inputs = tf.reshape(inputs, [blocks, block, *tf.unstack(tf.shape(inputs))[1:]])
    inputs.set_shape([blocks, block, *steps.inputs.shape[1:]])
    known = steps.items if isinstance(steps.items, int) else None
    shape = [block, known, computation.recorded_width]
    record = tf.TensorArray(computation.dtype, size=blocks, element_shape=shape)
    last = tf.zeros([steps.items, computation.last_width], computation.dtype)
    end = tf.constant(steps.length) if steps.count is None else steps.count
    even = steps.count is None and steps.length % block == 0

    def body(index: tf.Tensor, now: Tensors, _last: tf.Tensor, record: Any) -> Any:
        done = index * block
        part = replace(
            steps,
            length=block,
            count=None if even else tf.minimum(block, end - done),
            first=steps.first + done,
            state=now,
            inputs=tf.gather(inputs, index),
        )
        recorded, last, state = _Block(computation, static, part).run()
        return index + 1, state, last, record.write(index, recorded)

    variables: Any = (tf.constant(0), list(steps.state), last, record)
    # A bound on the number of rounds lets XLA reserve what the gradient needs.
    rounds = blocks if steps.count is None else None
    variables = loop(lambda index, *_: index * block < end, body, variables, rounds)
    _, state, last, record = variables
    recorded = record.concat()
    return recorded[: steps.length], last, list(state)


class _Block:
    """Some steps, being simulated stage after stage."""

    def __init__(self, computation: Computation, static: StaticPart, steps: Steps) -> None:
        self.computation = computation
        self.plan = computation.plan
        self.dtype = computation.dtype
        self.static = static
        self.steps = steps
        self.rows = steps.length * steps.items
        self.state_value = {v.slot: v.identifier for v in self.plan.values if v.kind == "state"}
        #: Values over time, (rows, size), and static ones.
        self.values = dict(static.values)
        #: State after the last step, by slot.
        self.final: dict[int, tf.Tensor] = {}
        self._enter_inputs()

    def run(self) -> tuple[tf.Tensor, tf.Tensor, Tensors]:
        """Compute all stages; returns what `simulate_stepwise` returns."""
        for stage in self.plan.stages or ():
            if not stage.circular:
                self._at_once(stage)
            elif not self._as_one(stage):
                self._step_by_step(stage)
        recorded = [self._over_time(read) for read in self.computation.recorded]
        last = [self._on_last_step(self._over_time(read)) for read in self.computation.last]
        return (
            self._unfold(columns(recorded, self.rows, self.dtype)),
            columns(last, self.steps.items, self.dtype),
            [self.final[slot] for slot in range(len(self.plan.state))],
        )

    # ---- rows -----------------------------------------------------------------------------------

    def _unfold(self, rows: tf.Tensor) -> tf.Tensor:
        """From (rows, size) to (steps, items, size)."""
        return tf.reshape(rows, [self.steps.length, self.steps.items, rows.shape[-1]])

    def _fold(self, tensor: tf.Tensor) -> tf.Tensor:
        """From (steps, items, size) to (rows, size)."""
        return tf.reshape(tensor, [self.rows, tensor.shape[-1]])

    def _over_time(self, read: Any) -> tf.Tensor:
        """A read on all steps, (rows, size)."""
        return with_items(assemble(read, self.values, self.dtype), self.rows)

    def _on_last_step(self, rows: tf.Tensor) -> tf.Tensor:
        """What (rows, size) has on the last step that is simulated, (items, size)."""
        count = self.steps.length if self.steps.count is None else self.steps.count
        return tf.gather(self._unfold(rows), count - 1)

    def _enter_inputs(self) -> None:
        """Values that come from outside."""
        steps, items = self.steps, self.steps.items
        numbers = steps.first + 1 + tf.range(steps.length)

        def spread(of_step: tf.Tensor) -> tf.Tensor:
            return tf.repeat(of_step, items)[:, tf.newaxis]

        for value in self.plan.values:
            if value.kind == "input":
                shape = [steps.length, items, value.size]
                self.values[value.identifier] = self._fold(tf.broadcast_to(steps.inputs, shape))
            elif value.kind == "step":
                self.values[value.identifier] = spread(tf.cast(numbers, self.dtype))
            elif value.kind == "time":
                self.values[value.identifier] = spread(seconds(numbers, self.computation))

    # ---- stages ---------------------------------------------------------------------------------

    def _at_once(self, stage: Stage) -> None:
        """A group, or a block of state, that does not depend on itself."""
        for group in stage.groups:
            run_group(
                group, self.values, self.computation.step, self.dtype,
                self.static.ready.get(id(group)),
            )  # fmt: skip
            for output in group.outputs:
                self.values[output.value] = with_items(self.values[output.value], self.rows)
        for slot in stage.state:
            after = self._over_time(self.plan.next_state[slot])
            self._enter_state(slot, after, wanted=self.state_value[slot] in stage.exports)

    def _enter_state(self, slot: int, after: tf.Tensor, *, wanted: bool) -> None:
        """Take note of a block of state after each step, (rows, size)."""
        self.final[slot] = self._on_last_step(after)
        if wanted:  # what was there at the start of each step
            before = tf.concat([self.steps.state[slot], after[: -self.steps.items]], axis=0)
            self.values[self.state_value[slot]] = with_items(before, self.rows)

    def _as_one(self, stage: Stage) -> bool:
        """A group that depends on nothing but its own state and knows how to do all steps.

        Returns whether it does.
        """
        if len(stage.groups) != 1:
            return False
        (group,) = stage.groups
        knows = group.lowering.knows_many_steps(self.computation.step)
        slots = self._own_state(group, stage) if knows else None
        if slots is None:
            return False
        ready = self.static.ready.get(id(group))
        inputs = []
        for place, read in enumerate(group.reads):
            if place in slots:
                inputs.append(self.steps.state[slots[place][0]])
            elif read.static:
                known = None if ready is None else ready[place]
                inputs.append(assemble(read, self.values, self.dtype) if known is None else known)
            else:
                inputs.append(self._unfold(self._over_time(read)))
        computed = group.lowering.compute_over_time(
            inputs, self.steps.length, self.computation.step
        )
        folded = [self._fold(tensor) for tensor in computed]
        for output, tensor in zip(group.outputs, folded, strict=True):
            finished = finish(output, tensor, self.values, self.dtype)
            self.values[output.value] = with_items(finished, self.rows)
        for slot, place in slots.values():
            wanted = self.state_value[slot] in stage.exports
            self._enter_state(slot, folded[place], wanted=wanted)
        return True

    def _own_state(self, group: GroupPlan, stage: Stage) -> dict[int, tuple[int, int]] | None:
        """For each read of its own state, the slot and the output that is its next value.

        None if the group reads or writes a part of its state, or anything else together with it.
        """
        own = {self.state_value[slot]: slot for slot in stage.state}
        outputs = {output.value: place for place, output in enumerate(group.outputs)}
        found: dict[int, tuple[int, int]] = {}
        for place, read in enumerate(group.reads):
            if not own.keys() & set(read.values):
                continue
            slot = own.get(read.whole) if read.whole is not None else None
            after = None if slot is None else self.plan.next_state[slot].whole
            output = None if after is None else outputs.get(after)
            if slot is None or output is None or group.outputs[output].adds:
                return None
            found[place] = (slot, output)
        covered = {slot for slot, _ in found.values()}
        return found if covered == set(stage.state) else None

    def _step_by_step(self, stage: Stage) -> None:
        """Groups that depend on themselves or on each other."""
        steps, dtype = self.steps, self.dtype
        known = steps.items if isinstance(steps.items, int) else None
        learned = LearnedBlock(
            stage.learned, stage.groups, steps, lambda read: self._unfold(self._over_time(read))
        )
        slots = [slot for slot in stage.state if slot not in learned.slots]
        imported = {value: self._unfold(self.values[value]) for value in stage.imports}
        exported = [
            tf.TensorArray(
                dtype, size=steps.length, element_shape=[known, self.plan.values[value].size]
            )
            for value in stage.exports
        ]

        # Without a fixed number of steps there are no gradients; learned weights are captured.
        light = steps.count is None and not stage.learned
        run = run_groups_lightly if light else run_groups

        def body(index: tf.Tensor, now: Tensors, columns: Tensors, exported: list[Any]) -> Any:
            local = dict(self.static.values)
            local.update((value, tf.gather(all_of, index)) for value, all_of in imported.items())
            for slot, block in zip(slots, now, strict=True):
                local[self.state_value[slot]] = block
            learned.enter_step(index, columns, local)
            run(learned.groups, local, self.static, self.computation.step, dtype)
            after = [
                with_items(assemble(self.plan.next_state[slot], local, dtype), steps.items)
                for slot in slots
            ]
            exported = [
                array.write(index, with_items(local[value], steps.items))
                for array, value in zip(exported, stage.exports, strict=True)
            ]
            return index + 1, after, learned.after_step(index, columns, local), exported

        end = steps.length if steps.count is None else steps.count
        start = [steps.state[slot] for slot in slots]
        variables = (tf.constant(0), start, learned.start(), exported)
        _, after, columns, exported = loop(
            lambda index, *_: index < end, body, variables, steps.length
        )
        self.final.update(zip(slots, after, strict=True))
        self.final.update(learned.final(columns))
        for value, array in zip(stage.exports, exported, strict=True):
            self.values[value] = self._fold(array.stack())
