"""Python runs this at its start, where it is on the path: see ``python_with_tensorflow``."""
# ruff: noqa: INP001 - no package: Python looks for a module of this name

import importlib
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
importlib.import_module("tensorflow")
