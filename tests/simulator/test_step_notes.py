"""What steps of a training tell: losses and norms of gradients, from the steps themselves."""

from __future__ import annotations

import time
from typing import Any

import keras  # noqa: TID253 - what is tested is made of it
import nengo
import numpy as np
import pytest
import tensorflow as tf  # noqa: TID253 - as above

import nengo_explorer
from nengo_explorer.simulator.step_notes import StepWatch, _norms
from tests.simulator.helpers import make

N_ITEMS, N_STEPS = 6, 4


def rate_network() -> tuple[nengo.Network, nengo.Ensemble, nengo.Probe]:
    with nengo.Network(seed=0) as net:
        nengo_explorer.configure_settings(trainable=None)
        source = nengo.Node([0.5], label="source")
        a = nengo.Ensemble(8, 1, neuron_type=nengo.RectifiedLinear(), label="a")
        b = nengo.Ensemble(6, 1, neuron_type=nengo.RectifiedLinear(), label="b")
        nengo.Connection(source, a, synapse=None)
        nengo.Connection(a, b, synapse=None)
        probe = nengo.Probe(b, label="out")
    return net, a, probe


class Watched:
    """What was told of a training."""

    def __init__(self) -> None:
        self.keys: list[tuple[Any, str]] = []
        self.losses: list[float] = []
        self.norms: list[np.ndarray[Any, Any]] = []

    def begin(self, keys: list[tuple[Any, str]]) -> None:
        self.keys = keys

    def step(self, loss: float, norms: np.ndarray[Any, Any]) -> None:
        self.losses.append(loss)
        self.norms.append(norms)


def trained(net: nengo.Network, probe: nengo.Probe, **arguments: Any) -> tuple[Watched, Any]:
    watched = Watched()
    target = np.linspace(0, 1, N_ITEMS * N_STEPS).reshape(N_ITEMS, N_STEPS, 1)
    with make(net, minibatch_size=2) as sim:
        sim.compile(keras.optimizers.SGD(0.0), loss={probe: "mse"})
        rows = sim.try_training_step(y={probe: target[:2]}, n_steps=N_STEPS)[1]
        watch = StepWatch(watched.begin, watched.step)
        history = sim.fit(
            y={probe: target}, n_steps=N_STEPS, verbose=0, callbacks=[watch], **arguments
        )
    return watched, (rows, history.history)


def test_every_minibatch_is_told_with_its_own_loss() -> None:
    net, _, probe = rate_network()
    watched, (_, history) = trained(net, probe, epochs=2, shuffle=False)
    assert len(watched.losses) == 6
    assert len(set(watched.losses[:3])) == 3
    # With a rate of 0 both epochs are the same, and Keras's loss is the mean of its minibatches.
    np.testing.assert_allclose(watched.losses[:3], watched.losses[3:], rtol=1e-5)
    np.testing.assert_allclose(np.mean(watched.losses[:3]), history["loss"][0], rtol=1e-5)


def test_norms_are_those_of_the_gradients() -> None:
    net, _, probe = rate_network()
    watched, (rows, _) = trained(net, probe, shuffle=False)
    expected = {
        (row.owner, row.kind): np.linalg.norm(row.gradient)
        for row in rows
        if row.gradient is not None
    }
    told = dict(zip(watched.keys, watched.norms[0], strict=True))
    assert any(norm > 0 for norm in expected.values())
    assert set(told) == set(expected)
    for key, norm in expected.items():
        np.testing.assert_allclose(told[key], norm, rtol=1e-4, err_msg=str(key))


def test_a_parameter_that_is_not_trained_has_no_norm() -> None:
    net, a, probe = rate_network()
    net.config[a].trainable = False
    watched, _ = trained(net, probe)
    told = dict(zip(watched.keys, watched.norms[0], strict=True))
    assert (a, "encoders") not in told
    assert all(np.isfinite(norm) for norm in told.values())
    assert len(told) > 1


def test_a_training_that_trains_nothing_still_tells_its_loss() -> None:
    net, _, probe = rate_network()
    with net:
        nengo_explorer.configure_settings(trainable=False)
    watched, (_, history) = trained(net, probe)
    np.testing.assert_allclose(np.mean(watched.losses), history["loss"][0], rtol=1e-5)
    assert watched.keys == []
    assert [norms.size for norms in watched.norms] == [0, 0, 0]


@pytest.mark.parametrize(
    ("gradient", "norm"),
    [
        ([3.0, 4.0], 5),
        ([0.0, 0.0], 0),
        ([3e-30, 4e-30], 5e-30),
        ([], 0),
        ([[1.0], [np.nan]], np.nan),
    ],
)
def test_norms_of_any_size(gradient: list[Any], norm: float) -> None:
    (found,) = _norms([tf.constant(gradient, "float32")]).numpy()
    np.testing.assert_allclose(found, norm, rtol=1e-6)


def test_gathered_gradients_count_each_element() -> None:
    slices = tf.IndexedSlices(tf.constant([1.0, 2.0]), tf.constant([1, 1]), tf.constant([3]))
    assert _norms([slices]).numpy().tolist() == [3]


def test_norms_keep_the_order_of_parameters() -> None:
    random = np.random.default_rng(0)
    shapes: list[Any] = [(3, 2), None, (4,), (3, 2), (), None, (4,), (2, 3)]
    values = [None if shape is None else random.normal(size=shape) for shape in shapes]
    tensors = [None if value is None else tf.constant(value) for value in values]
    expected = [np.nan if v is None else float(np.linalg.norm(v)) for v in values]
    np.testing.assert_allclose(_norms(tensors).numpy(), expected)
    assert _norms([]).numpy().tolist() == []
    assert np.isnan(_norms([None, None]).numpy()).all()


def test_many_parameters_need_few_operations() -> None:
    shapes = [(8, 2), (8,)] * 100
    specs = [tf.TensorSpec(shape, "float32") for shape in shapes]
    graph = tf.function(lambda *gradients: _norms(gradients)).get_concrete_function(*specs).graph
    operations = [op for op in graph.get_operations() if op.type not in {"Placeholder", "Const"}]
    assert len(operations) < 60


@pytest.mark.slow
def test_notes_cost_next_to_nothing() -> None:
    net, _, probe = rate_network()
    target = np.zeros((400, 20, 1))
    watch = StepWatch(lambda _keys: None, lambda _loss, _norms: None)
    with make(net, minibatch_size=2) as sim:
        sim.compile("adam", loss={probe: "mse"})

        def seconds(callbacks: list[Any]) -> float:
            began = time.perf_counter()
            sim.fit(y={probe: target}, n_steps=20, verbose=0, callbacks=callbacks)
            return time.perf_counter() - began

        seconds([])
        times = [(seconds([]), seconds([watch])) for _ in range(7)]
    without, with_watch = np.min(times, axis=0)
    assert with_watch < 1.5 * without
