"""Takes all pictures of the documentation anew: python -m tests.e2e.screenshots.

They show the tour in JupyterLab, light and dark, with high contrast, wide and narrow. Arguments are
names of states, such as "proof", for those who need only some of them.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import expect, sync_playwright

from tests.e2e.chromium import launch
from tests.e2e.explorer_view import RUN_MILLISECONDS, clock_at
from tests.e2e.lab_page import LabPage
from tests.e2e.lab_server import REPOSITORY, LabServer
from tests.e2e.pictures import FOLDER, MAX_BYTES, PICTURES, SIZES, THEMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.explorer_view import ExplorerView
    from tests.e2e.pictures import Picture

TOUR = "01-tour.ipynb"
TOUR_MILLISECONDS = 240_000
SETTLED_MILLISECONDS = 700

#: Each picture shows its own part, and what belongs to another one is left out.
LEFT_OUT = {"simulation": ".ne-plots { display: none !important }"}
#: In sight as a whole, however long a part is.
TALL = 2600


def main() -> None:
    wanted = sys.argv[1:] or list(STATES)
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        LabServer(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        shutil.copy(REPOSITORY / "notebooks" / TOUR, server.notebooks)
        browser = launch(playwright)
        lab = LabPage(browser.new_page(viewport=SIZES["wide"]))
        lab.open(server.url(TOUR))
        lab.command("application:toggle-left-area")
        lab.run_all(TOUR_MILLISECONDS)
        explorer = lab.explorer()
        _prepare(lab, explorer)
        for state in wanted:
            STATES[state](lab, explorer)
            for picture in PICTURES:
                if picture.what == state:
                    _take(lab, explorer, picture)
        browser.close()


# ---- states -------------------------------------------------------------------------------------


def _prepare(lab: LabPage, explorer: ExplorerView) -> None:
    """Bring the explorer to where the tour has frozen a layer, with spikes."""
    lab.run_code("with net:\n    nengo_explorer.configure_settings(lif_smoothing=None)")
    explorer.choose("Off", "hidden_1")
    expect(explorer.effective("hidden_1", "bias")).to_have_text("Off")
    explorer.button("Reset").click()
    expect(explorer.clock).to_have_text(clock_at(0))
    explorer.run(0.5)
    explorer.select("hidden_1", "bias")


def _as_it_is(lab: LabPage, explorer: ExplorerView) -> None:
    """Nothing more than what the tour has done."""
    del lab
    explorer.select("hidden_1", "bias")


def _with_preview(lab: LabPage, explorer: ExplorerView) -> None:
    """What one setting for everything would write."""
    del lab
    explorer.setting("Digits").click()
    explorer.root.get_by_role("menuitem", name="Off").click()
    expect(explorer.root.get_by_role("dialog")).to_contain_text("will be written")


def _with_code(lab: LabPage, explorer: ExplorerView) -> None:
    """All settings as code, below the bar."""
    _leave_dialog(lab, explorer)
    explorer.button("Code").click()
    code = explorer.root.get_by_role("region", name="All settings in Python")
    expect(code).to_contain_text("hidden_1")


def _with_findings(lab: LabPage, explorer: ExplorerView) -> None:
    """Two settings that do not do what was meant."""
    lab.run_code(
        "net.config[nengo.Connection].trainable = False\n"
        "net.config[to_digit].trainable = None\n"
        "with net:\n    nengo_explorer.configure_settings(learning_phase=False)"
    )
    findings = explorer.root.get_by_role("region", name="Findings")
    expect(findings.get_by_role("listitem")).to_have_count(2)


def _with_proof(lab: LabPage, explorer: ExplorerView) -> None:
    """A check of gradients, and rates beside spikes."""
    lab.run_code(
        "with net:\n    nengo_explorer.configure_settings(learning_phase=None)\n"
        "net.config[nengo.Connection].trainable = None\n"
        "del net.config[to_digit].trainable"
    )
    explorer.button("Check gradients").click()
    gradients = explorer.root.get_by_role("table", name="One step of training, tried on a copy")
    expect(gradients).to_be_visible(timeout=RUN_MILLISECONDS)
    explorer.wait_until_ready()


def _with_prediction(lab: LabPage, explorer: ExplorerView) -> None:
    """A prediction of which some questions are answered."""
    lab.run_code("explorer.predict(hidden_1, to_hidden_1, to_digit)")
    lesson = explorer.root.get_by_role("region", name="Prediction")
    for name, answer in (("hidden_1: encoders", "Off"), ("hidden_1: bias", "On")):
        question = lesson.get_by_role("group", name=f"Is {name} trained?")
        question.get_by_role("button", name=answer, exact=True).click()
        expect(question).to_have_count(0)


def _leave_dialog(lab: LabPage, explorer: ExplorerView) -> None:
    lab.page.keyboard.press("Escape")
    expect(explorer.root.get_by_role("dialog")).to_have_count(0)


#: What brings the explorer into each state, in this order.
STATES: dict[str, Callable[[LabPage, ExplorerView], None]] = {
    "tour": _as_it_is,
    "tree": _as_it_is,
    "why": _as_it_is,
    "simulation": _as_it_is,
    "training": _as_it_is,
    "plots": _as_it_is,
    "bulk": _with_preview,
    "code": _with_code,
    "findings": _with_findings,
    "proof": _with_proof,
    "lesson": _with_prediction,
}


# ---- pictures -----------------------------------------------------------------------------------


def _take(lab: LabPage, explorer: ExplorerView, picture: Picture) -> None:
    page, theme = lab.page, "light" if picture.theme == "light" else "dark"
    size = SIZES[picture.size]
    page.set_viewport_size({**size, "height": TALL} if picture.part else size)
    page.wait_for_timeout(SETTLED_MILLISECONDS)
    lab.command("apputils:change-theme", theme=THEMES[picture.theme])
    expect(explorer.root).to_have_attribute("data-theme", theme)
    # Python draws the figures anew once it has heard of theme and width.
    page.wait_for_function(_FIGURES_FIT, arg=theme)
    explorer.root.evaluate("root => root.scrollIntoView({ block: 'start' })")
    page.mouse.move(0, 0)
    lab.wait_for_kernel()
    page.wait_for_timeout(SETTLED_MILLISECONDS)
    style = LEFT_OUT.get(picture.what)
    taken = (
        explorer.root.locator(picture.part).screenshot(animations="disabled", style=style)
        if picture.part
        else page.screenshot(animations="disabled")
    )
    image = Image.open(io.BytesIO(taken)).convert("RGB")
    # A palette makes the file half as large, and 256 colours are enough for a page.
    image.quantize(256, dither=Image.Dither.NONE).save(picture.path, optimize=True)
    written = picture.path.stat().st_size
    if written > MAX_BYTES:
        raise RuntimeError(f"{picture.path.name} has {written} bytes; the limit is {MAX_BYTES}")
    sys.stdout.write(f"{picture.path.name}: {written} bytes\n")
    sys.stdout.flush()


# Figures are as wide as their place, to some 20 pixels, and their text is of the theme.
_FIGURES_FIT = """
(theme) => {
  const pane = document.querySelector(".nengo-explorer .ne-plots");
  const brightness = (image) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth / 20, image.naturalHeight];
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const isOpaque = (i) => i % 4 === 0 && data[i + 3] > 200;
    const reds = [...data.keys()].filter(isOpaque).map((i) => data[i]);
    return reds.reduce((sum, red) => sum + red, 0) / reds.length;
  };
  return [...pane.querySelectorAll("img")].every((image) => {
    if (!image.complete || image.naturalWidth === 0) return false;
    const gap = pane.clientWidth - image.clientWidth;
    return brightness(image) > 128 === (theme === "dark") && gap >= 0 && gap < 60;
  });
}
"""


if __name__ == "__main__":
    main()
