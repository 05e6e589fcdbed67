"""What each option accepts, and how it refuses the rest."""

from __future__ import annotations

import functools
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from nengo.exceptions import ValidationError

from nengo_explorer import graph_optimizer
from nengo_explorer.graph_optimizer import noop_planner, order_signals, tree_planner
from nengo_explorer.settings import OPTIONS, GlobalSettings, validate
from nengo_explorer.settings.validate import canonical

#: Stands for ``tensorflow.float32``, which has a name like this one, and is not loaded here.
TENSORFLOW_FLOAT32 = SimpleNamespace(name="float32")

SWITCHES = ("trainable", "inference_only", "keep_history", "stateful", "use_loop", "learning_phase")

WRONG_SWITCHES: tuple[Any, ...] = (0, 1, "yes", 1.0, [], np.array([True]))

ACCEPTED: list[tuple[str, Any, Any]] = [
    *((name, flag, flag) for name in SWITCHES for flag in (True, False)),
    *((name, np.bool_(flag), flag) for name in SWITCHES for flag in (True, False)),
    ("dtype", "float32", "float32"),
    ("dtype", "float64", "float64"),
    ("dtype", np.float32, "float32"),
    ("dtype", np.float64, "float64"),
    ("dtype", np.dtype("f8"), "float64"),
    ("dtype", np.str_("float64"), "float64"),
    ("dtype", TENSORFLOW_FLOAT32, "float32"),
    ("lif_smoothing", 0.1, 0.1),
    ("lif_smoothing", 2, 2.0),
    ("lif_smoothing", np.float32(0.5), 0.5),
    ("lif_smoothing", np.int64(3), 3.0),
    ("lif_smoothing", Fraction(1, 4), 0.25),
    ("lif_smoothing", 0, None),
    ("lif_smoothing", 0.0, None),
    ("planner", "greedy_planner", "greedy_planner"),
    ("planner", noop_planner, noop_planner),
    ("planner", len, len),
    ("sorter", "noop_order_signals", "noop_order_signals"),
    ("sorter", order_signals, order_signals),
    ("simplifications", [], ()),
    ("simplifications", ["remove_zero_incs", list], ("remove_zero_incs", list)),
    ("simplifications", (name for name in ("remove_reset_incs",)), ("remove_reset_incs",)),
]

REFUSED: list[tuple[str, Any]] = [
    *((name, wrong) for name in SWITCHES for wrong in WRONG_SWITCHES),
    ("dtype", "banana"),
    ("dtype", "float16"),
    ("dtype", float),
    ("dtype", np.floating),
    ("dtype", np.int32),
    ("dtype", 32),
    ("dtype", SimpleNamespace(name=np.zeros(2))),
    ("lif_smoothing", -0.1),
    ("lif_smoothing", float("nan")),
    ("lif_smoothing", float("inf")),
    ("lif_smoothing", True),
    ("lif_smoothing", "0.1"),
    ("lif_smoothing", 1j),
    ("lif_smoothing", 10**400),
    ("planner", "banana"),
    ("planner", "order_signals"),
    ("planner", order_signals),
    ("planner", 3),
    ("sorter", "tree_planner"),
    ("sorter", tree_planner),
    ("simplifications", "remove_zero_incs"),
    ("simplifications", noop_planner),
    ("simplifications", [noop_planner]),
    ("simplifications", [None]),
    ("simplifications", ["banana"]),
    ("simplifications", 5),
]


@pytest.mark.parametrize(("name", "value", "stored"), ACCEPTED)
def test_accepted(name: str, value: Any, stored: Any) -> None:
    result = validate(name, value)
    assert result == stored
    assert type(result) is type(stored)


@pytest.mark.parametrize("name", OPTIONS)
def test_none_is_accepted_everywhere(name: str) -> None:
    assert validate(name, None) is None


@pytest.mark.parametrize(("name", "value"), REFUSED)
def test_refused_with_option_and_what_is_accepted(name: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=f"^{name}: .* is not possible. Accepted: ") as error:
        validate(name, value)
    assert error.value.attr == name


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("trainable", "no", "'no'"),
        ("dtype", "banana", "'banana'"),
        ("planner", 3, "tree_planner, greedy_planner, transitive_planner, noop_planner"),
        ("sorter", 3, "order_signals, noop_order_signals"),
        ("simplifications", ["x"], "remove_unmodified_resets, remove_zero_incs"),
    ],
)
def test_message_shows_value_and_choices(name: str, value: Any, shown: str) -> None:
    with pytest.raises(ValidationError) as error:
        validate(name, value)
    assert shown in str(error.value)


def test_message_about_a_long_value_is_short() -> None:
    with pytest.raises(ValidationError) as error:
        validate("dtype", "x" * 10_000)
    assert len(str(error.value)) < 500


def test_value_that_cannot_be_printed_is_refused_all_the_same() -> None:
    class Unprintable:
        def __repr__(self) -> str:
            raise RuntimeError

    with pytest.raises(ValidationError, match="an object of type Unprintable"):
        validate("dtype", Unprintable())
    with pytest.raises(ValidationError, match="an object of type int"):
        validate("lif_smoothing", 10**5000)


def test_our_functions_and_their_names_are_the_same_setting() -> None:
    assert canonical(noop_planner) == canonical("noop_planner") == "noop_planner"
    functions = graph_optimizer.default_simplifications
    assert canonical(functions) == GlobalSettings().simplifications


def test_a_decorated_planner_of_ours_stays_the_users() -> None:
    @functools.wraps(tree_planner)
    def counting_planner(operators: Any) -> Any:
        return tree_planner(operators)

    assert canonical(validate("planner", counting_planner)) is counting_planner


def test_partial_of_a_planner_of_ours_is_accepted() -> None:
    planner = functools.partial(tree_planner, max_depth=2)
    assert canonical(validate("planner", planner)) is planner


def test_names_in_the_catalogue_are_those_of_the_graph_optimizer() -> None:
    for option in OPTIONS.values():
        for name in option.names:
            assert graph_optimizer.named(name) is getattr(graph_optimizer, name)
    defaults = [graph_optimizer.named(name) for name in OPTIONS["simplifications"].default]
    assert tuple(defaults) == graph_optimizer.default_simplifications
