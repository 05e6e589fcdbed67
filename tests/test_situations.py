"""Every situation that a release is tried in is a browser test with a name of its own."""

from __future__ import annotations

import ast
from pathlib import Path

E2E = Path(__file__).parent / "e2e"

#: The list of the specification, in its order and words, and the test of each.
SITUATIONS = {
    "two views of one widget": "test_two_views_of_one_widget",
    "page reloaded with a live kernel": "test_page_reloaded_with_a_live_kernel",
    "kernel restarted": "test_kernel_restarted",
    "toggle during a run": "test_toggle_during_a_run",
    "run during a cell": "test_run_during_a_cell",
    "two kernels in one JupyterLab": "test_two_kernels_in_one_jupyterlab",
    "1 000 rows": "test_rows_1_000",
    "10 000 rows": "test_rows_10_000",
    "100 000 rows": "test_rows_100_000",
    "NaN in a probe": "test_nan_in_a_probe",
    "zero-length run": "test_zero_length_run",
    "unlabelled and duplicate labels": "test_unlabelled_and_duplicate_labels",
    "labels with HTML and right-to-left text": "test_labels_with_html_and_right_to_left_text",
    "sample_every": "test_sample_every",
    "probes on weights": "test_probes_on_weights",
    "the network edited after the widget was made": (
        "test_network_edited_after_the_widget_was_made"
    ),
    "configure_settings called again in a cell": "test_configure_settings_called_again_in_a_cell",
    "an object removed": "test_object_removed",
    "Direct mode": "test_direct_mode",
    "dtype change": "test_dtype_change",
    'typing "a", "b", "dd" inside the tree': "test_typing_a_b_dd_inside_the_tree",
    "dark theme": "test_dark_theme",
    "offline": "test_offline",
}


def names_of_tests() -> list[str]:
    """Names of all browser tests that are run, with repetitions."""
    found = []
    for path in E2E.glob("test_*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.FunctionDef) or _is_skipped(node):
                continue
            if node.name.startswith("test_"):
                found.append(node.name)
    return found


def _is_skipped(function: ast.FunctionDef) -> bool:
    marks = [ast.unparse(decorator) for decorator in function.decorator_list]
    return any("skip" in mark or "xfail" in mark for mark in marks)


def test_every_situation_has_its_test_once() -> None:
    names = names_of_tests()
    assert {s: names.count(name) for s, name in SITUATIONS.items()} == dict.fromkeys(SITUATIONS, 1)
