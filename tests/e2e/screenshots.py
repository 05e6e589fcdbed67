"""Pictures of the tour in JupyterLab, for the documentation: python -m tests.e2e.screenshots.

Light and dark, wide and narrow, into ``docs/images``.
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
from tests.e2e.explorer_view import clock_at
from tests.e2e.lab_page import LabPage
from tests.e2e.lab_server import REPOSITORY, LabServer

if TYPE_CHECKING:
    from playwright.sync_api import ViewportSize

    from tests.e2e.explorer_view import ExplorerView

TOUR = "01-tour.ipynb"
TOUR_MILLISECONDS = 240_000
MAX_BYTES = 300_000
THEMES = ("light", "dark")
SIZES: dict[str, ViewportSize] = {
    "wide": {"width": 1460, "height": 1160},
    "narrow": {"width": 560, "height": 1720},
}


def main() -> None:
    images = REPOSITORY / "docs" / "images"
    images.mkdir(exist_ok=True)
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
        for size, viewport in SIZES.items():
            for theme in THEMES:
                _take(lab, explorer, theme, viewport, images / f"tour-{size}-{theme}.png")
        browser.close()


def _prepare(lab: LabPage, explorer: ExplorerView) -> None:
    """Bring the explorer to where the tour has frozen a layer, with spikes."""
    lab.run_code("with net:\n    nengo_explorer.configure_settings(lif_smoothing=None)")
    explorer.choose("Off", "hidden_1")
    expect(explorer.effective("hidden_1", "bias")).to_have_text("Off")
    explorer.button("Reset").click()
    expect(explorer.clock).to_have_text(clock_at(0))
    explorer.run(0.5)
    explorer.select("hidden_1", "bias")


def _take(
    lab: LabPage, explorer: ExplorerView, theme: str, viewport: ViewportSize, path: Path
) -> None:
    lab.page.set_viewport_size(viewport)
    lab.command("apputils:change-theme", theme=f"JupyterLab {theme.title()}")
    expect(explorer.root).to_have_attribute("data-theme", theme)
    # Python draws the figures anew once it has heard of theme and width.
    lab.page.wait_for_function(_FIGURES_FIT, arg=theme)
    explorer.root.evaluate("root => root.scrollIntoView({ block: 'start' })")
    lab.page.mouse.move(0, 0)
    lab.wait_for_kernel()
    picture = Image.open(io.BytesIO(lab.page.screenshot(animations="disabled"))).convert("RGB")
    # A palette makes the file half as large, and 256 colours are enough for a page.
    picture.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise RuntimeError(f"{path.name} has {size} bytes; the limit is {MAX_BYTES}")
    sys.stdout.write(f"{path}: {size} bytes\n")


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
