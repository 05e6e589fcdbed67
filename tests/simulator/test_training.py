"""fit: optimizers of Keras, and which parameters it moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from nengo_explorer import configure_settings
from nengo_explorer.simulator.gradient_paths import NoGradientPathWarning
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


# ---- optimizers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "Adam",
        "SGD",
        pytest.param("RMSprop", marks=pytest.mark.slow),
        pytest.param("AdamW", marks=pytest.mark.slow),
        pytest.param("Nadam", marks=pytest.mark.slow),
    ],
)
def test_losses_fall_with_an_optimizer_of_keras(sim: Simulator, model: Model, name: str) -> None:
    import keras

    rate = 1e-7 if name == "SGD" else 1e-4
    model.compile(sim, getattr(keras.optimizers, name)(rate))
    losses = model.fit(sim, epochs=8)["loss"]
    assert len(losses) == 8
    assert losses[-1] < losses[0]
    assert np.all(np.isfinite(losses))


def trained_with_momentum(planners: tuple[str, ...], epochs: int) -> dict[str, Array]:
    """Parameters after fits in which the network is planned anew."""
    import keras

    model = Model()
    with make(model.net) as sim:
        model.compile(sim, keras.optimizers.Adam(1e-3))
        for planner in planners:
            with model.net:
                configure_settings(planner=planner)
            model.fit(sim, epochs=epochs, batch_size=ITEMS, shuffle=False)
        return model.parameters(sim)


@pytest.mark.parametrize(
    "other", ["noop_planner", pytest.param("tree_planner", marks=pytest.mark.slow)]
)
def test_momentum_survives_from_one_fit_to_the_next(other: str) -> None:
    together = trained_with_momentum(("tree_planner",), 4)
    apart = trained_with_momentum(("tree_planner", other), 2)
    for name, value in together.items():
        np.testing.assert_allclose(apart[name], value, rtol=1e-9)


def test_equal_seeds_give_equal_curves() -> None:
    curves = []
    for _ in range(2):
        model = Model()
        with make(model.net, seed=5) as sim:
            model.compile(sim)
            curves.append(model.fit(sim, epochs=3, batch_size=2)["loss"])
    np.testing.assert_allclose(curves[0], curves[1], rtol=1e-9)


# ---- what is trained -------------------------------------------------------------------------


def test_all_parameters_before_the_loss_are_trained(pair_sim: Simulator, pair: Model) -> None:
    pair.compile(pair_sim, loss={pair.probe: "mse", pair.probe_of_other: "mse"})
    before = pair.parameters(pair_sim)
    pair.fit(pair_sim, y={pair.probe: pair.y, pair.probe_of_other: pair.y_of_other})
    assert moved(before, pair.parameters(pair_sim)) == set(before)


def test_what_is_off_stays_bit_identical(pair_sim: Simulator, pair: Model) -> None:
    with pair.net:
        configure_settings(trainable=None)
    pair.net.config[pair.hidden].trainable = False
    pair.net.config[pair.into].trainable = False
    pair.net.config[pair.second].trainable = False
    pair.compile(pair_sim)
    before = pair.parameters(pair_sim)
    pair.fit(pair_sim)
    assert moved(before, pair.parameters(pair_sim)) == {"first"}


def test_trainability_can_be_switched_within_one_simulator(sim: Simulator, model: Model) -> None:
    import keras

    config = model.net.config
    with model.net:
        configure_settings(trainable=False)
    config[model.first].trainable = True
    model.compile(sim, keras.optimizers.Adam(1e-3))
    trained = []
    for obj in (None, model.hidden, model.first):
        if obj is not None:
            config[obj].trainable = obj is model.hidden
        before = model.parameters(sim)
        model.fit(sim)
        trained.append(moved(before, model.parameters(sim)))
    assert trained == [{"first"}, {"first", "encoders"}, {"encoders"}]


def test_with_nothing_trainable_losses_are_still_computed(sim: Simulator, model: Model) -> None:
    with model.net:
        configure_settings(trainable=False)
    model.compile(sim)
    before = model.parameters(sim)
    losses = model.fit(sim, epochs=2, shuffle=False)["loss"]
    assert losses[0] == losses[1] > 0
    assert moved(before, model.parameters(sim)) == set()


def test_a_probe_without_loss_trains_nothing(pair_sim: Simulator, pair: Model) -> None:
    pair.compile(pair_sim)
    before = pair.parameters(pair_sim)
    with pytest.warns(NoGradientPathWarning, match="no path to a probe that has a loss"):
        pair.fit(pair_sim)
    assert moved(before, pair.parameters(pair_sim)) == set(before) - {"second"}


def test_trained_parameters_are_what_run_uses(sim: Simulator, model: Model) -> None:
    model.compile(sim)
    model.fit(sim)
    weights = sim.data[model.first].weights
    sim.run_steps(1)
    with model.net:
        configure_settings(learning_phase=True)
    outputs = sim.predict({model.node: model.x}, verbose=0)
    rates = model.hidden.neuron_type.rates  # of Nengo's own
    parameters = model.parameters(sim)
    currents = model.x[:, 0] @ parameters["into"].T @ parameters["encoders"].T
    activity = rates(currents, np.ones(10), parameters["bias"])
    np.testing.assert_allclose(outputs[model.probe][:, 0], activity @ weights.T, rtol=1e-9)


def test_reset_gives_back_what_was_built(sim: Simulator, model: Model) -> None:
    before = model.parameters(sim)
    model.compile(sim)
    model.fit(sim)
    trained = model.parameters(sim)
    sim.reset(include_trainable=False)
    assert moved(trained, model.parameters(sim)) == set()
    sim.reset()
    assert moved(before, model.parameters(sim)) == set()
    model.fit(sim)
    assert moved(before, model.parameters(sim)) != set()


def test_keras_sees_one_variable_for_each_object_and_parameter(
    sim: Simulator, model: Model
) -> None:
    variables = sim.keras_model.trainable_variables
    assert len(variables) == 4
    assert {tuple(v.shape) for v in variables if "hidden" in v.path} == {(10, 2), (10,)}
    with model.net:
        configure_settings(trainable=False)
    assert sim.keras_model.trainable_variables == []


# ---- state -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("stateful", "n_steps"), [(False, 0), (True, 2 * 3 * N_STEPS)])
def test_only_a_stateful_fit_moves_the_state_on(
    sim: Simulator, model: Model, stateful: bool, n_steps: int
) -> None:
    model.compile(sim)
    model.fit(sim, epochs=2, batch_size=2, stateful=stateful)
    assert sim.n_steps == n_steps
