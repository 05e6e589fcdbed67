"""Rows 13 to 16: what is supported, parameters, what cannot learn, Keras."""

from __future__ import annotations

import copy
import pickle
import traceback
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
from nengo.builder import Model, Signal
from nengo.builder.operator import Copy

from nengo_explorer import configure_settings
from nengo_explorer.simulator.gradient_paths import NoGradientPathWarning
from tests.simulator.helpers import assert_close, configured, make, simulate_with_nengo
from tests.simulator.models import ITEMS, N_STEPS, TrainedLayer, moved

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.tf


# ---- 13 ----------------------------------------------------------------------------------------


def learning_with(rule: Any, synapse: Any) -> nengo.Network:
    """A learned connection whose weights are probed through a synapse."""
    with configured() as net:
        stimulus = nengo.Node(lambda t: np.sin(60 * t))
        pre = nengo.Ensemble(8, 1, neuron_type=nengo.LIFRate())
        out = nengo.Node(size_in=1)
        nengo.Connection(stimulus, pre, synapse=None)
        learned = nengo.Connection(pre, out, learning_rule_type=rule)
        nengo.Connection(stimulus, learned.learning_rule)
        nengo.Probe(learned, "weights", synapse=synapse)
        nengo.Probe(out)
    return net


@pytest.mark.parametrize(
    ("rule", "synapse"),
    [
        (nengo.RLS(), None),
        (nengo.PES(1e-3), nengo.Alpha(0.01)),
        (nengo.PES(1e-3), nengo.synapses.Triangle(0.005)),
        (nengo.PES(1e-3), nengo.LinearFilter([1], [1e-4, 0.02, 1])),
    ],
    ids=["RLS", "Alpha", "Triangle", "LinearFilter"],
)
def test_row_13_rules_and_synapses_that_nengo_can_run(rule: Any, synapse: Any) -> None:
    net = learning_with(rule, synapse)
    with make(net) as sim:
        sim.run_steps(20)
        for probe, expected in simulate_with_nengo(net, 20).items():
            assert_close(sim.data[probe], expected, 1e-10)


@pytest.mark.parametrize(
    "how",
    [copy.copy, copy.deepcopy, lambda sim: pickle.loads(pickle.dumps(sim))],  # noqa: S301
)
def test_row_13_a_simulator_can_be_copied(how: Callable[[Any], Any]) -> None:
    with configured() as net:
        probe = nengo.Probe(nengo.Node([2.0]), synapse=0.01)
    with make(net, minibatch_size=2) as sim:
        sim.run_steps(3)
        with how(sim) as other:
            other.run_steps(1)
            sim.run_steps(1)
            assert other.minibatch_size == 2
            np.testing.assert_array_equal(other.data[other.model.probes[0]], sim.data[probe])


@pytest.mark.parametrize(
    ("cut", "shape"),
    [
        ((slice(None), slice(1, 3)), (3, 2)),
        ((slice(None, None, 2), slice(None, None, -1)), (2, 4)),
        ((slice(1, 2), slice(None)), (1, 4)),
    ],
    ids=str,
)
def test_row_13_slices_on_any_axis(cut: tuple[slice, slice], shape: tuple[int, int]) -> None:
    values = np.arange(12.0).reshape(3, 4)
    model = Model(dt=0.001)
    source, target = Signal(values, name="source"), Signal(np.zeros(shape), name="target")
    model.add_op(Copy(source, target, src_slice=cut))
    with nengo.Network():
        probe = nengo.Probe(nengo.Node(size_in=1))
    model.probes.append(probe)
    model.sig[probe]["in"] = target
    with make(None, model=model) as sim:
        sim.run_steps(2)
        np.testing.assert_array_equal(sim.data[probe], [values[cut]] * 2)


def test_row_13_any_label_will_do() -> None:
    labels = ["n_steps", "a", "A", "a_1", "\u00e9 \u4e2d", "<b>", "../x", "", None, "a/b:c"]
    with configured() as net:
        nodes = [nengo.Node([0.0], label=label) for label in labels]
        for node in nodes:
            ensemble = nengo.Ensemble(2, 1, label=node.label)
            nengo.Connection(node, ensemble, label=node.label)
            nengo.Probe(ensemble, label=node.label)
    with make(net) as sim:
        names = [sim.get_name(obj) for obj in (*nodes, *net.probes)]
        assert len({name.lower() for name in names}) == 2 * len(labels)
        outputs = sim.predict({name: np.ones((1, 1, 1)) for name in names[: len(nodes)]}, verbose=0)
        assert set(outputs) == set(net.probes)


@pytest.mark.parametrize("size_in", [0, 1])
@pytest.mark.parametrize("call", ["run_steps", "predict"])
def test_row_13_the_exception_of_a_node_is_that_of_the_user(size_in: int, call: str) -> None:
    def misbehave(t: float, *_x: Any) -> float:
        if t > 0.0035:
            raise KeyError("mine")
        return t

    with configured() as net:
        node = nengo.Node(misbehave, size_in=size_in, size_out=1, label="the culprit")
        nengo.Probe(node)
    with make(net) as sim:
        with pytest.raises(KeyError) as caught:
            getattr(sim, call)(n_steps=6)
        assert caught.value.args == ("mine",)
        assert "misbehave" in [f.name for f in traceback.extract_tb(caught.value.__traceback__)]
        assert any("the culprit" in note for note in caught.value.__notes__)
        sim.run_steps(3)
        assert sim.n_steps == 3


