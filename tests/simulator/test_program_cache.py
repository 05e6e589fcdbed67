"""Compiled programs are there the next time, and never in the way."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from nengo_explorer.simulator import program_cache

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """
import nengo, nengo_explorer
with nengo.Network(seed=0) as net:
    ensemble = nengo.Ensemble(10, 1)
    nengo.Connection(nengo.Node([0.5]), ensemble)
    probe = nengo.Probe(ensemble)
with nengo_explorer.Simulator(net, progress_bar=False) as sim:
    sim.run_steps(20)
    print(sim.data[probe].sum())
"""


def run(**environment: str) -> str:
    """What a process prints that simulates something."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return done.stdout


def entries(folder: Path) -> dict[str, int]:
    """Names of all files below a folder, and when they were written."""
    return {file.name: file.stat().st_mtime_ns for file in folder.rglob("*") if file.is_file()}


@pytest.mark.slow
def test_a_second_process_compiles_nothing(tmp_path: Path) -> None:
    printed = run(NENGO_EXPLORER_PROGRAM_CACHE=str(tmp_path))
    before = entries(tmp_path)
    assert before
    assert run(NENGO_EXPLORER_PROGRAM_CACHE=str(tmp_path)) == printed
    assert entries(tmp_path) == before


@pytest.mark.slow
def test_damaged_entries_are_compiled_anew(tmp_path: Path) -> None:
    printed = run(NENGO_EXPLORER_PROGRAM_CACHE=str(tmp_path))
    for entry in tmp_path.rglob("*.pb.*"):
        entry.write_bytes(entry.read_bytes()[:100])
    assert run(NENGO_EXPLORER_PROGRAM_CACHE=str(tmp_path)) == printed


@pytest.mark.slow
def test_nothing_is_kept_where_it_is_off_or_xla_has_a_folder(tmp_path: Path) -> None:
    own = f"--tf_xla_persistent_cache_directory={tmp_path / 'theirs'}"
    run(NENGO_EXPLORER_PROGRAM_CACHE=str(tmp_path / "ours"), TF_XLA_FLAGS=own)
    assert not (tmp_path / "ours").exists()
    run(NENGO_EXPLORER_PROGRAM_CACHE="off", HOME=str(tmp_path / "off"))
    assert not list((tmp_path / "off").rglob("*.pb.*"))


@pytest.mark.slow
def test_by_default_programs_are_kept_where_no_messages_are_wanted(tmp_path: Path) -> None:
    for level, kept in (("3", True), ("2", False)):
        home = tmp_path / level
        home.mkdir()
        run(NENGO_EXPLORER_PROGRAM_CACHE="", TF_CPP_MIN_LOG_LEVEL=level, HOME=str(home))
        assert bool(list(home.rglob("*.pb.*"))) == kept


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "programs"


def open_cache(folder: Path) -> program_cache._Cache:
    return program_cache._Cache(folder)


def test_others_see_an_entry_once_it_is_complete(folder: Path) -> None:
    one = open_cache(folder)
    (one.own / "a.pb").write_bytes(b"program")
    one.hand_on(seconds=60)
    assert list(open_cache(folder).own.iterdir()) == []
    one.hand_on(seconds=0)
    assert (open_cache(folder).own / "a.pb").read_bytes() == b"program"


def test_everything_is_handed_on_at_the_end(folder: Path) -> None:
    one = open_cache(folder)
    (one.own / "a.pb").write_bytes(b"program")
    one.close()
    assert not one.own.exists()
    assert (open_cache(folder).own / "a.pb").read_bytes() == b"program"


def test_only_the_newest_are_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program_cache, "MOST_ENTRIES", 2)
    one = open_cache(folder)
    for age, name in enumerate(("new", "middle", "old")):
        entry = one.own / f"{name}.pb"
        entry.write_bytes(b"program")
        os.utime(entry, (1e9 - age, 1e9 - age))
    one.close()
    kept = {entry.name for entry in open_cache(folder).own.iterdir()}
    assert kept == {"new.pb", "middle.pb"}


def test_what_a_killed_process_has_left_is_removed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed, living = (
        folder / f"{program_cache.OF_PROCESS}{number}-x" for number in (4000001, os.getpid())
    )
    for left in (killed, living):
        left.mkdir(parents=True)
        os.utime(left, (1e9, 1e9))
    monkeypatch.setattr("psutil.pid_exists", lambda pid: pid == os.getpid())
    open_cache(folder)
    assert not killed.exists()
    assert living.exists()


def test_a_process_that_this_one_starts_has_a_folder_of_its_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = open_cache(folder)
    flags = f"--tf_xla_auto_jit=0 {program_cache.DIRECTORY}{parent.own}"
    monkeypatch.setenv("TF_XLA_FLAGS", flags)
    monkeypatch.setenv(program_cache.VARIABLE, str(folder))
    monkeypatch.setattr(program_cache, "_enabled", [])
    program_cache.enable()
    (child,) = program_cache._enabled
    given = os.environ["TF_XLA_FLAGS"].split()
    assert [f for f in given if f.startswith(program_cache.DIRECTORY)] == [
        f"{program_cache.DIRECTORY}{child.own}"
    ]
    assert child.own != parent.own
    assert "--tf_xla_auto_jit=0" in given


def test_a_folder_that_cannot_be_made_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(program_cache.VARIABLE, str(tmp_path / "file"))
    flags = os.environ.get("TF_XLA_FLAGS")
    program_cache.enable()
    assert os.environ.get("TF_XLA_FLAGS") == flags
