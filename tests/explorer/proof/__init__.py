"""Tests of what proves the claims of settings."""
