"""Explanations: as data, and as text for somebody who has just met Nengo."""

from __future__ import annotations

from typing import Any

import nengo
import pytest
from nengo.ensemble import Neurons
from nengo.exceptions import ValidationError

from nengo_explorer.settings import (
    Rule,
    configure_settings,
    explain,
    resolve_keep_history,
    set_rule,
)
from tests.helpers.networks import SpecialEnsemble


@pytest.fixture
def net() -> nengo.Network:
    """An outer network with one ensemble, and an inner one with another."""
    with nengo.Network(label="outer") as net:
        configure_settings(trainable=None)
        nengo.Ensemble(4, 1, label="a")
        with nengo.Network(label="inner"):
            configure_settings(trainable=None)
            nengo.Ensemble(4, 1, label="b")
    return net


def short(rules: tuple[Rule, ...]) -> list[tuple[Any, bool | None, str]]:
    return [(rule.target, rule.value, rule.outcome) for rule in rules]


def test_default(net: nengo.Network) -> None:
    found = explain(net, net.ensembles[0], "encoders")
    assert (found.value, found.state) == (True, "on")
    assert found.winner is not None
    assert found.winner.kind == "default"
    assert short(found.rules) == [(None, True, "wins")]
    assert "default" in found.reason


def test_chain_runs_from_the_most_specific_rule_to_the_default(net: nengo.Network) -> None:
    inner = net.networks[0]
    ensemble = inner.ensembles[0]
    net.config[ensemble].trainable = True
    net.config[nengo.Ensemble].trainable = True
    inner.config[nengo.Ensemble].trainable = False
    found = explain(net, ensemble, "encoders")
    assert short(found.rules) == [
        (nengo.Ensemble, False, "wins"),
        (ensemble, True, "overridden"),
        (nengo.Ensemble, True, "overridden"),
        (None, True, "overridden"),
    ]
    assert [rule.network for rule in found.rules] == [inner, net, net, None]
    assert [rule.kind for rule in found.rules] == ["class", "instance", "class", "default"]
    assert (found.value, found.state) == (False, "off")


def test_losers_say_what_beat_them_and_why(net: nengo.Network) -> None:
    inner = net.networks[0]
    ensemble = inner.ensembles[0]
    net.config[nengo.Ensemble].trainable = True
    inner.config[nengo.Ensemble].trainable = True
    inner.config[ensemble].trainable = False
    found = explain(net, ensemble, "encoders")
    assert found.winner is not None
    assert {rule.overridden_by for rule in found.losers} == {found.winner.text}
    same_network, outer, default = (rule.because for rule in found.losers)
    assert "one object" in same_network
    assert "inner network" in outer
    assert "only where no rule" in default


def test_none_of_an_object_hides_its_class_in_the_same_network(net: nengo.Network) -> None:
    inner = net.networks[0]
    ensemble = inner.ensembles[0]
    inner.config[nengo.Ensemble].trainable = False
    inner.config[ensemble].trainable = None
    net.config[nengo.Ensemble].trainable = True
    found = explain(net, ensemble, "encoders")
    assert short(found.rules)[:3] == [
        (ensemble, None, "no opinion"),
        (nengo.Ensemble, False, "overridden"),
        (nengo.Ensemble, True, "wins"),
    ]
    assert "hides" in found.rules[1].overridden_by


def test_bias_asks_its_neurons_first(net: nengo.Network) -> None:
    ensemble = net.ensembles[0]
    net.config[Neurons].trainable = True
    net.config[ensemble].trainable = False
    found = explain(net, ensemble, "bias")
    assert short(found.rules)[:2] == [(Neurons, True, "wins"), (ensemble, False, "overridden")]
    assert "neurons" in found.losers[0].because
    assert explain(net, ensemble, "encoders").value is False


def test_bias_that_follows_its_ensemble_says_so(net: nengo.Network) -> None:
    ensemble = net.ensembles[0]
    net.config[ensemble].trainable = False
    assert "follows its ensemble" in explain(net, ensemble, "bias").reason
    assert "follows" not in explain(net, ensemble, "encoders").reason


