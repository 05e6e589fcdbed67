"""Callbacks: event files for TensorBoard, and a state that is left alone."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
from nengo.exceptions import ValidationError

from nengo_explorer.simulator import callbacks
from tests.simulator.helpers import configured, make
from tests.simulator.models import N_STEPS
from tests.simulator.models import TrainedLayer as Model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from nengo_explorer.simulator import Simulator


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def sim(model: Model) -> Iterator[Simulator]:
    with make(model.net) as simulator:
        model.compile(simulator)
        yield simulator


def events(folder: Path) -> dict[str, dict[int, Any]]:
    """What event files hold: tag, step, value."""
    import tensorflow as tf

    found: dict[str, dict[int, Any]] = {}
    for file in folder.rglob("*.tfevents.*"):
        for record in tf.compat.v1.train.summary_iterator(str(file)):
            for value in record.summary.value:
                found.setdefault(value.tag, {})[record.step] = tf.make_ndarray(value.tensor)
    return found


# ---- NengoSummaries --------------------------------------------------------------------------


def test_summaries_are_histograms_of_each_epoch(
    sim: Simulator, model: Model, tmp_path: Path
) -> None:
    objects = [model.hidden, model.hidden.neurons, model.first]
    model.fit(sim, epochs=2, callbacks=[callbacks.NengoSummaries(tmp_path / "logs", sim, objects)])
    found = events(tmp_path / "logs")
    weights = [p.path for p in sim._engine.built.parameters if p.owner is model.first]
    assert set(found) == {"hidden/encoders", "hidden/bias", *weights}
    assert all(set(steps) == {0, 1} for steps in found.values())
    values = np.ravel(sim.data[model.hidden].scaled_encoders)
    bars = found["hidden/encoders"][1]
    assert bars[:, 2].sum() == values.size
    assert (bars[0, 0], bars[-1, 1]) == pytest.approx((values.min(), values.max()))


def test_histograms_follow_the_training(sim: Simulator, model: Model, tmp_path: Path) -> None:
    import keras

    model.compile(sim, keras.optimizers.Adam(0.1))
    model.fit(sim, epochs=2, callbacks=[callbacks.NengoSummaries(tmp_path, sim, model.hidden)])
    first, second = events(tmp_path)["hidden/encoders"].values()
    assert not np.array_equal(first, second)


def test_numbers_that_are_not_finite_are_left_out() -> None:
    from nengo_explorer.simulator.summaries import histogram

    bars = histogram(np.array([1.0, 2.0, np.nan, np.inf]), 4)
    np.testing.assert_array_equal(bars[:, 2], [1, 0, 0, 1])
    assert histogram(np.zeros(0))[:, 2].sum() == 0
    assert histogram(np.full(5, 3.0))[:, 2].sum() == 5


REFUSED: dict[str, tuple[Callable[[Model], Any], str]] = {
    "a Node": (lambda m: m.node, "node.* has no histogram"),
    "a Probe": (lambda m: m.probe, "Probe.* has no histogram"),
    "a connection without weights": (lambda m: m.net.connections[-1], "has no weights"),
    "neurons of a Direct ensemble": (lambda m: m.net.ensembles[-1].neurons, "has no bias"),
    "a stranger": (lambda _m: nengo.Ensemble(3, 1, add_to_container=False), "is not in"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_summary_is_refused_at_once(name: str, tmp_path: Path) -> None:
    model = Model()
    with model.net:
        nengo.Connection(model.out, nengo.Node(size_in=1))
        nengo.Ensemble(1, 1, neuron_type=nengo.Direct())
    obj, message = REFUSED[name]
    with make(model.net) as sim, pytest.raises(ValidationError, match=message) as caught:
        callbacks.NengoSummaries(tmp_path, sim, [obj(model)])
    assert "Accepted: ensembles" in str(caught.value)


@pytest.mark.parametrize("kind", [callbacks.IsolateState, callbacks.NengoSummaries])
def test_what_is_no_simulator_is_refused(kind: Any, tmp_path: Path) -> None:
    arguments: tuple[Any, ...] = (
        (tmp_path, "banana", []) if kind is callbacks.NengoSummaries else ("banana",)
    )
    with pytest.raises(ValidationError, match=r"must be a nengo_explorer\.Simulator; got 'banana'"):
        kind(*arguments)


# ---- TensorBoard -----------------------------------------------------------------------------


def test_tensorboard_gets_losses_and_parameters(
    sim: Simulator, model: Model, tmp_path: Path
) -> None:
    callback = callbacks.TensorBoard(tmp_path, histogram_freq=1)
    data = ({model.node: model.x}, {model.probe: model.y})
    losses = model.fit(sim, epochs=2, callbacks=[callback], validation_data=data)
    train, validation = events(tmp_path / "train"), events(tmp_path / "validation")
    np.testing.assert_allclose([train["epoch_loss"][n] for n in (0, 1)], losses["loss"], rtol=1e-6)
    assert validation["epoch_loss"][1] == pytest.approx(losses["val_loss"][1], rel=1e-6)
    histograms = [tag for tag in train if tag.endswith("/histogram")]
    assert len(histograms) == len(model.parameters(sim))


def test_tensorboard_profiles_predict(sim: Simulator, model: Model, tmp_path: Path) -> None:
    callback = callbacks.TensorBoard(tmp_path, profile_batch=(2, 3))
    sim.predict({model.node: model.x}, batch_size=2, callbacks=[callback], verbose=0)
    assert list((tmp_path / "predict").rglob("*.xplane.pb"))
    sim.predict({model.node: model.x}, batch_size=6, callbacks=[callback], verbose=0)


@pytest.mark.skipif(
    importlib.util.find_spec("tensorboard") is not None, reason="tensorboard is installed"
)
def test_what_only_tensorboard_can_write_is_refused_before_the_training(tmp_path: Path) -> None:
    with pytest.raises(ImportError, match=r"write_images.*pip install tensorboard"):
        callbacks.TensorBoard(tmp_path, write_images=True)


# ---- IsolateState ----------------------------------------------------------------------------


def learning() -> tuple[nengo.Network, nengo.Probe]:
    """A network with everything that a run changes: time, a filter, a process, learned weights."""
    with configured() as net:
        noise = nengo.Node(nengo.processes.WhiteNoise(seed=1), size_out=1)
        ensemble = nengo.Ensemble(5, 1, neuron_type=nengo.LIFRate())
        nengo.Connection(noise, ensemble)
        out = nengo.Node(size_in=1)
        rule = nengo.PES(learning_rate=1e-2)
        learned = nengo.Connection(ensemble, out, learning_rule_type=rule)
        nengo.Connection(noise, learned.learning_rule)
        probe = nengo.Probe(out, synapse=0.01)
    return net, probe


CALLS: dict[str, Callable[[Simulator, Any, dict[str, Any]], Any]] = {
    "predict": lambda sim, _p, how: sim.predict(n_steps=3, **how),
    "evaluate": lambda sim, p, how: sim.evaluate(None, {p: np.ones((4, 3, 1))}, n_steps=3, **how),
    "fit": lambda sim, p, how: sim.fit(None, {p: np.ones((4, 3, 1))}, n_steps=3, **how),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("isolated", [True, False])
def test_an_isolated_call_leaves_the_state_alone(name: str, isolated: bool) -> None:
    net, probe = learning()
    with make(net, seed=0) as sim:
        sim.compile(optimizer="sgd", loss="mse")
        sim.run_steps(4)
        before = [np.array(block) for block in sim._engine.state.blocks]
        how: dict[str, Any] = {"stateful": True, "verbose": 0}
        if name != "predict":
            how["batch_size"] = 2
        if isolated:
            how["callbacks"] = [callbacks.IsolateState(sim)]
        CALLS[name](sim, probe, how)
        after = sim._engine.state.blocks
        same = all(np.array_equal(b, a) for b, a in zip(before, after, strict=True))
        assert (sim.n_steps == 4, same) == (isolated, isolated)


def test_isolated_minibatches_start_alike(sim: Simulator, model: Model) -> None:
    alone = sim.predict({model.node: model.x[:2]}, verbose=0)[model.probe]
    twice = sim.predict(
        {model.node: np.concatenate([model.x[:2]] * 2)},
        batch_size=2,
        stateful=True,
        callbacks=[callbacks.IsolateState(sim)],
        verbose=0,
    )[model.probe]
    np.testing.assert_array_equal(twice, np.concatenate([alone, alone]))
    assert alone.shape == (2, N_STEPS, 1)


def test_the_state_of_another_simulator_cannot_be_isolated(sim: Simulator, model: Model) -> None:
    with make(model.net) as other:
        callback = callbacks.IsolateState(other)
        with pytest.raises(ValidationError, match="another model"):
            sim.predict({model.node: model.x}, callbacks=[callback], verbose=0)
