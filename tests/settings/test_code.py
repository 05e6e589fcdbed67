"""Settings as Python: run on a fresh copy, they give the same table."""

from __future__ import annotations

import warnings
from typing import Any

import nengo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nengo.ensemble import Neurons

from nengo_explorer.settings import (
    GLOBAL_OPTIONS,
    DiscardedSettingsWarning,
    configure_settings,
    global_settings,
    resolve_keep_history,
    resolve_trainable,
    set_global,
    set_rule,
    settings_code,
    take_snapshot,
)
from nengo_explorer.settings.catalogue import PLANNERS, SIMPLIFICATIONS, SORTERS
from nengo_explorer.settings.edit import rule_of
from tests.helpers.networks import SpecialEnsemble
from tests.helpers.random_networks import Built, Plan, plans


def model() -> nengo.Network:
    with nengo.Network(label="net") as net:
        for _ in range(4):
            nengo.Ensemble(3, 1)
        nengo.Connection(net.ensembles[0], net.ensembles[1])
        nengo.Probe(net.ensembles[0])
        nengo.Probe(net.ensembles[1])
        with nengo.Network():
            nengo.Ensemble(3, 1)
    return net


def code_of(net: nengo.Network) -> str:
    return settings_code(net, take_snapshot(net))


def table(net: nengo.Network) -> tuple[Any, ...]:
    """Everything that is in force."""
    trainable = list(resolve_trainable(net).values())
    return trainable, list(resolve_keep_history(net).values()), global_settings(net)


def run_on(fresh: nengo.Network, code: str, **names: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DiscardedSettingsWarning)
        exec(code, {"net": fresh, **names})  # noqa: S102 - that is what it is for


def test_defaults_need_no_code() -> None:
    net = model()
    assert code_of(net).startswith("#")
    with net:
        configure_settings(trainable=None, dtype="float32", keep_history=True, stateful=True)
    assert code_of(net).startswith("#")


def test_one_call_for_everything_that_is_set_as_a_whole() -> None:
    net = model()
    with net:
        configure_settings(trainable=False, dtype="float64", keep_history=False, lif_smoothing=0.1)
    assert code_of(net) == (
        "import nengo_explorer\n\nwith net:\n"
        "    nengo_explorer.configure_settings(\n"
        '        dtype="float64",\n'
        "        lif_smoothing=0.1,\n"
        "        trainable=False,\n"
        "        keep_history=False,\n"
        "    )"
    )


def test_objects_come_after_their_classes() -> None:
    net = model()
    a = net.ensembles[0]
    set_rule(net, a, "trainable", True)
    set_rule(net, a.neurons, "trainable", None)
    set_rule(net, nengo.Ensemble, "trainable", False)
    assert code_of(net).splitlines() == [
        "import nengo",
        "import nengo_explorer",
        "",
        "with net:",
        "    nengo_explorer.configure_settings(trainable=None)",
        "net.config[nengo.Ensemble].trainable = False",
        "net.config[net.ensembles[0]].trainable = True",
        "net.config[net.ensembles[0].neurons].trainable = None",
    ]


def test_the_value_of_most_classes_is_set_for_all() -> None:
    net = model()
    with net:
        configure_settings(trainable=False)
    set_rule(net, Neurons, "trainable", True)
    assert "configure_settings(trainable=False)" in code_of(net)
    assert code_of(net).endswith("net.config[nengo.ensemble.Neurons].trainable = True")


def test_many_objects_are_one_loop() -> None:
    net = model()
    for ensemble in net.ensembles:
        set_rule(net, ensemble, "trainable", False)
    lines = code_of(net).splitlines()
    assert lines[-1] == "    net.config[obj].trainable = False"
    assert lines[-2] == "):" or lines[-2].startswith("for obj in (")


def test_objects_are_called_as_the_caller_says() -> None:
    net = model()
    names = {id(net): "model", id(net.ensembles[0]): "sensor"}
    set_rule(net, net.ensembles[0], "trainable", False)
    code = settings_code(net, take_snapshot(net), code_of=lambda obj: names[id(obj)])
    fresh = model()
    exec(code, {"model": fresh, "sensor": fresh.ensembles[0]})  # noqa: S102
    assert table(fresh) == table(net)


def test_what_nothing_reads_is_left_out() -> None:
    net = model()
    inner = net.networks[0]
    set_global(inner, "dtype", "float64")
    set_rule(inner, nengo.Probe, "keep_history", False)
    set_rule(inner, net.ensembles[0], "trainable", False)
    assert code_of(net).startswith("#")


def my_planner(operators: Any) -> Any:
    return operators


def test_a_function_of_ones_own_is_imported() -> None:
    net = model()
    set_global(net, "planner", my_planner)
    set_global(net, "simplifications", [my_planner, "remove_zero_incs"])
    assert f"from {__name__} import my_planner" in code_of(net)
    fresh = model()
    run_on(fresh, code_of(net))
    assert global_settings(fresh) == global_settings(net)


