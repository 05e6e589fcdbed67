"""Configuration of Sphinx."""

from __future__ import annotations

import os
import sys
from importlib import metadata
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "nengo_explorer"
author = "The nengo_explorer developers"
project_copyright = "2026, the nengo_explorer developers"
version = release = metadata.version("nengo-explorer")

extensions = ["myst_nb", "numpydoc", "sphinx.ext.autodoc", "options_table"]
exclude_patterns = ["_build", "_ext"]

nb_execution_mode = "off"  # notebooks and code blocks are executed by the tests
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3

autodoc_typehints = "none"  # numpydoc has them, with shapes
autodoc_member_order = "bysource"
numpydoc_show_class_members = False

html_theme = "pydata_sphinx_theme"
html_title = "nengo_explorer"
html_theme_options = {
    "show_prev_next": False,
    "secondary_sidebar_items": ["page-toc"],
    "navbar_align": "left",
}
html_sidebars: dict[str, list[str]] = {"**": []}
html_show_sourcelink = False
