"""``import nengo_explorer as nengo_dl`` is enough: every public name with its arguments."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
from nengo.exceptions import SimulationError, SimulatorClosed

import nengo_explorer as nengo_dl
from tests.simulator.helpers import make
from tests.simulator.models import TwoInputs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from nengo_explorer import Simulator

pytestmark = pytest.mark.tf

#: Arguments in the order of the documentation, as a call may give them by position or by name.
SIGNATURES = {
    "configure_settings": "**options",
    "config.configure_settings": "**options",
    "config.get_setting": "model_or_network, name, default=None, obj=None",
    "get_setting": "model_or_network, name, default=None, obj=None",
    "Simulator": "network, dt=0.001, seed=None, model=None, device=None, unroll_simulation=1, "
    "minibatch_size=None, progress_bar=True",
    "Simulator.run": "self, time_in_seconds, **kwargs",
    "Simulator.run_steps": "self, n_steps, data=None, progress_bar=None, stateful=True",
    "Simulator.step": "self, **kwargs",
    "Simulator.predict": "self, x=None, n_steps=None, stateful=False, **kwargs",
    "Simulator.predict_on_batch": "self, x=None, n_steps=None, stateful=False, **kwargs",
    "Simulator.compile": "self, *args, loss=None, metrics=None, loss_weights=None, **kwargs",
    "Simulator.fit": "self, x=None, y=None, n_steps=None, stateful=False, **kwargs",
    "Simulator.evaluate": "self, x=None, y=None, n_steps=None, stateful=False, **kwargs",
    "Simulator.reset": "self, seed=None, include_trainable=True, include_probes=True, "
    "include_processes=True",
    "Simulator.soft_reset": "self, include_trainable=False, include_probes=False",
    "Simulator.save_params": "self, path, include_state=False, include_non_trainable=None",
    "Simulator.load_params": "self, path, include_state=False, include_non_trainable=None",
    "Simulator.freeze_params": "self, objs",
    "Simulator.get_nengo_params": "self, nengo_objs, as_dict=False",
    "Simulator.check_gradients": "self, inputs=None, outputs=None, atol=1e-05, rtol=0.001",
    "Simulator.trange": "self, sample_every=None, dt=None",
    "Simulator.get_name": "self, obj",
    "Simulator.close": "self",
    "Simulator.train": "self, *args, **kwargs",
    "Simulator.loss": "self, *args, **kwargs",
    "SoftLIFRate": "sigma=1.0, **lif_args",
    "LeakyReLU": "negative_slope=0.3, amplitude=1",
    "SpikingLeakyReLU": "negative_slope=0.3, amplitude=1",
    "neurons.SoftLIFRate": "sigma=1.0, **lif_args",
    "losses.nan_mse": "y_true, y_pred",
    "losses.Regularize": "order=2, axis=None",
    "dists.TruncatedNormal": "mean=0, stddev=1, limit=None",
    "dists.VarianceScaling": "scale=1, mode='fan_avg', distribution='uniform'",
    "dists.Glorot": "scale=1, distribution='uniform'",
    "dists.He": "scale=1, distribution='normal'",
    "callbacks.NengoSummaries": "log_dir, sim, objects",
    "callbacks.TensorBoard": "log_dir='logs', *args, **kwargs",
    "callbacks.IsolateState": "sim",
    "graph_optimizer.tree_planner": "op_list, max_depth=3",
    "graph_optimizer.greedy_planner": "operators",
    "graph_optimizer.transitive_planner": "op_list",
    "graph_optimizer.noop_planner": "operators",
    "graph_optimizer.mergeable": "op, chosen_ops",
    "graph_optimizer.order_signals": "plan, n_passes=10",
    "graph_optimizer.signal_io_dicts": "operators",
}


def public(name: str) -> Any:
    """What a dotted name stands for."""
    found: Any = nengo_dl
    for part in name.split("."):
        found = getattr(found, part)
    return found


def arguments(obj: Any) -> list[str]:
    """Arguments with their defaults, without annotations."""
    parameters = inspect.signature(obj).parameters.values()
    return [str(p.replace(annotation=inspect.Parameter.empty)) for p in parameters]


@pytest.mark.parametrize("name", SIGNATURES)
def test_arguments_are_those_documented(name: str) -> None:
    documented = SIGNATURES[name].split(", ")
    have = arguments(public(name))
    # New arguments may only follow, so that calls by position mean what they always meant.
    assert have[: len(documented)] == documented
    assert all("=" in more or more.startswith("*") for more in have[len(documented) :])


FACTS = (
    "data",
    "model",
    "keras_model",
    "tensor_graph",
    "minibatch_size",
    "unroll",
    "stateful",
    "closed",
    "node_inputs",
    "dt",
    "n_steps",
    "time",
    "seed",
)


@pytest.fixture
def model() -> TwoInputs:
    return TwoInputs()


@pytest.fixture
def sim(model: TwoInputs) -> Iterator[Simulator]:
    with make(model.net) as simulator:
        yield simulator


def test_a_simulator_has_every_attribute(sim: Simulator) -> None:
    assert [name for name in FACTS if not hasattr(sim, name)] == []
    assert sim.tensor_graph is sim.keras_model


@pytest.mark.parametrize(("name", "instead"), [("train", r"sim\.fit"), ("loss", r"sim\.evaluate")])
def test_what_was_removed_says_what_to_use_instead(sim: Simulator, name: str, instead: str) -> None:
    with pytest.raises(SimulationError, match=instead):
        getattr(sim, name)({}, {}, 3)
    sim.close()
    with pytest.raises(SimulationError, match=instead):
        getattr(sim, name)()


def test_soft_reset_keeps_parameters_and_records(sim: Simulator, model: TwoInputs) -> None:
    sim.run_steps(2)
    changed = {k: v * 2 for k, v in sim._engine.all_parameters().items()}
    sim._engine.replace_parameters(changed)
    with pytest.warns(DeprecationWarning, match=r"use reset\(include_trainable=False"):
        sim.soft_reset()
    assert (sim.n_steps, len(sim.data[model.counted])) == (0, 2)
    for path, value in sim._engine.all_parameters().items():
        np.testing.assert_array_equal(value, changed[path])
    with pytest.warns(DeprecationWarning, match="include_trainable=True, include_probes=True"):
        sim.soft_reset(True, True)
    assert len(sim.data[model.counted]) == 0
    assert not np.array_equal(sim._engine.all_parameters()["ens/bias"], changed["ens/bias"])


def test_old_names_of_arguments_still_work(sim: Simulator, tmp_path: Path) -> None:
    sim.run_steps(3)
    with pytest.warns(DeprecationWarning, match="include_state"):
        sim.save_params(tmp_path / "saved", include_non_trainable=True)
    sim.reset()
    with pytest.warns(DeprecationWarning, match="include_state"):
        sim.load_params(tmp_path / "saved", include_non_trainable=True)
    assert sim.n_steps == 3
    with pytest.warns(DeprecationWarning, match="sample_every"):
        assert len(sim.trange(dt=0.001)) == 0


CLOSED: dict[str, Callable[[Simulator, TwoInputs], Any]] = {
    "soft_reset": lambda sim, _m: sim.soft_reset(),
    "save_params": lambda sim, _m: sim.save_params("nowhere"),
    "load_params": lambda sim, _m: sim.load_params("nowhere"),
    "freeze_params": lambda sim, m: sim.freeze_params(m.net),
    "check_gradients": lambda sim, _m: sim.check_gradients(),
    "tensor_graph": lambda sim, _m: sim.tensor_graph,
    "seed": lambda sim, _m: sim.seed,
}


@pytest.mark.parametrize("name", CLOSED)
def test_a_closed_simulator_refuses(model: TwoInputs, name: str) -> None:
    sim = make(model.net)
    sim.close()
    with pytest.raises(SimulatorClosed, match=name):
        CLOSED[name](sim, model)


def test_a_closed_simulator_still_gives_parameters(model: TwoInputs) -> None:
    with make(model.net) as sim:
        expected = sim.get_nengo_params(model.ensemble)
    after = sim.get_nengo_params(model.ensemble)
    assert isinstance(expected, dict)
    assert isinstance(after, dict)
    np.testing.assert_array_equal(after["bias"], expected["bias"])
    assert sim.model.dt == sim.dt
    assert sim.trange().shape == (0,)


@pytest.mark.parametrize("kind", ["node", "probe"])
def test_parameters_of_what_has_none_are_refused(
    sim: Simulator, model: TwoInputs, kind: str
) -> None:
    obj = model.first if kind == "node" else model.counted
    with pytest.raises(ValueError, match="has no parameters"):
        sim.get_nengo_params(obj)


def test_data_of_objects_without_numbers(sim: Simulator, model: TwoInputs) -> None:
    assert sim.data[model.first] is None
    assert sim.data[model.counted] == []
    with pytest.raises(TypeError):
        sim.data[model.first] = 3  # type: ignore[index]


def test_inputs_as_a_list_that_is_too_short_are_warned_of(sim: Simulator, model: TwoInputs) -> None:
    with pytest.warns(UserWarning, match="1 input array.*2 .*second"):
        outputs = sim.predict([np.full((1, 2, 1), 7.0)], verbose=0)
    np.testing.assert_array_equal(outputs[model.counted][0, :, 0], [7, 7])


def test_the_converter_is_announced_and_not_there() -> None:
    assert not hasattr(nengo_dl, "Converter")
    with pytest.raises(AttributeError, match="Keras models cannot be converted"):
        _ = nengo_dl.Converter


def test_a_model_of_nengo_dl_runs_as_it_is() -> None:
    with nengo.Network(seed=0) as net:
        nengo_dl.configure_settings(trainable=None, dtype="float32")
        stimulus = nengo.Node(np.ones(2))
        hidden = nengo.Ensemble(6, 1, neuron_type=nengo_dl.SoftLIFRate(sigma=0.1)).neurons
        nengo.Connection(stimulus, hidden, transform=nengo_dl.dists.Glorot(), synapse=None)
        probe = nengo.Probe(hidden)
    net.config[hidden].trainable = False
    assert nengo_dl.config.get_setting(net, "trainable", obj=hidden) is False
    with nengo_dl.Simulator(net, 0.001, 1, minibatch_size=2, progress_bar=False) as sim:
        sim.compile("adam", loss={probe: nengo_dl.losses.Regularize()})
        y = {probe: np.zeros((2, 3, 6))}
        history = sim.fit({stimulus: np.ones((2, 3, 2))}, y, verbose=0).history
        assert np.isfinite(history["loss"]).all()
        sim.run_steps(5, {stimulus: np.ones((2, 5, 2))}, False, False)
        assert (sim.n_steps, sim.data[probe].shape) == (0, (2, 5, 6))
