"""Simulation and training of Nengo networks with TensorFlow."""

from nengo_explorer.simulator.simulator import Simulator

__all__ = ["Simulator"]
