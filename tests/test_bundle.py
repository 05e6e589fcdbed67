"""What is shipped for the browser does what hosts without a network and with strict rules allow.

Editors show widgets in a frame with a content security policy, and Colab in one without the
notebook's origin: what is loaded later, or made from text, would not arrive or not be run.
"""

from __future__ import annotations

import re

import pytest

from nengo_explorer.explorer.widget import STATIC

SCRIPT = STATIC / "explorer.js"
STYLES = STATIC / "explorer.css"

#: Names of markup languages look like addresses, and nobody loads them.
NAMES_OF_LANGUAGES = (
    "http://www.w3.org/1998/Math/MathML",
    "http://www.w3.org/1999/xhtml",
    "http://www.w3.org/2000/svg",
)

FORBIDDEN = {
    "another script": r"\bimport\s*[\"'({*]|\bfrom\s*[\"']|\brequire\s*\(|\bimportScripts\b",
    "a request": r"\bfetch\s*\(|\bXMLHttpRequest\b|\bsendBeacon\b",
    "a connection": r"\bWebSocket\b|\bEventSource\b|\bRTCPeerConnection\b",
    "code from text": r"\beval\b|\bFunction\s*\(|set(?:Timeout|Interval)\(\s*[\"'`]",
    "a thread": r"\b(?:Shared)?Worker\s*\(|\bserviceWorker\b",
    "storage of the host": r"\blocalStorage\b|\bsessionStorage\b|\bindexedDB\b|document\.cookie",
    "an address": r"\b(?:https?|wss?|ftp):|[\"'`(]//\w",
}
CAUSES = {
    "another script": 'import("./more.js")',
    "a request": 'fetch("data.json")',
    "a connection": "new WebSocket(address)",
    "code from text": 'setTimeout("go()", 1)',
    "a thread": "new Worker(address)",
    "storage of the host": "localStorage.theme",
    "an address": 'src="//example.org/a.png"',
}
LOADED_BY_STYLES = re.compile(r"@import|@font-face|url\(\s*[\"']?(?!data:)", re.IGNORECASE)


def without_names(script: str) -> str:
    for name in NAMES_OF_LANGUAGES:
        script = script.replace(name, "")
    return script


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_script_needs_nothing_of_its_host(what: str) -> None:
    script = without_names(SCRIPT.read_text(encoding="utf-8"))
    assert len(script) > 10_000
    assert re.findall(f".{{0,30}}(?:{FORBIDDEN[what]}).{{0,30}}", script) == []


@pytest.mark.parametrize("what", FORBIDDEN)
def test_what_is_forbidden_is_found(what: str) -> None:
    assert re.search(FORBIDDEN[what], CAUSES[what])


def test_the_styles_load_nothing() -> None:
    styles = STYLES.read_text(encoding="utf-8")
    assert ".nengo-explorer" in styles
    assert LOADED_BY_STYLES.findall(styles) == []
    assert not re.search(r"\bhttps?:", styles)


def test_styles_that_load_something_are_found() -> None:
    assert LOADED_BY_STYLES.search("a { background: url(image.png) }")
    assert not LOADED_BY_STYLES.search("a { background: url(data:image/png;base64,) }")


def test_the_whole_script_is_one_module_with_one_export() -> None:
    script = SCRIPT.read_text(encoding="utf-8")
    assert len(re.findall(r"\bexport\s*\{", script)) == 1
    assert re.search(r"export\s*\{\s*\w+ as default\s*\};?\s*$", script)


def test_files_beside_script_and_styles_are_not_needed() -> None:
    assert {path.suffix for path in STATIC.iterdir()} <= {".js", ".css"}
