"""What a change of a setting costs: counted in functions traced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest

from nengo_explorer import configure_settings
from nengo_explorer.simulator import simulation
from nengo_explorer.simulator.keras_model import NengoModel
from nengo_explorer.simulator.sources import gather_inputs
from tests.simulator.helpers import configured, make, traces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nengo_explorer.simulator import Simulator

N_STEPS = 6


class Model:
    """A small network with everything that settings are about."""

    def __init__(self, **options: Any) -> None:
        self.net = configured(**options)
        with self.net:
            self.node = nengo.Node([0.5], label="node")
            self.ensemble = nengo.Ensemble(8, 1, label="ensemble")
            self.out = nengo.Node(size_in=1, label="out")
            nengo.Connection(self.node, self.ensemble, synapse=None)
            self.connection = nengo.Connection(self.ensemble, self.out, synapse=0.005)
            self.probe = nengo.Probe(self.out, label="probe")

    def set(self, **options: Any) -> None:
        with self.net:
            configure_settings(**options)

    def fit(self, sim: Simulator, n_steps: int = N_STEPS, targets: int | None = None) -> None:
        target = np.ones((2, n_steps if targets is None else targets, 1))
        sim.fit(None, {self.probe: target}, n_steps=n_steps, verbose=0)


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def sim(model: Model) -> Iterator[Simulator]:
    """A simulator that has run once."""
    with make(model.net) as simulator:
        simulator.run_steps(N_STEPS)
        yield simulator


def compile_for_training(sim: Simulator, model: Model) -> None:
    import keras

    sim.compile(optimizer=keras.optimizers.SGD(1e-3), loss={model.probe: "mse"})


# ---- what costs nothing in a run -------------------------------------------------------------


def test_the_first_run_compiles_one_program(sim: Simulator) -> None:
    assert traces(sim) == 1


@pytest.mark.parametrize(
    "options",
    [
        {"trainable": False},
        {"trainable": True},
        {"lif_smoothing": 0.1},
        {"stateful": False},
        {"keep_history": False},
        {"learning_phase": False},
    ],
    ids=str,
)
def test_a_change_compiles_nothing_anew_for_run(
    sim: Simulator, model: Model, options: dict[str, Any]
) -> None:
    before = traces(sim)
    model.set(**options)
    assert sim.rebuild_needed() == ()
    sim.run_steps(N_STEPS)
    assert traces(sim) == before


def test_one_object_set_trainable_compiles_nothing_anew_for_run(
    sim: Simulator, model: Model
) -> None:
    model.set(trainable=None)
    model.net.config[model.ensemble].trainable = False
    sim.run_steps(N_STEPS)
    assert traces(sim) == 1


@pytest.mark.parametrize("n_steps", [1, N_STEPS - 1, 5 * N_STEPS])
def test_a_run_of_another_length_compiles_nothing_anew(sim: Simulator, n_steps: int) -> None:
    sim.run_steps(n_steps)
    assert traces(sim) == 1


def test_a_step_compiles_nothing_anew(sim: Simulator) -> None:
    sim.step()
    sim.step()
    assert traces(sim) == 1


def test_data_for_a_node_compile_nothing_anew(sim: Simulator, model: Model) -> None:
    sim.run_steps(N_STEPS, data={model.node: np.ones((1, N_STEPS, 1))})
    assert traces(sim) == 1


def test_reset_compiles_nothing_anew(sim: Simulator) -> None:
    sim.reset()
    sim.run_steps(N_STEPS)
    assert traces(sim) == 1


def test_trained_parameters_compile_nothing_anew_for_run(sim: Simulator, model: Model) -> None:
    compile_for_training(sim, model)
    model.fit(sim)
    sim.run_steps(N_STEPS)
    assert traces(sim) == 1


def test_inputs_that_never_change_are_gathered_once(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    gathered = []

    def gather(*arguments: Any) -> Any:
        gathered.append(arguments)
        return gather_inputs(*arguments)

    monkeypatch.setattr(simulation, "gather_inputs", gather)
    with make(model.net) as sim:
        sim.run_steps(N_STEPS)
        sim.run_steps(2 * N_STEPS)
        assert len(gathered) == 1
        constant = np.array(sim.data[model.probe])
        sim.reset()
        sim.run_steps(3 * N_STEPS, data={model.node: np.full((1, 3 * N_STEPS, 1), -2.0)})
        assert len(gathered) == 2
        other = np.array(sim.data[model.probe])
        sim.reset()
        sim.run_steps(3 * N_STEPS)
        assert len(gathered) == 2
        np.testing.assert_array_equal(sim.data[model.probe], constant)
    assert not np.allclose(other, constant)


# ---- what needs another program once ---------------------------------------------------------


def test_learning_phase_picks_another_program_and_comes_back_for_nothing(
    sim: Simulator, model: Model
) -> None:
    counts = []
    for phase in (True, None, True, False):
        model.set(learning_phase=phase)
        sim.run_steps(N_STEPS)
        counts.append(traces(sim))
    assert counts == [2, 2, 2, 2]


def test_history_kept_later_compiles_once_and_comes_back_for_nothing() -> None:
    model = Model(keep_history=False)
    with make(model.net) as sim:
        counts = []
        for keep in (False, True, False, True):
            model.set(keep_history=keep)
            sim.run_steps(N_STEPS)
            counts.append(traces(sim))
    assert counts == [1, 2, 2, 2]


# ---- training --------------------------------------------------------------------------------


@pytest.fixture
def model_calls(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Grows with each trace of the Keras model, in training or not."""
    calls = []
    original = NengoModel.call

    def call(self: NengoModel, inputs: Any, training: bool | None = None) -> Any:
        calls.append(bool(training))
        return original(self, inputs, training=training)

    monkeypatch.setattr(NengoModel, "call", call)
    return calls


