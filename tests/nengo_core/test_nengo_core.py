"""Nengo's own tests, run on our simulator.

They need pytest 8 (Nengo's plugin uses an argument that pytest 9 has dropped) and three plugins, so
they run in another interpreter. `NENGO_CORE_PYTHON` names one that has

    pytest<9 pytest-allclose pytest-rng pytest-plt nengo==4.1.0

beside this package and what it depends on. Without that variable the tests are skipped.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.tf]

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

#: Tests that have to pass, of the 544 that Nengo does not skip itself: all that are not excluded.
PASSING = {"float64": 538, "float32": 536}

#: What Nengo's tests allow by default, and how much wider a tolerance may be without a derivation.
DEFAULT_TOLERANCE = {"atol": 1e-8, "rtol": 1e-5}
WIDEST = 10


def settings_of(precision: str) -> dict[str, str]:
    parser = ConfigParser(interpolation=None)
    parser.read(HERE / f"{precision}.ini", encoding="utf-8")
    return dict(parser["pytest"])


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("precision", PASSING)
def test_suite_passes(precision: str, tmp_path: Path) -> None:
    python = os.environ.get("NENGO_CORE_PYTHON")
    if not python:
        pytest.skip("NENGO_CORE_PYTHON does not name a Python with pytest 8 and Nengo's plugins")
    arguments = ["-m", "pytest", "-c", str(HERE / f"{precision}.ini"), "--rootdir", str(tmp_path)]
    arguments += ["--pyargs", "nengo", "-q", "-rfE", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [python, *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed[1]) >= PASSING[precision]
    assert "failed" not in done.stdout.splitlines()[-1]


@pytest.mark.parametrize("precision", PASSING)
def test_every_exclusion_has_a_reason(precision: str) -> None:
    words = shlex.split(settings_of(precision)["nengo_test_unsupported"])
    tests, reasons = words[::2], words[1::2]
    assert tests
    assert len(tests) == len(reasons)
    assert all("::test_" in test for test in tests)
    assert all(len(reason.split()) >= 5 for reason in reasons)


def test_tolerances_are_at_most_ten_times_those_of_the_suite_or_derived() -> None:
    """A derivation stands in a comment above its entry; comments are not part of the value."""
    assert "allclose_tolerances" not in settings_of("float64")
    lines = (HERE / "float32.ini").read_text(encoding="utf-8").splitlines()
    start = lines.index("allclose_tolerances =") + 1
    entries = 0
    for before, line in zip(lines[start - 1 :], lines[start:], strict=False):
        if not re.match(r"\s+tests/", line):
            continue
        entries += 1
        for name, value in re.findall(r"(atol|rtol)=(\S+)", line):
            within = float(value) <= WIDEST * DEFAULT_TOLERANCE[name] * (1 + 1e-9)
            assert within or before.lstrip().startswith("#"), line
    assert entries
