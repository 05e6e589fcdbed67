"""Closed simulators, and exceptions of Nodes."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
from nengo.exceptions import SimulatorClosed

from tests.simulator.helpers import configured, make
from tests.simulator.models import TwoInputs as Model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nengo_explorer.simulator import Simulator


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def sim(model: Model) -> Iterator[Simulator]:
    with make(model.net) as simulator:
        yield simulator


# ---- closing ---------------------------------------------------------------------------------


def trained_and_closed(model: Model) -> tuple[Simulator, Any]:
    with make(model.net) as sim:
        sim.run_steps(2)
        sim.compile(optimizer="sgd", loss={model.decoded: "mse"})
        sim.fit(None, {model.decoded: np.ones((1, 2, 1))}, n_steps=2, verbose=0)
        weights = np.array(sim.data[model.connection].weights)
    return sim, weights


def test_after_closing_recorded_data_and_trained_parameters_can_be_read(model: Model) -> None:
    with make(model.net) as fresh:
        built = np.array(fresh.data[model.connection].weights)
    sim, weights = trained_and_closed(model)
    assert sim.closed
    assert not np.array_equal(weights, built)
    np.testing.assert_array_equal(sim.data[model.connection].weights, weights)
    np.testing.assert_array_equal(sim.data[model.counted][:, 0], [1, 2])
    assert (sim.n_steps, sim.dt, len(sim.trange())) == (2, 0.001, 2)
    sim.close()  # once more does no harm


CALLS: dict[str, Callable[[Simulator, Model], Any]] = {
    "run": lambda sim, _m: sim.run(0.001),
    "run_steps": lambda sim, _m: sim.run_steps(1),
    "step": lambda sim, _m: sim.step(),
    "predict": lambda sim, _m: sim.predict(n_steps=1),
    "predict_on_batch": lambda sim, _m: sim.predict_on_batch(n_steps=1),
    "fit": lambda sim, _m: sim.fit(n_steps=1),
    "evaluate": lambda sim, _m: sim.evaluate(n_steps=1),
    "compile": lambda sim, _m: sim.compile(loss="mse"),
    "reset": lambda sim, _m: sim.reset(),
    "get_name": lambda sim, m: sim.get_name(m.first),
    "keras_model": lambda sim, _m: sim.keras_model,
    "with": lambda sim, _m: sim.__enter__(),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_closed_simulator_refuses_calls(model: Model, name: str) -> None:
    sim = make(model.net)
    sim.close()
    with pytest.raises(SimulatorClosed):
        CALLS[name](sim, model)


def make_and_drop(net: nengo.Network) -> None:
    make(net)
    gc.collect()


def test_a_simulator_dropped_while_open_says_so(model: Model) -> None:
    gc.collect()
    with pytest.warns(ResourceWarning, match="deallocated while open"):
        make_and_drop(model.net)


# ---- exceptions of Nodes ---------------------------------------------------------------------


class OwnError(Exception):
    """Raised by a Node of a test."""


def fragile(error: type[BaseException], *, with_input: bool) -> tuple[nengo.Network, nengo.Probe]:
    """A Node that fails at its fifth step, once."""
    net = configured()
    failures: list[float] = []

    def output(t: float, *_x: Any) -> float:
        if round(t * 1000) == 5 and not failures:
            failures.append(t)
            raise error
        return t

    with net:
        node = nengo.Node(output, size_in=int(with_input), size_out=1, label="fragile")
        if with_input:
            nengo.Connection(nengo.Node([1.0]), node, synapse=None)
        probe = nengo.Probe(node)
    return net, probe


@pytest.mark.parametrize("with_input", [True, False])
@pytest.mark.parametrize("error", [OwnError, KeyboardInterrupt])
def test_an_exception_of_a_node_arrives_as_itself_and_leaves_a_usable_simulator(
    error: type[BaseException], with_input: bool
) -> None:
    net, probe = fragile(error, with_input=with_input)
    with make(net) as sim:
        sim.run_steps(2)
        with pytest.raises(error) as caught:
            sim.run_steps(5)
        assert "output" in {entry.name for entry in caught.traceback}
        assert sim.n_steps == len(sim.data[probe]) == 2
        sim.run_steps(5)
        np.testing.assert_allclose(sim.data[probe][:, 0], np.arange(1, 8) * 0.001)


def test_an_exception_of_a_node_arrives_from_predict_too() -> None:
    net, _ = fragile(OwnError, with_input=True)
    with make(net) as sim:
        with pytest.raises(OwnError):
            sim.predict(n_steps=6, verbose=0)
        assert sim.n_steps == 0
        sim.predict(n_steps=6, verbose=0)


def test_an_exception_of_a_node_names_it() -> None:
    net, _ = fragile(OwnError, with_input=True)
    with make(net) as sim, pytest.raises(OwnError) as caught:
        sim.run_steps(6)
    assert any("fragile" in note for note in getattr(caught.value, "__notes__", []))