@pytest.fixture
def trained(sim: Simulator, model: Model, model_calls: list[bool]) -> list[bool]:
    """Grows with each training step that is made anew after a first training."""
    compile_for_training(sim, model)
    model.fit(sim)
    assert model_calls
    model_calls.clear()
    return model_calls


def test_training_again_prepares_nothing_anew(
    sim: Simulator, model: Model, trained: list[bool]
) -> None:
    model.fit(sim)
    sim.run_steps(N_STEPS)
    model.fit(sim)
    assert not trained


@pytest.mark.filterwarnings("ignore:These trainable parameters do not change")
@pytest.mark.parametrize(
    ("options", "back"),
    [
        ({"trainable": False}, {"trainable": True}),
        ({"lif_smoothing": 0.1}, {"lif_smoothing": None}),
        ({"learning_phase": False}, {"learning_phase": None}),
    ],
    ids=str,
)
def test_a_change_of_training_prepares_one_training_step_and_comes_back_for_nothing(
    sim: Simulator,
    model: Model,
    trained: list[bool],
    options: dict[str, Any],
    back: dict[str, Any],
) -> None:
    model.set(**options)
    model.fit(sim)
    assert len(trained) == 1
    model.set(**back)
    model.fit(sim)
    model.set(**options)
    model.fit(sim)
    assert len(trained) == 1
    assert traces(sim) == 1


def test_another_number_of_steps_prepares_one_training_step_and_comes_back_for_nothing(
    sim: Simulator, model: Model, trained: list[bool]
) -> None:
    for n_steps in (2 * N_STEPS, N_STEPS, 2 * N_STEPS):
        model.fit(sim, n_steps)
    assert len(trained) == 1


def test_less_history_prepares_one_training_step_and_comes_back_for_nothing(
    sim: Simulator, model: Model, trained: list[bool]
) -> None:
    for keep in (False, True, False):
        model.set(keep_history=keep)
        model.fit(sim, targets=None if keep else 1)
    assert len(trained) == 1


@pytest.mark.parametrize(
    "options", [{"trainable": True}, {"stateful": False}, {"learning_phase": True}], ids=str
)
def test_what_leaves_training_as_it_is_prepares_nothing_anew(
    sim: Simulator, model: Model, trained: list[bool], options: dict[str, Any]
) -> None:
    model.set(**options)
    model.fit(sim)
    assert not trained


