"""Small networks for tests of the settings."""

from __future__ import annotations

import nengo


class SpecialEnsemble(nengo.Ensemble):
    """A kind of ensemble of somebody's own."""


def connect(pre: object, post: object, **arguments: object) -> nengo.Connection:
    """A connection with weights, whatever its ends are."""
    return nengo.Connection(pre, post, transform=arguments.pop("transform", 1), **arguments)
