"""Rows 1 to 5: settings, when they are given and when they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
from nengo.exceptions import ConfigError, NengoWarning, ValidationError

import nengo_explorer
from nengo_explorer import configure_settings, get_setting
from nengo_explorer.graph_optimizer import noop_planner
from nengo_explorer.settings import DiscardedSettingsWarning
from tests.simulator.helpers import configured, make

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.tf

WAYS: dict[str, Callable[[nengo.Network, str, Any], None]] = {
    "configure_settings": lambda _net, name, value: configure_settings(**{name: value}),
    "config": lambda net, name, value: setattr(net.config[nengo.Network], name, value),
}

INVALID: list[tuple[str, Any, str]] = [
    ("dtype", "float16", "float32"),
    ("lif_smoothing", -1, "positive"),
    ("planner", "tree", "tree_planner"),
    ("stateful", "yes", "True"),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("name", "value", "accepted"), INVALID)
def test_row_01_an_invalid_value_is_refused_when_it_is_set(
    way: str, name: str, value: Any, accepted: str
) -> None:
    with nengo.Network() as net:
        configure_settings(**{name: None})
        before = get_setting(net, name)
        with pytest.raises((ConfigError, ValidationError)) as caught:
            WAYS[way](net, name, value)
    for part in (name, repr(value), accepted):
        assert part in str(caught.value)
    assert get_setting(net, name) == before


def test_row_01_all_of_a_call_or_nothing() -> None:
    with nengo.Network() as net:
        configure_settings(dtype="float64", use_loop=True)
        with pytest.raises((ConfigError, ValidationError), match="lif_smoothing"):
            configure_settings(dtype="float32", lif_smoothing="soft", use_loop=False)
    assert (get_setting(net, "dtype"), get_setting(net, "use_loop")) == ("float64", True)


def test_row_02_every_spelling_of_a_value_is_understood() -> None:
    import tensorflow as tf

    with nengo.Network() as net:
        configure_settings(
            dtype=tf.float64,
            lif_smoothing=0,
            stateful=np.bool_(False),
            planner="noop_planner",
            sorter=None,
            simplifications=["remove_zero_incs"],
        )
        probe = nengo.Probe(nengo.Node([1.0]))
    assert get_setting(net, "lif_smoothing") is None
    with make(net) as sim:
        sim.run_steps(1)
        assert sim.data[probe].dtype == np.float64
        assert sim.stateful is False
        assert sim.settings_in_use.planner in {"noop_planner", noop_planner}


def test_row_03_setting_all_again_discards_single_settings_and_names_them() -> None:
    with nengo.Network() as net:
        configure_settings(trainable=None)
        ensemble = nengo.Ensemble(3, 1, label="the frozen one")
        net.config[ensemble].trainable = False
        with pytest.warns(DiscardedSettingsWarning, match=r"trainable.*the frozen one"):
            configure_settings(trainable=None)
    assert nengo_explorer.resolve_trainable(net)[ensemble, "encoders"] is True


def test_row_04_a_setting_that_nobody_reads_is_told_at_build() -> None:
    with nengo.Network(label="outer") as net, nengo.Network(label="inner") as inner:
        nengo.Ensemble(3, 1)
    with inner:
        configure_settings(dtype="float64")
    with pytest.warns(NengoWarning, match=r"dtype.*'inner'.*'outer'") as caught, make(net):
        pass
    assert len([w for w in caught if "dtype" in str(w.message)]) == 1


def test_row_05_a_change_takes_effect_at_the_next_call() -> None:
    with configured(keep_history=True) as net:
        node = nengo.Node([0.0])
        ensemble = nengo.Ensemble(
            1, 1, neuron_type=nengo.LIF(), gain=[1.0], bias=[0.9], encoders=[[1.0]]
        )
        nengo.Connection(node, ensemble, synapse=None)
        probe = nengo.Probe(ensemble.neurons)

    def set_and_predict(sim: Any, **options: Any) -> Any:
        with net:
            configure_settings(**options)
        return sim.predict(n_steps=2, verbose=0)[probe]

    with make(net) as sim:
        assert np.all(sim.predict(n_steps=2, verbose=0)[probe] == 0)  # below threshold
        assert np.all(set_and_predict(sim, learning_phase=True) == 0)
        soft = set_and_predict(sim, lif_smoothing=0.1)
        np.testing.assert_allclose(soft, 13.9115, rtol=1e-4)
        assert set_and_predict(sim, keep_history=False).shape == (1, 1, 1)
        assert set_and_predict(sim, dtype="float32", keep_history=True).dtype == np.float32
        assert np.all(set_and_predict(sim, lif_smoothing=None) == 0)