# ---- 14 ----------------------------------------------------------------------------------------


def test_row_14_one_named_variable_for_each_object_and_parameter() -> None:
    with configured() as net:
        for label in ("left", "right"):
            with nengo.Network(label=label):
                nengo.Ensemble(4, 1, label="a")
    with make(net) as sim:
        # Keras puts the name of the model into the path.
        paths = {variable.path for variable in sim.keras_model.weights}
    kinds = ("encoders", "bias")
    assert paths == {f"{side}/a/{kind}" for side in ("left", "right") for kind in kinds}


def test_row_14_trainability_can_be_switched_without_touching_values() -> None:
    model = TrainedLayer()
    with make(model.net) as sim:
        model.compile(sim)
        model.fit(sim)
        before = model.parameters(sim)
        variables = list(sim.keras_model.weights)
        for trainable in (False, True):
            with model.net:
                configure_settings(trainable=trainable)
            assert bool(sim.keras_model.trainable_weights) == trainable
            assert moved(before, model.parameters(sim)) == set()
        assert [id(v) for v in sim.keras_model.weights] == [id(v) for v in variables]


def test_row_14_without_optimizer_it_is_said_which_one_is_used() -> None:
    model = TrainedLayer()
    with make(model.net) as sim:
        with pytest.warns(UserWarning, match=r"rmsprop .*rate of 0.001.*optimizer=") as caught:
            sim.compile(loss={model.probe: "mse"})
        assert [warning.filename for warning in caught] == [__file__]
        assert np.isfinite(model.fit(sim)["loss"]).all()


def test_row_14_a_compile_that_is_refused_leaves_the_one_before() -> None:
    model = TrainedLayer()
    with make(model.net) as sim:
        model.compile(sim)
        with pytest.raises(ValueError, match="banana"):
            sim.compile(optimizer="banana", loss={model.probe: "mae"})
        loss = sim.evaluate({model.node: model.x}, {model.probe: model.y}, verbose=0)["loss"]
        outputs = sim.predict({model.node: model.x}, verbose=0)[model.probe]
        assert loss == pytest.approx(np.mean((outputs - model.y) ** 2))


# ---- 15 ----------------------------------------------------------------------------------------


def test_row_15_what_cannot_learn_is_listed_with_its_reason() -> None:
    model = TrainedLayer()
    with model.net:
        function = nengo.Node(lambda _t, x: x, size_in=2, label="python")
        nengo.Connection(model.node, function, synapse=None)
        before = nengo.Ensemble(4, 2, label="behind python", neuron_type=nengo.LIFRate())
        after = nengo.Node(lambda _t, x: x, size_in=1)
        nengo.Connection(function, before, synapse=None)
        nengo.Connection(before[0], after, synapse=None)
        nengo.Connection(after, model.out, synapse=None)
    with make(model.net) as sim:
        model.compile(sim)
        with pytest.warns(NoGradientPathWarning, match=r"behind_python/bias.*Python.*no gradient"):
            model.fit(sim)


# ---- 16 ----------------------------------------------------------------------------------------


def test_row_16_the_model_is_one_of_keras_3() -> None:
    import keras

    model = TrainedLayer()
    with make(model.net) as sim:
        assert isinstance(sim.keras_model, keras.Model)
        assert int(keras.__version__.partition(".")[0]) >= 3
        optimizer = keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(1e-3, 1, 0.5))
        metric = keras.metrics.MeanAbsoluteError(name="distance")
        model.compile(sim, optimizer, loss={"p": keras.losses.Huber()}, metrics={"p": [metric]})
        stop = keras.callbacks.EarlyStopping(monitor="loss", min_delta=1e9, patience=1)
        history = model.fit(sim, epochs=5, callbacks=[stop])
        assert len(history["loss"]) == 2
        assert "distance" in str(list(history))
        assert sim.keras_model.optimizer is optimizer


def test_row_16_tf_data_is_taken_as_it_is() -> None:
    import tensorflow as tf

    model = TrainedLayer()
    steps = np.full((ITEMS, 1), N_STEPS, np.int32)
    data = tf.data.Dataset.from_tensor_slices(
        ({"node": model.x, "n_steps": steps}, {"p": model.y})
    ).batch(3)
    with make(model.net) as sim:
        model.compile(sim)
        from_data = sim.evaluate(data, verbose=0)["loss"]
        arrays = ({model.node: model.x}, {model.probe: model.y})
        assert from_data == pytest.approx(sim.evaluate(*arrays, verbose=0)["loss"])


@pytest.mark.parametrize("with_python", [False, True], ids=["compiled", "calls Python"])
def test_row_16_the_size_of_a_minibatch_is_free_in_each_call(with_python: bool) -> None:
    model = TrainedLayer()
    if with_python:
        with model.net:
            nengo.Connection(model.out, nengo.Node(lambda _t, x: x, size_in=1), synapse=None)
    with make(model.net) as sim:
        alone = [
            sim.predict({model.node: model.x}, batch_size=size, verbose=0)[model.probe]
            for size in (1, 4, 6)
        ]
        for outputs in alone[1:]:
            np.testing.assert_allclose(outputs, alone[0], rtol=1e-12)
        model.compile(sim)
        for size in (2, 3, 4):
            assert np.isfinite(model.fit(sim, batch_size=size)["loss"]).all()
