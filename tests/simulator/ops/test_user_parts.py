"""Parts that users write run without registration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
from nengo.builder import Operator, Signal
from nengo.exceptions import BuildError, ValidationError

from nengo_explorer.simulator import (
    NoGradientWarning,
    Simulator,
)
from tests.simulator.helpers import (
    assert_close,
    configured,
    make,
    simulate,
    simulate_with_nengo,
)
from tests.simulator.ops.user_parts import PARTS, Echo, process

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]


@pytest.mark.parametrize("name", PARTS)
def test_run_by_their_own_step_with_a_warning(name: str) -> None:
    net = PARTS[name]()
    with pytest.warns(NoGradientWarning, match=f"{name} has no TensorFlow form"):
        ours = simulate(net, 30)
    expected = simulate_with_nengo(net, 30)
    for probe in net.all_probes:
        assert np.any(expected[probe])
        assert_close(ours[probe], expected[probe], 1e-12)


@pytest.mark.filterwarnings("ignore::nengo_explorer.simulator.NoGradientWarning")
def test_every_item_has_its_own_state_and_noise() -> None:
    net = process(Echo(2, noise=1.0))
    (probe,) = net.all_probes
    inputs = np.stack([np.full((6, 2), level) for level in (100.0, 200.0, 300.0)])
    with make(net, minibatch_size=3, seed=5) as sim:
        sim.run_steps(6, data={net.all_nodes[0]: inputs})
        values = np.array(sim.data[probe])
        sim.reset()
        sim.run_steps(6, data={net.all_nodes[0]: inputs})
        again = np.array(sim.data[probe])
    np.testing.assert_array_equal(np.round(values[:, 3:].mean(axis=(1, 2)), -2), [100, 200, 300])
    noise = values[:, :2]
    assert not np.any(np.isclose(noise[0], noise[1]))
    assert not np.any(np.isclose(noise[1], noise[2]))
    np.testing.assert_array_equal(again, values)


@pytest.mark.filterwarnings("ignore::nengo_explorer.simulator.NoGradientWarning")
def test_seeded_noise_is_that_of_nengo_core() -> None:
    net = process(Echo(2, noise=1.0, seed=11))
    (probe,) = net.all_probes
    assert_close(simulate(net, 10)[probe], simulate_with_nengo(net, 10)[probe], 1e-12)


class Loud(nengo.PoissonSpiking):
    """A random type of a user: its generator comes from Nengo."""

    def step(self, dt: float, J: Array, output: Array, rng: Any, **state: Array) -> None:  # noqa: N803
        super().step(dt, 2 * J, output, rng, **state)


@pytest.mark.filterwarnings("ignore::nengo_explorer.simulator.NoGradientWarning")
def test_random_neuron_types_of_users_leave_the_model_as_it_is() -> None:
    net = configured()
    with net:
        node = nengo.Node(1.0)
        ensemble = nengo.Ensemble(30, 1, neuron_type=Loud(nengo.LIFRate()))
        nengo.Connection(node, ensemble)
        probe = nengo.Probe(ensemble.neurons)
    expected = simulate_with_nengo(net, 20)[probe]
    with make(net, minibatch_size=2) as sim:
        for _ in range(2):
            sim.reset()
            sim.run_steps(20)
            np.testing.assert_array_equal(sim.data[probe][0], expected)
            assert not np.array_equal(sim.data[probe][1], expected)


@pytest.mark.filterwarnings("ignore::nengo_explorer.simulator.NoGradientWarning")
def test_what_is_wrong_with_a_process_shows_at_once() -> None:
    for part in (nengo.processes.WhiteSignal(1.0, high=501), Broken()):
        with nengo.Network() as net:
            nengo.Node(part, size_out=1)
        with pytest.raises(ValidationError, match=r"Nyquist|broken"):
            make(net)


class Broken(nengo.Process):
    def __init__(self) -> None:
        super().__init__(default_size_in=1, default_size_out=1)

    def make_step(self, *_: Any, **__: Any) -> Any:
        raise ValidationError("broken", attr="step")


class Stepless(Operator):
    """Nengo core cannot step it either."""

    def __init__(self) -> None:
        super().__init__()
        no_signals: list[Signal] = []
        self.sets = [Signal(0.0)]
        self.incs = self.reads = self.updates = no_signals


def test_operators_without_a_step_are_refused() -> None:
    model = nengo.builder.Model(dt=0.001)
    model.add_op(Stepless())
    with pytest.raises(BuildError, match="Stepless cannot be simulated"):
        Simulator(None, model=model, progress_bar=False)
