"""A step of training that is only tried: numbers of the real one, and nothing is touched."""

from __future__ import annotations

from typing import Any, NamedTuple

import keras  # noqa: TID253 - what is tested is made of it
import nengo
import numpy as np
import pytest
from nengo.exceptions import SimulationError

import nengo_explorer
from nengo_explorer import configure_settings
from nengo_explorer.simulator.gradient_paths import NoGradientPathWarning

X = np.linspace(-1, 1, 4 * 5).reshape(4, 5, 1)
Y = X**2


class Model(NamedTuple):
    net: nengo.Network
    node: nengo.Node
    a: nengo.Ensemble
    aside: nengo.Ensemble
    probe: nengo.Probe


def model() -> Model:
    with nengo.Network(seed=0) as net:
        node = nengo.Node([0.0], label="in")
        a = nengo.Ensemble(12, 1, label="a", neuron_type=nengo.LIFRate())
        aside = nengo.Ensemble(5, 1, label="aside")
        nengo.Connection(node, a, synapse=None)
        out = nengo.Node(size_in=1)
        nengo.Connection(a, out, synapse=None, label="out")
        probe = nengo.Probe(out)
        configure_settings(trainable=None)
    net.config[a].trainable = False
    return Model(net, node, a, aside, probe)


def simulator(m: Model, optimizer: Any = None) -> nengo_explorer.Simulator:
    sim = nengo_explorer.Simulator(m.net, seed=0, progress_bar=False)
    sim.compile(optimizer or keras.optimizers.Adam(0.01), loss={m.probe: "mse"})
    return sim


def everything(sim: nengo_explorer.Simulator) -> list[np.ndarray]:
    weights = [np.asarray(v) for v in sim.keras_model.variables]
    return [*weights, *(np.asarray(v) for v in sim.keras_model.optimizer.variables)]


@pytest.fixture(scope="module")
def tried() -> Any:
    m = model()
    with simulator(m) as sim:
        sim.run_steps(3)
        before, time = everything(sim), sim.time
        data = sim.data[m.probe].copy()
        loss, steps = sim.try_training_step({m.node: X}, {m.probe: Y})
        same = [np.array_equal(a, b) for a, b in zip(before, everything(sim), strict=True)]
        unchanged = all(same) and sim.time == time and np.array_equal(sim.data[m.probe], data)
        expected = sim.evaluate({m.node: X}, {m.probe: Y}, verbose=0)["loss"]
        value = {path: np.asarray(v.value) for path, v in variables(sim).items()}
        with pytest.warns(NoGradientPathWarning, match="aside"):
            sim.fit({m.node: X}, {m.probe: Y}, epochs=1, verbose=0, shuffle=False)
        moved = {path: np.asarray(v.value) - value[path] for path, v in variables(sim).items()}
    return m, loss, {step.path: step for step in steps}, unchanged, expected, moved


def variables(sim: nengo_explorer.Simulator) -> dict[str, Any]:
    """Keras's variables by the path of the parameter."""
    return {v.path.replace("nengo/", ""): v for v in sim.keras_model.parameter_variables}


def test_nothing_is_touched_bit_for_bit(tried: Any) -> None:
    assert tried[3]


def test_the_loss_is_that_before_the_step(tried: Any) -> None:
    assert tried[1] == pytest.approx(tried[4], rel=1e-5)


def test_every_parameter_has_a_record(tried: Any) -> None:
    steps = tried[2]
    assert {"a/encoders", "a/bias", "aside/encoders", "aside/bias", "out/weights"} <= set(steps)
    assert steps["out/weights"].trainable
    assert not steps["a/bias"].trainable


def test_the_change_is_what_fit_does_then(tried: Any) -> None:
    steps, moved = tried[2], tried[5]
    for path, change in moved.items():
        np.testing.assert_allclose(steps[path].change, change, atol=1e-7, err_msg=path)
    assert np.abs(moved["out/weights"]).max() > 0


def test_parameters_that_are_off_have_a_gradient_and_do_not_move(tried: Any) -> None:
    step = tried[2]["a/bias"]
    assert np.abs(step.gradient).max() > 0
    assert not step.change.any()


def test_a_parameter_that_leads_nowhere_has_no_gradient(tried: Any) -> None:
    step = tried[2]["aside/bias"]
    assert step.gradient is None or not step.gradient.any()
    assert not step.change.any()


def test_the_gradient_is_how_the_loss_changes(tried: Any) -> None:
    m, _, steps, *_ = tried
    gradient = steps["out/weights"].gradient
    with simulator(m) as sim:
        variable = variables(sim)["out/weights"]
        value, far = np.asarray(variable.value), 1e-3
        losses = []
        for sign in (1, -1):
            variable.assign(value + sign * far * gradient)
            losses.append(sim.evaluate({m.node: X}, {m.probe: Y}, verbose=0)["loss"])
    slope = (losses[0] - losses[1]) / (2 * far)
    assert slope == pytest.approx(float(np.sum(gradient**2)), rel=0.02)


def test_without_compile_it_is_refused() -> None:
    m = model()
    with (
        nengo_explorer.Simulator(m.net, progress_bar=False) as sim,
        pytest.raises(RuntimeError, match="compile"),
    ):
        sim.try_training_step({m.node: X}, {m.probe: Y})


def test_a_network_for_inference_only_is_refused() -> None:
    m = model()
    with m.net:
        configure_settings(inference_only=True)
    with simulator(m) as sim, pytest.raises(SimulationError, match="inference_only"):
        sim.try_training_step({m.node: X}, {m.probe: Y})


def test_parameters_of_learning_rules_say_so() -> None:
    with nengo.Network(seed=0) as net:
        node = nengo.Node([0.5])
        pre, post = nengo.Ensemble(5, 1, label="pre"), nengo.Ensemble(5, 1, label="post")
        nengo.Connection(node, pre)
        learned = nengo.Connection(pre, post, learning_rule_type=nengo.PES(), label="learned")
        nengo.Connection(post, learned.learning_rule)
        probe = nengo.Probe(post)
    with nengo_explorer.Simulator(net, progress_bar=False) as sim:
        sim.compile(keras.optimizers.SGD(0.1), loss={probe: "mse"})
        _, steps = sim.try_training_step(None, {probe: np.ones((1, 6, 1))}, n_steps=6)
    (step,) = [step for step in steps if step.owner is learned]
    assert (step.learned, step.gradient, step.trainable) == (True, None, False)
    assert not step.change.any()


def test_after_a_step_without_gradient_nothing_moves() -> None:
    m = model()
    m.net.config[nengo.Connection].trainable = False
    m.net.config[m.aside].trainable = True
    with simulator(m) as sim:
        _, steps = sim.try_training_step({m.node: X}, {m.probe: Y})
    assert all(not step.change.any() for step in steps)
