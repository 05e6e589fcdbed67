"""Parameters that cannot learn are told, with the reason, and stay as they are."""

from __future__ import annotations

import warnings
from typing import Any

import nengo
import numpy as np
import pytest

import nengo_explorer
from nengo_explorer.simulator.gradient_paths import NoGradientPathWarning
from tests.simulator.helpers import configured, make


class Model:
    """Ensembles that reach the probe at once, after a step, through Python, and never."""

    def __init__(self) -> None:
        self.now: Any
        with configured() as self.net:
            self.source = nengo.Node([0.5])
            self.out = nengo.Node(size_in=1)
            self.now = self.add("now", synapse=None)
            self.later = self.add("later", synapse=0.01)
            python = nengo.Node(lambda _t, x: x, size_in=1)
            self.through_python = nengo.Ensemble(5, 1, label="through_python")
            nengo.Connection(self.source, self.through_python, synapse=None)
            nengo.Connection(self.through_python, python, synapse=None)
            nengo.Connection(python, self.out, synapse=None)
            self.island = nengo.Ensemble(5, 1, label="island")
            nengo.Connection(self.source, self.island, synapse=None)
            self.probe = nengo.Probe(self.out)

    def add(self, label: str, synapse: float | None) -> nengo.Ensemble:
        ensemble = nengo.Ensemble(5, 1, label=label)
        nengo.Connection(self.source, ensemble, synapse=None)
        nengo.Connection(ensemble, self.out, synapse=synapse)
        return ensemble


def told(model: Model, n_steps: int) -> str:
    """What a training of some steps tells; empty if nothing."""
    with make(model.net) as sim, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        sim.compile(optimizer="sgd", loss={model.probe: "mse"})
        data = np.ones((1, n_steps, 1))
        sim.fit({model.source: data}, {model.probe: data}, verbose=0)
        moved = {
            ensemble.label: not np.array_equal(
                sim.data[ensemble].bias, sim.model.params[ensemble].bias
            )
            for ensemble in model.net.ensembles
        }
    texts = [str(w.message) for w in caught if issubclass(w.category, NoGradientPathWarning)]
    text = "".join(texts)
    # What is told is true: exactly the ensembles that are named have not moved.
    assert moved == {label: f"{label}/bias" not in text for label in moved}
    return text


@pytest.fixture(scope="module")
def text() -> str:
    return told(Model(), n_steps=1)


def test_what_is_on_no_path_is_told(text: str) -> None:
    assert "island/encoders, island/bias: on no path to a probe that has a loss" in text


def test_what_takes_more_steps_than_there_are_is_told(text: str) -> None:
    assert "later/bias" in text
    assert "it takes 2 steps until a probe that has a loss sees it" in text


def test_what_runs_through_python_is_told(text: str) -> None:
    reason = text.split("through_python/bias", maxsplit=1)[1]
    assert "runs through Python, which has no gradient" in reason


def test_what_learns_is_not_named(text: str) -> None:
    assert "now/" not in text


def test_with_enough_steps_a_synapse_is_no_hindrance() -> None:
    assert "later" not in told(Model(), n_steps=2)


def test_spikes_have_no_gradient() -> None:
    model = Model()
    with model.net:
        nengo_explorer.configure_settings(learning_phase=False)
    assert "now/encoders, now/bias" in told(model, n_steps=2)


def test_a_network_that_learns_is_not_warned_of() -> None:
    with configured() as net:
        source = nengo.Node([0.5])
        ensemble = nengo.Ensemble(5, 1, label="a")
        nengo.Connection(source, ensemble, synapse=None)
        probe = nengo.Probe(ensemble, synapse=None)
    with make(net) as sim, warnings.catch_warnings():
        warnings.simplefilter("error")
        sim.compile(optimizer="sgd", loss={probe: "mse"})
        sim.fit({source: np.ones((1, 1, 1))}, {probe: np.ones((1, 1, 1))}, verbose=0)
        assert not np.array_equal(sim.data[ensemble].bias, sim.model.params[ensemble].bias)
