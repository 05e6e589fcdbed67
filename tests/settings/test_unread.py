"""Settings that are stored where nothing reads them."""

from __future__ import annotations

from typing import Any

import nengo
import pytest

from nengo_explorer.settings import (
    GLOBAL_OPTIONS,
    UnreadSetting,
    configure_settings,
    set_global,
    set_rule,
    unread_settings,
)

VALUES: dict[str, Any] = {
    "planner": "noop_planner",
    "sorter": "noop_order_signals",
    "simplifications": [],
    "lif_smoothing": 0.1,
    "dtype": "float64",
}


@pytest.fixture
def net() -> nengo.Network:
    """An outer network with an inner one, an ensemble and a probe in each."""
    with nengo.Network(label="outer") as net:
        nengo.Probe(nengo.Ensemble(4, 1, label="a"), label="probe of a")
        with nengo.Network(label="inner"):
            nengo.Probe(nengo.Ensemble(4, 1, label="b"), label="probe of b")
    return net


def only(net: nengo.Network) -> UnreadSetting:
    """The one unread setting there is."""
    (found,) = unread_settings(net)
    return found


def test_all_is_read_in_a_healthy_network(net: nengo.Network) -> None:
    inner = net.networks[0]
    with net:
        configure_settings(trainable=False, keep_history=False, dtype="float64")
    with inner:
        configure_settings(trainable=None)
    set_rule(inner, inner.ensembles[0], "trainable", True)
    set_rule(net, inner.ensembles[0].neurons, "trainable", True)
    set_rule(net, inner.probes[0], "keep_history", True)
    set_rule(net, inner.probes[0], "keep_history", None)
    assert unread_settings(net) == []


@pytest.mark.parametrize("name", GLOBAL_OPTIONS)
def test_global_option_of_a_reentered_subnetwork(net: nengo.Network, name: str) -> None:
    with net.networks[0]:
        configure_settings(**{name: VALUES.get(name, True)})
    found = only(net)
    assert (found.network, found.target, found.name) == (net.networks[0], nengo.Network, name)
    assert f"{name} is stored on the inner network 'inner' (net.networks[0])" in str(found)
    assert "Set it on the outermost network 'outer'" in str(found)
    assert unread_settings(net.networks[0]) == []


def test_histories_of_a_reentered_subnetwork(net: nengo.Network) -> None:
    inner = net.networks[0]
    with inner:
        configure_settings(keep_history=False)
    assert (only(net).target, only(net).name) == (nengo.Probe, "keep_history")
    inner.config[inner.probes[0]].keep_history = True
    targets = [found.target for found in unread_settings(net)]
    assert targets == [nengo.Probe, inner.probes[0]]


def test_history_of_a_probe_elsewhere(net: nengo.Network) -> None:
    with nengo.Network():
        probe = nengo.Probe(nengo.Ensemble(4, 1), label="stranger")
    set_rule(net, probe, "keep_history", False)
    assert only(net).target is probe
    assert "stranger" in str(only(net))


def test_trainable_of_an_object_elsewhere(net: nengo.Network) -> None:
    inner = net.networks[0]
    set_rule(inner, net.ensembles[0], "trainable", False)
    found = only(net)
    assert (found.network, found.target) == (inner, net.ensembles[0])
    assert "network that contains the object" in str(found)


def test_trainable_of_neurons_elsewhere(net: nengo.Network) -> None:
    set_rule(net.networks[0], net.ensembles[0].neurons, "trainable", False)
    assert only(net).target == net.ensembles[0].neurons


def test_trainable_of_an_object_that_was_removed(net: nengo.Network) -> None:
    inner = net.networks[0]
    removed = inner.ensembles[0]
    set_rule(inner, removed, "trainable", False)
    inner.ensembles.remove(removed)
    assert only(net).target is removed
    assert str(only(net)).endswith("The object is not in the outermost network 'outer'.")


def test_no_opinion_on_an_object_elsewhere_is_no_setting(net: nengo.Network) -> None:
    set_rule(net.networks[0], net.ensembles[0], "trainable", None)
    assert unread_settings(net) == []


def test_bias_of_a_direct_ensemble(net: nengo.Network) -> None:
    with net:
        direct = nengo.Ensemble(4, 1, neuron_type=nengo.Direct())
    set_rule(net, direct.neurons, "trainable", True)
    assert "no bias" in str(only(net))


def test_option_set_for_one_network_object(net: nengo.Network) -> None:
    with net:
        configure_settings(dtype="float32")
        net.config[net].dtype = "float64"
    assert only(net).target is net
    assert "net.config[nengo.Network].dtype" in str(only(net))


def test_removed_again(net: nengo.Network) -> None:
    with net.networks[0]:
        configure_settings(dtype="float64")
    set_global(net.networks[0], "dtype", None)
    assert unread_settings(net) == []
