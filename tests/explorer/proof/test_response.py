"""Response curves, their slope, and neurons that have none."""

from __future__ import annotations

import nengo
import numpy as np
import pytest
from nengo.exceptions import ValidationError

from nengo_explorer.explorer.proof.response import WEAK, curves, response_of
from nengo_explorer.simulator.neurons import LeakyReLU, SoftLIFRate

CURRENT = np.linspace(-3, 4, 300) + 1e-4


@pytest.mark.parametrize("smoothing", [None, 0.05, 0.5])
@pytest.mark.parametrize(
    "neuron_type", [nengo.LIF(amplitude=2), nengo.RectifiedLinear(), nengo.Tanh(), LeakyReLU()]
)
def test_the_slope_is_the_derivative_of_the_rate(
    neuron_type: nengo.neurons.NeuronType, smoothing: float | None
) -> None:
    step = 1e-6
    ahead, behind = (curves(neuron_type, CURRENT + d, smoothing)[0] for d in (step, -step))
    _, slope = curves(neuron_type, CURRENT, smoothing)
    np.testing.assert_allclose(slope, (ahead - behind) / (2 * step), rtol=1e-3, atol=1e-3)


def test_the_smooth_curve_is_that_of_the_soft_neuron() -> None:
    rate, _ = curves(nengo.LIF(), CURRENT, 0.2)
    expected = SoftLIFRate(sigma=0.2).rates(CURRENT[:, np.newaxis], np.ones(1), np.zeros(1))
    np.testing.assert_allclose(rate, np.ravel(expected), rtol=1e-6)


def test_the_curve_without_smoothing_is_that_of_the_rate_neuron() -> None:
    rate, _ = curves(nengo.LIF(), CURRENT, None)
    expected = nengo.LIFRate().rates(CURRENT[:, np.newaxis], np.ones(1), np.zeros(1))
    np.testing.assert_allclose(rate, np.ravel(expected), rtol=1e-6)


def test_neurons_below_threshold_have_no_slope_until_it_is_smoothed() -> None:
    currents = np.array([[2.0, 0.5, -8.0], [3.0, 0.2, -9.0]])
    response = response_of(nengo.LIF(), currents, None)
    assert response.dead_now == pytest.approx(2 / 3)
    assert response.dead[0] == pytest.approx(2 / 3)
    assert (response.dead[1:] == 0).all()
    assert response.smooth_rate is None


def test_a_little_smoothing_leaves_slopes_too_weak_to_teach() -> None:
    currents = np.array([[2.0, 0.5, -8.0]])
    response = response_of(nengo.LIF(), currents, 0.1)
    assert response.dead_now == 0
    slopes = curves(nengo.LIF(), currents, 0.005)[1]
    assert slopes[0, 2] < WEAK * slopes.max()
    assert response.weak[1] >= 1 / 3
    assert response.smooth_rate is not None


def test_smoothing_is_no_question_for_other_types() -> None:
    response = response_of(nengo.RectifiedLinear(), np.array([[1.0, -1.0]]), 0.1)
    assert response.smoothings.size == 0
    assert response.smooth_rate is None
    assert response.dead_now == 0.5


def test_a_direct_ensemble_has_no_response() -> None:
    with pytest.raises(ValidationError, match="no neurons"):
        response_of(nengo.Direct(), np.zeros((1, 1)), None)
