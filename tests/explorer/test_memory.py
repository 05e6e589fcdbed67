"""What is foreseen of the memory of a run, beside what it really takes."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import nengo
import numpy as np
import pytest
from hypothesis import given
from nengo.exceptions import ValidationError

from nengo_explorer.explorer import memory
from nengo_explorer.explorer.abilities import simulation
from nengo_explorer.explorer.actions.simulation import _in_words
from nengo_explorer.explorer.memory import forecast, history_bytes
from nengo_explorer.explorer.session import Session
from tests.explorer.networks import small_network


def wide() -> nengo.Probe:
    with nengo.Network():
        return nengo.Probe(nengo.Node(np.zeros(100), label="wide"), label="wide probe")


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(1, 9), st.integers(1, 10**7))
def test_what_is_needed_is_what_is_added_and_one_copy(
    before: int, n_steps: int, items: int, available: int
) -> None:
    probe = wide()
    common: dict[str, Any] = {"dt": 0.001, "items": items, "dtype": "float32"}
    found = forecast([probe], before=before, n_steps=n_steps, available=available, **common)
    assert found.history == 400 * items * (before + n_steps)
    added = 400 * items * n_steps
    assert found.needed == (added + found.history if n_steps else 0)
    assert found.fits == (found.needed <= available)


def test_without_histories_nothing_is_needed() -> None:
    found = forecast([], before=0, n_steps=10**9, dt=0.001, items=1, dtype="float32", available=1)
    assert (found.history, found.needed, found.largest, found.fits) == (0, 0, None, True)


def test_a_forecast_is_what_a_run_takes() -> None:
    small = small_network()
    with Session(small.net, seed=0, minibatch_size=2) as session:
        foreseen = session.memory_forecast(0.2)
        session.run(0.2)
        taken = sum(session.sim.data[probe].nbytes for probe in (small.decoded, small.spikes))
        assert foreseen.history == taken
        assert foreseen.largest is small.spikes
        assert session.memory_forecast(0.2).history == 2 * taken


def test_weights_that_nothing_learns_are_counted_once() -> None:
    small = small_network()
    with small.net:
        probes = [nengo.Probe(one, "weights") for one in (small.forward, small.learned)]
    with Session(small.net, seed=0, minibatch_size=3) as session:
        session.run(0.05)
        for probe in probes:
            foreseen = history_bytes(probe, 50, dt=0.001, items=3, dtype="float32")
            assert session.sim.data[probe].nbytes == foreseen


def test_options_that_need_less_are_counted() -> None:
    small = small_network()
    with Session(small.net) as session:
        everything = session.memory_forecast(1).history
        session.set_rule(session.row_of(small.spikes), "keep_history", "off")
        kept = session.memory_forecast(1)
        assert kept.largest is small.decoded
        assert 0 < kept.history < everything
        session.set_global("dtype", "float64")
        assert session.memory_forecast(1).history == 2 * kept.history


@pytest.mark.parametrize("every", [0.01, 0.0025])
def test_sparse_samples_need_less(every: float) -> None:
    with nengo.Network():
        probe = nengo.Probe(nengo.Node([0.0]), sample_every=every)
    taken = history_bytes(probe, 1000, dt=0.001, items=1, dtype="float32")
    assert taken == 4 * int(1 / every)


@pytest.mark.parametrize("seconds", [-1, float("nan"), "1", True])
def test_times_that_are_none_are_refused(seconds: Any) -> None:
    with Session(small_network().net) as session, pytest.raises(ValidationError, match="seconds"):
        session.memory_forecast(seconds)


def test_words_name_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    small = small_network()
    with Session(small.net) as session:
        assert _in_words(session, session.memory_forecast(0.1))["text"] == ""
        monkeypatch.setattr(simulation, "available_memory", lambda: 100_000_000)
        notable = _in_words(session, session.memory_forecast(300))
        assert notable["level"] == "notable"
        assert "MB" in notable["text"]
        too_much = _in_words(session, session.memory_forecast(3000))
        assert too_much["level"] == "too_large"
        for way_out in ("spikes", "Last step", "sample_every", "shorter"):
            assert way_out in too_much["advice"]


def test_notable_is_what_a_machine_would_notice() -> None:
    def found(needed: int, available: int) -> memory.MemoryForecast:
        return memory.MemoryForecast(needed, needed, available, None, 0)

    assert not found(1_000_000, 8_000_000_000).is_notable
    assert found(300_000_000, 8_000_000_000).is_notable
    assert found(300_000, 1_000_000).is_notable
