"""Rows 6 to 8: nothing else changes, nothing is lost without a word, closing keeps results."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
from nengo.exceptions import BuildError, SimulatorClosed, ValidationError

from nengo_explorer import configure_settings
from tests.simulator.helpers import configured, make
from tests.simulator.models import ITEMS, N_STEPS, TrainedLayer

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.tf


def surroundings() -> tuple[str, str, float]:
    """What belongs to the process: precision of Nengo and of Keras, random numbers to come."""
    import keras
    import tensorflow as tf

    tf.random.set_seed(3)
    first = float(tf.random.uniform([]))
    tf.random.set_seed(3)
    return nengo.rc.get("precision", "bits"), keras.config.floatx(), first


def now() -> tuple[str, str, float]:
    """The same, without setting the seed before."""
    import keras
    import tensorflow as tf

    bits = nengo.rc.get("precision", "bits")
    return bits, keras.config.floatx(), float(tf.random.uniform([]))


def work() -> None:
    """Build, run, train and predict in double precision."""
    model = TrainedLayer(dtype="float64")
    with make(model.net, seed=8) as sim:
        sim.run_steps(2)
        model.compile(sim)
        model.fit(sim)


def fail_to_build() -> None:
    """Fail after Nengo has built, in a precision that is not the usual one."""
    net = configured(dtype="float32", simplifications=[lambda _operators: "banana"])
    with net:
        nengo.Ensemble(3, 1)
    with pytest.raises(BuildError):
        make(net)


def fail_in_a_call() -> None:
    """Fail while Keras trains, in double precision."""
    import keras

    def fail(epoch: int, logs: Any) -> None:
        raise ZeroDivisionError(epoch, logs)

    model = TrainedLayer(dtype="float64")
    with make(model.net) as sim:
        model.compile(sim)
        with pytest.raises(ZeroDivisionError):
            model.fit(sim, callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=fail)])


@pytest.mark.parametrize("what", [work, fail_to_build, fail_in_a_call])
def test_row_06_nothing_of_the_process_changes(what: Callable[[], None]) -> None:
    before = surroundings()
    what()
    assert now() == before


def test_row_06_builds_at_the_same_time_do_not_mix_their_precisions() -> None:
    before = nengo.rc.get("precision", "bits")
    found: dict[str, set[str]] = {"float32": set(), "float64": set()}

    def build(dtype: str) -> None:
        for _ in range(5):
            with configured(dtype=dtype) as net:
                ensemble = nengo.Ensemble(40, 2)
            with make(net) as sim:
                found[dtype].add(str(sim.model.params[ensemble].scaled_encoders.dtype))
                found[dtype].add(str(sim.model.sig[ensemble.neurons]["bias"].dtype))

    threads = [threading.Thread(target=build, args=(dtype,)) for dtype in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {dtype: {dtype} for dtype in found}
    assert nengo.rc.get("precision", "bits") == before


@pytest.fixture
def model() -> TrainedLayer:
    return TrainedLayer()


def test_row_07_inputs_of_the_wrong_size_are_refused(model: TrainedLayer) -> None:
    with make(model.net) as sim, pytest.raises(ValidationError, match=r"node.* size 2 .*3\)"):
        sim.predict({"node": np.zeros((1, 4, 3))}, verbose=0)


def test_row_07_targets_are_not_stretched(model: TrainedLayer) -> None:
    with make(model.net) as sim:
        model.compile(sim)
        with pytest.raises(ValidationError, match=r"target of p must have shape \(items, 4, 1\)"):
            model.fit(sim, y={model.probe: model.y[:, :1]})


def test_row_07_a_probe_with_a_loss_needs_a_target(model: TrainedLayer) -> None:
    with make(model.net) as sim:
        model.compile(sim)
        with pytest.raises(ValidationError, match=r"no target for p.*compile without a loss"):
            sim.evaluate({model.node: model.x}, verbose=0)


def test_row_07_steps_that_do_not_fit_a_program_without_loop_are_refused(
    model: TrainedLayer,
) -> None:
    with model.net:
        configure_settings(use_loop=False)
    message = r"unroll_simulation=2 .* got 4\. Set use_loop=True, or .* unroll_simulation=4"
    with make(model.net, unroll_simulation=2) as sim:
        with pytest.raises(ValidationError, match=message):
            sim.predict({model.node: model.x}, verbose=0)
        assert sim.n_steps == 0


def test_row_07_a_last_smaller_batch_is_computed(model: TrainedLayer) -> None:
    with make(model.net, minibatch_size=4) as sim:
        outputs = sim.predict({model.node: model.x}, verbose=0)[model.probe]
        assert outputs.shape == (ITEMS, N_STEPS, 1)
        model.compile(sim)
        scores = sim.evaluate({model.node: model.x}, {model.probe: model.y}, verbose=0)
        assert scores["loss"] == pytest.approx(np.mean((outputs - model.y) ** 2))


def test_row_07_exactly_as_many_steps_as_asked_for(model: TrainedLayer) -> None:
    with make(model.net, unroll_simulation=4) as sim:
        sim.run_steps(6)
        sim.step()
        assert sim.n_steps == len(sim.data[model.probe]) == len(sim.trange()) == 7


def test_row_08_what_was_trained_and_recorded_outlives_the_simulator(model: TrainedLayer) -> None:
    with make(model.net, minibatch_size=2) as sim:
        sim.run_steps(3)
        model.compile(sim)
        model.fit(sim)
        trained = model.parameters(sim)
        built = sim.model.params[model.first].weights
    after = model.parameters(sim)
    assert not np.array_equal(after["first"], built)
    for name, value in trained.items():
        np.testing.assert_array_equal(after[name], value)
    assert sim.data[model.probe].shape == (2, 3, 1)
    with pytest.raises(SimulatorClosed, match=r"'run'.*Make a new one"):
        sim.run_steps(1)
