"""Tests of the no-effect linter."""
