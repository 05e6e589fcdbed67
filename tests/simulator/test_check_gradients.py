"""`check_gradients` passes where gradients are right, and says where they are not."""

from __future__ import annotations

from typing import Any

import nengo
import numpy as np
import pytest
from nengo.exceptions import SimulationError, ValidationError

import nengo_explorer
from tests.simulator.helpers import configured, make


def network(neuron_type: Any, **settings: Any) -> nengo.Network:
    """A recurrent network, in single precision as by default."""
    with configured(dtype=None, **settings) as net:
        source = nengo.Node([0.5, -0.3], label="source")
        ensemble = nengo.Ensemble(10, 2, neuron_type=neuron_type)
        nengo.Connection(source, ensemble, synapse=None)
        nengo.Connection(ensemble, ensemble, synapse=0.01)
        nengo.Probe(ensemble, synapse=0.02)
    return net


@pytest.mark.parametrize(
    ("neuron_type", "settings"),
    [(nengo.LIF(), {"lif_smoothing": 0.1}), (nengo.Tanh(), {}), (nengo.Direct(), {})],
    ids=["smooth LIF", "Tanh", "Direct"],
)
def test_gradients_of_networks_are_right(neuron_type: Any, settings: dict[str, Any]) -> None:
    with make(network(neuron_type, **settings)) as sim:
        (derivatives,) = sim.check_gradients(inputs={"source": np.ones((1, 5, 2))}).values()
    assert np.all(derivatives["numeric"] != 0)
    np.testing.assert_allclose(derivatives["analytic"], derivatives["numeric"], rtol=1e-5)


def test_a_part_without_gradient_is_found() -> None:
    with configured() as net:
        source = nengo.Node([0.5])
        square = nengo.Node(lambda _t, x: x**2, size_in=1)
        nengo.Connection(source, square, synapse=None)
        nengo.Probe(square)
    with make(net) as sim, pytest.raises(SimulationError, match="run as Python have no gradient"):
        sim.check_gradients()


def test_nothing_of_the_simulator_changes() -> None:
    net = network(nengo.LIF())
    with make(net) as sim:
        sim.run_steps(7)
        before = sim._engine.all_parameters()
        sim.check_gradients()
        assert sim.n_steps == 7
        for path, value in sim._engine.all_parameters().items():
            np.testing.assert_array_equal(value, before[path])


def test_without_training_part_there_are_no_gradients() -> None:
    with make(network(nengo.LIF(), inference_only=True)) as sim:
        with pytest.raises(SimulationError, match="inference_only=True"):
            sim.check_gradients()
        assert sim.network is not None
        with sim.network:
            nengo_explorer.configure_settings(inference_only=False)
        assert sim.check_gradients()


def test_inputs_are_one_minibatch() -> None:
    with make(network(nengo.LIF())) as sim, pytest.raises(ValidationError, match="the data have 3"):
        sim.check_gradients({"source": np.ones((3, 2, 2))})
