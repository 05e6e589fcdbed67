"""Neuron types against Nengo's own step functions, and what they do in training mode."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest

from nengo_explorer import configure_settings
from nengo_explorer.simulator import NoGradientWarning
from tests.simulator.helpers import (
    assert_close,
    configured,
    make,
    simulate,
    simulate_with_nengo,
)

if TYPE_CHECKING:
    import numpy.typing as npt

CURRENTS = np.array([-2.0, 0.5, 1.01, 1.5, 3.0, 12.0])

SPIKING = {
    "LIF": nengo.LIF(),
    "AdaptiveLIF": nengo.AdaptiveLIF(tau_n=0.05, inc_n=0.02, amplitude=0.5),
    "Izhikevich": nengo.Izhikevich(reset_recovery=6, coupling=0.25),
    "SpikingRectifiedLinear": nengo.SpikingRectifiedLinear(amplitude=2),
    "RegularSpiking": nengo.RegularSpiking(nengo.LIFRate(), amplitude=0.5),
}
RATES = {
    "LIFRate": nengo.LIFRate(),
    "AdaptiveLIFRate": nengo.AdaptiveLIFRate(tau_n=0.04, inc_n=0.03),
    "Tanh": nengo.Tanh(tau_ref=0.01),
}
RANDOM = {
    "Stochastic": nengo.StochasticSpiking(nengo.LIFRate()),
    "Stochastic, signed": nengo.StochasticSpiking(nengo.Tanh(), amplitude=0.5),
    "Poisson": nengo.PoissonSpiking(nengo.LIFRate()),
    "Poisson, signed": nengo.PoissonSpiking(nengo.Tanh(), amplitude=0.5),
}


def driven(
    neuron_type: Any, currents: npt.NDArray[np.float64] = CURRENTS, **options: Any
) -> tuple[nengo.Network, nengo.Probe]:
    """Neurons that get the given currents directly."""
    net = configured(**options)
    with net:
        node = nengo.Node(currents)
        ensemble = nengo.Ensemble(
            currents.size, 1, neuron_type=neuron_type, gain=np.ones(currents.size),
            bias=np.zeros(currents.size), seed=7,
        )  # fmt: skip
        nengo.Connection(node, ensemble.neurons, synapse=None)
        probe = nengo.Probe(ensemble.neurons)
    return net, probe


@pytest.mark.parametrize("name", [*SPIKING, *RATES])
def test_types_step_as_in_nengo_core(name: str) -> None:
    net, probe = driven({**SPIKING, **RATES}[name])
    with warnings.catch_warnings():
        warnings.simplefilter("error", NoGradientWarning)
        ours = simulate(net, 150)[probe]
    expected = simulate_with_nengo(net, 150)[probe]
    assert np.any(expected)
    assert_close(ours, expected, 1e-9)


def test_parameters_of_ensembles_in_one_group_may_differ() -> None:
    net = configured()
    with net:
        node = nengo.Node(lambda t: np.sin(20 * t))
        probes = []
        for tau_n in (0.02, 0.1):
            ensemble = nengo.Ensemble(6, 1, neuron_type=nengo.AdaptiveLIF(tau_n, inc_n=0.02))
            nengo.Connection(node, ensemble, synapse=None)
            probes.append(nengo.Probe(ensemble.neurons, "adaptation"))
    ours, expected = simulate(net, 80), simulate_with_nengo(net, 80)
    for probe in probes:
        assert_close(ours[probe], expected[probe], 1e-12)


# ---- training mode ----------------------------------------------------------------------------


def gradient(net: nengo.Network, probe: nengo.Probe, n_steps: int = 3) -> npt.NDArray[np.float64]:
    """Slope of the sum of all outputs in the last step with respect to the bias."""
    import tensorflow as tf

    with make(net) as sim:
        model = sim.keras_model
        node = net.all_nodes[0]
        data = {sim.get_name(node): np.tile(node.output, (1, n_steps, 1))}
        bias = next(v for v in model.trainable_variables if v.path.endswith("bias"))
        with tf.GradientTape() as tape:
            output = model(data, training=True)[sim.get_name(probe)]
            total = tf.reduce_sum(output[:, -1])
        return np.asarray(tape.gradient(total, bias.value))


def test_adaptive_lif_trains_as_adaptive_rates() -> None:
    parameters = {"tau_n": 0.02, "inc_n": 0.05}
    spiking, probe = driven(nengo.AdaptiveLIF(**parameters), learning_phase=True)
    rates, rate_probe = driven(nengo.AdaptiveLIFRate(**parameters))
    trained = simulate(spiking, 40)[probe]
    assert_close(trained, simulate_with_nengo(rates, 40)[rate_probe], 1e-9)
    assert np.all(gradient(spiking, probe)[3:] > 0)
    assert np.all(gradient(spiking, probe)[:2] == 0)


def test_lif_smoothing_gives_silent_adaptive_neurons_a_slope() -> None:
    net, probe = driven(nengo.AdaptiveLIF(), lif_smoothing=0.1)
    assert np.all(gradient(net, probe)[1:] > 0)


def test_izhikevich_trains_as_the_rates_that_nengo_measures() -> None:
    currents = np.array([-40.0, 0.0, 6.0, 10.0, 25.0, 60.0])
    neuron_type = nengo.Izhikevich()
    net, probe = driven(neuron_type, currents, learning_phase=True)
    ours = simulate(net, 2)[probe][-1]
    expected = neuron_type.rates(currents[np.newaxis], np.ones(6), np.zeros(6))[0]
    assert_close(ours, expected, 0.05)
    slopes = gradient(net, probe)
    assert np.all(slopes[:2] == 0)
    assert np.all(slopes[2:] > 0)


@pytest.mark.parametrize("name", RANDOM)
def test_random_types_train_as_their_rates(name: str) -> None:
    neuron_type = RANDOM[name]
    net, probe = driven(neuron_type, learning_phase=True)
    rates, rate_probe = driven(neuron_type.base_type)
    expected = neuron_type.amplitude * simulate_with_nengo(rates, 2)[rate_probe]
    assert_close(simulate(net, 2)[probe], expected, 1e-9)
    assert np.any(gradient(net, probe) > 0)


# ---- random types -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", RANDOM)
def test_random_spikes_have_the_distribution_of_nengo_core(name: str) -> None:
    neuron_type = RANDOM[name]
    currents = np.repeat([1.5, 12.0], 200)
    net, probe = driven(neuron_type, currents, dtype="float32")
    n_steps, unit = 300, neuron_type.amplitude / 0.001
    exact = simulate(net, n_steps)[probe] / unit
    ours = np.round(exact)
    assert_close(exact, ours, 1e-6)
    expected = np.round(simulate_with_nengo(net, n_steps)[probe] / unit)
    for neurons in (slice(200), slice(200, 400)):
        for most in range(4):
            share, wanted = (np.mean(x[:, neurons] == most) for x in (ours, expected))
            # Five standard deviations of the difference between two samples of this size.
            noise = 5 * np.sqrt(2 * max(wanted * (1 - wanted), 1e-4) / (n_steps * 200))
            assert abs(share - wanted) < noise


def test_poisson_numbers_of_large_means() -> None:
    rate = 90e3  # 90 spikes in a step
    net, probe = driven(nengo.PoissonSpiking(nengo.RectifiedLinear()), np.full(500, rate))
    spikes = simulate(net, 40)[probe] * 0.001
    assert abs(spikes.mean() - 90) < 5 * np.sqrt(90 / spikes.size)
    assert abs(spikes.var() / 90 - 1) < 5 * np.sqrt(2 / spikes.size)


def test_random_spikes_follow_from_the_seed_and_differ_between_items() -> None:
    net, probe = driven(RANDOM["Poisson"])
    once = simulate(net, 60)[probe]
    assert np.array_equal(simulate(net, 60)[probe], once)
    items = simulate(net, 60, minibatch_size=3)[probe]
    assert np.array_equal(items[0], once)
    assert not np.array_equal(items[1], once)
    assert not np.array_equal(items[1], items[2])
    net.ensembles[0].seed = 8
    assert not np.array_equal(simulate(net, 60)[probe], once)


def test_random_spikes_depend_on_the_step_and_not_on_how_it_is_reached() -> None:
    net, probe = driven(RANDOM["Stochastic"])
    once = simulate(net, 30)[probe]
    with make(net) as sim:
        for n_steps in (7, 23):
            sim.run_steps(n_steps)
        assert np.array_equal(sim.data[probe], once)
        sim.reset()
        sim.run_steps(30, stateful=False)
        assert np.array_equal(sim.data[probe], once)


def test_random_spikes_do_not_depend_on_the_planner() -> None:
    net = configured()
    with net:
        for seed in (1, 2, 3):
            ensemble = nengo.Ensemble(5, 1, neuron_type=RANDOM["Poisson"], seed=seed)
            nengo.Probe(ensemble.neurons)
    merged = simulate(net, 20)
    with net:
        configure_settings(planner="noop_planner")
    alone = simulate(net, 20)
    assert all(np.array_equal(merged[probe], alone[probe]) for probe in net.probes)
    first, second = net.probes[:2]
    assert not np.array_equal(merged[first], merged[second])
