"""Small networks for tests of the settings."""

from __future__ import annotations

import nengo


class SpecialEnsemble(nengo.Ensemble):
    """A kind of ensemble of somebody's own."""
