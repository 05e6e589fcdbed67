"""When settings are kept, and when they are discarded: with a warning that names them."""

from __future__ import annotations

import copy
import pickle
import warnings
from typing import TYPE_CHECKING

import nengo
import pytest
from nengo.exceptions import ValidationError

from nengo_explorer.settings import (
    DiscardedSettingsWarning,
    configure_settings,
    global_settings,
    resolve_keep_history,
    resolve_trainable,
)
from tests.helpers.networks import SpecialEnsemble

if TYPE_CHECKING:
    from collections.abc import Callable


def frozen_network() -> nengo.Network:
    """Two levels with settings of every sort, among them some of single objects."""
    with nengo.Network(label="outer") as net:
        configure_settings(
            trainable=None, keep_history=True, dtype="float64", planner="noop_planner"
        )
        a, b = nengo.Ensemble(4, 1), SpecialEnsemble(5, 1)
        connection = nengo.Connection(a, b)
        probe = nengo.Probe(a)
        net.config[a].trainable = False
        net.config[b.neurons].trainable = False
        net.config[connection].trainable = False
        net.config[probe].keep_history = False
        with nengo.Network(label="inner") as inner:
            configure_settings(trainable=False)
            c = nengo.Ensemble(6, 1)
            inner.config[c].trainable = True
    return net


COPIES: dict[str, Callable[[nengo.Network], nengo.Network]] = {
    "copy": lambda net: net.copy(),
    "deepcopy": copy.deepcopy,
    "pickle": lambda net: pickle.loads(pickle.dumps(net)),  # noqa: S301 - made a moment ago
}


@pytest.mark.parametrize("how", COPIES)
def test_a_copy_keeps_all_settings(how: str) -> None:
    net = frozen_network()
    copied = COPIES[how](net)
    assert list(resolve_trainable(copied).values()) == list(resolve_trainable(net).values())
    assert set(resolve_trainable(net).values()) == {True, False}
    assert list(resolve_keep_history(copied).values()) == [False]
    assert global_settings(copied) == global_settings(net)
    assert copied.config[nengo.Network].dtype == "float64"


@pytest.mark.parametrize("how", COPIES)
def test_a_copy_is_independent_and_still_checked(how: str) -> None:
    net = frozen_network()
    copied = COPIES[how](net)
    copied.config[copied.ensembles[0]].trainable = True
    copied.config[nengo.Network].dtype = "float32"
    assert resolve_trainable(net)[net.ensembles[0], "encoders"] is False
    assert global_settings(net).dtype == "float64"
    with pytest.raises(ValidationError):
        copied.config[copied.ensembles[0]].trainable = "yes"


def test_setting_a_whole_again_discards_and_says_so() -> None:
    with nengo.Network(label="outer") as net:
        configure_settings(trainable=None)
        ensemble = nengo.Ensemble(4, 1, label="kept frozen")
        net.config[ensemble].trainable = False
        with pytest.warns(DiscardedSettingsWarning, match="kept frozen") as caught:
            configure_settings(trainable=None)
    assert resolve_trainable(net)[ensemble, "encoders"] is True
    assert [warning.filename for warning in caught] == [__file__]


def test_setting_histories_again_discards_and_says_so() -> None:
    with nengo.Network() as net:
        configure_settings(keep_history=True)
        probe = nengo.Probe(nengo.Ensemble(4, 1), label="the last one")
        net.config[probe].keep_history = False
        with pytest.warns(DiscardedSettingsWarning, match="keep_history.*the last one"):
            configure_settings(keep_history=True)
    assert resolve_keep_history(net) == {probe: True}


def test_discarding_touches_only_the_nearest_network_and_the_named_option() -> None:
    net = frozen_network()
    inner = net.networks[0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with net:
            configure_settings(dtype="float32", stateful=False)
            with nengo.Network():
                configure_settings(trainable=True)
    with net, pytest.warns(DiscardedSettingsWarning) as caught:
        configure_settings(trainable=True)
    assert len(caught) == 1
    flags = resolve_trainable(net)
    assert flags[inner.ensembles[0], "encoders"] is True
    assert flags[inner.ensembles[0], "bias"] is False
    assert list(resolve_keep_history(net).values()) == [False]


def test_warning_about_many_objects_is_short() -> None:
    with nengo.Network() as net:
        configure_settings(trainable=None)
        for _ in range(100):
            net.config[nengo.Ensemble(1, 1)].trainable = False
        with pytest.warns(DiscardedSettingsWarning, match="and 90 more") as caught:
            configure_settings(trainable=None)
    assert len(str(caught[0].message)) < 1500


def test_nothing_is_set_if_the_warning_is_made_an_error() -> None:
    with nengo.Network() as net:
        configure_settings(trainable=None)
        ensemble = nengo.Ensemble(4, 1)
        net.config[ensemble].trainable = False
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(DiscardedSettingsWarning):
                configure_settings(dtype="float64", trainable=True)
    assert net.config[ensemble].trainable is False
    assert global_settings(net).dtype == "float32"