def test_rule_names_the_class_whose_entry_it_is() -> None:
    with nengo.Network() as net:
        configure_settings(trainable=False)
        special = SpecialEnsemble(4, 1)
    found = explain(net, special, "encoders")
    assert found.winner is not None
    assert found.winner.target is nengo.Ensemble


def learning_network() -> tuple[nengo.Network, nengo.Connection]:
    with nengo.Network() as net:
        configure_settings(trainable=None)
        a, b = nengo.Ensemble(4, 1), nengo.Ensemble(4, 1)
        connection = nengo.Connection(a, b, learning_rule_type=nengo.PES())
    return net, connection


def test_lock_by_a_learning_rule() -> None:
    net, connection = learning_network()
    found = explain(net, connection)
    assert (found.value, found.state) == (False, "locked")
    assert "PES" in found.reason
    assert found.warnings == ()


def test_training_in_spite_of_a_learning_rule_is_warned_of() -> None:
    net, connection = learning_network()
    net.config[connection].trainable = True
    found = explain(net, connection)
    assert (found.value, found.state) == (True, "on")
    assert "PES" in found.warnings[0]
    assert "explicit rule" in found.losers[0].because


def test_turned_off_beside_a_learning_rule_is_off_and_not_locked() -> None:
    net, connection = learning_network()
    net.config[connection].trainable = False
    found = explain(net, connection)
    assert (found.state, found.warnings) == ("off", ())


def test_inference_only_comes_first(net: nengo.Network) -> None:
    with net:
        configure_settings(inference_only=True)
    net.config[net.ensembles[0]].trainable = True
    found = explain(net, net.ensembles[0], "bias")
    assert (found.value, found.state) == (False, "inference_only")
    assert short(found.rules)[0] == (nengo.Network, False, "wins")


@pytest.mark.parametrize("parameter", ["weights", "bias"])
def test_what_does_not_exist_has_a_reason_and_no_rules(parameter: str) -> None:
    with nengo.Network() as net:
        configure_settings(trainable=True)
        direct = nengo.Ensemble(4, 1, neuron_type=nengo.Direct())
        connection = nengo.Connection(nengo.Node([0]), direct)
    obj, word = {"bias": (direct, "Direct"), "weights": (connection, "no weights")}[parameter]
    found = explain(net, obj, parameter)
    assert (found.value, found.state, found.rules, found.winner) == (None, "never", (), None)
    assert word in found.reason


def test_probe_history() -> None:
    with nengo.Network() as net:
        configure_settings(keep_history=False)
        with nengo.Network():
            probe = nengo.Probe(nengo.Ensemble(4, 1))
    assert explain(net, probe).value is False
    net.config[probe].keep_history = True
    found = explain(net, probe)
    assert (found.parameter, found.value, found.state) == ("keep_history", True, "on")
    assert short(found.rules)[:2] == [(probe, True, "wins"), (nengo.Probe, False, "overridden")]


@pytest.mark.parametrize("of_probe", [None, True, False, "unset"])
@pytest.mark.parametrize("of_all", [None, True, False, "unset"])
def test_history_is_explained_as_it_is_resolved(of_all: Any, of_probe: Any) -> None:
    with nengo.Network() as net:
        probe = nengo.Probe(nengo.Ensemble(4, 1))
        if of_all != "unset":
            configure_settings(keep_history=of_all)
    if of_probe != "unset":
        set_rule(net, probe, "keep_history", of_probe)
    found = explain(net, probe)
    assert found.value is resolve_keep_history(net)[probe]
    assert found.winner is not None
    assert found.winner.value is found.value


def test_neurons_mean_their_bias(net: nengo.Network) -> None:
    ensemble = net.ensembles[0]
    assert explain(net, ensemble.neurons) == explain(net, ensemble, "bias")
    assert explain(net, ensemble).parameter == "encoders"


