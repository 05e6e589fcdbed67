"""What this package adds to Nengo for training: neuron types, distributions, losses."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import nengo
import numpy as np
import pytest
from nengo.exceptions import ValidationError

import nengo_explorer
from nengo_explorer import dists
from tests.simulator.helpers import assert_close, configured, simulate, simulate_with_nengo

CURRENTS = np.array([-700, -2, -0.3, 0, 0.5, 1, 1.7, 5, 900.0])

NEURON_TYPES = [
    nengo_explorer.LeakyReLU(negative_slope=0.2, amplitude=3),
    nengo_explorer.SpikingLeakyReLU(negative_slope=0.3, amplitude=2),
    nengo_explorer.SoftLIFRate(sigma=0.1, amplitude=2),
    nengo_explorer.SoftLIFRate(),
]


def driven(neuron_type: Any, **settings: Any) -> tuple[nengo.Network, nengo.Probe]:
    """Neurons with a fixed current each."""
    count = len(CURRENTS)
    with configured(**settings) as net:
        source = nengo.Node(CURRENTS)
        ensemble = nengo.Ensemble(
            count, 1, neuron_type=neuron_type, gain=np.ones(count), bias=np.zeros(count)
        )
        nengo.Connection(source, ensemble.neurons, synapse=None)
        probe = nengo.Probe(ensemble.neurons)
    return net, probe


@pytest.mark.parametrize("neuron_type", NEURON_TYPES, ids=str)
def test_neurons_are_the_same_in_nengo(neuron_type: Any) -> None:
    net, probe = driven(neuron_type)
    assert_close(simulate(net, 50)[probe], simulate_with_nengo(net, 50)[probe], 1e-12)


@pytest.mark.parametrize("neuron_type", NEURON_TYPES, ids=str)
def test_training_mode_is_the_rate(neuron_type: Any) -> None:
    net, probe = driven(neuron_type, learning_phase=True)
    rates = neuron_type.rates(CURRENTS[:, np.newaxis], np.ones(1), np.zeros(1))[:, 0]
    assert_close(simulate(net, 2)[probe], np.stack([rates, rates]), 1e-12)


def test_leaky_spikes_are_negative_for_negative_currents() -> None:
    net, probe = driven(nengo_explorer.SpikingLeakyReLU(negative_slope=1.0))
    counts = simulate(net, 1000)[probe].sum(axis=0) * 0.001
    assert counts[0] == pytest.approx(-700, abs=1)
    assert counts[-1] == pytest.approx(900, abs=1)


def test_soft_rates_approach_the_sharp_ones() -> None:
    above = CURRENTS[CURRENTS > 1][:, np.newaxis]
    sharp = nengo.LIFRate().rates(above, np.ones(1), np.zeros(1))
    soft = nengo_explorer.SoftLIFRate(sigma=1e-3).rates(above, np.ones(1), np.zeros(1))
    np.testing.assert_allclose(soft, sharp, rtol=1e-6)


@pytest.mark.parametrize("sigma", [0, -1])
def test_a_width_that_is_not_positive_is_refused(sigma: float) -> None:
    with pytest.raises(ValidationError, match="sigma"):
        nengo_explorer.SoftLIFRate(sigma=sigma)


# ---- distributions ----------------------------------------------------------------------------

SHAPE = (2000, 50)


@pytest.mark.parametrize(
    ("distribution", "variance", "largest"),
    [
        # Variance of a normal distribution cut at two standard deviations: 0.7737 of the whole.
        (dists.TruncatedNormal(stddev=2), 4 * 0.7737, 4),
        (dists.VarianceScaling(), 1 / 1025, np.sqrt(3 / 1025)),
        (dists.VarianceScaling(mode="fan_in"), 1 / 50, np.sqrt(3 / 50)),
        (dists.VarianceScaling(mode="fan_out"), 1 / 2000, np.sqrt(3 / 2000)),
        (dists.Glorot(scale=2), 2 / 1025, np.sqrt(6 / 1025)),
        (dists.He(scale=2), 0.7737 * 4 / 50, 2 * np.sqrt(4 / 50)),
    ],
    ids=str,
)
def test_distributions_have_the_variance_and_range_they_promise(
    distribution: Any, variance: float, largest: float
) -> None:
    values = distribution.sample(*SHAPE, rng=np.random.RandomState(0))
    assert values.shape == SHAPE
    # 100 000 numbers: the sample's variance is within 2 % by more than four standard errors.
    assert np.var(values) == pytest.approx(variance, rel=0.02)
    assert np.abs(values).max() <= largest
    assert np.abs(values).max() > 0.99 * largest
    assert distribution.sample(7, rng=np.random.RandomState(0)).shape == (7,)


def test_a_truncated_normal_keeps_its_distance_from_the_mean() -> None:
    values = dists.TruncatedNormal(mean=5, stddev=2, limit=1).sample(1000)
    assert values.min() >= 4
    assert values.max() <= 6


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValidationError, match="'fan_big' is not possible"):
        dists.VarianceScaling(mode="fan_big")  # type: ignore[arg-type]


def test_neurons_and_distributions_do_not_load_tensorflow() -> None:
    code = (
        "import sys, nengo_explorer; nengo_explorer.SoftLIFRate(); nengo_explorer.dists.He();"
        "assert 'tensorflow' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# ---- losses -----------------------------------------------------------------------------------


def test_targets_that_are_no_number_count_as_met() -> None:
    import tensorflow as tf

    output = tf.Variable([[[2.0, 5.0, 1.0]]])
    with tf.GradientTape() as tape:
        loss = nengo_explorer.losses.nan_mse([[[1.0, np.nan, 3.0]]], output)
    assert float(loss) == pytest.approx(5 / 3)
    np.testing.assert_allclose(tape.gradient(loss, output), [[[2 / 3, 0, -4 / 3]]], rtol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [({}, 2.0), ({"order": 1}, 4.0), ({"order": np.inf}, 1.0), ({"axis": 0}, 2.0)],
)
def test_the_norm_of_ones(arguments: dict[str, Any], expected: float) -> None:
    loss = nengo_explorer.losses.Regularize(**arguments)
    assert float(loss(np.zeros((3, 5, 4)), np.ones((3, 5, 4)))) == pytest.approx(expected)


def test_a_norm_along_one_axis_of_a_matrix() -> None:
    seen = np.ones((2, 3, 4, 9))
    assert float(nengo_explorer.losses.Regularize(axis=1)(seen, seen)) == pytest.approx(3.0)
    assert float(nengo_explorer.losses.Regularize()(seen, seen)) == pytest.approx(6.0)


def test_an_axis_that_the_signal_lacks_is_refused() -> None:
    loss = nengo_explorer.losses.Regularize(axis=1)
    with pytest.raises(ValidationError, match="has 1 axes; got axis 1"):
        loss(np.zeros((2, 3, 4)), np.zeros((2, 3, 4)))
