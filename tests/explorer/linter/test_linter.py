"""Every check fires on its own minimal network, and none on a healthy one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import nengo
import numpy as np
import pytest

from nengo_explorer import configure_settings
from nengo_explorer.explorer.linter import CHECKS, Facts, lint
from tests.explorer.linter.cases import CASES, chain

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.explorer.linter.cases import Case

ALL_CASES = [(check, case) for check, cases in CASES.items() for case in cases]
NAMES = [case.__name__ for _, case in ALL_CASES]


def test_every_check_has_a_case() -> None:
    assert set(CASES) == set(CHECKS)


@pytest.mark.parametrize(("check", "make"), ALL_CASES, ids=NAMES)
def test_a_check_fires_alone(check: str, make: Callable[[], Case]) -> None:
    case = make()
    found = lint(case.net, case.facts)
    assert [(f.check, f.obj, f.parameter) for f in found] == [(check, case.obj, case.parameter)]


@pytest.mark.parametrize(("check", "make"), ALL_CASES, ids=NAMES)
def test_findings_say_what_is_wrong_and_what_to_do(check: str, make: Callable[[], Case]) -> None:
    case = make()
    (finding,) = lint(case.net, case.facts)
    assert len(finding.message) > 40
    assert finding.fix.text.endswith(".")
    assert finding.fix.changes, f"the fix of {check} can be applied"


def loss_on(net: nengo.Network) -> Facts:
    probes = frozenset(net.all_probes)
    return Facts(probes, dict.fromkeys(probes, 10), n_steps=1000, memory=2**30)


def nengo_networks() -> dict[str, Callable[[], object]]:
    networks = nengo.networks
    spa = np.eye(4)
    return {
        "ensemble array": lambda: networks.EnsembleArray(10, 3).output,
        "product": lambda: networks.Product(10, 2).output,
        "circular convolution": lambda: networks.CircularConvolution(10, 4).output,
        "basal ganglia": lambda: networks.BasalGanglia(3).output,
        "thalamus": lambda: networks.Thalamus(3).output,
        "associative memory": lambda: networks.AssociativeMemory(spa).output,
        "gated memory": lambda: networks.InputGatedMemory(10, 2).output,
    }


def test_all_constructors_of_nengo_are_tried() -> None:
    constructors = {"AssociativeMemory", "AssocMem", "BasalGanglia", "CircularConvolution"}
    constructors |= {"EnsembleArray", "InputGatedMemory", "Product", "Thalamus", "assoc_mem"}
    classes = {n for n, entry in vars(nengo.networks).items() if isinstance(entry, type)}
    assert classes <= constructors


@pytest.mark.parametrize("name", nengo_networks())
def test_networks_of_nengo_are_healthy(name: str) -> None:
    with nengo.Network(seed=0) as net:
        nengo.Probe(nengo_networks()[name]())
    assert lint(net) == []
    assert lint(net, loss_on(net)) == []


def test_a_healthy_network_with_rules_is_healthy() -> None:
    net, ensemble, _ = chain()
    with net:
        configure_settings(trainable=True, lif_smoothing=0.1, keep_history=True)
    net.config[ensemble].trainable = False
    assert lint(net, loss_on(net)) == []


def test_a_discarded_setting_that_was_made_again_is_no_finding() -> None:
    case = CASES["discarded_setting"][0]()
    case.net.config[case.obj.neurons].trainable = False
    assert lint(case.net) == []


def test_a_none_below_a_rule_that_decides_is_no_finding() -> None:
    with nengo.Network() as net:
        with nengo.Network() as inner:
            ensemble = nengo.Ensemble(5, 1)
            configure_settings(trainable=True)
        configure_settings(trainable=False)
    net.config[ensemble].trainable = None
    assert inner.config[nengo.Ensemble].trainable is True
    assert lint(net) == []


def test_an_error_signal_leads_to_the_loss_through_its_learning_rule() -> None:
    with nengo.Network() as net:
        pre, post, error = (nengo.Ensemble(5, 1, label=label) for label in ("pre", "post", "e"))
        learned = nengo.Connection(pre, post, learning_rule_type=nengo.PES())
        nengo.Connection(error, learned.learning_rule)
        probe = nengo.Probe(post)
    assert lint(net, Facts(frozenset([probe]))) == []


def test_only_as_many_histories_are_named_as_have_to_go() -> None:
    net, ensemble, _ = chain()
    with net:
        wide = [nengo.Probe(ensemble.neurons) for _ in range(3)]
    found = lint(net, Facts(n_steps=1000, memory=90_000))
    assert len(found) == 1
    assert found[0].obj in wide


def test_spaced_samples_take_less_memory() -> None:
    with nengo.Network() as net:
        nengo.Probe(nengo.Ensemble(10, 1).neurons, sample_every=0.1)
    assert lint(net, Facts(n_steps=1000, memory=10_000)) == []


def linear_network(n_ensembles: int) -> nengo.Network:
    with nengo.Network() as net:
        configure_settings(trainable=None)
        before = nengo.Node([0])
        for _ in range(n_ensembles):
            ensemble = nengo.Ensemble(2, 1)
            nengo.Connection(before, ensemble)
            net.config[ensemble].trainable = None
            before = ensemble
        nengo.Probe(before)
    net.config[nengo.Ensemble].trainable = False
    return net


def seconds_to_lint(net: nengo.Network) -> float:
    facts = loss_on(net)
    durations = []
    for _ in range(3):
        began = time.perf_counter()
        assert len(lint(net, facts)) == len(net.ensembles)
        durations.append(time.perf_counter() - began)
    return min(durations)


def test_time_grows_with_the_size_of_the_network_and_not_with_its_square() -> None:
    few, many = linear_network(100), linear_network(1600)
    assert seconds_to_lint(many) < 16 * 5 * max(seconds_to_lint(few), 1e-3)
