"""Which form the plot of a probe takes, and what is named in it."""

from __future__ import annotations

from typing import Any

import nengo
import numpy as np
import pytest

from nengo_explorer.explorer.plots.drawing import draw
from nengo_explorer.explorer.plots.figure import canvas_for
from nengo_explorer.explorer.plots.samples import Samples, shows_spikes

DT = 0.001


def probe_of(neuron_type: nengo.neurons.NeuronType, **arguments: object) -> nengo.Probe:
    with nengo.Network():
        ensemble = nengo.Ensemble(3, 1, neuron_type=neuron_type)
        return nengo.Probe(ensemble.neurons[:2], **arguments)


SPIKES = np.array([[0.0, 10.0], [20.0, 0.0]])  # of amplitude 0.01, two at once in the second row


def test_whole_spikes_of_any_amplitude_are_spikes() -> None:
    probe = probe_of(nengo.SpikingRectifiedLinear(amplitude=0.01))
    assert shows_spikes(probe, SPIKES, DT)
    assert shows_spikes(probe, SPIKES.astype(np.float32), DT)


def test_rates_of_spiking_neurons_are_signals() -> None:
    probe = probe_of(nengo.LIF(amplitude=0.01))
    assert not shows_spikes(probe, np.array([[0.0, 0.83], [0.41, 0.0]]), DT)


def test_rates_that_follow_spikes_make_all_of_it_signals() -> None:
    probe = probe_of(nengo.LIF(amplitude=0.01))
    assert not shows_spikes(probe, np.concatenate([SPIKES, [[0.0, 0.83]]]), DT)


@pytest.mark.parametrize(
    "probe",
    [
        probe_of(nengo.LIFRate(amplitude=0.01)),
        probe_of(nengo.LIF(amplitude=0.01), synapse=0.02),
        probe_of(nengo.LIF(amplitude=0.01), attr="input"),
    ],
    ids=["rate neurons", "filtered", "input current"],
)
def test_only_unfiltered_output_of_spiking_neurons_is_spikes(probe: nengo.Probe) -> None:
    assert not shows_spikes(probe, SPIKES, DT)


@pytest.fixture
def axes(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is drawn from now on, just before it becomes a picture."""
    from nengo_explorer.explorer.plots import drawing, figure

    drawn: list[Any] = []

    def to_png(one: Any) -> bytes:
        picture = figure.to_png(one)
        drawn.append(one)
        return picture

    monkeypatch.setattr(drawing, "to_png", to_png)
    return drawn


@pytest.mark.parametrize("width", [240, 480, 1200])
def test_ten_named_lines_leave_room_for_themselves(width: int, axes: list[Any]) -> None:
    times = np.arange(1, 101) * DT
    values = np.sin(times)[:, np.newaxis] * np.arange(10)
    draw(Samples(0, "ten", values, times), canvas_for(width, "light"))
    (drawn,) = axes
    names = [text.get_text() for text in drawn.get_legend().get_texts()]
    assert sorted(names, key=int) == [str(number) for number in range(10)]
    box, page = drawn.get_window_extent(), drawn.figure.bbox
    assert box.width > 0.7 * page.width
    assert box.height > 0.3 * page.height
    legend = drawn.get_legend().get_window_extent()
    assert legend.x0 >= 0
    assert legend.y0 >= box.y1 - 1


def test_lines_of_one_colour_differ_in_style(axes: list[Any]) -> None:
    times = np.arange(1, 11) * DT
    values = np.ones((10, 1)) * np.arange(24)
    draw(Samples(0, "many", values, times), canvas_for(480, "light"))
    looks = {(line.get_color(), line.get_linestyle()) for line in axes[0].lines}
    assert len(looks) == 24


def test_epochs_are_whole_numbers(axes: list[Any]) -> None:
    losses = np.linspace(1, 0.1, 5)[:, np.newaxis]
    draw(
        Samples(-1, "Training loss", losses, np.arange(1, 6.0), "epoch", "loss", "curves"),
        canvas_for(480, "light"),
    )
    ticks = axes[0].get_xticks()
    assert len(ticks)
    assert all(tick == int(tick) for tick in ticks)
