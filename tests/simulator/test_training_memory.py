"""What training keeps of each step until its gradients are computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
import tensorflow as tf  # noqa: TID253 - the tests of the simulator load it

from nengo_explorer.simulator import segments, staged, stepwise
from nengo_explorer.simulator.tensor_checks import recomputed
from tests.simulator.helpers import built, configured

if TYPE_CHECKING:
    import numpy.typing as npt

    from nengo_explorer.simulator import Simulator
    from nengo_explorer.simulator.stage_choice import StageMode

    Array = npt.NDArray[Any]

N_STEPS = 9


def recurrent(neuron_type: nengo.neurons.NeuronType) -> nengo.Network:
    """Neurons that act on themselves, through weights and through decoders."""
    net = configured(learning_phase=True, lif_smoothing=0.1, dtype="float64")
    with net:
        node = nengo.Node(np.zeros(2))
        layer = nengo.Ensemble(20, 2, neuron_type=neuron_type, seed=1)
        nengo.Connection(node, layer)
        nengo.Connection(layer, layer, synapse=0.02)
        weights = np.random.RandomState(0).uniform(-1e-3, 1e-3, (20, 20))
        nengo.Connection(layer.neurons, layer.neurons, transform=weights, synapse=0.003)
        nengo.Probe(layer)
    return net


def gradients(sim: Simulator) -> tuple[list[Array], int]:
    """Gradients by parameter block, and how many series of tensors loops keep for them."""
    engine = sim._engine
    runs = engine.new_program(engine.step_context(engine.settings, training=True), [True])
    state = list(engine.initial_state(3).blocks)
    parameters = engine.parameter_blocks()
    shape = (N_STEPS, 3, engine.built.plan.inputs.size)
    inputs = tf.constant(np.random.RandomState(1).uniform(-1, 1, shape), engine.dtype)

    @tf.function(autograph=False)
    def differentiate(parameters: list[tf.Tensor]) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(parameters)
            recorded, _, _ = runs.over_time(inputs, tf.constant(0), parameters, state, 3)
            loss = tf.reduce_sum(recorded**2)
        return tape.gradient(loss, parameters)

    function = differentiate.get_concrete_function(parameters)
    kept = [
        output
        for operation in function.graph.get_operations()
        if "While" in operation.type
        for output in operation.outputs
        if output.dtype == tf.variant
    ]
    return [gradient.numpy() for gradient in function(parameters)], len(kept)


@pytest.mark.parametrize("mode", ["plain", "staged"])
@pytest.mark.parametrize(
    "neuron_type",
    [nengo.LIF(), nengo.AdaptiveLIF(), nengo.Tanh()],
    ids=lambda one: type(one).__name__,
)
def test_little_is_kept_and_gradients_are_the_same(
    neuron_type: nengo.neurons.NeuronType, mode: StageMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    net = recurrent(neuron_type)
    with built(net, mode) as sim:
        light, kept = gradients(sim)
        for module in (stepwise, staged):
            monkeypatch.setattr(module, "run_groups_lightly", segments.run_groups)
        whole, kept_before = gradients(sim)
    assert kept < kept_before / 2
    for one, other in zip(light, whole, strict=True):
        assert np.any(other)
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-15 * np.abs(other).max())


def test_what_two_parts_of_a_loop_take_gets_the_gradient_of_both() -> None:
    @tf.function(autograph=False)
    def slope(start: tf.Tensor, *, twice: bool) -> tf.Tensor:
        def body(index: tf.Tensor, now: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            if twice:
                (one,), (other,) = (
                    recomputed(lambda x: [tf.tanh(x)], [now]),
                    recomputed(lambda x: [tf.sin(x)], [now]),
                )
            else:
                one, other = tf.tanh(now), tf.sin(now)
            return index + 1, one * other

        with tf.GradientTape() as tape:
            tape.watch(start)
            _, end = tf.while_loop(lambda index, _: index < 3, body, (tf.constant(0), start))
        return tape.gradient(end, start)

    start = tf.constant([0.5, 1.0, 1.5], tf.float64)
    expected = slope(start, twice=False)
    assert np.all(expected > 0)
    np.testing.assert_allclose(slope(start, twice=True), expected, rtol=1e-12)
