"""The same input with rates and with spikes, on a copy."""

from __future__ import annotations

from typing import Any

import nengo
import numpy as np
import pytest
from nengo.exceptions import SimulationError, ValidationError

import nengo_explorer
from nengo_explorer import configure_settings


def noisy_network() -> tuple[nengo.Network, nengo.Node, dict[str, nengo.Probe]]:
    """The input is different each time that it is asked for."""
    rng = np.random.default_rng()
    with nengo.Network(seed=0) as net:
        node = nengo.Node(lambda _t: rng.uniform(), label="in")
        ensemble = nengo.Ensemble(30, 1, label="a")
        nengo.Connection(node, ensemble, synapse=None)
        probes = {
            "input": nengo.Probe(node),
            "decoded": nengo.Probe(ensemble, synapse=0.02),
            "spikes": nengo.Probe(ensemble.neurons),
        }
        configure_settings(keep_history=False)
    return net, node, probes


@pytest.fixture(scope="module")
def compared() -> Any:
    net, node, probes = noisy_network()
    with nengo_explorer.Simulator(net, seed=0, progress_bar=False) as sim:
        sim.run_steps(4)
        before = sim.time, sim.data[probes["decoded"]].copy()
        phases = sim.compare_phases(200)
        after = sim.time, sim.data[probes["decoded"]].copy()
        given = sim.compare_phases(5, {node: np.ones((1, 5, 1))})
        with pytest.raises(ValidationError, match="steps"):
            sim.compare_phases(6, {node: np.ones((1, 5, 1))})
    return phases, probes, before, after, given


def test_both_phases_have_the_same_input(compared: Any) -> None:
    phases, probes, *_ = compared
    rates, spikes = phases[probes["input"]]
    assert rates.shape == spikes.shape == (1, 200, 1)
    assert np.ptp(rates) > 0
    np.testing.assert_array_equal(rates, spikes)


def test_one_phase_has_rates_and_the_other_spikes(compared: Any) -> None:
    phases, probes, *_ = compared
    rates, spikes = phases[probes["spikes"]]
    assert set(np.unique(np.rint(spikes))) == {0, 1000}
    assert len(np.unique(rates)) > 10


def test_spikes_stand_for_the_rates(compared: Any) -> None:
    phases, probes, *_ = compared
    rates, spikes = phases[probes["decoded"]]
    later = slice(100, None)
    assert np.mean(rates[0, later]) == pytest.approx(np.mean(spikes[0, later]), abs=0.1)


def test_nothing_of_the_simulator_changes(compared: Any) -> None:
    _, _, before, after, _ = compared
    assert before[0] == after[0]
    np.testing.assert_array_equal(before[1], after[1])


def test_data_replace_the_input(compared: Any) -> None:
    *_, given = compared
    probes = compared[1]
    np.testing.assert_array_equal(given[probes["input"]].rates, np.ones((1, 5, 1)))


def test_present_parameters_are_used() -> None:
    net, _, probes = noisy_network()
    with nengo_explorer.Simulator(net, progress_bar=False) as sim:
        for variable in sim.keras_model.parameter_variables:
            variable.assign(np.zeros(variable.shape))
        rates, _ = sim.compare_phases(5)[probes["decoded"]]
    assert not rates.any()


def test_a_network_for_inference_only_is_refused() -> None:
    net, _, _ = noisy_network()
    with net:
        configure_settings(inference_only=True)
    with (
        nengo_explorer.Simulator(net, progress_bar=False) as sim,
        pytest.raises(SimulationError, match="inference_only"),
    ):
        sim.compare_phases(5)
