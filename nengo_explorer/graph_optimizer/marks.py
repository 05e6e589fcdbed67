"""Marks on signals: what may change by training, and what differs between items of a minibatch."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nengo.builder import Signal

_TRAINABLE = "_nengo_explorer_trainable"
_MINIBATCHED = "_nengo_explorer_minibatched"


def mark(signal: Signal, *, trainable: bool | None, minibatched: bool) -> None:
    """Mark the base of a signal.

    Parameters
    ----------
    signal : Signal
        A signal or view.
    trainable : bool or None
        True or False for a parameter (which may be switched at any time), None for anything else.
    minibatched : bool
        Whether each item of a minibatch has its own value.
    """
    setattr(signal.base, _TRAINABLE, trainable)
    setattr(signal.base, _MINIBATCHED, minibatched)


def trainable_mark(signal: Signal) -> bool | None:
    """Whether a signal is a parameter (True or False), or can never be trained (None)."""
    value: bool | None = getattr(signal.base, _TRAINABLE, None)
    return value


def minibatched_mark(signal: Signal) -> bool:
    """Whether each item of a minibatch has its own value."""
    return bool(getattr(signal.base, _MINIBATCHED, False))


def is_constant(signal: Signal) -> bool:
    """Whether a signal that no operator changes has one fixed value.

    Parameters are not constant, as training may change them at any time; neither are signals that
    come from outside (outputs of input Nodes), which are marked as differing between items.
    """
    return trainable_mark(signal) is None and not minibatched_mark(signal)
