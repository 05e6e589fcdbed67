"""What is kept of a run, and where the next one starts: keep_history, stateful, use_loop."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
from nengo.exceptions import ValidationError

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


# ---- probes that see only constants ----------------------------------------------------------


def test_a_probe_behind_constants_follows_a_change_of_parameters() -> None:
    net = configured()
    with net:
        ensemble = nengo.Ensemble(3, 1, neuron_type=nengo.RectifiedLinear(), label="ensemble")
        probe = nengo.Probe(ensemble.neurons)
    with make(net) as sim:
        sim.run_steps(1)
        sim.predict(n_steps=1, verbose=0)
        (bias,) = (v for v in sim.keras_model.weights if v.path.endswith("bias"))
        bias.assign([1.0, 2.0, 3.0])
        sim.run_steps(1)
        np.testing.assert_array_equal(sim.data[ensemble].bias, [1, 2, 3])
        np.testing.assert_allclose(sim.data[probe][1], [1, 2, 3])
