"""Measurements that nobody runs by default, because their figures depend on the machine."""
