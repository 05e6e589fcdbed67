"""Gradients that training uses, against finite differences of what `predict` returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
import tensorflow as tf  # noqa: TID253 - the tests of the simulator load it

from nengo_explorer import TensorNode
from tests.simulator.helpers import configured, make

if TYPE_CHECKING:
    import numpy.typing as npt

    from nengo_explorer.simulator import Simulator

    Array = npt.NDArray[Any]

N_STEPS = 7
STEP = 1e-6


def network(neuron_type: Any, synapse: Any, smoothing: float | None) -> nengo.Network:
    """A recurrent layer between dense transforms, everything behind the same synapse."""
    rng = np.random.RandomState(4)
    net = configured(learning_phase=True, lif_smoothing=smoothing)
    with net:
        node = nengo.Node(lambda t: [np.sin(100 * t), 0.4])
        layer = nengo.Ensemble(
            4,
            2,
            neuron_type=neuron_type,
            gain=rng.uniform(1, 2, 4),
            bias=rng.uniform(0.9, 2, 4),
            label="layer",
        )
        out = nengo.Node(size_in=2)
        nengo.Connection(node, layer, transform=rng.uniform(-1, 1, (2, 2)), synapse=None)
        scale = 1e-3 if isinstance(neuron_type, nengo.LIF | nengo.LIFRate) else 0.1
        weights = rng.uniform(-scale, scale, (4, 4))
        nengo.Connection(layer.neurons, layer.neurons, transform=weights, synapse=0.003)
        readout = rng.uniform(-scale, scale, (2, 4))
        nengo.Connection(layer.neurons, out, transform=readout, synapse=synapse)
        nengo.Probe(out)
    return net


def two_users_of_one_signal() -> nengo.Network:
    """A loop through two TensorNodes, both of which take what comes back, and weights."""
    net = configured(learning_phase=True)
    with net:
        rng = np.random.RandomState(4)
        node = nengo.Node(lambda t: [np.sin(100 * t), 0.4])
        back = nengo.Node(size_in=2)
        sum_of_both = nengo.Node(size_in=2)
        nengo.Connection(node, sum_of_both, synapse=None)
        for function in (tf.tanh, tf.sin):  # of Python, which XLA cannot compile

            def called(x: tf.Tensor, function: Any = function) -> tf.Tensor:
                return tf.py_function(function, [x], x.dtype)

            user = TensorNode(called, shape_in=(2,), shape_out=(2,), pass_time=False)
            nengo.Connection(back, user, synapse=None)
            weights = rng.uniform(-1, 1, (2, 2))
            nengo.Connection(user, sum_of_both, transform=weights, synapse=None)
        nengo.Connection(sum_of_both, back, transform=rng.uniform(-1, 1, (2, 2)), synapse=0.003)
        nengo.Probe(sum_of_both)
    return net


def loss_of(sim: Simulator, probe: nengo.Probe) -> float:
    return float(np.mean(sim.predict(n_steps=N_STEPS, verbose=0)[probe] ** 2))


def analytic_gradients(sim: Simulator, probe: nengo.Probe, rate: float) -> list[Array]:
    """What one step of plain gradient descent does, divided by the rate."""
    import keras

    variables = sim.keras_model.trainable_variables
    before = [v.numpy().copy() for v in variables]
    sim.compile(optimizer=keras.optimizers.SGD(rate), loss={probe: "mse"})
    sim.fit(None, {probe: np.zeros((1, N_STEPS, probe.size_in))}, n_steps=N_STEPS, verbose=0)
    gradients = [(b - v.numpy()) / rate for b, v in zip(before, variables, strict=True)]
    for variable, value in zip(variables, before, strict=True):
        variable.assign(value)
    return gradients


def numeric_slope(sim: Simulator, probe: nengo.Probe, variable: Any, direction: Array) -> float:
    """Central difference of the loss along a direction."""
    value = variable.numpy().copy()
    sides = []
    for sign in (1, -1):
        variable.assign(value + sign * STEP * direction)
        sides.append(loss_of(sim, probe))
    variable.assign(value)
    return (sides[0] - sides[1]) / (2 * STEP)


CASES = {
    "LIF": (nengo.LIF(), nengo.Lowpass(0.004), None),
    "LIF smoothed": (nengo.LIF(), nengo.Alpha(0.003), 0.3),
    "SpikingRectifiedLinear": (
        nengo.SpikingRectifiedLinear(),
        nengo.LinearFilter([1.0], [1e-5, 0.005, 1.0]),
        None,
    ),
    "Tanh": (nengo.Tanh(tau_ref=1.0), None, None),
    "Sigmoid": (nengo.Sigmoid(tau_ref=1.0), nengo.Lowpass(0.004), None),
}


#: Each takes seconds; what these show, the others show as well.
SLOW = ("LIF", "Sigmoid")


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.slow] * (n in SLOW)) for n in CASES]
)
def test_gradients_are_those_of_finite_differences(name: str) -> None:
    assert_gradients_are_finite_differences(network(*CASES[name]))


def test_gradients_reach_everybody_who_takes_the_same_signal() -> None:
    assert_gradients_are_finite_differences(two_users_of_one_signal())


def assert_gradients_are_finite_differences(net: nengo.Network) -> None:
    """Refuse gradients of a network that are not finite differences of its loss."""
    (probe,) = net.probes
    with make(net) as sim:
        analytic = analytic_gradients(sim, probe, rate=1e-6)
        rng = np.random.RandomState(5)
        for variable, gradient in zip(sim.keras_model.trainable_variables, analytic, strict=True):
            direction = rng.choice([-1.0, 1.0], size=variable.shape)
            slope = numeric_slope(sim, probe, variable, direction)
            assert abs(slope) > 0, variable.path
            assert np.sum(gradient * direction) == pytest.approx(slope, rel=1e-4), variable.path
