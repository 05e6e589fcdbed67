"""Claims beside facts: who disagrees is said, and nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

import nengo
import numpy as np
import pytest

from nengo_explorer.explorer.proof.tables import length, percent
from nengo_explorer.explorer.proof.verdicts import gradient_rows, movement_rows, zero_share

if TYPE_CHECKING:
    from nengo_explorer.explorer.proof.verdicts import GradientRow
    from nengo_explorer.simulator.training_step import ParameterStep


class Step(NamedTuple):
    """What `gradient_rows` reads of a step of training."""

    gradient: Any
    change: Any
    trainable: bool = True
    learned: bool = False
    kind: str = "bias"
    owner: Any = "a"
    path: str = "a/bias"
    value: Any = np.array([3.0, 4.0])


def row_of(step: Step) -> GradientRow:
    """What is said of one parameter."""
    (row,) = gradient_rows([cast("ParameterStep", step)])
    return row


ONE, NONE = np.array([1.0, 0.0]), np.zeros(2)


@pytest.mark.parametrize(
    ("step", "verdict"),
    [
        (Step(ONE, ONE), ""),
        (Step(ONE, NONE, trainable=False), ""),
        (Step(None, NONE, trainable=False, learned=True), ""),
        (Step(None, NONE), "On, but nothing leads from it to a loss"),
        (Step(NONE, NONE), "On, but the gradient is exactly zero"),
        (Step(ONE, NONE), "On, but the step does not move it"),
        (Step(ONE * np.nan, ONE), "On, but the gradient is not finite"),
        (Step(ONE, ONE, trainable=False), "Off, but the step moves it"),
        (
            Step(None, NONE, learned=True),
            "On, but it belongs to its learning rule: training leaves it as it is",
        ),
    ],
)
def test_claims_and_gradients(step: Step, verdict: str) -> None:
    row = row_of(step)
    assert row.verdict == verdict


def test_numbers_of_a_step() -> None:
    row = row_of(Step(np.array([3.0, 4.0]), np.array([0.0, 0.5])))
    assert (row.gradient_norm, row.change_norm, row.relative_change) == (5.0, 0.5, 0.1)
    assert (row.claim, row.zero_share) == ("On", 0.0)


def test_most_neurons_without_gradient_are_a_remark_and_no_disagreement() -> None:
    row = row_of(Step(np.array([1.0, 0.0, 0.0, 0.0]), ONE))
    assert row.verdict == ""
    assert row.remark == "75% of the neurons have no gradient"


def test_neurons_are_rows_of_encoders_and_columns_of_weights() -> None:
    gradient = np.array([[0.0, 0.0, 1.0], [0.0, 0.0, 2.0]])
    assert zero_share(gradient, "encoders") == 0
    assert zero_share(gradient.T, "encoders") == pytest.approx(2 / 3)
    assert zero_share(gradient, "weights") == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("claim", "after", "verdict"),
    [
        ("On", [3.0, 4.0], "On, but it has not moved"),
        ("On", [3.0, 4.5], ""),
        ("Off", [3.0, 4.0], ""),
        ("Off", [3.0, np.nextafter(4.0, 5)], "Off, but it has moved"),
        ("Locked", [3.0, 5.0], ""),
    ],
)
def test_claims_and_movement(claim: str, after: list[float], verdict: str) -> None:
    key = (nengo.Ensemble, "bias")
    (row,) = movement_rows({key: np.array([3.0, 4.0])}, {key: np.array(after)}, {key: claim})
    assert row.verdict == verdict


def test_how_far_something_has_moved() -> None:
    key = ("a", "bias")
    (row,) = movement_rows({key: np.array([3.0, 4.0])}, {key: np.array([3.0, 5.0])}, {key: "On"})
    assert (row.distance, row.relative_distance, row.moved_share) == (1.0, 0.2, 0.5)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (1, "100 %"),
        (0.999999, "99.9 %"),
        (1e-9, "< 0.01 %"),
        (0.123, "12 %"),
        (0.0312, "3.1 %"),
        (float("inf"), "from 0"),
    ],
)
def test_nothing_and_everything_are_said_only_where_it_is_so(share: float, text: str) -> None:
    assert percent(share) == text


def test_a_change_is_said_with_its_share_of_the_whole() -> None:
    assert length(0.0, 0.0) == "0"
    assert length(0.00283, 0.34) == "0.00283 (34 %)"
    assert length(1.0, float("inf")) == "1 (from 0)"
