"""What settings claim of each parameter, beside what training does to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt

    from nengo_explorer.simulator.training_step import ParameterStep

    Array = npt.NDArray[Any]
    Key = tuple[Any, str]

#: From this share on, neurons without a gradient are worth a remark.
MOST = 0.5


@dataclass(frozen=True)
class GradientRow:
    """One step of training, for one parameter.

    Attributes
    ----------
    obj : object
        The object.
    parameter : str
        "encoders", "bias" or "weights".
    claim : str
        What the settings say: "On", "Off" or "Locked" (by a learning rule).
    gradient_norm : float or None
        Length of the gradient; None if nothing leads from the parameter to a loss.
    zero_share : float or None
        Share of neurons for which the gradient is exactly zero.
    change_norm : float
        Length of what the step adds.
    relative_change : float
        The same in proportion to the length of the parameter.
    verdict : str
        How claim and facts disagree; empty if they agree.
    remark : str
        What should be known, although they agree.
    """

    obj: Any
    parameter: str
    claim: str
    gradient_norm: float | None
    zero_share: float | None
    change_norm: float
    relative_change: float
    verdict: str
    remark: str = ""


@dataclass(frozen=True)
class MovementRow:
    """How far a training has moved one parameter.

    Attributes
    ----------
    obj, parameter, claim
        As for `GradientRow`; the claim as it was when the training began.
    distance : float
        Length of the difference.
    relative_distance : float
        The same in proportion to the length that the parameter had before.
    moved_share : float
        Share of its numbers that are different.
    verdict : str
        How claim and facts disagree; empty if they agree.
    """

    obj: Any
    parameter: str
    claim: str
    distance: float
    relative_distance: float
    moved_share: float
    verdict: str


def zero_share(gradient: Array, parameter: str) -> float:
    """Share of neurons for which a gradient is exactly zero.

    Parameters
    ----------
    gradient : ndarray
        Encoders (n_neurons, dimensions), bias (n_neurons,), or weights (size_out, n_neurons), whose
        columns belong to the neurons that they come from. For other shapes single numbers count.
    parameter : str
        "encoders", "bias" or "weights".
    """
    if gradient.size == 0:
        return 0.0
    zero = gradient == 0
    if gradient.ndim == 2:
        zero = zero.all(axis=0 if parameter == "weights" else 1)
    return float(np.mean(zero))


def gradient_rows(steps: Iterable[ParameterStep]) -> list[GradientRow]:
    """Records of a tried step of training, for people.

    Parameters
    ----------
    steps : iterable of ParameterStep
        From `Simulator.try_training_step`.
    """
    return [_gradient_row(step) for step in steps]


def _gradient_row(step: ParameterStep) -> GradientRow:
    gradient = step.gradient
    share = None if gradient is None else zero_share(gradient, step.kind)
    norm = None if gradient is None else _length(gradient)
    change = _length(step.change)
    remark = ""
    if step.trainable and share is not None and MOST < share < 1:
        remark = f"{share:.0%} of the neurons have no gradient"
    return GradientRow(
        obj=step.owner,
        parameter=step.kind,
        claim=claim_of(trainable=step.trainable, learned=step.learned),
        gradient_norm=norm,
        zero_share=share,
        change_norm=change,
        relative_change=_ratio(change, _length(step.value)),
        verdict=_gradient_verdict(step, norm, change),
        remark=remark,
    )


def claim_of(*, trainable: bool, learned: bool) -> str:
    """What settings say of a parameter, in a word."""
    return "On" if trainable else "Locked" if learned else "Off"


def _gradient_verdict(step: ParameterStep, norm: float | None, change: float) -> str:
    if not step.trainable:
        return "" if change == 0 else "Off, but the step moves it"
    if step.learned:
        return "On, but it belongs to its learning rule: training leaves it as it is"
    if norm is None:
        return "On, but nothing leads from it to a loss"
    if not np.isfinite(norm):
        return "On, but the gradient is not finite"
    if norm == 0:
        return "On, but the gradient is exactly zero"
    return "" if change > 0 else "On, but the step does not move it"


def movement_rows(
    before: Mapping[Key, Array], after: Mapping[Key, Array], claims: Mapping[Key, str]
) -> list[MovementRow]:
    """How far each parameter has moved.

    Parameters
    ----------
    before, after : dict of (object, str) to ndarray
        From `Simulator.parameter_values`.
    claims : dict of (object, str) to str
        What the settings said of each parameter when the training began.
    """
    return [
        _movement_row(key, before[key], after[key], claims.get(key, "Off"))
        for key in before
        if key in after and before[key].shape == after[key].shape
    ]


def _movement_row(key: Key, before: Array, after: Array, claim: str) -> MovementRow:
    distance = _length(after - before)
    verdict = ""
    if claim == "On" and distance == 0:
        verdict = "On, but it has not moved"
    elif claim == "Off" and distance != 0:
        verdict = "Off, but it has moved"
    return MovementRow(
        obj=key[0],
        parameter=key[1],
        claim=claim,
        distance=distance,
        relative_distance=_ratio(distance, _length(before)),
        moved_share=float(np.mean(before != after)) if before.size else 0.0,
        verdict=verdict,
    )


def _length(values: Array) -> float:
    return float(np.linalg.norm(np.asarray(values, dtype=np.float64)))


def _ratio(part: float, whole: float) -> float:
    if whole == 0:
        return 0.0 if part == 0 else float("inf")
    return part / whole
