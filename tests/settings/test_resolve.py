"""Which parameters there are, and rules beyond the table of networks, objects and classes."""

from __future__ import annotations

from typing import Any

import nengo
import numpy as np
import pytest
from nengo.ensemble import Neurons

from nengo_explorer.settings import configure_settings, resolve_trainable
from tests.helpers.networks import SpecialEnsemble


def test_every_parameter_of_all_networks_is_there() -> None:
    with nengo.Network() as net:
        a = nengo.Ensemble(4, 1)
        with nengo.Network():
            b = nengo.Ensemble(4, 1)
        connection = nengo.Connection(a, b)
        nengo.Probe(b)
    assert resolve_trainable(net) == {
        (a, "encoders"): True,
        (a, "bias"): True,
        (b, "encoders"): True,
        (b, "bias"): True,
        (connection, "weights"): True,
    }


def test_direct_ensemble_has_encoders_but_no_bias() -> None:
    with nengo.Network() as net:
        configure_settings(trainable=True)
        direct = nengo.Ensemble(4, 2, neuron_type=nengo.Direct())
        net.config[direct].trainable = False
    flags = resolve_trainable(net)
    assert flags == {(direct, "encoders"): False, (direct, "bias"): None}


@pytest.mark.parametrize("transform", [None, 1, 2.0, "dense", "sparse"])
@pytest.mark.parametrize("pre", ["node", "direct", "neurons", "ensemble"])
def test_weights_exist_where_there_is_something_to_multiply(pre: str, transform: Any) -> None:
    with nengo.Network() as net:
        ensemble = nengo.Ensemble(2, 2)
        direct = nengo.Ensemble(2, 2, neuron_type=nengo.Direct())
        source = {
            "node": nengo.Node([0, 0]),
            "direct": direct,
            "neurons": ensemble.neurons,
            "ensemble": ensemble,
        }[pre]
        given = {
            "dense": np.eye(2),
            "sparse": nengo.Sparse((2, 2), indices=[(0, 1)], init=[1.0]),
        }.get(transform, transform)
        arguments = {} if given is None else {"transform": given}
        connection = nengo.Connection(source, nengo.Node(size_in=2), **arguments)
    has_weights = pre == "ensemble" or transform is not None
    assert resolve_trainable(net)[connection, "weights"] is (True if has_weights else None)


def test_connection_into_a_learning_rule_is_an_ordinary_one() -> None:
    with nengo.Network() as net:
        a, b = nengo.Ensemble(4, 1), nengo.Ensemble(4, 1)
        learned = nengo.Connection(a, b, learning_rule_type=nengo.PES())
        error = nengo.Connection(b, learned.learning_rule)
    flags = resolve_trainable(net)
    assert flags[learned, "weights"] is False
    assert flags[error, "weights"] is True


def test_connection_belongs_to_the_network_that_made_it() -> None:
    with nengo.Network() as net:
        inner = []
        for _ in range(2):
            with nengo.Network():
                configure_settings(trainable=False)
                inner.append(nengo.Ensemble(4, 1))
        between = nengo.Connection(*inner)
    flags = resolve_trainable(net)
    assert flags[between, "weights"] is True
    assert flags[inner[0], "encoders"] is False


def test_setting_on_a_network_beside_is_ignored() -> None:
    with nengo.Network() as net:
        with nengo.Network():
            ensemble = nengo.Ensemble(4, 1)
        with nengo.Network() as beside:
            configure_settings(trainable=None)
            beside.config[ensemble].trainable = False
    assert resolve_trainable(net)[ensemble, "encoders"] is True


def test_class_rule_governs_subclasses() -> None:
    with nengo.Network() as net:
        configure_settings(trainable=None)
        ensemble = SpecialEnsemble(4, 1)
        net.config[nengo.Ensemble].trainable = False
    assert resolve_trainable(net)[ensemble, "encoders"] is False


def test_entry_of_a_subclass_hides_that_of_its_base_class() -> None:
    with nengo.Network() as net:
        configure_settings(trainable=False)
        special, plain = SpecialEnsemble(4, 1), nengo.Ensemble(4, 1)
        net.config.configures(SpecialEnsemble)
    flags = resolve_trainable(net)
    assert flags[special, "encoders"] is True
    assert flags[plain, "encoders"] is False


