"""Every option of `configure_settings` in force; more are in the files beside this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
from nengo.exceptions import BuildError, SimulationError

from nengo_explorer import configure_settings
from tests.simulator.helpers import configured, make

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]


def counter(**options: Any) -> tuple[nengo.Network, nengo.Probe]:
    """A network whose probe sees the number of each step."""
    net = configured(**options)
    with net:
        node = nengo.Node(lambda t: np.round(t * 1000), label="counter")
        probe = nengo.Probe(node, label="seen")
    return net, probe


def filtered(**options: Any) -> tuple[nengo.Network, nengo.Node, nengo.Probe]:
    """A lowpass filter of 5 ms behind an input Node."""
    net = configured(**options)
    with net:
        node = nengo.Node([0.0], label="given")
        probe = nengo.Probe(node, synapse=0.005)
    return net, node, probe


def global_precision() -> tuple[str, str]:
    """Precision of Nengo and of Keras, which belong to the user."""
    import keras

    return nengo.rc.get("precision", "bits"), keras.config.floatx()


# ---- dtype -----------------------------------------------------------------------------------


def everything(dtype: Any) -> tuple[nengo.Network, dict[str, Any]]:
    net = configured(dtype=dtype)
    with net:
        node = nengo.Node([0.5], label="node")
        ensemble = nengo.Ensemble(5, 1, label="ensemble")
        connection = nengo.Connection(node, ensemble, transform=0.5)
        probe = nengo.Probe(ensemble)
    return net, {"node": node, "ensemble": ensemble, "connection": connection, "probe": probe}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtype_is_that_of_everything_that_comes_out(dtype: str) -> None:
    net, objects = everything(dtype)
    with make(net) as sim:
        sim.run_steps(2, data={objects["node"]: np.ones((1, 2, 1), dtype=np.int64)})
        built = sim.data[objects["ensemble"]]
        arrays = {
            "recorded": sim.data[objects["probe"]],
            "predicted": sim.predict(n_steps=2, verbose=0)[objects["probe"]],
            "encoders": built.scaled_encoders,
            "bias": built.bias,
            "weights": sim.data[objects["connection"]].weights,
        }
        assert {name: str(array.dtype) for name, array in arrays.items()} == dict.fromkeys(
            arrays, dtype
        )
        assert {variable.dtype for variable in sim.keras_model.weights} == {dtype}


@pytest.mark.parametrize("spelling", [np.float64, np.dtype("float64")])
def test_dtype_may_be_spelled_as_numpy_does(spelling: Any) -> None:
    net, probe = counter(dtype=spelling)
    with make(net) as sim:
        sim.run_steps(1)
        assert sim.data[probe].dtype == np.float64


def test_dtype_does_not_outlast_the_build() -> None:
    before = global_precision()
    net, objects = everything("float64")
    with make(net) as sim:
        sim.compile(optimizer="sgd", loss={objects["probe"]: "mse"})
        sim.predict(n_steps=2, verbose=0)
        during = global_precision()
    assert during == before


def failing_network() -> nengo.Network:
    net = configured(dtype="float32", planner=lambda _operators: [])
    with net:
        nengo.Ensemble(5, 1)
    return net


def test_a_build_that_fails_leaves_no_trace() -> None:
    before = global_precision()
    with pytest.raises(BuildError):
        make(failing_network())
    assert global_precision() == before


def test_a_build_that_fails_in_nengo_leaves_no_trace() -> None:
    before = nengo.rc.get("precision", "bits")
    net = configured(dtype="float32")

    def fail_at_evaluation_points(x: Array) -> Array:
        if np.any(x):
            raise ZeroDivisionError
        return x

    with net:
        pre = nengo.Ensemble(5, 1)
        nengo.Connection(pre, pre, function=fail_at_evaluation_points)
    with pytest.raises(ZeroDivisionError):
        make(net)
    assert nengo.rc.get("precision", "bits") == before


def test_building_leaves_random_numbers_of_tensorflow_alone() -> None:
    import tensorflow as tf

    tf.random.set_seed(5)
    expected = float(tf.random.uniform([]))
    tf.random.set_seed(5)
    net, _ = counter()
    with make(net, seed=77):
        assert float(tf.random.uniform([])) == expected


# ---- inference_only --------------------------------------------------------------------------


def test_inference_only_has_nothing_to_train() -> None:
    net, objects = everything("float64")
    with net:
        configure_settings(inference_only=True)
    with make(net) as sim:
        assert sim.keras_model.trainable_weights == []
        sim.run_steps(2)
        assert sim.data[objects["probe"]].shape == (2, 1)


def test_inference_only_refuses_fit_and_says_how_to_mend_it() -> None:
    net, objects = everything("float64")
    probe = objects["probe"]
    with net:
        configure_settings(inference_only=True)
    with make(net) as sim:
        sim.compile(optimizer="sgd", loss={probe: "mse"})
        with pytest.raises(SimulationError, match="inference_only=False"):
            sim.fit(None, {probe: np.zeros((1, 2, 1))}, n_steps=2, verbose=0)
        assert sim.evaluate(None, {probe: np.zeros((1, 2, 1))}, n_steps=2, verbose=0)["loss"] >= 0


def test_inference_only_excludes_learning_phase_true() -> None:
    net, _ = counter(inference_only=True, learning_phase=True)
    with pytest.raises(BuildError, match="learning_phase"):
        make(net)


def test_inference_only_allows_learning_phase_false() -> None:
    net, probe = counter(inference_only=True, learning_phase=False)
    with make(net) as sim:
        sim.run_steps(2)
        assert sim.data[probe].shape == (2, 1)


def test_a_refused_combination_leaves_a_live_simulator_usable() -> None:
    net, probe = counter(learning_phase=True)
    with make(net) as sim:
        sim.run_steps(2)
        with net:
            configure_settings(inference_only=True)
        with pytest.raises(BuildError):
            sim.run_steps(2)
        with net:
            configure_settings(inference_only=False)
        sim.run_steps(2)
        np.testing.assert_array_equal(sim.data[probe][:, 0], [1, 2, 3, 4])


# ---- invalid values --------------------------------------------------------------------------

INVALID = [
    ("dtype", "banana"),
    ("dtype", "float16"),
    ("keep_history", "yes"),
    ("stateful", 3),
    ("use_loop", "no"),
    ("inference_only", 1),
    ("learning_phase", "on"),
    ("lif_smoothing", -0.1),
    ("lif_smoothing", np.inf),
    ("planner", "banana"),
    ("sorter", 5),
    ("simplifications", ["banana"]),
    ("trainable", "a"),
]


@pytest.mark.parametrize(("option", "value"), INVALID)
def test_an_invalid_value_is_refused_and_the_simulator_goes_on(option: str, value: Any) -> None:
    net, probe = counter()
    with net:
        with pytest.raises(Exception, match=option):
            configure_settings(stateful=False, **{option: value})
        configure_settings()
    with make(net) as sim:
        sim.run_steps(1)
        assert sim.stateful
        assert sim.data[probe].shape == (1, 1)


# ---- planner, sorter, simplifications of one's own -------------------------------------------


def test_a_planner_that_loses_an_operator_is_found_out() -> None:
    from nengo_explorer.graph_optimizer import noop_planner

    net, _ = everything("float64")
    with net:
        configure_settings(planner=lambda operators: noop_planner(operators)[1:])
    with pytest.raises(BuildError):
        make(net)


def test_a_planner_of_the_wrong_order_is_found_out() -> None:
    from nengo_explorer.graph_optimizer import noop_planner

    net, _ = everything("float64")
    with net:
        configure_settings(planner=lambda operators: noop_planner(operators)[::-1])
    with pytest.raises(BuildError):
        make(net)


def test_a_simplification_without_an_end_is_found_out() -> None:
    from copy import copy

    net, _ = everything("float64")
    with net:
        configure_settings(simplifications=[lambda operators: [copy(op) for op in operators]])
    with pytest.raises(BuildError):
        make(net)


def test_functions_of_ones_own_are_called() -> None:
    from nengo_explorer.graph_optimizer import noop_order_signals, noop_planner

    called = []
    net, objects = everything("float64")

    def planner(operators: Any) -> Any:
        called.append("planner")
        return noop_planner(operators)

    def sorter(plan: Any, n_passes: int = 10) -> Any:
        called.append("sorter")
        return noop_order_signals(plan, n_passes=n_passes)

    def simplification(operators: Any) -> Any:
        called.append("simplification")
        return operators

    with net:
        configure_settings(planner=planner, sorter=sorter, simplifications=[simplification])
    with make(net) as sim:
        sim.run_steps(1)
        assert sim.data[objects["probe"]].shape == (1, 1)
    assert set(called) == {"planner", "sorter", "simplification"}
