"""Lowerings: groups of Nengo operators as TensorFlow functions."""
