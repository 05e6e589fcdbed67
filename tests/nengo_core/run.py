"""Run Nengo's own tests on our simulator, and hold the number of those that pass.

`make test-nengo` calls it, with a pytest of version 8 on `PYTHONPATH`. Arguments are precisions, by
default all; they run side by side. What may fail, and why, is in `suite.ini` beside this file.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
import time
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SUITE = Path(__file__).with_name("suite.ini")
PRECISIONS = ("float64", "float32")

#: How the reason begins that is tried with Nengo core before it is believed.
CORE_TOO = "Nengo core fails too"

#: Seconds after which a run is taken for stuck.
LONGEST = 2700


@dataclass(frozen=True)
class Counts:
    """Tests of one run by result; ``skipped`` counts those that failed as expected, too."""

    passed: int
    failed: int
    skipped: int

    @classmethod
    def read(cls, report: Path) -> Counts:
        """Counts of a report in JUnit's format; of none, or a broken one, nothing has passed."""
        try:
            suite = ET.parse(report).getroot().find("testsuite")  # noqa: S314 - our own
        except (OSError, ET.ParseError):
            suite = None
        if suite is None:
            return cls(0, 0, 0)
        total, failures, errors, skipped = (
            int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")
        )
        return cls(total - failures - errors - skipped, failures + errors, skipped)


def say(text: str) -> None:
    """Print at once, also into a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def read_suite() -> ConfigParser:
    """The configuration, with what each precision has of its own."""
    parser = ConfigParser(interpolation=None)
    parser.read(SUITE, encoding="utf-8")
    return parser


def may_fail(suite: ConfigParser, precision: str) -> dict[str, str]:
    """Tests that may fail in a precision, with their reasons."""
    texts = [
        suite.get(part, "nengo_test_unsupported", fallback="") for part in ("pytest", precision)
    ]
    words = shlex.split(" ".join(texts))
    return dict(zip(words[::2], words[1::2], strict=True))


def run_pytest(
    ini: ConfigParser, arguments: Sequence[str], folder: Path
) -> subprocess.Popen[bytes]:
    """Start pytest; its configuration, what it prints and its report are in the folder."""
    folder.mkdir()
    with (folder / SUITE.name).open("w", encoding="utf-8") as file:
        ini.write(file)
    command = [sys.executable, "-m", "pytest", "-c", str(folder / SUITE.name)]
    # Names of tests, and so their random numbers, begin at the root.
    command += [f"--rootdir={SUITE.parent}", "-p", "no:cacheprovider", "--quiet", "-rfE"]
    command += ["--tb=short", f"--junitxml={folder / 'report.xml'}"]
    with (folder / "output.txt").open("wb") as output:
        return subprocess.Popen(
            [*command, *arguments],
            cwd=folder,
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def output_of(folder: Path) -> str:
    """What pytest has printed."""
    return (folder / "output.txt").read_text(encoding="utf-8", errors="replace")


def names_that_passed(report: Path) -> set[str]:
    """Names of the tests that passed, by a report in JUnit's format."""
    cases = ET.parse(report).iter("testcase")  # noqa: S314 - our own
    return {case.get("name", "") for case in cases if case.find("*") is None}


def pass_in_core(tests: Sequence[str], folder: Path) -> set[str]:
    """Those tests that pass with Nengo's own simulator.

    The whole suite is collected for it, because random numbers depend on the full name of a test.
    """
    names = {test: test.rsplit("::", 1)[-1] for test in tests}
    core = {
        "nengo_simulator": "nengo.Simulator",
        "nengo_simloader": "",
        "nengo_test_unsupported": "",
    }
    selection = ["-k", " or ".join(names.values()), "--pyargs", "nengo"]
    run_pytest(configuration(read_suite(), core), selection, folder).wait(LONGEST)
    counts = Counts.read(folder / "report.xml")
    if counts.passed + counts.failed != len(tests):
        say(output_of(folder))
        raise SystemExit(f"{', '.join(tests)}: could not be tried with Nengo core.")
    passed = names_that_passed(folder / "report.xml")
    return {test for test, name in names.items() if name in passed}


def configuration(suite: ConfigParser, changes: Mapping[str, str]) -> ConfigParser:
    """What is common to all runs, with changes; a whole file, as plugins ask for no less."""
    common = {**suite["pytest"], **changes}
    common["pythonpath"] = str(SUITE.parents[2])
    parser = ConfigParser(interpolation=None)
    parser["pytest"] = common
    return parser


def changes_of(suite: ConfigParser, precision: str, expected: Mapping[str, str]) -> dict[str, str]:
    """What a precision has of its own, and which failures are expected."""
    own = {name: text for name, text in suite[precision].items() if name != "passed"}
    listed = [f'{test}\n"{reason}"' for test, reason in expected.items()]
    return {**own, "nengo_test_unsupported": "\n".join(["", *listed])}


def verdict(precision: str, counts: Counts, needed: int, status: int) -> str | None:
    """What is wrong with a run, if anything."""
    if counts.passed < needed:
        return f"{precision}: {counts.passed} tests passed, and {needed} have to."
    if status != 0 or counts.failed:
        return f"{precision}: {counts.failed} tests failed, or passed that were listed to fail."
    return None


def main(precisions: Sequence[str]) -> int:
    """Run all, print counts, and return how many precisions went wrong."""
    start = time.monotonic()
    suite = read_suite()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        listed = may_fail(suite, "pytest")
        suspects = [test for test, reason in listed.items() if reason.startswith(CORE_TOO)]
        fine = pass_in_core(suspects, folder / "core")
        say(f"Nengo core fails {len(suspects) - len(fine)} of the {len(suspects)} listed tests.")
        runs = {}
        for precision in precisions:
            entries = may_fail(suite, precision).items()
            expected = {test: reason for test, reason in entries if test not in fine}
            ini = configuration(suite, changes_of(suite, precision, expected))
            options = ["--unsupported", "--pyargs", "nengo"]
            runs[precision] = run_pytest(ini, options, folder / precision)
        problems = []
        for precision, run in runs.items():
            status = run.wait(LONGEST)
            say(output_of(folder / precision))
            counts = Counts.read(folder / precision / "report.xml")
            needed = suite.getint(precision, "passed")
            say(
                f"Nengo's own tests, {precision}: {counts.passed} passed ({needed} needed), "
                f"{counts.failed} failed, {counts.skipped} skipped or failed as listed, "
                f"after {time.monotonic() - start:.0f} s"
            )
            problems.append(verdict(precision, counts, needed, status))
    wrong = [problem for problem in problems if problem is not None]
    say("\n".join(wrong))
    return len(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or PRECISIONS))
