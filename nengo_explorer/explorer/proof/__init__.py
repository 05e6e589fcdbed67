"""Proof of what settings claim: gradients, movement, phases, pinned runs, response curves."""
