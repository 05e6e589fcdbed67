"""Which call runs in which mode, and what neurons compute there."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest

from nengo_explorer import configure_settings
from nengo_explorer.simulator.gradient_paths import NoGradientPathWarning
from tests.simulator.helpers import configured, make

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import numpy.typing as npt

    from nengo_explorer.simulator import Simulator

    Array = npt.NDArray[Any]

CURRENTS = (-2, 0, 0.5, 0.99, 1, 1.01, 1.5, 3, 40)

#: Rates of a default LIF in training mode, by smoothing.
RATES = {
    None: (0, 0, 0, 0, 0, 10.604, 41.715, 98.919, 398.986),
    0.02: (0.3247, 0.9257, 1.7234, 10.487, 11.384, 12.323, 41.715, 98.919, 398.986),
    0.1: (1.5431, 4.0314, 6.7507, 17.215, 17.630, 18.053, 41.746, 98.919, 398.986),
    1: (15.764, 32.611, 40.505, 50.132, 50.347, 50.564, 62.007, 103.014, 398.986),
}

#: Neurons that need 22 steps to spike at a current of 1.5.
RESTING = nengo.LIF(initial_state={"voltage": nengo.dists.Choice([0])})

RATE_AT_ONE_AND_A_HALF = 41.7149


def neurons(
    neuron_type: Any, currents: tuple[float, ...], **options: Any
) -> tuple[nengo.Network, nengo.Ensemble, nengo.Probe]:
    """Neurons that get given currents."""
    net = configured(**options)
    count = len(currents)
    with net:
        ensemble = nengo.Ensemble(
            count, 1, neuron_type=neuron_type, gain=np.ones(count), bias=np.array(currents)
        )
        probe = nengo.Probe(ensemble.neurons)
    return net, ensemble, probe


def mean_output(_y_true: Any, y_pred: Any) -> Any:
    import keras

    return keras.ops.mean(y_pred, axis=-1)


def train(sim: Simulator, probe: nengo.Probe, rate: float = 0.0) -> dict[str, float]:
    """Losses of one epoch of ten steps on the mean output."""
    import keras

    sim.compile(optimizer=keras.optimizers.SGD(rate), loss={probe: mean_output})
    width = probe.size_in
    y = {probe: np.zeros((1, 10, width))}
    history = sim.fit(None, y, n_steps=10, validation_data=(None, y), verbose=0)
    return {name: values[0] for name, values in history.history.items()}


def no_path_warning(*, expected: bool) -> AbstractContextManager[Any]:
    """Expect the warning that parameters cannot learn, or none."""
    if expected:
        return pytest.warns(NoGradientPathWarning, match="learning_phase is False")
    return nullcontext()


# ---- which call runs in which mode -----------------------------------------------------------

PHASES = {None: (True, False), True: (True, True), False: (False, False)}


@pytest.mark.parametrize("phase", PHASES)
def test_the_mode_of_training_and_of_all_other_calls(phase: bool | None) -> None:
    net, _, probe = neurons(RESTING, (1.5,), learning_phase=phase)
    in_fit, in_others = (RATE_AT_ONE_AND_A_HALF if on else 0.0 for on in PHASES[phase])
    with make(net) as sim:
        with no_path_warning(expected=phase is False):
            losses = train(sim, probe)
        assert losses["loss"] == pytest.approx(in_fit, abs=1e-3)
        assert losses["val_loss"] == pytest.approx(in_others, abs=1e-3)
        y = {probe: np.zeros((1, 10, 1))}
        evaluated = sim.evaluate(None, y, n_steps=10, verbose=0)
        assert evaluated["loss"] == pytest.approx(in_others, abs=1e-3)
        predicted = sim.predict(n_steps=10, verbose=0)[probe]
        assert predicted.mean() == pytest.approx(in_others, abs=1e-3)
        sim.run_steps(10)
        assert sim.data[probe].mean() == pytest.approx(in_others, abs=1e-3)


def test_without_learning_phase_training_moves_nothing_behind_spikes() -> None:
    net, ensemble, probe = neurons(RESTING, (1.5,), learning_phase=False)
    with make(net) as sim:
        with no_path_warning(expected=True):
            train(sim, probe, rate=1e-2)
        np.testing.assert_array_equal(sim.data[ensemble].bias, [1.5])


def test_with_learning_phase_training_moves_the_bias() -> None:
    net, ensemble, probe = neurons(RESTING, (1.5,), learning_phase=True)
    with make(net) as sim:
        train(sim, probe, rate=1e-2)
        assert sim.data[ensemble].bias[0] == pytest.approx(1.5 - 1e-2 * 46.4036, rel=1e-4)


def test_a_change_of_mode_takes_effect_at_the_next_call() -> None:
    net, _, probe = neurons(RESTING, (1.5,))
    with make(net) as sim:
        sim.run_steps(5)
        with net:
            configure_settings(learning_phase=True)
        sim.run_steps(2)
        seen = sim.data[probe][:, 0]
    np.testing.assert_array_equal(seen[:5], 0)
    np.testing.assert_allclose(seen[5:], RATE_AT_ONE_AND_A_HALF, atol=1e-3)


def test_voltages_stand_still_in_training_mode() -> None:
    net, ensemble, _ = neurons(RESTING, (1.5,))
    with net:
        voltage = nengo.Probe(ensemble.neurons, "voltage")
    with make(net) as sim:
        sim.run_steps(5)
        with net:
            configure_settings(learning_phase=True)
        sim.run_steps(3)
        seen = sim.data[voltage][:, 0]
    assert seen[4] > 0
    np.testing.assert_array_equal(seen[5:], seen[4])


# ---- numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("smoothing", RATES)
def test_rates_of_lif_in_training_mode(smoothing: float | None) -> None:
    net, _, probe = neurons(nengo.LIF(), CURRENTS, learning_phase=True, lif_smoothing=smoothing)
    with make(net) as sim:
        sim.run_steps(4)
        for rates in sim.data[probe]:
            np.testing.assert_allclose(rates, RATES[smoothing], rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize(
    ("current", "smoothing", "slope"), [(0.9, 0.1, 32.2205), (0.9, None, 0.0), (1.5, None, 46.4036)]
)
def test_slopes_of_lif_in_training_mode(
    current: float, smoothing: float | None, slope: float
) -> None:
    net, ensemble, probe = neurons(nengo.LIF(), (current,), lif_smoothing=smoothing)
    with make(net) as sim:
        train(sim, probe, rate=1e-3)
        moved = current - float(sim.data[ensemble].bias[0])
    assert moved == pytest.approx(1e-3 * slope, rel=1e-4, abs=1e-12)


def test_smoothing_has_a_finite_slope_far_below_threshold() -> None:
    net, ensemble, probe = neurons(nengo.LIF(), (-50.0, 60.0), lif_smoothing=0.02)
    with make(net) as sim:
        train(sim, probe, rate=1e-3)
        assert np.all(np.isfinite(sim.data[ensemble].bias))


def test_smoothing_does_not_touch_spikes() -> None:
    spikes = {}
    for smoothing in (None, 0.5):
        net, _, probe = neurons(nengo.LIF(), CURRENTS, lif_smoothing=smoothing)
        with make(net) as sim:
            sim.run_steps(40)
            spikes[smoothing] = np.array(sim.data[probe])
    assert spikes[None].any()
    np.testing.assert_array_equal(spikes[None], spikes[0.5])


def test_smoothing_of_zero_is_none() -> None:
    net, _, probe = neurons(nengo.LIF(), CURRENTS, learning_phase=True, lif_smoothing=0)
    with make(net) as sim:
        sim.run_steps(1)
        np.testing.assert_allclose(sim.data[probe][0], RATES[None], rtol=1e-4)


@pytest.mark.parametrize(
    ("neuron_type", "rates"),
    [
        (nengo.LIFRate(), RATES[None]),
        (nengo.RectifiedLinear(amplitude=0.5), np.maximum(CURRENTS, 0) * 0.5),
        (nengo.SpikingRectifiedLinear(amplitude=0.5), np.maximum(CURRENTS, 0) * 0.5),
        (nengo.Sigmoid(), 400 / (1 + np.exp(-np.array(CURRENTS)))),
        (nengo.Tanh(), 400 * np.tanh(CURRENTS)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_rates_of_other_types_in_training_mode_are_not_smoothed(
    neuron_type: Any, rates: Any
) -> None:
    net, _, probe = neurons(neuron_type, CURRENTS, learning_phase=True, lif_smoothing=0.5)
    with make(net) as sim:
        sim.run_steps(2)
        for seen in sim.data[probe]:
            np.testing.assert_allclose(seen, rates, rtol=1e-4, atol=1e-3)
