"""What the page on configuration promises, each use in our own words.

tests/test_seeds.py executes the original examples where they are at hand. Here is what they are
for.
"""

from __future__ import annotations

from itertools import pairwise

import nengo
import pytest

import nengo_explorer
from nengo_explorer import configure_settings, resolve_trainable
from nengo_explorer.graph_optimizer import (
    noop_order_signals,
    noop_planner,
    remove_identity_muls,
    remove_zero_incs,
)
from nengo_explorer.settings import GlobalSettings, global_settings, resolve_keep_history


def chain(n_ensembles: int = 3) -> list[nengo.Connection]:
    """Ensembles in a row, in the open network."""
    ensembles = [nengo.Ensemble(6, 1) for _ in range(n_ensembles)]
    return [nengo.Connection(*pair) for pair in pairwise(ensembles)]


def trained(net: nengo.Network) -> set[object]:
    """Objects with at least one parameter that training may change."""
    return {obj for (obj, _), flag in resolve_trainable(net).items() if flag}


def test_options_may_be_given_at_once_or_one_by_one() -> None:
    with nengo.Network() as at_once:
        configure_settings(stateful=False, learning_phase=False)
    with nengo.Network() as one_by_one:
        configure_settings(stateful=False)
        configure_settings(learning_phase=False)
    assert global_settings(at_once) == global_settings(one_by_one) != GlobalSettings()


def test_config_may_be_written_directly_as_well() -> None:
    with nengo.Network() as net:
        configure_settings(dtype="float32")
    net.config[nengo.Network].dtype = "float64"
    assert global_settings(net).dtype == "float64"


def test_training_one_connection_and_nothing_else() -> None:
    with nengo.Network() as net:
        configure_settings(trainable=False)
        connections = chain()
        net.config[connections[1]].trainable = True
    assert trained(net) == {connections[1]}


def test_freezing_one_part_of_a_network() -> None:
    with nengo.Network() as net:
        configure_settings(trainable=None)
        chain()
        with nengo.Network() as part:
            configure_settings(trainable=False)
            chain()
    frozen = {*part.all_ensembles, *part.all_connections}
    assert trained(net) == {*net.all_ensembles, *net.all_connections} - frozen


@pytest.mark.parametrize("how", ["class", "instance"])
def test_biases_are_set_apart_from_encoders(how: str) -> None:
    with nengo.Network() as net:
        configure_settings(trainable=None)
        ensemble = nengo.Ensemble(6, 1)
        if how == "class":
            net.config[nengo.ensemble.Neurons].trainable = False
        else:
            net.config[ensemble.neurons].trainable = False
    assert resolve_trainable(net) == {(ensemble, "encoders"): True, (ensemble, "bias"): False}


def test_class_of_ensembles_stands_for_encoders_and_biases() -> None:
    with nengo.Network() as net:
        configure_settings(trainable=None)
        net.config[nengo.Ensemble].trainable = False
        ensemble = nengo.Ensemble(6, 1)
    assert resolve_trainable(net) == {(ensemble, "encoders"): False, (ensemble, "bias"): False}


@pytest.mark.parametrize("made_first", [True, False])
def test_it_does_not_matter_whether_object_or_setting_comes_first(made_first: bool) -> None:
    with nengo.Network() as net:
        configure_settings(trainable=None)
        if made_first:
            nengo.Ensemble(6, 1)
        net.config[nengo.Ensemble].trainable = False
        if not made_first:
            nengo.Ensemble(6, 1)
    assert trained(net) == set()


def test_inner_networks_come_first() -> None:
    with nengo.Network() as net:
        configure_settings(trainable=True)
        with nengo.Network():
            configure_settings(trainable=False)
            nengo.Ensemble(6, 1)
    assert trained(net) == set()


def test_objects_come_before_their_class_in_any_order_of_statements() -> None:
    with nengo.Network() as net:
        configure_settings(trainable=None)
        thawed, frozen = nengo.Ensemble(6, 1), nengo.Ensemble(6, 1)
        net.config[thawed].trainable = True
        net.config[nengo.Ensemble].trainable = False
    assert trained(net) == {thawed}
    assert frozen not in trained(net)


def test_functions_of_the_graph_optimizer() -> None:
    with nengo.Network() as net:
        configure_settings(planner=noop_planner)
        configure_settings(sorter=noop_order_signals)
        configure_settings(simplifications=[remove_identity_muls, remove_zero_incs])
    assert net.config[nengo.Network].planner is noop_planner
    settings = global_settings(net)
    assert settings.planner == "noop_planner"
    assert settings.sorter == "noop_order_signals"
    assert settings.simplifications == ("remove_identity_muls", "remove_zero_incs")


def test_functions_may_be_reached_through_the_package() -> None:
    assert nengo_explorer.graph_optimizer.noop_planner is noop_planner


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("inference_only", True),
        ("lif_smoothing", 0.05),
        ("dtype", "float64"),
        ("stateful", False),
        ("use_loop", False),
        ("learning_phase", True),
        ("learning_phase", False),
    ],
)
def test_options_of_the_whole_network(option: str, value: object) -> None:
    with nengo.Network() as net:
        assert getattr(global_settings(net), option) != value
        configure_settings(**{option: value})
    assert getattr(global_settings(net), option) == value


@pytest.mark.parametrize("default", [True, False])
def test_one_probe_may_differ_from_the_others(default: bool) -> None:
    with nengo.Network() as net:
        configure_settings(keep_history=default)
        ensemble = nengo.Ensemble(6, 1)
        usual, other = nengo.Probe(ensemble), nengo.Probe(ensemble)
        net.config[other].keep_history = not default
    assert resolve_keep_history(net) == {usual: default, other: not default}
