"""Datasets and generators as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
from nengo.exceptions import SimulationError, ValidationError

from tests.simulator.helpers import assert_close, configured, make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nengo_explorer.simulator import Simulator

ITEMS, BATCH, STEPS = 12, 4, 2


class Model:
    """Two inputs, of which only one is given data, and one output."""

    def __init__(self) -> None:
        rng = np.random.RandomState(0)
        self.x = rng.rand(ITEMS, STEPS, 3)
        self.y = rng.rand(ITEMS, STEPS, 2)
        with configured() as self.net:
            self.source = nengo.Node(np.zeros(3), label="x")
            constant = nengo.Node([1.0], label="constant")
            ensemble = nengo.Ensemble(8, 3, neuron_type=nengo.LIFRate())
            out = nengo.Node(size_in=2)
            nengo.Connection(self.source, ensemble, synapse=None)
            nengo.Connection(constant, ensemble[0], synapse=None)
            nengo.Connection(ensemble, out, function=lambda v: v[:2], synapse=None)
            self.probe = nengo.Probe(out, label="y")

    def dataset(self) -> Any:
        import tensorflow as tf

        pairs = ({"x": self.x}, {"y": self.y})
        return tf.data.Dataset.from_tensor_slices(pairs).batch(BATCH)

    def minibatches(self) -> Iterator[Any]:
        for first in range(0, ITEMS, BATCH):
            part = slice(first, first + BATCH)
            yield {"x": self.x[part]}, {"y": self.y[part]}


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def sim(model: Model) -> Iterator[Simulator]:
    import keras

    with make(model.net, minibatch_size=BATCH) as sim:
        sim.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
        yield sim


@pytest.mark.parametrize("form", ["dataset", "minibatches"])
def test_training_on_minibatches_is_training_on_their_arrays(
    sim: Simulator, model: Model, form: str
) -> None:
    streamed = sim.fit(getattr(model, form)(), verbose=0).history["loss"]
    sim.reset()
    arrays = sim.fit(model.x, model.y, shuffle=False, verbose=0).history["loss"]
    assert_close(streamed, arrays, 1e-9)


def test_predictions_of_a_dataset_are_those_of_its_arrays(sim: Simulator, model: Model) -> None:
    inputs = model.dataset().map(lambda x, _: x)
    streamed = sim.predict(inputs, verbose=0)[model.probe]
    assert_close(streamed, sim.predict(model.x, verbose=0)[model.probe], 1e-12)


def test_a_dataset_can_validate(sim: Simulator, model: Model) -> None:
    history = sim.fit(model.x, model.y, validation_data=model.dataset(), verbose=0).history
    assert_close(history["val_loss"][-1], sim.evaluate(model.x, model.y, verbose=0)["loss"], 1e-9)


def test_steps_alone_can_be_streamed(model: Model) -> None:
    def batches() -> Iterator[Any]:
        yield {"n_steps": np.full((BATCH, 1), 5)}

    with make(model.net, minibatch_size=BATCH) as sim:
        assert sim.predict(batches(), verbose=0)[model.probe].shape == (BATCH, 5, 2)


def test_what_minibatches_say_is_not_said_again(sim: Simulator, model: Model) -> None:
    with pytest.raises(ValueError, match="y must not be given"):
        sim.fit(model.dataset(), model.y)
    with pytest.raises(SimulationError, match="n_steps must not be given"):
        sim.fit(model.dataset(), n_steps=STEPS)


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        (({"q": np.zeros((4, 2, 3))}, {}), "'q' is no input. Accepted: 'x'"),
        (({"x": np.zeros((4, 2, 9))}, {}), "'x' must have shape"),
        (({}, {}), "a minibatch has no input"),
        ({"x": np.zeros((4, 2, 3))}, "must be pairs"),
    ],
)
def test_a_bad_minibatch_is_refused(sim: Simulator, batch: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        sim.fit(iter([batch]))


def test_an_empty_generator_is_refused(sim: Simulator) -> None:
    with pytest.raises(ValidationError, match="no minibatch"):
        sim.fit(iter([]))
