"""Parts that users write, with a TensorFlow form of their own."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
from nengo.exceptions import BuildError, ValidationError

from nengo_explorer.simulator import (
    Lowering,
    NeuronForm,
    NoGradientWarning,
    Write,
    register_lowering,
    unregister_lowering,
)
from tests.simulator.helpers import (
    assert_close,
    configured,
    make,
    simulate,
    simulate_with_nengo,
)
from tests.simulator.ops.user_parts import PARTS, Decay, Echo, Resting, operator, wave

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    Array = npt.NDArray[Any]


class RestingForm(NeuronForm):
    parameters = ("cost",)

    def step(self, current: Any, state: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        output = current**2 / (1 + state["fatigue"])
        return output, {"fatigue": state["fatigue"] + self.number("cost") * output}


class EchoLowering(Lowering):
    """Takes groups, so that `merge_key` has something to be tested with."""

    groups: list[int] = []  # noqa: RUF012 - looked at by a test

    def __init__(self, operators: Sequence[Any], context: Any) -> None:
        super().__init__(operators, context)
        self.groups.append(len(operators))
        self.width = sum(op.output.size for op in operators)
        past = [context.space.of(op.state["past"]) for op in operators]
        joined = np.concatenate(past, axis=1).ravel()
        self.reads = [context.join([op.input for op in operators]), joined]
        self.writes = [Write(context.join([op.output for op in operators])), Write(joined)]

    def compute(self, inputs: Sequence[Any], step: Any) -> list[Any]:
        import tensorflow as tf

        del step
        new, past = inputs
        new = tf.broadcast_to(new, [tf.shape(past)[0], self.width])
        return [past[:, -self.width :], tf.concat([new, past[:, : -self.width]], axis=1)]


class DecayLowering(Lowering):
    def __init__(self, operators: Sequence[Any], context: Any) -> None:
        super().__init__(operators, context)
        trace = context.join([op.updates[0] for op in operators])
        self.reads = [context.join([op.reads[0] for op in operators]), trace]
        target = context.join([op.incs[0] for op in operators])
        self.writes = [Write(target, "inc"), Write(trace)]

    def compute(self, inputs: Sequence[Any], step: Any) -> list[Any]:
        del step
        source, trace = inputs
        return [source + trace, 0.5 * trace + source]


FORMS: dict[str, tuple[type[Any], Any]] = {
    "Resting": (Resting, RestingForm),
    "Echo": (Echo, EchoLowering),
    "Decay": (Decay, DecayLowering),
}


@pytest.fixture
def registered(request: pytest.FixtureRequest) -> Iterator[str]:
    kind, form = FORMS[request.param]
    register_lowering(kind, form)
    yield request.param
    unregister_lowering(kind)


@pytest.mark.parametrize("registered", FORMS, indirect=True)
def test_registered_forms_take_the_place_of_python(registered: str) -> None:
    net = PARTS[registered]()
    expected = simulate_with_nengo(net, 30)
    with warnings.catch_warnings():
        warnings.simplefilter("error", NoGradientWarning)
        ours = simulate(net, 30, minibatch_size=2)
    for probe in net.all_probes:
        assert_close(ours[probe][1], expected[probe], 1e-12)


@pytest.mark.parametrize("registered", ["Resting"], indirect=True)
def test_a_registered_form_has_a_gradient(registered: str) -> None:
    import tensorflow as tf

    net = PARTS[registered]()
    probe = net.all_probes[0]
    with make(net) as sim:
        data = {sim.get_name(net.all_nodes[0]): np.ones((1, 2, 2))}
        with tf.GradientTape() as tape:
            total = tf.reduce_sum(sim.keras_model(data, training=True)[sim.get_name(probe)])
        bias = next(v for v in sim.keras_model.trainable_variables if v.path.endswith("bias"))
        assert np.all(np.asarray(tape.gradient(total, bias.value)) > 0)


def test_merge_key_says_who_shares_a_group() -> None:
    net = configured()
    with net:
        node = nengo.Node(wave)
        for steps in (2, 2, 3):
            part = nengo.Node(Echo(steps))
            nengo.Connection(node, part, synapse=None)
            nengo.Probe(part)
    expected = simulate_with_nengo(net, 8)
    register_lowering(Echo, EchoLowering, merge_key=lambda op: op.process.steps)
    EchoLowering.groups.clear()
    try:
        ours = simulate(net, 8)
    finally:
        unregister_lowering(Echo)
    assert sorted(EchoLowering.groups) == [1, 2]
    for probe in net.all_probes:
        assert_close(ours[probe], expected[probe], 1e-12)


def test_registering_nonsense_is_refused_at_once() -> None:
    with pytest.raises(ValidationError, match="came with the package"):
        register_lowering(nengo.LIF, RestingForm)
    with pytest.raises(ValidationError, match="must be a subclass of NeuronType, Process"):
        register_lowering(int, RestingForm)
    with pytest.raises(ValidationError, match="must be a subclass of NeuronForm"):
        register_lowering(Resting, EchoLowering)
    with pytest.raises(ValidationError, match="takes no merge_key"):
        register_lowering(Resting, RestingForm, merge_key=id)
    with pytest.raises(ValidationError, match="must be a subclass of Lowering"):
        register_lowering(Echo, 3)
    with pytest.raises(ValidationError, match="no form was registered for Echo"):
        unregister_lowering(Echo)
    with pytest.raises(ValidationError, match="no form was registered for LIF"):
        unregister_lowering(nengo.LIF)


def test_a_function_that_makes_no_lowering_is_refused_at_build() -> None:
    register_lowering(Decay, lambda _operators, _context: None)
    try:
        with pytest.raises(BuildError, match="not a Lowering"):
            make(operator())
    finally:
        unregister_lowering(Decay)
