"""SimNeurons: a group of neurons of one type that has a TensorFlow form.

Parameters of neurons that run side by side become vectors, so ensembles with different time
constants still share one group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import tensorflow as tf
from nengo.builder.neurons import SimNeurons

from nengo_explorer.graph_optimizer.mergeable import NEURON_TYPES
from nengo_explorer.simulator.neurons import LeakyReLU, SoftLIFRate, SpikingLeakyReLU
from nengo_explorer.simulator.ops import (
    neurons_leaky,
    neurons_random,
    neurons_rate,
    neurons_spiking,
)
from nengo_explorer.simulator.ops.base import BuildContext, Lowering, StepContext, Write
from nengo_explorer.simulator.ops.computed_once import computed_once
from nengo_explorer.simulator.ops.random_numbers import RandomNumbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from nengo.builder import Operator
    from nengo.neurons import NeuronType

    from nengo_explorer.simulator.ops.neuron_form import NeuronForm, State

#: Exact class of a neuron type -> its form. A subclass may have another step function, so it does
#: not inherit the form of its base class.
FORMS: dict[type[NeuronType], type[NeuronForm]] = {
    nengo.AdaptiveLIF: neurons_spiking.AdaptiveLIFForm,
    nengo.AdaptiveLIFRate: neurons_rate.AdaptiveLIFRateForm,
    nengo.Direct: neurons_rate.DirectForm,
    nengo.Izhikevich: neurons_spiking.IzhikevichForm,
    nengo.LIF: neurons_spiking.LIFForm,
    nengo.LIFRate: neurons_rate.LIFRateForm,
    nengo.PoissonSpiking: neurons_random.PoissonSpikingForm,
    nengo.RectifiedLinear: neurons_rate.RectifiedLinearForm,
    nengo.RegularSpiking: neurons_spiking.RegularSpikingForm,
    nengo.Sigmoid: neurons_rate.SigmoidForm,
    nengo.SpikingRectifiedLinear: neurons_spiking.SpikingRectifiedLinearForm,
    nengo.StochasticSpiking: neurons_random.StochasticSpikingForm,
    nengo.Tanh: neurons_rate.TanhForm,
    LeakyReLU: neurons_leaky.LeakyReLUForm,
    SoftLIFRate: neurons_leaky.SoftLIFRateForm,
    SpikingLeakyReLU: neurons_leaky.SpikingLeakyReLUForm,
}

NEURON_TYPES.update(FORMS)


class SimNeuronsLowering(Lowering):
    """A group of neurons of one type."""

    def __init__(self, operators: Sequence[Operator], context: BuildContext) -> None:
        super().__init__(operators, context)
        neuron_types = [op.neurons for op in operators]
        sizes = [op.J.size for op in operators]
        self.form = FORMS[type(neuron_types[0])](neuron_types, sizes, context)
        self.state_names = tuple(operators[0].state_idxs)
        self.random_names = tuple(operators[0].state_extra)
        state = [context.join([op.state[name] for op in operators]) for name in self.state_names]
        self.reads = [context.join([op.J for op in operators]), *state]
        self.writes = [Write(context.join([op.output for op in operators]))]
        self.writes += [Write(elements) for elements in state]
        self._seeds = {name: _seeds(operators, name) for name in self.random_names}
        if self.random_names:
            # An element that never changes, but is kept for each item, says how many items there
            # are, also where all of them have the same input.
            per_item = context.space.reserve(1)
            self.reads += [per_item, context.space.of(context.clock[0]).ravel()]
            self.writes.append(Write(per_item))

    def compute(self, inputs: Sequence[tf.Tensor], step: StepContext) -> list[tf.Tensor]:
        """One step of all neurons."""
        current = inputs[0]
        old = list(inputs[1 : 1 + len(self.state_names)])
        state: State = dict(zip(self.state_names, old, strict=True))
        if step.training:
            output, new = self.form.train(current, state, step)
        else:
            if self.random_names:
                state = self._with_random_numbers(state, *inputs[-2:])
            if self.operators[0].neurons.spiking:
                # A spike either happens or not: its gradient is zero. Said at the input, so that
                # no gradient is computed through the state, where it might meet a division by zero.
                current = tf.stop_gradient(current)
            output, new = self.form.step(computed_once(current), state)
        unchanged = inputs[-2:-1] if self.random_names else ()
        return [output, *({**state, **new}[name] for name in self.state_names), *unchanged]

    def knows_many_steps(self, step: StepContext) -> bool:
        """Whether rates of all steps can be computed as one."""
        return step.training and self.form.rates_need_no_state

    def compute_over_time(
        self, inputs: Sequence[tf.Tensor], n_steps: int, step: StepContext
    ) -> list[tf.Tensor]:
        """Rates on all steps; the state stays what it is."""
        states = len(self.writes) - 1
        current, kept = inputs[0], inputs[1 : 1 + states]
        items = tf.shape(kept[0])[0]
        if current.shape.rank == 1:
            current = tf.broadcast_to(current, [n_steps, items, current.shape[-1]])
        output, _ = self.form.train(current, {}, step)
        unchanged = [tf.broadcast_to(t, [n_steps, items, t.shape[-1]]) for t in kept]
        return [output, *unchanged]

    def _with_random_numbers(self, state: State, per_item: tf.Tensor, number: tf.Tensor) -> State:
        """The state, with what the form may draw from."""
        rows = per_item.shape[0] if per_item.shape[0] is not None else tf.shape(per_item)[0]
        draws = {
            name: RandomNumbers(seeds, number, rows, self.context.dtype)
            for name, seeds in self._seeds.items()
        }
        return {**state, **draws}


def _seeds(operators: Sequence[Operator], name: str) -> npt.NDArray[Any]:
    """Seed of its ensemble and number in it, for each neuron, (n_neurons, 2).

    The seed is what the ensemble's own generator would draw next, so it follows from the seeds of
    the network.
    """
    parts = []
    for op in operators:
        generator = np.random.RandomState()
        generator.set_state(op.state_extra[name].get_state())
        seed = generator.randint(2**32, dtype=np.uint32)
        numbers = np.arange(op.J.size, dtype=np.uint32)
        parts.append(np.stack([np.full_like(numbers, seed), numbers], axis=1))
    return np.concatenate(parts)


def has_form(op: SimNeurons) -> bool:
    """Whether the neuron type of an operator has a TensorFlow form."""
    return type(op.neurons) in FORMS


BUILDERS = {SimNeurons: SimNeuronsLowering}
