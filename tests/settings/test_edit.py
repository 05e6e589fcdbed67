"""Changing single rules, and noticing changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import pytest
from nengo.ensemble import Neurons
from nengo.exceptions import ValidationError

from nengo_explorer.graph_optimizer import noop_planner
from nengo_explorer.settings import (
    GLOBAL_OPTIONS,
    INHERIT,
    configure_settings,
    explain,
    fingerprint,
    global_settings,
    home_network,
    resolve_keep_history,
    resolve_trainable,
    rule_of,
    set_global,
    set_rule,
)
from tests.helpers.networks import SpecialEnsemble

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def net() -> nengo.Network:
    """Nothing configured: two ensembles, a connection, a probe, an inner network."""
    with nengo.Network() as net:
        a, b = nengo.Ensemble(4, 1), nengo.Ensemble(4, 1)
        nengo.Connection(a, b)
        nengo.Probe(a)
        with nengo.Network():
            nengo.Ensemble(4, 1)
    return net


def targets(net: nengo.Network) -> list[Any]:
    a = net.ensembles[0]
    classes = [nengo.Ensemble, Neurons, nengo.Connection]
    return [a, a.neurons, net.connections[0], *classes]


@pytest.mark.parametrize("value", [True, False, None])
@pytest.mark.parametrize("number", range(6))
def test_rule_can_be_set_read_and_removed(net: nengo.Network, number: int, value: Any) -> None:
    target = targets(net)[number]
    assert rule_of(net, target, "trainable") is INHERIT
    set_rule(net, target, "trainable", value)
    is_nothing = value is None and isinstance(target, type)
    assert rule_of(net, target, "trainable") is (INHERIT if is_nothing else value)
    set_rule(net, target, "trainable", INHERIT)
    assert rule_of(net, target, "trainable") is INHERIT
    assert set(resolve_trainable(net).values()) == {True}


@pytest.mark.parametrize("number", range(6))
def test_removing_a_rule_that_is_not_there_changes_nothing(net: nengo.Network, number: int) -> None:
    before = fingerprint(net)
    set_rule(net, targets(net)[number], "trainable", INHERIT)
    assert fingerprint(net) == before


def test_setting_one_rule_loses_no_other(net: nengo.Network) -> None:
    a, b = net.ensembles
    set_rule(net, a, "trainable", False)
    set_rule(net, Neurons, "trainable", False)
    set_rule(net, net.probes[0], "keep_history", False)
    set_rule(net, b, "trainable", True)
    assert rule_of(net, a, "trainable") is False
    assert rule_of(net, Neurons, "trainable") is False
    assert rule_of(net, nengo.Ensemble, "trainable") is INHERIT
    assert resolve_keep_history(net) == {net.probes[0]: False}


def test_setting_the_rule_of_one_probe_says_nothing_of_others(net: nengo.Network) -> None:
    set_rule(net, net.probes[0], "keep_history", False)
    assert rule_of(net, nengo.Probe, "keep_history") is INHERIT
    with net:
        other = nengo.Probe(net.ensembles[1])
    assert resolve_keep_history(net)[other] is True
    assert [rule.kind for rule in explain(net, other).rules] == ["default"]


def test_class_rule_of_probes_can_be_removed(net: nengo.Network) -> None:
    with net:
        configure_settings(keep_history=False)
    set_rule(net, nengo.Probe, "keep_history", INHERIT)
    assert rule_of(net, nengo.Probe, "keep_history") is INHERIT
    assert resolve_keep_history(net) == {net.probes[0]: True}


def test_class_rule_set_by_configure_settings_can_be_removed(net: nengo.Network) -> None:
    with net:
        configure_settings(trainable=False)
    set_rule(net, nengo.Ensemble, "trainable", INHERIT)
    flags = resolve_trainable(net)
    assert flags[net.ensembles[0], "encoders"] is True
    assert flags[net.ensembles[0], "bias"] is False


def test_rule_for_one_object_whose_class_has_an_entry_of_its_own() -> None:
    with nengo.Network() as net:
        configure_settings(trainable=False)
        net.config.configures(SpecialEnsemble)
        special = SpecialEnsemble(4, 1)
    set_rule(net, special, "trainable", False)
    assert resolve_trainable(net)[special, "encoders"] is False
    set_rule(net, SpecialEnsemble, "trainable", True)
    assert rule_of(net, SpecialEnsemble, "trainable") is True
    assert rule_of(net, nengo.Ensemble, "trainable") is False


def test_subclass_without_entry_has_no_rule_and_takes_none() -> None:
    with nengo.Network() as net:
        configure_settings(trainable=False)
    assert rule_of(net, SpecialEnsemble, "trainable") is INHERIT
    with pytest.raises(ValidationError, match=r"SpecialEnsemble .*configures"):
        set_rule(net, SpecialEnsemble, "trainable", True)
    assert rule_of(net, nengo.Ensemble, "trainable") is False


@pytest.mark.parametrize(
    ("pick", "option"),
    [
        (lambda net: net.ensembles[0], "keep_history"),
        (lambda net: net.probes[0], "trainable"),
        (lambda net: net.ensembles[0][:1], "trainable"),
        (lambda net: type(net.probes[0].obj.neuron_type), "trainable"),
        (lambda net: net.ensembles[0], "dtype"),
        (lambda net: net.ensembles[0], "banana"),
    ],
)
def test_rule_that_cannot_exist_is_refused(
    net: nengo.Network, pick: Callable[[nengo.Network], Any], option: str
) -> None:
    before = fingerprint(net)
    with pytest.raises(ValidationError, match="cannot be set for"):
        set_rule(net, pick(net), option, True)
    assert fingerprint(net) == before


def test_refused_value_leaves_nothing_behind(net: nengo.Network) -> None:
    before = fingerprint(net)
    with pytest.raises(ValidationError, match="trainable: 'yes'"):
        set_rule(net, net.ensembles[0], "trainable", "yes")
    assert fingerprint(net) == before


def test_home_network(net: nengo.Network) -> None:
    inner = net.networks[0]
    assert home_network(net, net.ensembles[1].neurons) is net
    assert home_network(net, net.probes[0]) is net
    assert home_network(net, net.connections[0]) is net
    assert home_network(net, inner.ensembles[0]) is inner
    with pytest.raises(ValidationError, match="is not in"):
        home_network(inner, net.ensembles[0])


def test_global_option_is_set_and_reset(net: nengo.Network) -> None:
    set_global(net, "lif_smoothing", 0.5)
    set_global(net, "dtype", "float64")
    assert global_settings(net).lif_smoothing == 0.5
    set_global(net, "lif_smoothing", None)
    assert global_settings(net).lif_smoothing is None
    assert global_settings(net).dtype == "float64"


@pytest.mark.parametrize("option", ["trainable", "keep_history", "banana"])
def test_global_option_that_does_not_exist(net: nengo.Network, option: str) -> None:
    with pytest.raises(ValidationError, match="dtype") as error:
        set_global(net, option, True)
    assert all(name in str(error.value) for name in GLOBAL_OPTIONS)


def test_refused_global_value(net: nengo.Network) -> None:
    with pytest.raises(ValidationError, match="dtype: 'banana'"):
        set_global(net, "dtype", "banana")
    assert global_settings(net).dtype == "float32"


CHANGES: dict[str, Callable[[nengo.Network], None]] = {
    "object": lambda net: set_rule(net, net.ensembles[0], "trainable", False),
    "neurons": lambda net: set_rule(net, net.ensembles[0].neurons, "trainable", False),
    "class": lambda net: set_rule(net, nengo.Connection, "trainable", False),
    "none of an object": lambda net: set_rule(net, net.ensembles[0], "trainable", None),
    "inner network": lambda net: set_rule(net.networks[0], nengo.Ensemble, "trainable", False),
    "probe": lambda net: set_rule(net, net.probes[0], "keep_history", False),
    "probes": lambda net: set_rule(net, nengo.Probe, "keep_history", False),
    "smoothing": lambda net: set_global(net, "lif_smoothing", 0.1),
    "planner": lambda net: set_global(net, "planner", lambda operators: operators),
    "simplifications": lambda net: set_global(net, "simplifications", ["remove_zero_incs"]),
    "hidden by a subclass": lambda net: net.config.configures(SpecialEnsemble),
}


@pytest.mark.parametrize("change", CHANGES)
def test_fingerprint_tells_every_change(net: nengo.Network, change: str) -> None:
    with net:
        configure_settings(trainable=None, keep_history=True, dtype="float32")
    before = fingerprint(net)
    assert fingerprint(net) == before
    CHANGES[change](net)
    assert fingerprint(net) != before


def test_fingerprint_is_the_same_after_the_change_was_undone(net: nengo.Network) -> None:
    with net:
        configure_settings(trainable=None)
    before = fingerprint(net)
    set_rule(net, net.ensembles[0], "trainable", False)
    set_rule(net, net.ensembles[0], "trainable", INHERIT)
    assert fingerprint(net) == before


def test_fingerprint_takes_both_spellings_for_one_setting(net: nengo.Network) -> None:
    set_global(net, "planner", "noop_planner")
    before = fingerprint(net)
    set_global(net, "planner", noop_planner)
    assert fingerprint(net) == before


def test_fingerprint_tells_a_function_from_one_that_took_its_place(net: nengo.Network) -> None:
    seen = set()
    for _ in range(20):
        set_global(net, "planner", lambda operators: operators)  # the one before it is gone now
        seen.add(fingerprint(net))
    assert len(seen) == 20
