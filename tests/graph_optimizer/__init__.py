"""Tests of planners, sorters and simplifications; none needs TensorFlow."""