def test_text_names_value_winner_losers_and_networks() -> None:
    with nengo.Network(label="outer") as net:
        configure_settings(trainable=True)
        with nengo.Network():
            pass
        with nengo.Network(label="inner") as inner:
            configure_settings(trainable=False)
            ensemble = nengo.Ensemble(4, 1, label="b")
    text = str(explain(net, ensemble, "encoders"))
    lines = text.splitlines()
    assert lines[0] == "encoders of <Ensemble 'b'>: off"
    assert "Training leaves it as it is" in lines[1]
    winner = next(line for line in lines if line.strip().startswith("=>"))
    assert "all ensembles" in winner
    assert "the inner network 'inner' (net.networks[1])" in winner
    losers = [line for line in lines if line.strip().startswith("x ")]
    assert "the outermost network 'outer'" in losers[0]
    assert all("(loses: " in line for line in losers)
    assert inner.label == "inner"


def test_unlabelled_networks_can_be_told_apart() -> None:
    with nengo.Network() as net:
        for _ in range(2):
            with nengo.Network():
                configure_settings(trainable=False)
                nengo.Ensemble(4, 1)
    texts = [str(explain(net, sub.ensembles[0])) for sub in net.networks]
    assert "(net.networks[0])" in texts[0]
    assert "(net.networks[1])" in texts[1]


def test_notebooks_show_the_text(net: nengo.Network) -> None:
    class Printer:
        shown = ""

        def text(self, text: str) -> None:
            self.shown += text

    printer = Printer()
    found = explain(net, net.ensembles[0])
    found._repr_pretty_(printer, cycle=False)
    assert printer.shown == str(found)


@pytest.mark.parametrize("where", ["beside", "direct", "history", "class history"])
def test_setting_that_nothing_reads_is_noted(where: str) -> None:
    with nengo.Network(label="outer") as net:
        configure_settings(trainable=None)
        ensemble = nengo.Ensemble(4, 1)
        direct = nengo.Ensemble(4, 1, neuron_type=nengo.Direct())
        with nengo.Network(label="inner") as inner:
            probe = nengo.Probe(ensemble)
    with inner:
        configure_settings(trainable=None)
    target: Any = ensemble
    if where == "beside":
        inner.config[ensemble].trainable = False
    elif where == "direct":
        target = direct.neurons
        net.config[target].trainable = False
    else:
        target = probe
        with inner:
            configure_settings(keep_history=True)
        if where == "history":
            inner.config[probe].keep_history = False
    notes = explain(net, target).warnings
    assert len(notes) == (2 if where == "history" else 1)
    assert "nothing reads it" in notes[0]
    assert f"Note: {notes[0]}" in str(explain(net, target))


def test_setting_of_an_ensemble_that_nothing_reads_is_noted_for_its_bias_too() -> None:
    with nengo.Network() as net:
        ensemble = nengo.Ensemble(4, 1)
        with nengo.Network() as inner:
            configure_settings(trainable=None)
    inner.config[ensemble].trainable = False
    assert explain(net, ensemble, "bias").warnings == explain(net, ensemble, "encoders").warnings
    assert len(explain(net, ensemble, "bias").warnings) == 1


def test_a_setting_that_is_read_is_not_noted(net: nengo.Network) -> None:
    net.config[net.networks[0].ensembles[0]].trainable = False
    assert explain(net, net.networks[0].ensembles[0]).warnings == ()


def test_object_that_is_not_in_the_network(net: nengo.Network) -> None:
    with nengo.Network():
        stranger = nengo.Ensemble(4, 1, label="stranger")
    with pytest.raises(ValidationError, match=r"stranger.* is not in .*outer"):
        explain(net, stranger)
    with pytest.raises(ValidationError, match="is not in"):
        explain(net.networks[0], net.ensembles[0])


def test_unknown_parameter_is_refused_with_those_there_are(net: nengo.Network) -> None:
    with pytest.raises(ValidationError, match=r"'weights'.* encoders, bias"):
        explain(net, net.ensembles[0], "weights")


def test_a_part_of_an_object_is_refused(net: nengo.Network) -> None:
    for part in (net.ensembles[0][:1], net.ensembles[0].neurons[:2]):
        with pytest.raises(ValidationError, match="ask for the whole"):
            explain(net, part)


def test_what_has_no_settings_is_refused(net: nengo.Network) -> None:
    with net:
        node = nengo.Node([0])
    with pytest.raises(ValidationError, match="no settings"):
        explain(net, node)
