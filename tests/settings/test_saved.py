"""Settings as JSON: everything comes back, or nothing and a list of what does not fit."""

from __future__ import annotations

import json
from typing import Any

import nengo
import pytest
from hypothesis import given, settings
from nengo.exceptions import ValidationError

from nengo_explorer.settings import (
    configure_settings,
    from_dict,
    from_json,
    resolve_trainable,
    restore,
    set_global,
    set_rule,
    take_snapshot,
    to_dict,
    to_json,
)
from tests.helpers.random_networks import Plan, plans


def model(label: str = "a", n_ensembles: int = 2) -> nengo.Network:
    with nengo.Network(label="net") as net:
        for index in range(n_ensembles):
            nengo.Ensemble(3, 1, label=label if index == 0 else f"{label}{index}")
        nengo.Connection(net.ensembles[0], net.ensembles[-1])
        nengo.Probe(net.ensembles[0])
    return net


def saved_of(net: nengo.Network) -> Any:
    return json.loads(to_json(net, take_snapshot(net)))


def test_all_settings_come_back_on_a_fresh_copy() -> None:
    net = model()
    with net:
        configure_settings(trainable=False, dtype="float64", planner="noop_planner", sorter=None)
        configure_settings(simplifications=["remove_zero_incs"], lif_smoothing=0.25)
    net.config[net.ensembles[1].neurons].trainable = True
    set_rule(net, net.connections[0], "trainable", None)
    set_rule(net, net.probes[0], "keep_history", False)
    fresh = model()
    restore(fresh, from_json(fresh, to_json(net, take_snapshot(net))))
    assert saved_of(fresh) == saved_of(net)
    assert list(resolve_trainable(fresh).values()) == list(resolve_trainable(net).values())


def test_the_file_is_plain_and_names_its_version() -> None:
    net = model()
    set_rule(net, net.ensembles[0], "trainable", False)
    assert to_dict(net, take_snapshot(net)) == {
        "format": "nengo_explorer settings",
        "version": 1,
        "settings": [
            {
                "network": "",
                "target": "ensembles[0]",
                "option": "trainable",
                "value": False,
                "identity": "a",
            }
        ],
    }


@settings(max_examples=60, deadline=None)
@given(plan=plans())
def test_any_rules_come_back(plan: Plan) -> None:
    net, fresh = plan.build().apply(plan.rules).net, plan.build().net
    restore(fresh, from_json(fresh, to_json(net, take_snapshot(net))))
    assert saved_of(fresh) == saved_of(net)
    assert list(resolve_trainable(fresh).values()) == list(resolve_trainable(net).values())


def test_all_that_does_not_fit_is_named_and_nothing_is_set() -> None:
    net = model(n_ensembles=3)
    set_rule(net, nengo.Ensemble, "trainable", False)
    for ensemble in net.ensembles:
        set_rule(net, ensemble, "trainable", True)
    fresh = model(label="b")
    with pytest.raises(ValidationError) as refused:
        restore(fresh, from_dict(fresh, saved_of(net)))
    said = str(refused.value)
    assert "ensembles[0] was 'a' and is 'b' here" in said
    assert "ensembles[1] was 'a1' and is 'b1' here" in said
    assert "there is no ensembles[2]" in said
    assert take_snapshot(fresh).values == {}


def entry(**changes: Any) -> dict[str, Any]:
    return {
        "network": "",
        "target": "ensembles[0]",
        "option": "trainable",
        "value": False,
        **changes,
    }


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("trainable", "needs network, target, option, value"),
        ({"target": "Ensemble"}, "needs network, target, option, value"),
        (entry(network="networks[3]"), "there is no network networks[3]"),
        (entry(network="ensembles[0]"), "there is no network ensembles[0]"),
        (entry(network=1), "have to be texts"),
        (entry(option="colour"), "there is no option 'colour'"),
        (entry(target="nodes[0]"), "there is no nodes[0]"),
        (entry(target="probes[0]"), "trainable cannot be set for probes[0]"),
        (entry(option="dtype", value="float64"), "dtype cannot be set for ensembles[0]"),
        (entry(target="Network", option="dtype", value="float16"), "float16"),
        (entry(value="yes"), "'yes' is not possible"),
        (entry(value=1), "1 is not possible"),
        (entry(target="Ensemble", value=None), "cannot be None"),
        (entry(target="mine:Own"), "the class mine:Own is not configured"),
        (entry(target="Network", option="planner", value={"function": "os:system"}), "os:system"),
        (entry(target="Network", option="planner", value={}), "which a file cannot hold"),
    ],
)
def test_what_does_not_fit_is_refused(setting: Any, said: str) -> None:
    net = model()
    data = {"format": "nengo_explorer settings", "version": 1, "settings": [entry(), setting]}
    with pytest.raises(ValidationError, match="none was taken over: setting 1") as refused:
        from_dict(net, data)
    assert said in str(refused.value)


def test_one_setting_given_twice_is_refused() -> None:
    data = {"format": "nengo_explorer settings", "version": 1, "settings": [entry(), entry()]}
    with pytest.raises(ValidationError, match="is set twice"):
        from_dict(model(), data)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "this is no JSON"),
        ("[" * 100_000, "this is no JSON"),
        ("[]", "these are no saved settings"),
        ('{"format": "nengo_explorer settings"}', "version None cannot be read"),
        ('{"format": "nengo_explorer settings", "version": 2}', "version 2 cannot be read"),
        ('{"format": "nengo_explorer settings", "version": true}', "version True cannot be read"),
        ('{"format": "nengo_explorer settings", "version": 1}', "has to be a list"),
    ],
)
def test_other_files_are_refused(text: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        from_json(model(), text)


def my_planner(operators: Any) -> Any:
    return operators


def test_a_function_of_ones_own_is_kept_where_it_is_set_and_never_imported() -> None:
    net = model()
    set_global(net, "planner", my_planner)
    saved = saved_of(net)
    assert from_dict(net, saved) == take_snapshot(net)
    with pytest.raises(ValidationError, match=r"my_planner.*set it in code first"):
        from_dict(model(), saved)


def test_more_problems_than_fit_are_counted() -> None:
    settings_ = [entry(target=f"ensembles[{index}]") for index in range(2, 40)]
    data = {"format": "nengo_explorer settings", "version": 1, "settings": settings_}
    with pytest.raises(ValidationError, match="and 18 more"):
        from_dict(model(), data)
