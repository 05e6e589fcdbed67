"""Names that users and documentation rely on."""

from __future__ import annotations

import inspect

import pytest

from nengo_explorer import graph_optimizer

SIGNATURES = {
    "tree_planner": {"op_list": inspect.Parameter.empty, "max_depth": 3},
    "greedy_planner": {"operators": inspect.Parameter.empty},
    "transitive_planner": {"op_list": inspect.Parameter.empty},
    "noop_planner": {"operators": inspect.Parameter.empty},
    "mergeable": {"op": inspect.Parameter.empty, "chosen_ops": inspect.Parameter.empty},
    "order_signals": {"plan": inspect.Parameter.empty, "n_passes": 10},
    "noop_order_signals": {
        "plan": inspect.Parameter.empty,
        "ignored": inspect.Parameter.empty,
    },
    "remove_unmodified_resets": {"operators": inspect.Parameter.empty},
    "remove_zero_incs": {"operators": inspect.Parameter.empty},
    "remove_identity_muls": {"operators": inspect.Parameter.empty},
    "remove_constant_copies": {"operators": inspect.Parameter.empty},
    "remove_reset_incs": {"operators": inspect.Parameter.empty},
    "signal_io_dicts": {"operators": inspect.Parameter.empty},
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_arguments(name: str) -> None:
    parameters = inspect.signature(getattr(graph_optimizer, name)).parameters
    assert {key: p.default for key, p in parameters.items()} == SIGNATURES[name]


def test_all_names_are_public_and_sorted() -> None:
    assert set(SIGNATURES) | {"default_simplifications", "named"} == set(graph_optimizer.__all__)
    assert list(graph_optimizer.__all__) == sorted(graph_optimizer.__all__)


def test_names_and_functions_are_both_understood() -> None:
    assert graph_optimizer.named("noop_planner") is graph_optimizer.noop_planner
    assert graph_optimizer.named(len) is len
