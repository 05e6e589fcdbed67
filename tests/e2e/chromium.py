"""Where the browser is, and how it is started."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")

_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No page is to need a network, and none has one.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


class BrowserMissingError(RuntimeError):
    """There is no Chromium."""


def chromium_path(playwright: Playwright) -> str:
    """Path of a Chromium: one on PATH, else Playwright's own.

    Raises
    ------
    BrowserMissingError
        Saying how to install one.
    """
    for name in _NAMES:
        found = shutil.which(name)
        if found:
            return found
    own = playwright.chromium.executable_path
    if Path(own).is_file():
        return own
    raise BrowserMissingError(
        "The browser tests need Chromium. Install it with: make browser; or, on Debian: apt-get "
        "install chromium; or: playwright install --with-deps chromium"
    )


def launch(playwright: Playwright) -> Browser:
    """Start the browser, without a window."""
    flags = list(_FLAGS)
    if os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium refuses to start as root otherwise
    return playwright.chromium.launch(executable_path=chromium_path(playwright), args=flags)
