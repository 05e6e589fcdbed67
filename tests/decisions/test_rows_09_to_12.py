"""Rows 9 to 12: files, one's own planners, calls that leave no trace, minibatches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
from nengo.exceptions import BuildError, SimulationError

from nengo_explorer import configure_settings
from nengo_explorer.graph_optimizer import noop_planner, order_signals
from tests.simulator.helpers import assert_close, configured, make

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from nengo_explorer.simulator import Simulator

    Array = npt.NDArray[Any]

pytestmark = pytest.mark.tf


class Living:
    """Everything that a run changes: filters, spikes, noise, weights, encoders."""

    def __init__(self, label: str = "pre", **options: Any) -> None:
        self.net = configured(**options)
        with self.net:
            self.noise = nengo.Node(nengo.processes.WhiteNoise(), size_out=1)
            self.pre = nengo.Ensemble(8, 1, label=label)
            self.post = nengo.Ensemble(6, 1, label="post", neuron_type=nengo.LIFRate())
            nengo.Connection(self.noise, self.pre)
            self.learned = nengo.Connection(
                self.pre, self.post, learning_rule_type=[nengo.PES(1e-2), nengo.Voja()]
            )
            nengo.Connection(self.noise, self.learned.learning_rule[0])
            self.probe = nengo.Probe(self.post, synapse=0.01)
            self.probe_of_noise = nengo.Probe(self.noise)

    def learn(self, sim: Simulator) -> tuple[Array, Array]:
        """What the rules have made of weights and encoders."""
        return np.array(sim.data[self.learned].weights), np.array(
            sim.data[self.post].scaled_encoders
        )


@pytest.fixture
def living() -> Living:
    return Living()


# ---- 9 -----------------------------------------------------------------------------------------


def test_row_09_a_file_is_plain_arrays_by_object_and_parameter(
    living: Living, tmp_path: Path
) -> None:
    with make(living.net) as sim:
        sim.save_params(tmp_path / "file")
    with np.load(tmp_path / "file.npz", allow_pickle=False) as file:
        names = set(file.files)
        np.testing.assert_array_equal(file["parameters/pre/bias"].shape, (8,))
    assert {f"parameters/{part}" for part in ("pre/encoders", "post/encoders")} <= names


@pytest.mark.parametrize(
    "options",
    [{"planner": "noop_planner"}, {"trainable": False}, {"inference_only": True}],
    ids=str,
)
def test_row_09_a_file_fits_whatever_the_settings_are(
    living: Living, tmp_path: Path, options: dict[str, Any]
) -> None:
    with make(living.net, seed=1) as sim:
        sim.run_steps(5)
        sim.save_params(tmp_path / "file", include_state=True)
        sim.run_steps(5)
        expected = sim.data[living.probe][5:]
    with living.net:
        configure_settings(**options)
    with make(living.net, seed=1) as sim:
        sim.load_params(tmp_path / "file", include_state=True)
        assert sim.n_steps == 5
        sim.run_steps(5)
        assert_close(sim.data[living.probe], expected, 1e-10)


def test_row_09_a_mismatch_names_the_arrays_and_changes_nothing(
    living: Living, tmp_path: Path
) -> None:
    other = Living("renamed")
    with make(other.net) as stranger:
        stranger.save_params(tmp_path / "file")
    with make(living.net) as sim:
        before = sim._engine.all_parameters()
        message = r"not in the file: pre/bias, pre/encoders.*not in the network: renamed/bias"
        with pytest.raises(SimulationError, match=message):
            sim.load_params(tmp_path / "file")
        after = sim._engine.all_parameters()
        assert all(np.array_equal(after[path], before[path]) for path in before)


# ---- 10 ----------------------------------------------------------------------------------------


def without_neurons(operators: Any) -> Any:
    """A planner that forgets the neurons."""
    kept = [op for op in operators if "SimNeurons" not in type(op).__name__]
    return noop_planner(kept)


def endless(operators: Any) -> Any:
    """A simplification that turns the list around, and around."""
    return list(reversed(operators))


def forgetful(plan: Any, n_passes: int = 10) -> Any:
    """A sorter that loses a signal."""
    signals, plan = order_signals(plan, n_passes=n_passes)
    return signals[1:], plan


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"planner": without_neurons}, "without_neurons.*SimNeurons"),
        ({"planner": lambda ops: noop_planner(ops)[::-1]}, "planner.*before|planner.*after"),
        ({"simplifications": [endless]}, "endless"),
        ({"sorter": forgetful}, "forgetful.*signal"),
    ],
    ids=["lost operator", "wrong order", "no end", "lost signal"],
)
def test_row_10_what_own_functions_do_wrong_is_named(options: dict[str, Any], message: str) -> None:
    living = Living(**options)
    with pytest.raises(BuildError, match=message):
        make(living.net)


# ---- 11 ----------------------------------------------------------------------------------------


def test_row_11_a_call_without_state_changes_nothing_that_a_run_changes(living: Living) -> None:
    with make(living.net, minibatch_size=2) as sim:
        sim.compile(optimizer="sgd", loss={living.probe: "mse"})
        sim.run_steps(3)
        before = living.learn(sim)
        y = {living.probe: np.zeros((4, 3, 1))}
        sim.run_steps(3, stateful=False)
        sim.evaluate(None, y, n_steps=3, verbose=0)
        with living.net:
            configure_settings(trainable=False)
        sim.fit(None, y, n_steps=3, verbose=0)
        for was, is_now in zip(before, living.learn(sim), strict=True):
            np.testing.assert_array_equal(is_now, was)
        assert sim.n_steps == 3


def test_row_11_the_next_run_is_as_if_there_had_been_none(living: Living) -> None:
    with make(living.net, seed=2) as sim:
        sim.run_steps(2)
        sim.run_steps(4, stateful=False)
        sim.predict(n_steps=4, verbose=0)
        sim.run_steps(4)
        recorded = sim.data[living.probe]
        np.testing.assert_array_equal(recorded[2:6], recorded[6:])
        assert not np.array_equal(recorded[2:6], recorded[:4])


# ---- 12 ----------------------------------------------------------------------------------------


def test_row_12_items_have_noise_of_their_own(living: Living) -> None:
    with make(living.net, minibatch_size=3) as sim:
        sim.run_steps(40)
        noise = sim.data[living.probe_of_noise]
        assert len({noise[item].tobytes() for item in range(3)}) == 3
        weights, encoders = living.learn(sim)
        for learned in (weights, encoders):
            assert len({learned[item].tobytes() for item in range(3)}) == 3


def test_row_12_predict_has_noise_for_each_item(living: Living) -> None:
    with make(living.net, minibatch_size=2) as sim:
        noise = sim.predict(n_steps=3, verbose=0)[living.probe_of_noise]
        assert not np.array_equal(noise[0], noise[1])


@pytest.mark.parametrize("items", [None, 1, 2])
def test_row_12_parameters_can_be_read_and_frozen_under_every_rule(
    living: Living, items: int | None
) -> None:
    with living.net:
        nengo.Ensemble(1, 1, neuron_type=nengo.Direct())
    with make(living.net, minibatch_size=items) as sim:
        sim.run_steps(2)
        weights, encoders = living.learn(sim)
        axis = () if items is None else (items,)
        assert (weights.shape, encoders.shape) == ((*axis, 1, 8), (*axis, 6, 1))
        arguments = sim.get_nengo_params([living.post, living.learned])
        assert isinstance(arguments, list)
        sim.freeze_params(living.net)
        first = weights if items is None else weights[0]
        np.testing.assert_array_equal(living.learned.solver.values.T, first)
