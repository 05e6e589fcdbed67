"""Compiled programs that are kept for the next time.

Compiling takes longer than most first runs. XLA can keep what it has compiled in a folder, and it
compares an entry with the whole program before it takes it. But an entry that is only half there
stops it, with an error that does not go away. So every process has a folder of its own, with links
to entries that are complete, and hands its new ones on when nothing writes them any more.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import platform
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import nengo.utils.paths
import psutil
import tensorflow as tf

#: The environment variable that says where programs are kept, or "off".
VARIABLE = "NENGO_EXPLORER_PROGRAM_CACHE"

#: The variable that says which messages TensorFlow writes, and the value for none.
MESSAGES, NO_MESSAGES = "TF_CPP_MIN_LOG_LEVEL", "3"

#: The flag of XLA that names the folder, and how names of folders of a process begin.
DIRECTORY = "--tf_xla_persistent_cache_directory="
OF_PROCESS = "nengo_explorer-process-"

#: Kept are at most so many programs, and so many bytes of them, the newest ones.
MOST_ENTRIES, MOST_BYTES = 300, 256 * 2**20

#: Free space below which nothing is kept: a full disk would be an error in a run.
LEAST_FREE = 2**30

#: Seconds after which an entry is complete, and a folder may have been left by a process.
SECONDS_TO_WRITE, SECONDS_TO_LEAVE = 5.0, 86400.0

_enabled: list[_Cache] = []


def enable() -> None:
    """Let XLA keep what it compiles from now on in this process.

    Only has an effect before TensorFlow computes anything, and not if the flags of XLA already name
    a folder, or nothing can be written. Without a folder that is asked for, it needs TensorFlow to
    be silent: for each program that it reads, XLA writes lines about the processor that are as long
    as they are wrong.
    """
    place = os.environ.get(VARIABLE, "")
    if _enabled or place.lower() in {"off", "0", "no", "false"}:
        return
    if not place and os.environ.get(MESSAGES) != NO_MESSAGES:
        return
    given = [flag for flag in os.environ.get("TF_XLA_FLAGS", "").split() if not _is_inherited(flag)]
    if any(flag.startswith(DIRECTORY) for flag in given):
        return
    root = Path(place) if place else Path(nengo.utils.paths.cache_dir) / "nengo_explorer"
    try:
        cache = _Cache(root / _what_programs_depend_on())
    except OSError:  # it is only there to save time
        return
    _enabled.append(cache)
    own = [f"{DIRECTORY}{cache.own}", "--tf_xla_persistent_cache_device_types=CPU"]
    os.environ["TF_XLA_FLAGS"] = " ".join([*given, *own])
    atexit.register(cache.close)


def _is_inherited(flag: str) -> bool:
    """Whether a flag names the folder of a process that has started this one.

    Two processes must not write into one folder.
    """
    folder = flag.removeprefix(DIRECTORY)
    return folder != flag and Path(folder).name.startswith(OF_PROCESS)


def hand_on() -> None:
    """Let other processes have what this one has compiled."""
    for cache in _enabled:
        cache.hand_on(SECONDS_TO_WRITE)


def _what_programs_depend_on() -> str:
    """A name for TensorFlow, its flags and this kind of processor; programs run on no other."""
    try:
        described = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
        processor = "".join(
            sorted({line for line in described.splitlines() if line.startswith(("flags", "Feat"))})
        )
    except OSError:
        processor = platform.node()  # a folder that several computers see has one part for each
    depends = (platform.machine(), processor, os.environ.get("XLA_FLAGS", ""))
    return f"{tf.__version__}-{hashlib.sha256(repr(depends).encode()).hexdigest()[:16]}"


class _Cache:
    """A folder of entries that all processes see, and one of this process.

    The name of an entry that all see ends with its size, so that what a crash has left can be told.

    Parameters
    ----------
    folder : Path
        The folder that all processes see; made if it is not there.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(folder).free < LEAST_FREE:
            raise OSError(f"Less than {LEAST_FREE} bytes are free in {folder}.")
        self.folder = folder
        self._process = os.getpid()
        self._remove_left_behind()
        self.own = Path(tempfile.mkdtemp(prefix=f"{OF_PROCESS}{self._process}-", dir=folder))
        for entry in self._newest():
            with suppress(FileNotFoundError):
                _link(entry, self.own / entry.name.rpartition(".")[0])

    def hand_on(self, seconds: float) -> None:
        """Show all processes the entries that nothing was written to for some time."""
        with suppress(OSError):  # it is only there to save time
            for entry in self.own.glob("*.pb"):
                seen = entry.stat()
                shared = self.folder / f"{entry.name}.{seen.st_size}"
                if time.time() - seen.st_mtime >= seconds and not shared.exists():
                    _link(entry, shared)

    def close(self) -> None:
        """At the end of the process; a fork of it leaves everything alone."""
        if os.getpid() == self._process:
            self.hand_on(0.0)
            shutil.rmtree(self.own, ignore_errors=True)

    def _newest(self) -> list[Path]:
        """Complete entries; the oldest of too many are removed."""
        found = []
        for entry in self.folder.glob("*.pb.*"):
            with suppress(FileNotFoundError):  # another process may have removed it
                seen = entry.stat()
                if entry.suffix == f".{seen.st_size}":
                    found.append((seen.st_mtime, seen.st_size, entry))
                else:
                    entry.unlink()
        kept: list[Path] = []
        total = 0
        for _, size, entry in sorted(found, reverse=True):
            total += size
            if len(kept) < MOST_ENTRIES and total <= MOST_BYTES:
                kept.append(entry)
            else:
                entry.unlink(missing_ok=True)
        return kept

    def _remove_left_behind(self) -> None:
        """Remove folders of processes that were killed."""
        for left in self.folder.glob(f"{OF_PROCESS}*"):
            with suppress(FileNotFoundError):
                old = time.time() - left.stat().st_mtime > SECONDS_TO_LEAVE
                if old and not psutil.pid_exists(
                    int(left.name.removeprefix(OF_PROCESS).split("-")[0])
                ):
                    shutil.rmtree(left, ignore_errors=True)


def _link(source: Path, target: Path) -> None:
    """The same file under another name, or a copy where there are no links."""
    try:
        os.link(source, target)
    except FileExistsError:
        return
    except OSError:
        partial = target.with_name(f"{target.name}-{os.getpid()}")
        shutil.copy2(source, partial)
        partial.replace(target)
