"""`configure_settings`: where it stores what, and what it leaves alone."""

from __future__ import annotations

from typing import Any

import nengo
import numpy as np
import pytest
from nengo.ensemble import Neurons
from nengo.exceptions import ConfigError, NetworkContextError, ValidationError

from nengo_explorer.graph_optimizer import noop_planner, remove_zero_incs
from nengo_explorer.settings import (
    GLOBAL_OPTIONS,
    OPTIONS,
    configure_settings,
    get_setting,
    global_settings,
    resolve_keep_history,
    resolve_trainable,
)

VALUES: dict[str, Any] = {
    "trainable": False,
    "planner": noop_planner,
    "sorter": "noop_order_signals",
    "simplifications": (remove_zero_incs,),
    "inference_only": True,
    "lif_smoothing": 0.1,
    "dtype": "float64",
    "keep_history": False,
    "stateful": False,
    "use_loop": False,
    "learning_phase": True,
}
TRAINABLE_CLASSES = (nengo.Ensemble, Neurons, nengo.Connection)


def class_of(name: str) -> type:
    """A class whose config holds an option."""
    scopes: dict[str, type] = {
        "network": nengo.Network,
        "objects": nengo.Ensemble,
        "probes": nengo.Probe,
    }
    return scopes[OPTIONS[name].scope]


def stored(net: nengo.Network) -> dict[str, Any]:
    """Everything that a network's config holds of our options."""
    return {
        f"{cls.__name__}.{name}": getattr(net.config[cls], name)
        for cls in (nengo.Network, *TRAINABLE_CLASSES, nengo.Probe)
        for name in OPTIONS
        if cls in net.config.params and name in net.config[cls].extra_params
    }


def test_all_eleven_options_are_known() -> None:
    assert set(VALUES) == set(OPTIONS)


@pytest.mark.parametrize("name", OPTIONS)
def test_option_is_stored_on_networks_config(name: str) -> None:
    with nengo.Network() as net:
        configure_settings(**{name: VALUES[name]})
    assert getattr(net.config[class_of(name)], name) == VALUES[name]
    assert get_setting(net, name, obj=nengo.Probe) is None


def test_trainable_is_stored_for_three_classes() -> None:
    with nengo.Network() as net:
        configure_settings(trainable=False)
    for cls in TRAINABLE_CLASSES:
        assert net.config[cls].trainable is False


def test_two_calls_add_up() -> None:
    with nengo.Network() as one:
        configure_settings(dtype="float64")
        configure_settings(lif_smoothing=0.1)
    with nengo.Network() as other:
        configure_settings(dtype="float64", lif_smoothing=0.1)
    assert stored(one) == stored(other)


def test_later_call_overrides_only_what_it_names() -> None:
    with nengo.Network() as net:
        configure_settings(dtype="float64", stateful=False)
        configure_settings(dtype="float32")
    assert global_settings(net).dtype == "float32"
    assert global_settings(net).stateful is False


def test_call_without_options_makes_network_configurable() -> None:
    with nengo.Network() as net:
        assert configure_settings() is None  # type: ignore[func-returns-value]
    assert nengo.Network in net.config.params


@pytest.mark.parametrize("name", OPTIONS)
def test_options_of_a_subnetwork_go_to_the_outermost_open_one(name: str) -> None:
    with nengo.Network() as net, nengo.Network() as inner:
        configure_settings(**{name: VALUES[name]})
    home = inner if name == "trainable" else net
    assert getattr(home.config[class_of(name)], name) == VALUES[name]
    other = net if home is inner else inner
    assert not any(key.endswith(name) for key in stored(other))


def test_reentered_subnetwork_is_the_outermost_open_one() -> None:
    with nengo.Network() as net, nengo.Network() as inner:
        pass
    with inner:
        configure_settings(trainable=False, dtype="float64")
    assert inner.config[nengo.Network].dtype == "float64"
    assert global_settings(net).dtype == "float32"
    assert inner.config[nengo.Ensemble].trainable is False


def test_outside_of_a_network() -> None:
    with pytest.raises(NetworkContextError, match=r"with nengo\.Network"):
        configure_settings(trainable=False)


def test_unknown_option_is_refused_with_those_there_are() -> None:
    with (
        nengo.Network() as net,
        pytest.raises(ConfigError, match=r"'smoothing'.*lif_smoothing") as error,
    ):
        configure_settings(dtype="float64", smoothing=0.1, stateful=False)
    assert all(name in str(error.value) for name in OPTIONS)
    assert stored(net) == {}


@pytest.mark.parametrize("position", [0, 5, 11])
def test_nothing_is_set_if_one_value_is_refused(position: int) -> None:
    with nengo.Network() as net:
        configure_settings(trainable=None, dtype="float64")
        before = stored(net)
        options = list({k: v for k, v in VALUES.items() if k != "use_loop"}.items())
        options.insert(position, ("use_loop", "banana"))
        with pytest.raises(ValidationError, match=r"use_loop: 'banana'"):
            configure_settings(**dict(options))
    assert stored(net) == before


