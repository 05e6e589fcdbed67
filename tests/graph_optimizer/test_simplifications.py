"""What each simplification removes, and what it must leave."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from nengo.builder.operator import Copy, DotInc, ElementwiseInc, Reset

from nengo_explorer.graph_optimizer import (
    default_simplifications,
    remove_constant_copies,
    remove_identity_muls,
    remove_reset_incs,
    remove_unmodified_resets,
    remove_zero_incs,
    signal_io_dicts,
)
from nengo_explorer.graph_optimizer.marks import mark
from tests.helpers.operators import Delay, signal


def vector(value: float = 0.0, name: str = "vector") -> Any:
    return signal([value, value], name=name)


def trainable(value: Any) -> Any:
    made = signal(value, name="trainable")
    mark(made, trainable=True, minibatched=False)
    return made


def node_output(value: Any) -> Any:
    made = signal(value, name="output of a node")
    mark(made, trainable=None, minibatched=True)
    return made


def test_default_order() -> None:
    assert [function.__name__ for function in default_simplifications] == [
        "remove_unmodified_resets",
        "remove_zero_incs",
        "remove_identity_muls",
        "remove_constant_copies",
        "remove_reset_incs",
    ]


def test_reset_of_what_nothing_changes_becomes_its_initial_value() -> None:
    target = vector()
    part = target[1:]
    reader = Copy(target, vector())
    assert remove_unmodified_resets([Reset(target, value=3.0), reader]) == [reader]
    assert target.initial_value.tolist() == [3.0, 3.0]
    assert part.initial_value.tolist() == [3.0]
    assert not target.initial_value.flags.writeable


@pytest.mark.parametrize("how", ["inc", "set", "update", "part"])
def test_reset_of_what_something_changes_stays(how: str) -> None:
    target, other = vector(), vector()
    change = {
        "inc": Copy(other, target, inc=True),
        "set": Copy(other, target),
        "update": Delay(other, target),
        "part": Copy(other[:1], target[:1], inc=True),
    }[how]
    operators = [Reset(target, value=1.0), change]
    assert remove_unmodified_resets(operators) == operators
    assert target.initial_value.tolist() == [0.0, 0.0]


def test_reset_of_a_part_stays() -> None:
    operators = [Reset(vector()[:1], value=1.0)]
    assert remove_unmodified_resets(operators) == operators


def test_values_that_signals_share_are_not_overwritten() -> None:
    shared = np.zeros(2)
    one, other = (type(vector())(shared, name=name) for name in "ab")
    operators = [Reset(one, value=1.0), Copy(other, vector())]
    assert remove_unmodified_resets(operators) == operators
    assert other.initial_value.tolist() == [0.0, 0.0]


def zero_products(zero: Any) -> dict[str, Any]:
    """Increments one of whose inputs is a given vector."""
    return {
        "dot": DotInc(signal(np.ones((2, 2))), zero, vector()),
        "product": ElementwiseInc(signal([2.0, 2.0]), zero, vector()),
        "factor": ElementwiseInc(zero, vector(1.0), vector()),
        "copy": Copy(zero, vector(), inc=True),
    }


@pytest.mark.parametrize("kind", ["dot", "product", "factor", "copy"])
def test_increment_by_zero_is_dropped(kind: str) -> None:
    assert remove_zero_incs([zero_products(vector())[kind]]) == []


@pytest.mark.parametrize("kind", ["dot", "product", "factor", "copy"])
@pytest.mark.parametrize("zero", [trainable([0.0, 0.0]), node_output([0.0, 0.0]), vector(1.0)])
def test_increment_by_what_may_be_anything_stays(kind: str, zero: Any) -> None:
    operators = [zero_products(zero)[kind]]
    assert remove_zero_incs(operators) == operators


def test_matrix_of_zeros() -> None:
    zero, target = np.zeros((2, 2)), vector()
    assert remove_zero_incs([DotInc(signal(zero), vector(1.0), target)]) == []
    operators = [DotInc(trainable(zero), vector(1.0), target)]
    assert remove_zero_incs(operators) == operators


def test_signal_that_is_only_reset_to_zero_is_zero() -> None:
    zero, target = vector(), vector()
    reset = Reset(zero)
    assert remove_zero_incs([reset, Copy(zero, target, inc=True)]) == [reset]
    operators = [Reset(zero, value=1.0), Copy(zero, target, inc=True)]
    assert remove_zero_incs(operators) == operators


def test_set_to_zero_becomes_a_reset() -> None:
    target = vector()
    (reset,) = remove_zero_incs([Copy(vector(), target)])
    assert type(reset) is Reset
    assert (reset.dst, reset.value) == (target, 0)


@pytest.mark.parametrize(
    "factor", [np.eye(2), np.ones(2), np.ones(())], ids=["matrix", "vector", "number"]
)
def test_multiplication_by_one_becomes_a_copy(factor: Any) -> None:
    source, target = vector(2.0), vector()
    product = DotInc if factor.ndim == 2 else ElementwiseInc
    (copied,) = remove_identity_muls([product(signal(factor), source, target)])
    assert type(copied) is Copy
    assert (copied.src, copied.dst, copied.inc) == (source, target, True)


@pytest.mark.parametrize(
    "factor",
    [
        signal([[1.0, 1.0], [0.0, 1.0]]),
        signal([[0.0, 1.0], [1.0, 0.0]]),
        signal([[2.0, 0.0], [0.0, 2.0]]),
        trainable(np.eye(2)),
        node_output(np.eye(2)),
    ],
)
def test_other_matrices_stay(factor: Any) -> None:
    operators = [DotInc(factor, vector(2.0), vector())]
    assert remove_identity_muls(operators) == operators


def test_product_that_changes_the_shape_stays() -> None:
    operators = [ElementwiseInc(signal([1.0, 1.0]), signal(2.0), vector())]
    assert remove_identity_muls(operators) == operators


def test_copy_of_a_constant_becomes_a_reset() -> None:
    target = vector()
    (reset,) = remove_constant_copies([Copy(vector(3.0), target)])
    assert (type(reset), reset.dst, reset.value) == (Reset, target, 3.0)


@pytest.mark.parametrize(
    "source", [trainable([3.0, 3.0]), node_output([3.0, 3.0]), signal([1.0, 2.0])]
)
def test_copy_of_what_is_no_single_constant_stays(source: Any) -> None:
    operators = [Copy(source, vector())]
    assert remove_constant_copies(operators) == operators


def test_increment_by_a_constant_stays() -> None:
    operators = [Copy(vector(3.0), vector(), inc=True)]
    assert remove_constant_copies(operators) == operators


def test_copy_of_what_is_computed_stays() -> None:
    computed = vector()
    operators = [Copy(computed, vector()), Copy(vector(1.0), computed, inc=True)]
    assert remove_constant_copies(operators) == operators


@pytest.mark.parametrize("kind", ["dot", "product", "copy"])
def test_first_increment_after_a_reset_becomes_a_set(kind: str) -> None:
    increment = zero_products(vector(1.0))[kind]
    target = increment.incs[0]
    more = Copy(vector(), target, inc=True)
    first, second = remove_reset_incs([Reset(target), increment, more])
    assert second is more
    assert type(first) is type(increment)
    assert (first.sets, first.incs) == ([target], [])
    assert increment.incs == [target]  # Nengo's model keeps the operator it has


def test_reset_to_something_else_than_zero_stays() -> None:
    target = vector()
    operators = [Reset(target, value=1.0), Copy(vector(), target, inc=True)]
    assert remove_reset_incs(operators) == operators


def test_increment_of_a_part_leaves_the_reset_of_the_whole() -> None:
    target = vector()
    operators = [Reset(target), Copy(vector()[:1], target[:1], inc=True)]
    assert remove_reset_incs(operators) == operators


def test_who_uses_which_signal() -> None:
    a, b, c = vector(name="a"), vector(name="b"), vector(name="c")
    reset, copied, delay = Reset(b), Copy(a[:1], b[:1], inc=True), Delay(b, c)
    sets, incs, reads, updates = signal_io_dicts([reset, copied, delay])
    assert dict(sets) == {b: [reset]}
    assert dict(incs) == {b: [copied]}
    assert dict(reads) == {a: [copied], b: [delay]}
    assert dict(updates) == {c: [delay]}
    assert sets[a] == []
