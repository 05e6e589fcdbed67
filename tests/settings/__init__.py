"""Tests of the settings; none needs TensorFlow."""
