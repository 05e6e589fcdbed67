"""A record of all settings, and going back to it."""

from __future__ import annotations

import nengo
import pytest
from hypothesis import given, settings
from nengo.ensemble import Neurons
from nengo.exceptions import ValidationError

from nengo_explorer.settings import (
    INHERIT,
    Change,
    DiscardedSettingsWarning,
    Place,
    configure_settings,
    difference,
    fingerprint,
    global_settings,
    resolve_trainable,
    restore,
    set_rule,
    take_snapshot,
)
from nengo_explorer.settings.snapshot import write
from tests.helpers.random_networks import Plan, plans


@pytest.fixture
def net() -> nengo.Network:
    with nengo.Network(label="net") as net:
        nengo.Ensemble(3, 1, label="a")
        nengo.Probe(net.ensembles[0], label="p")
        with nengo.Network(label="inner"):
            nengo.Ensemble(3, 1, label="b")
    return net


def test_nothing_is_recorded_where_nothing_is_set(net: nengo.Network) -> None:
    assert take_snapshot(net).values == {}
    with net:
        configure_settings(trainable=None, dtype=None)
    assert take_snapshot(net).values == {}


def test_every_kind_of_setting_is_recorded(net: nengo.Network) -> None:
    a, probe, inner = net.ensembles[0], net.probes[0], net.networks[0]
    set_rule(net, a, "trainable", None)
    set_rule(net, a.neurons, "trainable", True)
    set_rule(inner, nengo.Ensemble, "trainable", False)
    set_rule(net, probe, "keep_history", False)
    with net:
        configure_settings(dtype="float64", simplifications=[])
    assert take_snapshot(net).values == {
        Place(net, nengo.Network, "dtype"): "float64",
        Place(net, nengo.Network, "simplifications"): (),
        Place(net, a, "trainable"): None,
        Place(net, a.neurons, "trainable"): True,
        Place(inner, nengo.Ensemble, "trainable"): False,
        Place(net, probe, "keep_history"): False,
    }


def test_a_record_does_not_follow_later_changes(net: nengo.Network) -> None:
    before = take_snapshot(net)
    set_rule(net, Neurons, "trainable", False)
    place = Place(net, Neurons, "trainable")
    assert before.values == {}
    assert difference(before, take_snapshot(net)) == (Change(place, INHERIT, False),)
    with pytest.raises(TypeError):
        before.values[place] = True  # type: ignore[index]


def test_going_back_undoes_a_call_that_dropped_settings(net: nengo.Network) -> None:
    a = net.ensembles[0]
    set_rule(net, a, "trainable", False)
    before, flags = take_snapshot(net), resolve_trainable(net)
    with net, pytest.warns(DiscardedSettingsWarning, match="again as a whole"):
        configure_settings(trainable=True, lif_smoothing=0.1)
    assert len(restore(net, before)) == 5
    assert take_snapshot(net) == before
    assert resolve_trainable(net) == flags
    assert global_settings(net).lif_smoothing is None


def test_going_back_to_the_same_touches_nothing(net: nengo.Network) -> None:
    set_rule(net, nengo.Ensemble, "trainable", False)
    mark = fingerprint(net)
    assert restore(net, take_snapshot(net)) == ()
    assert fingerprint(net) == mark


def test_a_refused_change_takes_the_others_with_it(net: nengo.Network) -> None:
    mark = take_snapshot(net)
    good = Place(net, nengo.Ensemble, "trainable")
    bad = Place(net, nengo.Network, "dtype")
    with pytest.raises(ValidationError, match="float16"):
        write([(good, False), (bad, "float16")])
    assert take_snapshot(net) == mark


@settings(max_examples=60, deadline=None)
@given(one=plans())
def test_any_state_is_reached_from_any_other(one: Plan) -> None:
    built = one.build().apply(one.rules)
    record = take_snapshot(built.net)
    flags = resolve_trainable(built.net)
    half = one.rules[::2]
    for number, what, target, value in half:
        place = built.networks[number]
        set_rule(place, built.target(what, target), "trainable", not value)
    restore(built.net, record)
    assert take_snapshot(built.net) == record
    assert resolve_trainable(built.net) == flags
