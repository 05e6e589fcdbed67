"""Checking the targets of a training against the probes that have losses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
from nengo.exceptions import ValidationError

from nengo_explorer.simulator.inputs import Data, check_data

if TYPE_CHECKING:
    from collections.abc import Mapping

    import nengo


class TargetRules:
    """What targets have to look like.

    Parameters
    ----------
    losses : dict of Probe to object
        Probes that have a loss, each with its loss.
    names : dict of Probe to str
        Names of the probes.
    shapes : dict of Probe to tuple of int
        What each probe sees on one step.
    keeps : dict of Probe to bool
        Whether each probe keeps every step, or only the last.
    """

    def __init__(
        self,
        losses: Mapping[nengo.Probe, Any],
        names: Mapping[Any, str],
        shapes: Mapping[nengo.Probe, tuple[int, ...]],
        keeps: Mapping[nengo.Probe, bool],
    ) -> None:
        self._losses = losses
        self._names = names
        self._shapes = shapes
        self._keeps = keeps

    def check(self, y: Any, items: int | None, n_steps: int, dtype: str) -> Data:
        """Targets by probe.

        Parameters
        ----------
        y : dict, list or array
            Targets.
        items : int or None
            Number of items of the inputs; None if there are no inputs.
        n_steps : int
            Number of steps of the inputs.
        dtype : str
            Floating point type to convert to.

        Raises
        ------
        ValidationError
            For a missing target, a wrong shape, or another number of items.
        """
        probes = list(self._losses)
        data = check_data(y, probes, dict(self._names), what="target", dtype=dtype)
        missing = [self._names[probe] for probe in probes if probe not in data.arrays]
        if missing:
            raise ValidationError(
                f"no target for {', '.join(missing)}, which has a loss. Give one, or compile "
                "without a loss for it.",
                attr="y",
            )
        for probe, array in data.arrays.items():
            self._check_shape(probe, tuple(array.shape), n_steps)
        if items is not None and data.items is not None and data.items != items:
            raise ValidationError(
                f"inputs have {items} items, but targets {data.items}; they must agree.", attr="y"
            )
        return data

    def _check_shape(self, probe: nengo.Probe, shape: tuple[int, ...], n_steps: int) -> None:
        steps = n_steps if self._keeps[probe] else 1
        seen = self._shapes[probe]
        expected: tuple[Any, ...]
        loss = self._losses[probe]
        if takes_class_numbers(loss):
            fits, expected = shape[1:] == (steps, *seen[:-1], 1), (steps, *seen[:-1], 1)
        elif is_own_loss(loss):  # only its author knows what it makes of the other axes
            fits, expected = shape[1:2] == (steps,), (steps, "...")
        else:
            fits, expected = shape[1:] == (steps, *seen), (steps, *seen)
        if not fits:
            raise ValidationError(
                f"the target of {self._names[probe]} must have shape (items, "
                f"{', '.join(map(str, expected))}); got {shape}."
                + ("" if self._keeps[probe] else " (Its keep_history is False: one step.)"),
                attr="y",
            )


def takes_class_numbers(loss: Any) -> bool:
    """Whether a loss compares with the number of a class instead of one number per output."""
    name = loss if isinstance(loss, str) else getattr(loss, "name", getattr(loss, "__name__", ""))
    return str(name).lower().replace("_", "").startswith("sparse")


def is_own_loss(loss: Any) -> bool:
    """Whether a loss is none of Keras's."""
    if isinstance(loss, str):
        return False
    kind = type(loss) if isinstance(loss, keras.losses.Loss) else loss
    return not str(getattr(kind, "__module__", "")).startswith("keras.")
