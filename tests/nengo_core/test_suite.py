"""What may fail of Nengo's own tests has a reason; tolerances are narrow; counts are held."""

from __future__ import annotations

import re
from configparser import ConfigParser
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.nengo_core import run
from tests.nengo_core.run import Counts

if TYPE_CHECKING:
    from pathlib import Path

#: What Nengo's tests allow by default, and how much wider a tolerance may be without a derivation.
DEFAULT_TOLERANCE = {"atol": 1e-8, "rtol": 1e-5}
WIDEST = 10

REPORT = """<testsuites><testsuite tests="6" failures="1" errors="1" skipped="2">
<testcase name="test_a"/><testcase name="test_b[1]"/><testcase name="test_c"><failure/></testcase>
<testcase name="test_d"><error/></testcase><testcase name="test_e"><skipped/></testcase>
<testcase name="test_f"><skipped type="pytest.xfail"/></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.xml"
    path.write_text(REPORT, encoding="utf-8")
    return path


@pytest.mark.parametrize("precision", run.PRECISIONS)
def test_every_test_that_may_fail_has_a_reason(precision: str) -> None:
    entries = run.may_fail(run.read_suite(), precision)
    assert entries
    assert all("::test_" in test for test in entries)
    assert all(len(reason.split()) >= 5 for reason in entries.values())


def test_in_double_precision_only_what_fails_in_nengo_core_may_fail() -> None:
    entries = run.may_fail(run.read_suite(), "float64")
    assert all(reason.startswith(run.CORE_TOO) for reason in entries.values())


def test_tolerances_are_at_most_ten_times_those_of_the_suite_or_derived() -> None:
    """A derivation stands in a comment right above its entry."""
    text = run.SUITE.read_text(encoding="utf-8")
    assert text.count("allclose_tolerances =") == 1
    assert text.index("[float32]") < text.index("allclose_tolerances =")
    lines = text[text.index("allclose_tolerances =") :].splitlines()
    entries = 0
    for before, line in pairwise(lines):
        for name, value in re.findall(r"^\s+tests/.*\b(atol|rtol)=(\S+)", line):
            entries += 1
            within = float(value) <= WIDEST * DEFAULT_TOLERANCE[name] * (1 + 1e-9)
            assert within or before.lstrip().startswith("#"), line
    assert entries


def test_counts_and_names_are_read_from_a_report(report: Path) -> None:
    assert Counts.read(report) == Counts(passed=2, failed=2, skipped=2)
    assert run.names_that_passed(report) == {"test_a", "test_b[1]"}


def test_without_a_report_nothing_has_passed(tmp_path: Path) -> None:
    assert Counts.read(tmp_path / "report.xml").passed == 0


@pytest.mark.parametrize(
    ("counts", "status", "word"),
    [
        (Counts(10, 0, 3), 0, None),
        (Counts(11, 0, 2), 0, None),
        (Counts(9, 0, 4), 0, "have to"),
        (Counts(10, 1, 2), 1, "failed"),
        (Counts(10, 0, 3), 2, "failed"),
        (Counts(0, 0, 0), 5, "have to"),
    ],
)
def test_a_run_is_right_with_enough_passed_and_no_surprise(
    counts: Counts, status: int, word: str | None
) -> None:
    problem = run.verdict("float64", counts, 10, status)
    assert (problem is None) if word is None else (problem is not None and word in problem)


def test_a_precision_has_its_own_configuration(tmp_path: Path) -> None:
    suite = run.read_suite()
    changes = run.changes_of(suite, "float32", {"tests/test_a.py::test_b": "It is so."})
    path = tmp_path / "suite.ini"
    with path.open("w", encoding="utf-8") as file:
        run.configuration(suite, changes).write(file)
    written = ConfigParser(interpolation=None)
    written.read(path, encoding="utf-8")
    own = written["pytest"]
    assert own["nengo_simulator"] == suite["pytest"]["nengo_simulator"]
    assert own["nengo_simloader"] == ""
    assert own["nengo_test_unsupported"].split() == ["tests/test_a.py::test_b", '"It', "is", 'so."']
    assert "atol=1e-7" in own["allclose_tolerances"]
    assert "passed" not in own