def test_entry_of_a_subclass_hides_only_in_its_own_network() -> None:
    with nengo.Network() as net:
        configure_settings(trainable=False)
        with nengo.Network() as inner:
            configure_settings(trainable=True)
            inner.config.configures(SpecialEnsemble)
            special = SpecialEnsemble(4, 1)
    assert resolve_trainable(net)[special, "encoders"] is False


RULES: dict[str, Any] = {
    "PES": nengo.PES(),
    "list": [nengo.BCM(), nengo.Oja()],
    "dict": {"somehow": nengo.PES()},
    "RLS": nengo.RLS(),
}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("setting", "flag"), [(None, False), (False, False), (True, True)])
def test_rule_on_weights_locks_them_unless_they_are_turned_on(
    rule: str, setting: bool | None, flag: bool
) -> None:
    with nengo.Network() as net:
        configure_settings(trainable=None)
        a, b = nengo.Ensemble(4, 1), nengo.Ensemble(4, 1)
        solver = nengo.solvers.LstsqL2(weights=True)
        connection = nengo.Connection(a, b, solver=solver, learning_rule_type=RULES[rule])
        net.config[nengo.Connection].trainable = setting
    flags = resolve_trainable(net)
    assert flags.pop((connection, "weights")) is flag
    assert set(flags.values()) == {True}


def test_voja_locks_the_encoders_of_its_target_alone() -> None:
    with nengo.Network() as net:
        a, b = nengo.Ensemble(4, 2), nengo.Ensemble(4, 2)
        nengo.Connection(a[:1], b[:1], learning_rule_type={"v": nengo.Voja(), "p": nengo.PES()})
        plain = nengo.Connection(a, b)
    flags = resolve_trainable(net)
    assert flags[b, "encoders"] is False
    assert flags[b, "bias"] is True
    assert flags[a, "encoders"] is True
    assert flags[plain, "weights"] is True


def test_voja_in_an_inner_network_locks_an_ensemble_outside() -> None:
    with nengo.Network() as net:
        a, b = nengo.Ensemble(4, 1), nengo.Ensemble(4, 1)
        with nengo.Network():
            nengo.Connection(a, b, learning_rule_type=nengo.Voja())
    assert resolve_trainable(net)[b, "encoders"] is False


def test_inference_only_turns_everything_off() -> None:
    with nengo.Network() as net:
        configure_settings(trainable=True, inference_only=True)
        a = nengo.Ensemble(4, 1)
        missing = nengo.Connection(a.neurons, nengo.Node(size_in=4))
        net.config[a].trainable = True
    flags = resolve_trainable(net)
    assert flags.pop((missing, "weights")) is None
    assert set(flags.values()) == {False}


@pytest.mark.parametrize(
    "make",
    [
        lambda: nengo.networks.EnsembleArray(5, 3),
        lambda: nengo.networks.Product(5, 2),
        lambda: nengo.networks.CircularConvolution(5, 3),
        lambda: nengo.networks.BasalGanglia(3, 5),
        lambda: nengo.networks.Thalamus(3, 5),
    ],
    ids=["array", "product", "convolution", "basal ganglia", "thalamus"],
)
def test_networks_of_nengo_are_frozen_as_a_whole(make: Any) -> None:
    with nengo.Network() as net:
        configure_settings(trainable=False)
        part = make()
        outside = nengo.Ensemble(4, 1)
    assert set(resolve_trainable(net).values()) <= {False, None}
    with net:
        configure_settings(trainable=None)
    with part:
        configure_settings(trainable=False)
    flags = resolve_trainable(net)
    assert {flag for (obj, _), flag in flags.items() if obj is not outside} <= {False, None}
    assert flags[outside, "encoders"] is True


def test_rule_for_neurons_of_a_direct_ensemble_is_without_effect() -> None:
    with nengo.Network() as net:
        configure_settings(trainable=None)
        direct = nengo.Ensemble(4, 1, neuron_type=nengo.Direct())
        net.config[direct.neurons].trainable = False
        net.config[Neurons].trainable = False
    flags = resolve_trainable(net)
    assert flags == {(direct, "encoders"): True, (direct, "bias"): None}
