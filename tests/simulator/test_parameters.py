"""Parameters taken out of a simulator, and put into it: Nengo objects and files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
from nengo.exceptions import SimulationError

import nengo_explorer
from tests.simulator.helpers import assert_close, configured, make, simulate_with_nengo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nengo_explorer.simulator import Simulator

#: Steps until a file is written, and after that.
BEFORE, AFTER = 17, 12


def varied_network() -> nengo.Network:
    """Every kind of connection that has weights, and noise from outside."""
    rng = np.random.RandomState(0)
    with configured() as net:
        noise = nengo.Node(nengo.processes.WhiteSignal(1, high=5, seed=1), size_out=2)
        first = nengo.Ensemble(10, 2, label="first", radius=1.5)
        second = nengo.Ensemble(12, 2, label="second")
        direct = nengo.Ensemble(1, 2, neuron_type=nengo.Direct(), label="direct")
        out = nengo.Node(size_in=3)
        nengo.Connection(noise, first, transform=np.eye(2) * 0.5)
        nengo.Connection(first, second, function=lambda x: x[:1] * 2, transform=[[1], [0.5]])
        nengo.Connection(first, second, solver=nengo.solvers.LstsqL2(weights=True))
        weights = rng.randn(12, 10) * 1e-3
        nengo.Connection(first.neurons, second.neurons, transform=weights)
        entries = nengo.Sparse((2, 10), indices=[[0, 1], [1, 4]], init=[0.1, 0.2])
        nengo.Connection(first.neurons, out[:2], transform=entries)
        nengo.Connection(second[0], out[2], transform=3)
        nengo.Connection(first, direct)
        learned = nengo.Connection(second[0], out[0], learning_rule_type=nengo.PES())
        nengo.Connection(noise[0], learned.learning_rule)
        nengo.Probe(out, synapse=0.01)
    return net


@pytest.fixture
def net() -> nengo.Network:
    return varied_network()


@pytest.fixture
def sim(net: nengo.Network) -> Iterator[Simulator]:
    """A simulator whose parameters are not those it was built with."""
    with make(net) as sim:
        shift(sim)
        yield sim


def shift(sim: Simulator) -> None:
    """Change every parameter a little, as a training would."""
    engine = sim._engine
    engine.replace_parameters({k: v * 1.01 for k, v in engine.all_parameters().items()})


def test_frozen_parameters_run_in_nengo(net: nengo.Network, sim: Simulator) -> None:
    sim.run_steps(AFTER)
    sim.reset(include_trainable=False)
    sim.freeze_params(net)
    sim.run_steps(AFTER)
    # What PES learned in the first run went into the objects too, so Nengo starts where we did.
    for probe, expected in simulate_with_nengo(net, AFTER).items():
        assert_close(sim.data[probe], expected, 1e-10)


def test_arguments_make_equal_objects(net: nengo.Network, sim: Simulator) -> None:
    ensemble = net.ensembles[0]
    arguments = sim.get_nengo_params(ensemble)
    assert isinstance(arguments, dict)
    with nengo.Network() as other:
        copy = nengo.Ensemble(ensemble.n_neurons, 2, radius=ensemble.radius, **arguments)
    with nengo.Simulator(other, progress_bar=False) as core:
        assert_close(core.data[copy].scaled_encoders, sim.data[ensemble].scaled_encoders, 1e-12)
        assert_close(core.data[copy].bias, sim.data[ensemble].bias, 1e-12)


def test_a_list_of_objects_gives_a_list_or_a_dict_by_label(
    net: nengo.Network, sim: Simulator
) -> None:
    pair = net.ensembles[:2]
    listed = sim.get_nengo_params(pair)
    named = sim.get_nengo_params(pair, as_dict=True)
    assert isinstance(listed, list)
    assert isinstance(named, dict)
    assert list(named) == ["first", "second"]
    np.testing.assert_array_equal(listed[1]["bias"], named["second"]["bias"])


def test_labels_that_repeat_are_no_keys(net: nengo.Network, sim: Simulator) -> None:
    with pytest.raises(ValueError, match="more than one object is labelled 'None'"):
        sim.get_nengo_params(net.connections[:2], as_dict=True)


def test_direct_ensembles_have_nothing_to_give(net: nengo.Network, sim: Simulator) -> None:
    with pytest.raises(ValueError, match="Direct mode"):
        sim.get_nengo_params(net.ensembles[2])


@pytest.mark.parametrize("what", ["Node", "Probe"])
def test_objects_without_parameters_are_refused(
    net: nengo.Network, sim: Simulator, what: str
) -> None:
    obj = net.nodes[0] if what == "Node" else net.probes[0]
    with pytest.raises(TypeError, match=rf"{what}.* has no parameters. Accepted: networks"):
        sim.freeze_params(obj)


def test_objects_of_another_network_are_refused(sim: Simulator) -> None:
    with nengo.Network():
        stranger = nengo.Ensemble(5, 1, label="stranger")
    with pytest.raises(ValueError, match=r"stranger.* is not in the simulated network"):
        sim.freeze_params(stranger)


def test_learned_parameters_of_a_minibatch_can_be_frozen(net: nengo.Network) -> None:
    with make(net, minibatch_size=2) as sim:
        sim.run_steps(AFTER)
        sim.freeze_params(net)
        learned = next(c for c in net.connections if c.learning_rule_type is not None)
        np.testing.assert_array_equal(learned.solver.values.T, sim.data[learned].weights[0])


@pytest.mark.parametrize(
    "settings", [{}, {"planner": "noop_planner", "simplifications": []}, {"trainable": False}]
)
def test_a_file_restores_time_and_state_exactly(
    net: nengo.Network, sim: Simulator, tmp_path: Path, settings: dict[str, Any]
) -> None:
    sim.run_steps(BEFORE)
    sim.save_params(tmp_path / "saved", include_state=True)
    sim.run_steps(AFTER)
    with net:
        nengo_explorer.configure_settings(**settings)
    with make(net) as other:
        other.load_params(tmp_path / "saved", include_state=True)
        assert other.n_steps == BEFORE
        other.run_steps(AFTER)
        probe = net.probes[0]
        assert_close(other.data[probe], sim.data[probe][-AFTER:], 1e-12)


def test_a_file_of_another_precision_can_be_loaded(
    net: nengo.Network, sim: Simulator, tmp_path: Path
) -> None:
    sim.save_params(tmp_path / "saved.npz")
    with net:
        nengo_explorer.configure_settings(dtype="float32")
    with make(net) as other:
        other.load_params(tmp_path / "saved.npz")
        for path, value in other._engine.all_parameters().items():
            assert value.dtype == np.float32
            assert_close(value, sim._engine.all_parameters()[path], 1e-6)


def test_a_file_holds_arrays_by_path(sim: Simulator, tmp_path: Path) -> None:
    sim.save_params(tmp_path / "saved")
    with np.load(tmp_path / "saved.npz", allow_pickle=False) as file:
        assert "parameters/first/encoders" in file.files


def test_a_file_of_another_network_changes_nothing(sim: Simulator, tmp_path: Path) -> None:
    with configured() as other:
        nengo.Ensemble(10, 2, label="first")
        nengo.Ensemble(7, 2, label="second")
    with make(other) as stranger:
        stranger.save_params(tmp_path / "other")
    before = sim._engine.all_parameters()
    faults = r"not in the file: connection_0/weights.*second/bias: \(7,\)"
    with pytest.raises(SimulationError, match=faults):
        sim.load_params(tmp_path / "other")
    for path, value in sim._engine.all_parameters().items():
        np.testing.assert_array_equal(value, before[path])


def test_a_file_without_state_gives_none(sim: Simulator, tmp_path: Path) -> None:
    sim.save_params(tmp_path / "saved")
    with pytest.raises(SimulationError, match=r"saved\.npz holds no state"):
        sim.load_params(tmp_path / "saved", include_state=True)


def test_a_foreign_file_is_refused(sim: Simulator, tmp_path: Path) -> None:
    np.savez(tmp_path / "foreign.npz", arr_0=np.zeros(3))
    with pytest.raises(SimulationError, match=r"was not written by save_params.*arr_0"):
        sim.load_params(tmp_path / "foreign")


def test_loaded_parameters_are_those_that_training_starts_from(tmp_path: Path) -> None:
    with configured() as net:
        source = nengo.Node([0.5])
        ensemble = nengo.Ensemble(6, 1, label="a", neuron_type=nengo.LIFRate())
        nengo.Connection(source, ensemble, synapse=None)
        probe = nengo.Probe(ensemble.neurons)
    with make(net) as sim:
        sim.compile(optimizer="sgd", loss={probe: "mse"})
        target = np.zeros((1, 1, 6))
        sim.fit({source: np.ones((1, 1, 1))}, {probe: target}, verbose=0)
        shift(sim)
        sim.save_params(tmp_path / "saved")
        expected = sim.data[ensemble].bias.copy()
        sim.reset()
        sim.load_params(tmp_path / "saved")
        variables = {v.path: v for v in sim.keras_model.weights}
        bias = next(v for path, v in variables.items() if path.endswith("bias"))
        np.testing.assert_array_equal(np.asarray(bias.value), expected)
