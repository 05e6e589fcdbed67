"""Refusing settings that exclude each other, and calls that do not fit them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nengo.exceptions import BuildError, ValidationError

if TYPE_CHECKING:
    from nengo_explorer.settings import GlobalSettings


def check_together(settings: GlobalSettings) -> None:
    """Refuse settings that exclude each other.

    Raises
    ------
    BuildError
        Saying which ones.
    """
    if settings.inference_only and settings.learning_phase is True:
        raise BuildError(
            "inference_only=True and learning_phase=True exclude each other: a model without its "
            "training part cannot run in training mode. Set one of them back."
        )


def check_steps(settings: GlobalSettings, unroll: int, n_steps: int) -> None:
    """Refuse a number of steps that a program without a loop cannot run.

    Raises
    ------
    ValidationError
        Saying how to mend it.
    """
    if not settings.use_loop and n_steps != unroll:
        raise ValidationError(
            f"with use_loop=False exactly unroll_simulation={unroll} steps can be simulated in a "
            f"call; got {n_steps}. Set use_loop=True, or make the simulator with "
            f"unroll_simulation={n_steps}.",
            attr="n_steps",
        )
