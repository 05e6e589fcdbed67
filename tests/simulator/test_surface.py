"""Running, resetting, arguments, and being a backend of Nengo."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
from nengo.exceptions import ReadonlyError, ValidationError

from nengo_explorer import configure_settings
from nengo_explorer.simulator import Simulator
from tests.simulator.helpers import configured, make
from tests.simulator.models import TwoInputs as Model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def sim(model: Model) -> Iterator[Simulator]:
    with make(model.net) as simulator:
        yield simulator


# ---- running ---------------------------------------------------------------------------------


def test_time_and_steps_are_counted(sim: Simulator) -> None:
    assert (sim.n_steps, sim.time) == (0, 0)
    sim.run(0.005)
    sim.run_steps(3)
    sim.step()
    assert sim.n_steps == 9
    assert sim.time == pytest.approx(0.009)
    np.testing.assert_allclose(sim.trange(), np.arange(1, 10) * 0.001)
    np.testing.assert_allclose(sim.trange(sample_every=0.003), [0.003, 0.006, 0.009])


@pytest.mark.parametrize("duration", [-1, np.nan, np.inf])
def test_a_run_of_no_duration_is_refused(sim: Simulator, duration: float) -> None:
    with pytest.raises(ValidationError, match=str(duration)):
        sim.run(duration)
    assert sim.n_steps == 0


@pytest.mark.parametrize("n_steps", [-1, 2.5, "3", True])
def test_steps_are_whole_numbers(sim: Simulator, n_steps: Any) -> None:
    with pytest.raises(ValidationError, match="integer"):
        sim.run_steps(n_steps)


def test_a_run_shorter_than_a_step_says_that_nothing_happens(sim: Simulator) -> None:
    with pytest.warns(UserWarning, match="nothing is simulated"):
        sim.run(0.0001)
    assert sim.n_steps == 0


def test_a_run_can_be_left_between_chunks(
    sim: Simulator, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nengo_explorer.simulator import chunks

    monkeypatch.setattr(chunks, "MOST_STEPS", 4)
    monkeypatch.setattr(chunks, "FEWEST_STEPS", 4)
    for done in sim.run_chunks(20):
        if done == 8:
            break
    assert sim.n_steps == 8
    np.testing.assert_array_equal(sim.data[model.counted][:, 0], np.arange(1, 9))
    sim.run_steps(1)
    assert sim.data[model.counted][-1] == 9


def test_reset_begins_again(sim: Simulator, model: Model) -> None:
    sim.run_steps(3)
    sim.reset()
    assert (sim.n_steps, len(sim.data[model.counted]), len(sim.trange())) == (0, 0, 0)
    sim.run_steps(2)
    np.testing.assert_array_equal(sim.data[model.counted][:, 0], [1, 2])


def test_reset_may_keep_recorded_data(sim: Simulator, model: Model) -> None:
    sim.run_steps(2)
    sim.reset(include_probes=False)
    sim.run_steps(1)
    np.testing.assert_array_equal(sim.data[model.counted][:, 0], [1, 2, 1])


def noise_network(seed: int | None) -> tuple[nengo.Network, nengo.Probe]:
    net = configured()
    with net:
        probe = nengo.Probe(nengo.Node(nengo.processes.WhiteNoise(seed=seed)))
    return net, probe


def test_reset_lets_processes_start_again_unless_told_otherwise() -> None:
    net, probe = noise_network(seed=None)
    with make(net, seed=3) as sim:
        sim.run_steps(6)
        whole = np.array(sim.data[probe])
        sim.reset()
        sim.run_steps(3)
        sim.reset(include_processes=False, include_probes=False)
        sim.run_steps(3)
        np.testing.assert_array_equal(sim.data[probe], whole)


def test_a_new_seed_changes_the_noise() -> None:
    net, probe = noise_network(seed=None)
    noise = []
    with make(net, seed=3) as sim:
        for seed in (None, 4, 3):
            sim.reset(seed=seed)
            sim.run_steps(3)
            noise.append(np.array(sim.data[probe]))
        assert sim.seed == 3
    assert not np.array_equal(noise[0], noise[1])
    np.testing.assert_array_equal(noise[0], noise[2])


@pytest.mark.parametrize(("seed", "alike"), [(None, False), (7, True)])
def test_items_have_noise_of_their_own_unless_it_is_seeded(seed: int | None, alike: bool) -> None:
    net, probe = noise_network(seed)
    with make(net, minibatch_size=2) as sim:
        sim.run_steps(4)
        first, second = sim.data[probe]
    assert np.array_equal(first, second) == alike


def test_each_item_has_a_process_state_of_its_own() -> None:
    class Counter(nengo.Process):
        def make_state(
            self, shape_in: Any, shape_out: Any, dt: float, dtype: Any = None
        ) -> dict[str, Any]:
            del shape_in, dt
            return {"count": np.zeros(shape_out, dtype=dtype)}

        def make_step(
            self, shape_in: Any, shape_out: Any, dt: float, rng: Any, state: Any
        ) -> Callable[[float], Any]:
            del shape_in, shape_out, dt, rng
            count = state["count"]

            def step(t: float) -> Any:
                del t
                count[...] += 1
                return count

            return step

    net = configured()
    with net:
        probe = nengo.Probe(nengo.Node(Counter(default_size_out=1)))
    with make(net, minibatch_size=2) as sim:
        sim.run_steps(3)
        np.testing.assert_array_equal(sim.data[probe][..., 0], [[1, 2, 3], [1, 2, 3]])


# ---- arguments of the constructor ------------------------------------------------------------

BAD_ARGUMENTS: list[dict[str, Any]] = [
    {"dt": 0},
    {"dt": -0.001},
    {"dt": np.nan},
    {"minibatch_size": 0},
    {"minibatch_size": "2"},
    {"minibatch_size": 2.0},
    {"unroll_simulation": 0},
    {"unroll_simulation": 1.5},
]


@pytest.mark.parametrize("arguments", BAD_ARGUMENTS, ids=str)
def test_bad_arguments_are_refused_by_name_and_value(
    model: Model, arguments: dict[str, Any]
) -> None:
    ((name, value),) = arguments.items()
    with pytest.raises(ValidationError) as caught:
        make(model.net, **arguments)
    assert name in str(caught.value)
    assert repr(value) in str(caught.value)


@pytest.mark.parametrize("network", [None, "banana", 3])
def test_what_is_no_network_is_refused(network: Any) -> None:
    with pytest.raises(ValidationError, match="network"):
        make(network)


def test_dt_and_other_facts_are_read_only(sim: Simulator) -> None:
    with pytest.raises(ReadonlyError):
        sim.dt = 0.1
    for name in ("n_steps", "time", "seed"):
        with pytest.raises(AttributeError):
            setattr(sim, name, 1)


def test_the_seed_follows_that_of_the_network(model: Model) -> None:
    with make(model.net) as sim:
        assert sim.seed == model.net.seed + 1
    with make(model.net, seed=9) as sim:
        assert sim.seed == 9


# ---- a backend of Nengo ----------------------------------------------------------------------


def test_it_is_registered_as_a_backend_of_nengo() -> None:
    found = [e for e in entry_points(group="nengo.backends") if e.name == "nengo_explorer"]
    if not found:
        pytest.skip("the package is on the path, but not installed")
    assert found[0].load() is Simulator


def test_it_has_the_attributes_of_nengos_own_simulator(sim: Simulator) -> None:
    with nengo.Simulator(nengo.Network(), progress_bar=False) as reference:
        names = {name for name in dir(reference) if not name.startswith("_")}
    internal = {"clear_probes", "dg", "optimize", "rng", "signals", "step_order", "unsupported"}
    assert {name for name in names - internal if not hasattr(sim, name)} == set()


def test_a_prebuilt_model_can_be_simulated(model: Model) -> None:
    built = nengo.builder.Model(dt=0.001)
    built.build(model.net)
    with make(None, model=built) as sim:
        sim.run_steps(2)
        np.testing.assert_array_equal(sim.data[model.counted][:, 0], [1, 2])


def test_settings_of_a_subnetwork_are_not_those_of_its_simulator() -> None:
    with configured(dtype="float64") as net, nengo.Network() as inner:
        probe = nengo.Probe(nengo.Node([1.0]))
    with inner:
        configure_settings(trainable=False)
    with make(inner) as sim:
        sim.run_steps(1)
        assert sim.data[probe].dtype == np.float32
    with make(net) as sim:
        sim.run_steps(1)
        assert sim.data[probe].dtype == np.float64
