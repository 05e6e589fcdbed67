"""Networks, signals and operators that several tests use."""
