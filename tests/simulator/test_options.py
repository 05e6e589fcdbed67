"""Every option of `configure_settings` in force."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
from nengo.exceptions import BuildError, SimulationError, ValidationError

from nengo_explorer import configure_settings
from tests.simulator.helpers import configured, make

if TYPE_CHECKING:
    import numpy.typing as npt

    from nengo_explorer.simulator import Simulator

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


# ---- keep_history ----------------------------------------------------------------------------


@pytest.mark.parametrize("items", [None, 1, 3])
@pytest.mark.parametrize("keep", [True, False])
def test_shapes_of_what_is_kept(keep: bool, items: int | None) -> None:
    net, probe = counter(keep_history=keep)
    batch = () if items is None else (items,)
    with make(net, minibatch_size=items) as sim:
        assert len(sim.data[probe]) == 0
        sim.run_steps(5)
        assert sim.data[probe].shape == (*batch, 5 if keep else 1, 1)
        sim.run_steps(2)
        assert sim.data[probe].shape == (*batch, 7 if keep else 2, 1)
        predicted = sim.predict(n_steps=4, verbose=0)[probe]
        assert predicted.shape == (items or 1, 4 if keep else 1, 1)
        assert sim.data[probe].shape == (*batch, 7 if keep else 2, 1)


def test_the_last_step_of_each_run_is_what_is_kept() -> None:
    net, probe = counter(keep_history=False)
    with make(net) as sim:
        sim.run_steps(5)
        sim.run_steps(2)
        np.testing.assert_array_equal(sim.data[probe], [[5], [7]])


def test_one_probe_may_keep_its_history_alone() -> None:
    net, probe = counter(keep_history=False)
    with net:
        other = nengo.Probe(net.nodes[0])
    net.config[other].keep_history = True
    with make(net) as sim:
        sim.run_steps(3)
        assert (sim.data[probe].shape, sim.data[other].shape) == ((1, 1), (3, 1))


def test_predict_of_several_batches_keeps_the_last_step_of_each_item() -> None:
    net, node, probe = filtered(keep_history=False)
    with make(net, minibatch_size=2) as sim:
        outputs = sim.predict({node: np.ones((4, 3, 1))}, verbose=0)
    assert outputs[probe].shape == (4, 1, 1)


def weights_probe(**options: Any) -> tuple[nengo.Network, nengo.Probe]:
    net = configured(**options)
    with net:
        pre = nengo.Ensemble(5, 2, neuron_type=nengo.LIFRate())
        connection = nengo.Connection(pre, nengo.Node(size_in=2))
        probe = nengo.Probe(connection, "weights")
    return net, probe


@pytest.mark.parametrize(("items", "batch"), [(None, ()), (3, (1,))])
def test_weights_that_nothing_changes_are_recorded_once_for_all_items(
    items: int | None, batch: tuple[int, ...]
) -> None:
    net, probe = weights_probe()
    with make(net, minibatch_size=items) as sim:
        sim.run_steps(4)
        assert sim.data[probe].shape == (*batch, 4, 2, 5)


def test_sample_every_thins_out_what_run_records_but_not_what_predict_returns() -> None:
    net = configured()
    with net:
        probe = nengo.Probe(nengo.Node(lambda t: np.round(t * 1000)), sample_every=0.0025)
    with make(net) as sim:
        sim.run_steps(10)
        np.testing.assert_array_equal(sim.data[probe][:, 0], [3, 5, 8, 10])
        np.testing.assert_allclose(sim.trange(sample_every=0.0025), [0.003, 0.005, 0.008, 0.01])
        assert sim.predict(n_steps=10, verbose=0)[probe].shape == (1, 10, 1)


def test_sample_every_without_history_keeps_the_last_step() -> None:
    net = configured(keep_history=False)
    with net:
        probe = nengo.Probe(nengo.Node(lambda t: np.round(t * 1000)), sample_every=0.0025)
    with make(net) as sim:
        sim.run_steps(9)
        np.testing.assert_array_equal(sim.data[probe], [[9]])


# ---- stateful --------------------------------------------------------------------------------

INPUT = np.array([[[1.0], [2.0], [3.0]]])
MORE = INPUT + 3
FROM_START = [0, 0.181269, 0.510949]
CONTINUED = [0.962138, 1.512809, 2.144929]


def test_a_stateful_run_continues_the_one_before() -> None:
    net, node, probe = filtered()
    with make(net) as sim:
        sim.run_steps(3, data={node: INPUT})
        sim.run_steps(3, data={node: MORE})
        np.testing.assert_allclose(sim.data[probe][:, 0], FROM_START + CONTINUED, atol=1e-6)
        assert sim.n_steps == 6
        assert sim.time == pytest.approx(0.006)


def test_a_run_that_is_not_stateful_leaves_the_state_alone() -> None:
    net, node, probe = filtered()
    with make(net) as sim:
        for _ in range(2):
            sim.run_steps(3, data={node: INPUT}, stateful=False)
        np.testing.assert_allclose(sim.data[probe][:, 0], FROM_START * 2, atol=1e-6)
        assert sim.n_steps == 0


@pytest.mark.parametrize("argument", [True, False])
def test_without_the_option_every_run_starts_anew(argument: bool) -> None:
    net, node, probe = filtered(stateful=False)
    with make(net) as sim:
        for _ in range(2):
            sim.run_steps(3, data={node: INPUT}, stateful=argument)
        np.testing.assert_allclose(sim.data[probe][:, 0], FROM_START * 2, atol=1e-6)
        assert sim.n_steps == 0


def test_predict_starts_from_the_live_state_and_leaves_it() -> None:
    net, node, probe = filtered()
    with make(net) as sim:
        sim.run_steps(3, data={node: INPUT})
        for _ in range(2):
            outputs = sim.predict({node: MORE}, verbose=0)
            np.testing.assert_allclose(outputs[probe][0, :, 0], CONTINUED, atol=1e-6)
        assert sim.n_steps == 3


def test_a_stateful_predict_moves_the_state_on_by_every_minibatch() -> None:
    net, node, probe = filtered()
    with make(net, minibatch_size=1) as sim:
        outputs = sim.predict({node: np.concatenate([INPUT, MORE])}, stateful=True, verbose=0)
        np.testing.assert_allclose(outputs[probe][:, :, 0], [FROM_START, CONTINUED], atol=1e-6)
        assert sim.n_steps == 6


def test_minibatches_that_are_not_stateful_start_alike() -> None:
    net, node, probe = filtered()
    with make(net, minibatch_size=1) as sim:
        outputs = sim.predict({node: np.concatenate([INPUT, INPUT])}, verbose=0)
        np.testing.assert_allclose(outputs[probe][:, :, 0], [FROM_START, FROM_START], atol=1e-6)


def test_a_stateful_call_without_the_option_says_that_it_has_no_effect() -> None:
    net, node, _ = filtered(stateful=False)
    with make(net) as sim:
        with pytest.warns(UserWarning, match="stateful=False"):
            sim.predict({node: INPUT}, stateful=True, verbose=0)
        assert sim.n_steps == 0


def learning_network(**options: Any) -> tuple[nengo.Network, nengo.Connection, nengo.Probe]:
    net = configured(**options)
    with net:
        one = nengo.Node([1.0])
        noise = nengo.Node(nengo.processes.WhiteNoise(seed=2))
        pre = nengo.Ensemble(6, 1, neuron_type=nengo.LIFRate())
        post = nengo.Node(size_in=1)
        nengo.Connection(one, pre, synapse=None)
        learned = nengo.Connection(pre, post, learning_rule_type=nengo.PES(1e-3))
        nengo.Connection(one, learned.learning_rule)
        probe = nengo.Probe(noise)
    return net, learned, probe


def test_a_call_that_is_not_stateful_unlearns_what_a_rule_has_learned() -> None:
    net, learned, _ = learning_network()
    with make(net) as sim:
        before = np.array(sim.data[learned].weights)
        sim.predict(n_steps=5, verbose=0)
        sim.run_steps(5, stateful=False)
        np.testing.assert_array_equal(sim.data[learned].weights, before)
        sim.run_steps(5)
        assert not np.array_equal(sim.data[learned].weights, before)


def test_a_call_that_is_not_stateful_takes_nothing_from_a_process() -> None:
    net, _, probe = learning_network()
    with make(net) as sim:
        predicted = sim.predict(n_steps=4, verbose=0)[probe][0]
        sim.run_steps(4)
        np.testing.assert_array_equal(sim.data[probe], predicted)


# ---- use_loop --------------------------------------------------------------------------------


@pytest.mark.parametrize("unroll", [1, 3])
@pytest.mark.parametrize("n_steps", [1, 3, 4, 7])
def test_a_run_has_exactly_the_steps_asked_for(unroll: int, n_steps: int) -> None:
    net, probe = counter()
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        with make(net, unroll_simulation=unroll) as sim:
            sim.run_steps(n_steps)
            np.testing.assert_array_equal(sim.data[probe][:, 0], np.arange(1, n_steps + 1))
            assert sim.n_steps == n_steps


def test_without_a_loop_a_fitting_number_of_steps_runs() -> None:
    net, probe = counter(use_loop=False)
    with make(net, unroll_simulation=3) as sim:
        sim.run_steps(3)
        sim.run_steps(3)
        np.testing.assert_array_equal(sim.data[probe][:, 0], np.arange(1, 7))
        assert sim.predict(n_steps=3, verbose=0)[probe].shape == (1, 3, 1)


def call(sim: Simulator, method: str, n_steps: int) -> None:
    if method == "run_steps":
        sim.run_steps(n_steps)
    else:
        sim.predict(n_steps=n_steps, verbose=0)


@pytest.mark.parametrize("method", ["run_steps", "predict"])
@pytest.mark.parametrize("n_steps", [2, 4, 6])
def test_without_a_loop_other_steps_are_refused_and_nothing_happens(
    method: str, n_steps: int
) -> None:
    net, probe = counter(use_loop=False)
    with make(net, unroll_simulation=3) as sim:
        with pytest.raises(ValidationError) as caught:
            call(sim, method, n_steps)
        message = str(caught.value)
        assert str(n_steps) in message
        assert "use_loop=True" in message
        assert f"unroll_simulation={n_steps}" in message
        assert (sim.n_steps, len(sim.data[probe])) == (0, 0)


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