def test_smoothing_leaves_predict_alone(
    sim: Simulator, model: Model, model_calls: list[bool]
) -> None:
    sim.predict(n_steps=N_STEPS, verbose=0)
    before = len(model_calls)
    model.set(lif_smoothing=0.1)
    sim.predict(n_steps=N_STEPS, verbose=0)
    assert len(model_calls) == before


# ---- rebuilds --------------------------------------------------------------------------------

REBUILDS = [
    {"planner": "noop_planner"},
    pytest.param({"sorter": "noop_order_signals"}, marks=pytest.mark.slow),
    {"simplifications": []},
    {"inference_only": True},
    {"dtype": "float32"},
]


@pytest.mark.parametrize("options", REBUILDS, ids=str)
def test_a_rebuild_keeps_parameters_state_and_recorded_data(options: dict[str, Any]) -> None:
    model, same = Model(), Model()
    with make(model.net) as sim, make(same.net) as other:
        sim.run_steps(N_STEPS)
        other.run_steps(2 * N_STEPS)
        encoders = np.array(sim.data[model.ensemble].scaled_encoders)
        model.set(**options)
        assert sim.rebuild_needed() == tuple(options)
        sim.run_steps(N_STEPS)
        assert sim.rebuild_needed() == ()
        assert sim.n_steps == 2 * N_STEPS
        tolerance = 1e-4 if "dtype" in options else 1e-12
        np.testing.assert_allclose(
            sim.data[model.ensemble].scaled_encoders, encoders, rtol=tolerance
        )
        np.testing.assert_allclose(
            sim.data[model.probe], other.data[same.probe], rtol=0, atol=tolerance
        )


@pytest.mark.parametrize(
    "options",
    [{"dtype": "float32"}, pytest.param({"planner": "noop_planner"}, marks=pytest.mark.slow)],
    ids=str,
)
def test_a_rebuild_keeps_trained_parameters(options: dict[str, Any]) -> None:
    model = Model()
    with make(model.net) as sim:
        built = np.array(sim.data[model.connection].weights)
        compile_for_training(sim, model)
        model.fit(sim)
        trained = np.array(sim.data[model.connection].weights)
        assert not np.array_equal(trained, built)
        model.set(**options)
        sim.run_steps(1)
        np.testing.assert_allclose(sim.data[model.connection].weights, trained, rtol=1e-6)
        model.fit(sim)
        assert not np.allclose(sim.data[model.connection].weights, trained, rtol=1e-6)


def test_a_rebuild_that_fails_keeps_everything(sim: Simulator, model: Model) -> None:
    weights = np.array(sim.data[model.connection].weights)
    model.set(planner=lambda _operators: [])
    with pytest.raises(nengo.exceptions.BuildError):
        sim.run_steps(1)
    np.testing.assert_array_equal(sim.data[model.connection].weights, weights)
    assert sim.data[model.probe].shape == (N_STEPS, 1)
    model.set(planner=None)
    sim.run_steps(1)
    assert traces(sim) == 1
    assert sim.data[model.probe].shape == (N_STEPS + 1, 1)


def test_weights_learned_by_a_rule_survive_a_rebuild() -> None:
    net = configured()
    with net:
        pre = nengo.Ensemble(6, 1, neuron_type=nengo.LIFRate())
        learned = nengo.Connection(pre, nengo.Node(size_in=1), learning_rule_type=nengo.PES(1e-3))
        nengo.Connection(nengo.Node([1.0]), learned.learning_rule)
    with make(net) as sim:
        built = np.array(sim.data[learned].weights)
        sim.run_steps(5)
        weights = np.array(sim.data[learned].weights)
        assert not np.array_equal(weights, built)
        with net:
            configure_settings(planner="noop_planner")
        sim.run_steps(0)
        sim.predict(n_steps=1, verbose=0)
        np.testing.assert_allclose(sim.data[learned].weights, weights, rtol=1e-12)
