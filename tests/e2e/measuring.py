"""What the kernel sends to a page, and what the frames of the page take."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

#: Scrolls by some pixels in every frame, and looks at what the frame before has shown. Arguments:
#: pixels, number of frames.
SCROLL: Final = """
([pixels, count]) => new Promise((done) => {
  const tree = document.querySelector(".nengo-explorer .ne-tree");
  const box = tree.getBoundingClientRect();
  const isBlank = () => [0.1, 0.5, 0.9].some((part) => {
    const y = box.top + 40 + (box.height - 60) * part;
    return !document.elementFromPoint(box.left + 60, y)?.closest("[data-row]");
  });
  let blank = 0;
  let frames = -1;
  const next = () => {
    frames += 1;
    if (frames > 0) blank += isBlank() ? 1 : 0;
    if (frames >= count) return done({ frames, blank, top: tree.scrollTop });
    tree.scrollTop += pixels;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
})
"""


class Traffic:
    """Counts what the kernel sends to a page.

    Parameters
    ----------
    page : Page
        The page.

    Attributes
    ----------
    received : float
        Bytes so far.
    """

    def __init__(self, page: Page) -> None:
        self.received = 0.0
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.webSocketFrameReceived", self._on_frame)

    def _on_frame(self, event: dict[str, Any]) -> None:
        response = event["response"]
        is_text = response["opcode"] == 1
        # Bytes come in Base64.
        self.received += len(response["payloadData"]) * (1 if is_text else 0.75)


def frame_times(browser: Browser, page: Page, script: str, argument: Any) -> tuple[Any, Any]:
    """Times between the frames that Chromium has drawn while a script runs, from its tracing.

    Parameters
    ----------
    browser : Browser
        Chromium.
    page : Page
        Where to run the script.
    script, argument
        As for ``page.evaluate``.

    Returns
    -------
    milliseconds : (n,) ndarray of float64
        From each frame to the next.
    value : object
        What the script has returned.
    """
    categories = ["devtools.timeline", "disabled-by-default-devtools.timeline.frame"]
    browser.start_tracing(page=page, categories=categories)
    value = page.evaluate(script, argument)
    trace = json.loads(browser.stop_tracing())
    drawn = sorted(event["ts"] for event in trace["traceEvents"] if event["name"] == "DrawFrame")
    return np.diff(drawn) / 1000, value
