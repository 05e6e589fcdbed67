"""Losses, metrics, targets, validation and callbacks of Keras."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from nengo.exceptions import ValidationError

from nengo_explorer import configure_settings
from tests.simulator.helpers import make
from tests.simulator.models import ITEMS, N_STEPS, moved
from tests.simulator.models import TrainedLayer as Model

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from nengo_explorer.simulator import Simulator

    Array = npt.NDArray[Any]


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def sim(model: Model) -> Iterator[Simulator]:
    with make(model.net) as simulator:
        yield simulator


@pytest.fixture
def pair() -> Model:
    return Model(with_other=True)


@pytest.fixture
def pair_sim(pair: Model) -> Iterator[Simulator]:
    with make(pair.net) as simulator:
        yield simulator


# ---- losses, metrics, weights ----------------------------------------------------------------


def test_several_probes_have_losses_of_their_own_and_weights(
    pair_sim: Simulator, pair: Model
) -> None:
    pair.compile(
        pair_sim,
        loss={pair.probe: "mse", "q": "mae"},
        loss_weights={"p": 2.0, pair.probe_of_other: 0.5},
        metrics={pair.probe: ["mae"]},
    )
    y = {pair.probe: pair.y, "q": pair.y_of_other}
    results = pair_sim.evaluate({pair.node: pair.x}, y, verbose=0)
    outputs = pair_sim.predict({pair.node: pair.x}, verbose=0)
    first = np.mean((outputs[pair.probe] - pair.y) ** 2)
    second = np.mean(np.abs(outputs[pair.probe_of_other] - pair.y_of_other))
    assert results["p_loss"] == pytest.approx(first)
    assert results["q_loss"] == pytest.approx(second)
    assert results["loss"] == pytest.approx(2 * first + 0.5 * second)
    assert results["p_mae"] == pytest.approx(np.mean(np.abs(outputs[pair.probe] - pair.y)))


def test_evaluate_names_the_loss_of_a_single_probe(sim: Simulator, model: Model) -> None:
    model.compile(sim, metrics={model.probe: ["mae"]})
    results = sim.evaluate({model.node: model.x}, {model.probe: model.y}, verbose=0)
    assert set(results) == {"loss", "p_loss", "p_mae"}
    assert results["p_loss"] == pytest.approx(results["loss"])


def test_one_loss_counts_for_all_probes(pair_sim: Simulator, pair: Model) -> None:
    pair.compile(pair_sim, loss="mse")
    y = {pair.probe: pair.y, pair.probe_of_other: pair.y_of_other}
    results = pair_sim.evaluate({pair.node: pair.x}, y, verbose=0)
    assert results["loss"] == pytest.approx(results["p_loss"] + results["q_loss"])


def test_a_last_smaller_batch_counts(sim: Simulator, model: Model) -> None:
    model.compile(sim)
    y = {model.probe: model.y}
    whole = sim.evaluate({model.node: model.x}, y, batch_size=ITEMS, verbose=0)["loss"]
    parts = sim.evaluate({model.node: model.x}, y, batch_size=4, verbose=0)["loss"]
    assert parts == pytest.approx(whole)


def test_integer_labels_go_with_a_sparse_loss(pair_sim: Simulator, pair: Model) -> None:
    import keras

    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    pair.compile(pair_sim, loss={pair.probe_of_other: loss}, metrics=["accuracy"])
    labels = np.repeat(np.arange(ITEMS)[:, None, None] % 2, N_STEPS, axis=1)
    results = pair_sim.evaluate({pair.node: pair.x}, {pair.probe_of_other: labels}, verbose=0)
    logits = pair_sim.predict({pair.node: pair.x}, verbose=0)[pair.probe_of_other]
    right = np.mean(np.argmax(logits, axis=-1) == labels[..., 0])
    assert results["q_accuracy"] == pytest.approx(right)


# ---- validation and callbacks ----------------------------------------------------------------


def test_validation_data_are_evaluated_as_evaluate_does(sim: Simulator, model: Model) -> None:
    model.compile(sim)
    data = ({model.node: model.x[:3]}, {model.probe: model.y[:3]})
    history = model.fit(sim, validation_data=data)
    after = sim.evaluate(*data, verbose=0)["loss"]
    assert history["val_loss"][-1] == pytest.approx(after)


def test_a_split_holds_the_last_items_out(sim: Simulator, model: Model) -> None:
    model.compile(sim)
    history = model.fit(sim, validation_split=1 / 3)
    after = sim.evaluate({model.node: model.x[4:]}, {model.probe: model.y[4:]}, verbose=0)["loss"]
    assert history["val_loss"][-1] == pytest.approx(after)


def test_callbacks_of_keras_are_called_and_can_stop(sim: Simulator, model: Model) -> None:
    import keras

    epochs = []

    def end(epoch: int, logs: Any) -> None:
        epochs.append((epoch, logs["loss"]))
        if epoch == 1:
            sim.keras_model.stop_training = True

    model.compile(sim)
    callback = keras.callbacks.LambdaCallback(on_epoch_end=end)
    losses = model.fit(sim, epochs=5, callbacks=[callback])["loss"]
    assert [loss for _, loss in epochs] == losses
    assert len(losses) == 2


def test_an_exception_in_a_callback_keeps_what_was_trained(sim: Simulator, model: Model) -> None:
    import keras

    def end(epoch: int, logs: Any) -> None:
        del epoch, logs
        raise KeyboardInterrupt

    model.compile(sim)
    before = model.parameters(sim)
    with pytest.raises(KeyboardInterrupt):
        model.fit(sim, callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=end)])
    assert "first" in moved(before, model.parameters(sim))
    assert np.isfinite(model.fit(sim)["loss"][0])


# ---- what is refused -------------------------------------------------------------------------


def test_without_compile_training_is_refused(sim: Simulator, model: Model) -> None:
    with pytest.raises(RuntimeError, match="compile"):
        model.fit(sim)
    with pytest.raises(RuntimeError, match="compile"):
        sim.evaluate({model.node: model.x}, {model.probe: model.y}, verbose=0)


def test_an_unknown_probe_is_refused_by_compile_at_once(sim: Simulator) -> None:
    with pytest.raises(ValidationError, match=r"'banana'.*'p'"):
        sim.compile(optimizer="sgd", loss={"banana": "mse"})


@pytest.mark.parametrize("target", [None, {}])
def test_missing_targets_are_refused(sim: Simulator, model: Model, target: Any) -> None:
    model.compile(sim)
    with pytest.raises(ValidationError, match="no target for p"):
        model.fit(sim, y=target)


@pytest.mark.parametrize(
    "shape",
    [(ITEMS, 1, 1), (ITEMS, N_STEPS, 2), (ITEMS, N_STEPS), (ITEMS - 1, N_STEPS, 1)],
    ids=["one step", "another size", "two axes", "other items"],
)
def test_targets_of_the_wrong_shape_are_refused(
    sim: Simulator, model: Model, shape: tuple[int, ...]
) -> None:
    model.compile(sim)
    before = model.parameters(sim)
    with pytest.raises(ValidationError):
        model.fit(sim, y={model.probe: np.zeros(shape)})
    assert moved(before, model.parameters(sim)) == set()


def test_a_probe_without_history_has_targets_of_one_step(sim: Simulator, model: Model) -> None:
    with model.net:
        configure_settings(keep_history=False)
    model.compile(sim)
    with pytest.raises(ValidationError, match="keep_history"):
        model.fit(sim)
    losses = model.fit(sim, y={model.probe: model.y[:, -1:]})["loss"]
    assert np.isfinite(losses[0])