def test_a_function_that_cannot_be_imported_is_said() -> None:
    net = model()
    set_global(net, "planner", lambda operators: operators)
    code = code_of(net)
    compile(code, "code", "exec")
    assert "# lambda_of_your_own stands for " in code


def own_class_model() -> nengo.Network:
    with nengo.Network() as net:
        net.config.configures(SpecialEnsemble)
        SpecialEnsemble(3, 1)
        nengo.Ensemble(3, 1)
    return net


@pytest.mark.parametrize("value", [True, False])
def test_classes_that_the_model_configures_keep_their_rules(value: bool) -> None:
    net, fresh = own_class_model(), own_class_model()
    set_rule(net, SpecialEnsemble, "trainable", value)
    set_rule(net, net.ensembles[0], "trainable", not value)
    run_on(fresh, code_of(net))
    assert table(fresh) == table(net)
    assert rule_of(fresh, SpecialEnsemble, "trainable") is value


@pytest.mark.parametrize("option", GLOBAL_OPTIONS)
def test_what_the_model_has_set_and_somebody_removed_is_mentioned(option: str) -> None:
    start, fresh = model(), model()
    values: dict[str, Any] = {"dtype": "float64", "lif_smoothing": 0.5, "learning_phase": True}
    values |= {"planner": PLANNERS[-1], "sorter": SORTERS[-1], "simplifications": []}
    values |= {"inference_only": True, "stateful": False, "use_loop": False}
    for net in (start, fresh):
        set_global(net, option, values[option])
    before = take_snapshot(start)
    set_global(start, option, None)
    run_on(fresh, settings_code(start, take_snapshot(start), start=before))
    assert global_settings(fresh) == global_settings(start) == global_settings(model())


def test_rules_that_the_model_has_set_and_somebody_removed_are_wiped() -> None:
    start, fresh = model(), model()
    for net in (start, fresh):
        set_rule(net, net.ensembles[0], "trainable", False)
        set_rule(net, nengo.Probe, "keep_history", False)
    before = take_snapshot(start)
    set_rule(start, start.ensembles[0], "trainable", True)
    set_rule(start, nengo.Probe, "keep_history", None)
    code = settings_code(start, take_snapshot(start), start=before)
    for copy in (fresh, model()):
        run_on(copy, code)
        assert table(copy) == table(start)


GLOBALS = st.fixed_dictionaries(
    {},
    optional={
        "dtype": st.sampled_from([None, "float32", "float64"]),
        "lif_smoothing": st.one_of(st.none(), st.floats(1e-6, 1e6)),
        "learning_phase": st.sampled_from([None, True, False]),
        "inference_only": st.booleans(),
        "stateful": st.booleans(),
        "use_loop": st.booleans(),
        "planner": st.sampled_from(PLANNERS),
        "sorter": st.sampled_from(SORTERS),
        "simplifications": st.lists(st.sampled_from(SIMPLIFICATIONS), unique=True),
    },
)
HISTORIES = st.tuples(
    st.sampled_from([None, True, False]), st.sampled_from(["unset", None, True, False])
)


def with_probe(plan: Plan) -> Built:
    built = plan.build()
    with built.networks[-1]:
        nengo.Probe(built.ensembles[0])
    return built


@settings(max_examples=120, deadline=None)
@given(plan=plans(), options=GLOBALS, histories=HISTORIES)
def test_any_settings_come_back_on_a_fresh_copy(
    plan: Plan, options: dict[str, Any], histories: tuple[Any, Any]
) -> None:
    net = with_probe(plan).apply(plan.rules).net
    for name, value in options.items():
        set_global(net, name, value)
    set_rule(net, nengo.Probe, "keep_history", histories[0])
    if histories[1] != "unset":
        set_rule(net, net.all_probes[0], "keep_history", histories[1])
    code = code_of(net)
    fresh = with_probe(plan).net
    run_on(fresh, code)
    assert table(fresh) == table(net)
    # On top of itself it changes nothing, and what it gives needs the same code.
    run_on(fresh, code)
    assert table(fresh) == table(net)
    assert code_of(fresh) == code


@settings(max_examples=60, deadline=None)
@given(plan=plans(), later=st.lists(st.sampled_from([True, False, None]), max_size=12))
def test_code_also_works_where_the_model_has_set_something(
    plan: Plan, later: list[bool | None]
) -> None:
    built, fresh = plan.build().apply(plan.rules), plan.build().apply(plan.rules)
    start = take_snapshot(built.net)
    for (number, what, target, _), value in zip(plan.rules, later, strict=False):
        network = built.networks[number]
        set_rule(network, built.target(what, target), "trainable", value)
    code = settings_code(built.net, take_snapshot(built.net), start=start)
    for copy in (fresh.net, plan.build().net):
        run_on(copy, code)
        assert table(copy) == table(built.net)
