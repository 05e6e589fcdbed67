"""Parts that users write: they run without registration, and with a form of their own."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
from nengo.builder import Builder, Operator, Signal
from nengo.exceptions import BuildError, ValidationError
from nengo.params import NumberParam

from nengo_explorer.simulator import (
    Lowering,
    NeuronForm,
    NoGradientWarning,
    Simulator,
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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import numpy.typing as npt

    Array = npt.NDArray[Any]


class Resting(nengo.neurons.NeuronType):
    """Puts out the square of its current, and less the more it has put out before."""

    state: Mapping[str, Any] = {"fatigue": nengo.dists.Choice([0])}
    cost = NumberParam("cost")

    def __init__(self, cost: float = 0.1) -> None:
        super().__init__()
        self.cost = cost

    def rates(self, x: Array, gain: Array, bias: Array) -> Array:
        return np.asarray(np.square(self.current(x, gain, bias)))

    def step(self, dt: float, J: Array, output: Array, fatigue: Array) -> None:  # noqa: N803
        del dt
        output[...] = np.square(J) / (1 + fatigue)
        fatigue += self.cost * output


class FasterLIF(nengo.LIF):
    """A subclass that steps differently from its base class."""

    def step(self, dt: float, J: Array, output: Array, **state: Array) -> None:  # noqa: N803
        super().step(dt, 2 * J, output, **state)


class Echo(nengo.Process):
    """Puts out what came in some steps ago, plus noise."""

    def __init__(self, steps: int, noise: float = 0, **arguments: Any) -> None:
        super().__init__(default_size_in=2, default_size_out=2, **arguments)
        self.steps = steps
        self.noise = noise

    def make_state(
        self, shape_in: Any, shape_out: Any, dt: float, dtype: Any = None
    ) -> dict[str, Array]:
        del shape_out, dt
        return {"past": np.zeros((self.steps, *shape_in), dtype=dtype)}

    def make_step(
        self, shape_in: Any, shape_out: Any, dt: float, rng: Any, state: dict[str, Array]
    ) -> Callable[[float, Array], Array]:
        del shape_in, dt
        past = state["past"]

        def step(t: float, x: Array) -> Array:
            del t
            out: Array = past[-1] + self.noise * rng.randn(*shape_out)
            past[1:] = past[:-1].copy()
            past[0] = x
            return out

        return step


class Doubling(nengo.synapses.Synapse):
    """No memory: twice the input."""

    def make_state(
        self, shape_in: Any, shape_out: Any, dt: float, dtype: Any = None, y0: float = 0
    ) -> dict[str, Array]:
        del shape_in, shape_out, dt, dtype, y0
        return {}

    def make_step(
        self, shape_in: Any, shape_out: Any, dt: float, rng: Any, state: dict[str, Array]
    ) -> Callable[[float, Array], Array]:
        del shape_in, shape_out, dt, rng, state
        return lambda _t, x: 2 * x


class Decay(Operator):
    """Adds to a signal and lets another one fall off: sets, incs, reads and updates at once."""

    def __init__(self, source: Signal, target: Signal, trace: Signal) -> None:
        super().__init__()
        no_signals: list[Signal] = []
        self.sets, self.incs = no_signals, [target]
        self.reads, self.updates = [source], [trace]

    def make_step(self, signals: Mapping[Signal, Array], dt: float, rng: Any) -> Callable[[], None]:
        del dt, rng
        source, target, trace = (signals[s] for s in (*self.reads, *self.incs, *self.updates))

        def step() -> None:
            target[...] += source + trace
            trace[...] = 0.5 * trace + source

        return step


class DecayingNode(nengo.Network):
    """Marks where the builder below puts the operator."""


@Builder.register(DecayingNode)
def build_decaying_node(model: Any, network: DecayingNode) -> None:
    nengo.builder.network.build_network(model, network)
    pre, post = network.nodes
    trace = Signal(np.zeros(2), name="trace")
    model.add_op(Decay(model.sig[pre]["out"], model.sig[post]["in"], trace))


def wave(t: float) -> Array:
    return np.asarray(np.sin(40 * t + np.arange(2)))


def neurons(neuron_type: Any) -> nengo.Network:
    net = configured()
    with net:
        node = nengo.Node(wave)
        ensemble = nengo.Ensemble(
            8, 2, neuron_type=neuron_type, gain=np.ones(8), bias=np.linspace(0.5, 2, 8)
        )
        nengo.Connection(node, ensemble)
        nengo.Probe(ensemble.neurons)
        nengo.Probe(ensemble.neurons, next(iter(neuron_type.state)))
    return net


def process(part: nengo.Process) -> nengo.Network:
    net = configured()
    with net:
        node, other = nengo.Node(wave), nengo.Node(part)
        nengo.Connection(node, other, synapse=None)
        nengo.Probe(other)
    return net


def synapse() -> nengo.Network:
    net = configured()
    with net:
        node, end = nengo.Node(wave), nengo.Node(size_in=2)
        nengo.Connection(node, end, synapse=Doubling())
        nengo.Probe(end, synapse=Doubling())
    return net


def operator() -> nengo.Network:
    net = configured()
    with net, DecayingNode():
        nengo.Node(wave)
        nengo.Probe(nengo.Node(size_in=2))
    return net


PARTS = {
    "Resting": lambda: neurons(Resting()),
    "FasterLIF": lambda: neurons(FasterLIF()),
    "Echo": lambda: process(Echo(3)),
    "Doubling": synapse,
    "Decay": operator,
}


@pytest.mark.parametrize("name", PARTS)
def test_run_by_their_own_step_with_a_warning(name: str) -> None:
    net = PARTS[name]()
    with pytest.warns(NoGradientWarning, match=f"{name} has no TensorFlow form"):
        ours = simulate(net, 30)
    expected = simulate_with_nengo(net, 30)
    for probe in net.all_probes:
        assert np.any(expected[probe])
        assert_close(ours[probe], expected[probe], 1e-12)


@pytest.mark.filterwarnings("ignore::nengo_explorer.simulator.NoGradientWarning")
def test_every_item_has_its_own_state_and_noise() -> None:
    net = process(Echo(2, noise=1.0))
    (probe,) = net.all_probes
    inputs = np.stack([np.full((6, 2), level) for level in (100.0, 200.0, 300.0)])
    with make(net, minibatch_size=3, seed=5) as sim:
        sim.run_steps(6, data={net.all_nodes[0]: inputs})
        values = np.array(sim.data[probe])
        sim.reset()
        sim.run_steps(6, data={net.all_nodes[0]: inputs})
        again = np.array(sim.data[probe])
    np.testing.assert_array_equal(np.round(values[:, 3:].mean(axis=(1, 2)), -2), [100, 200, 300])
    noise = values[:, :2]
    assert not np.any(np.isclose(noise[0], noise[1]))
    assert not np.any(np.isclose(noise[1], noise[2]))
    np.testing.assert_array_equal(again, values)


@pytest.mark.filterwarnings("ignore::nengo_explorer.simulator.NoGradientWarning")
def test_seeded_noise_is_that_of_nengo_core() -> None:
    net = process(Echo(2, noise=1.0, seed=11))
    (probe,) = net.all_probes
    assert_close(simulate(net, 10)[probe], simulate_with_nengo(net, 10)[probe], 1e-12)


class Loud(nengo.PoissonSpiking):
    """A random type of a user: its generator comes from Nengo."""

    def step(self, dt: float, J: Array, output: Array, rng: Any, **state: Array) -> None:  # noqa: N803
        super().step(dt, 2 * J, output, rng, **state)


@pytest.mark.filterwarnings("ignore::nengo_explorer.simulator.NoGradientWarning")
def test_random_neuron_types_of_users_leave_the_model_as_it_is() -> None:
    net = configured()
    with net:
        node = nengo.Node(1.0)
        ensemble = nengo.Ensemble(30, 1, neuron_type=Loud(nengo.LIFRate()))
        nengo.Connection(node, ensemble)
        probe = nengo.Probe(ensemble.neurons)
    expected = simulate_with_nengo(net, 20)[probe]
    with make(net, minibatch_size=2) as sim:
        for _ in range(2):
            sim.reset()
            sim.run_steps(20)
            np.testing.assert_array_equal(sim.data[probe][0], expected)
            assert not np.array_equal(sim.data[probe][1], expected)


@pytest.mark.filterwarnings("ignore::nengo_explorer.simulator.NoGradientWarning")
def test_what_is_wrong_with_a_process_shows_at_once() -> None:
    for part in (nengo.processes.WhiteSignal(1.0, high=501), Broken()):
        with nengo.Network() as net:
            nengo.Node(part, size_out=1)
        with pytest.raises(ValidationError, match=r"Nyquist|broken"):
            make(net)


class Broken(nengo.Process):
    def __init__(self) -> None:
        super().__init__(default_size_in=1, default_size_out=1)

    def make_step(self, *_: Any, **__: Any) -> Any:
        raise ValidationError("broken", attr="step")


class Stepless(Operator):
    """Nengo core cannot step it either."""

    def __init__(self) -> None:
        super().__init__()
        no_signals: list[Signal] = []
        self.sets = [Signal(0.0)]
        self.incs = self.reads = self.updates = no_signals


def test_operators_without_a_step_are_refused() -> None:
    model = nengo.builder.Model(dt=0.001)
    model.add_op(Stepless())
    with pytest.raises(BuildError, match="Stepless cannot be simulated"):
        Simulator(None, model=model, progress_bar=False)


# ---- the registry -------------------------------------------------------------------------------


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