@pytest.mark.parametrize("name", OPTIONS)
def test_none_is_the_default(name: str) -> None:
    with nengo.Network() as net:
        ensemble = nengo.Ensemble(4, 1)
        probe = nengo.Probe(ensemble)
    plain = (global_settings(net), resolve_trainable(net), resolve_keep_history(net))
    with net:
        configure_settings(**{name: VALUES[name]})
        configured = (global_settings(net), resolve_trainable(net), resolve_keep_history(net))
        configure_settings(**{name: None})
    assert configured != plain
    assert (global_settings(net), resolve_trainable(net), resolve_keep_history(net)) == plain
    assert resolve_keep_history(net) == {probe: True}


@pytest.mark.parametrize("name", OPTIONS)
def test_assignment_to_the_config_is_checked_too(name: str) -> None:
    with nengo.Network() as net:
        configure_settings(**{name: VALUES[name]})
    entry = net.config[class_of(name)]
    with pytest.raises(ValidationError, match=f"{name}: b'banana' is not possible"):
        setattr(entry, name, b"banana")
    assert getattr(entry, name) == VALUES[name]
    setattr(entry, name, None)
    assert getattr(entry, name) is None


@pytest.mark.parametrize("value", ["no", 0, 1, 2.5])
def test_assignment_for_one_object_is_checked_too(value: Any) -> None:
    with nengo.Network() as net:
        configure_settings(trainable=None, keep_history=True)
        ensemble = nengo.Ensemble(4, 1)
        probe = nengo.Probe(ensemble)
    for obj, name in (
        (ensemble, "trainable"),
        (ensemble.neurons, "trainable"),
        (probe, "keep_history"),
    ):
        with pytest.raises(ValidationError, match=name):
            setattr(net.config[obj], name, value)
    assert resolve_trainable(net)[ensemble, "encoders"] is True


def test_numpy_booleans_become_plain_ones() -> None:
    with nengo.Network() as net:
        configure_settings(trainable=np.bool_(False))
        ensemble = nengo.Ensemble(4, 1)
        net.config[ensemble].trainable = np.bool_(True)
    assert net.config[nengo.Ensemble].trainable is False
    assert net.config[ensemble].trainable is True


def test_config_assignment_is_brought_into_plain_form() -> None:
    with nengo.Network() as net:
        configure_settings(dtype="float32", lif_smoothing=None)
    net.config[nengo.Network].dtype = np.float64
    net.config[nengo.Network].lif_smoothing = 0
    assert global_settings(net).dtype == "float64"
    assert global_settings(net).lif_smoothing is None


def test_attribute_does_not_exist_before_it_was_configured() -> None:
    with nengo.Network() as net:
        ensemble = nengo.Ensemble(4, 1)
        probe = nengo.Probe(ensemble)
        configure_settings(dtype="float64")
    for target, name in (
        (ensemble, "trainable"),
        (nengo.Ensemble, "trainable"),
        (probe, "keep_history"),
    ):
        with pytest.raises(AttributeError):
            getattr(net.config[target], name)
        with pytest.raises(AttributeError):
            setattr(net.config[target], name, True)


def test_nodes_and_probes_have_no_trainable() -> None:
    with nengo.Network() as net:
        configure_settings(trainable=None)
        node = nengo.Node([0])
        probe = nengo.Probe(node)
    for obj in (node, probe):
        with pytest.raises(AttributeError):
            net.config[obj].trainable = True


def test_views_and_learning_rules_have_no_settings() -> None:
    with nengo.Network() as net:
        configure_settings(trainable=None)
        ensemble = nengo.Ensemble(4, 2)
        connection = nengo.Connection(ensemble, ensemble, learning_rule_type=nengo.PES())
    for obj in (ensemble[:1], ensemble.neurons[:2], connection.learning_rule):
        with pytest.raises(ConfigError):
            net.config[obj].trainable = True


def test_deleting_a_setting_of_an_object_leaves_that_of_its_class() -> None:
    with nengo.Network() as net:
        configure_settings(trainable=False)
        ensemble = nengo.Ensemble(4, 1)
    net.config[ensemble].trainable = True
    assert resolve_trainable(net)[ensemble, "encoders"] is True
    del net.config[ensemble].trainable
    assert resolve_trainable(net)[ensemble, "encoders"] is False
    with pytest.raises(KeyError):
        del net.config[ensemble].trainable
    with pytest.raises(KeyError):
        del net.config[nengo.Ensemble].trainable


def test_settings_apply_to_objects_made_before_and_after() -> None:
    with nengo.Network() as net:
        before = nengo.Ensemble(4, 1)
        probe_before = nengo.Probe(before)
        configure_settings(trainable=False, keep_history=False)
        after = nengo.Ensemble(4, 1)
        probe_after = nengo.Probe(after)
    assert set(resolve_trainable(net).values()) == {False}
    assert resolve_keep_history(net) == {probe_before: False, probe_after: False}


def test_every_global_option_has_a_field() -> None:
    assert set(GLOBAL_OPTIONS) == set(VALUES) - {"trainable", "keep_history"}
    with nengo.Network() as net:
        configure_settings(**{name: VALUES[name] for name in GLOBAL_OPTIONS})
    settings = global_settings(net)
    assert settings.planner == "noop_planner"
    assert settings.simplifications == ("remove_zero_incs",)
    assert {name: getattr(settings, name) for name in ("dtype", "lif_smoothing", "use_loop")} == {
        "dtype": "float64",
        "lif_smoothing": 0.1,
        "use_loop": False,
    }
