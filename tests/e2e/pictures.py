"""The pictures of the documentation: which there are, and what each shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tests.e2e.lab_server import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import ViewportSize

FOLDER: Final = REPOSITORY / "docs" / "images"
MAX_BYTES: Final = 150_000

#: Themes of JupyterLab.
THEMES: Final = {
    "light": "JupyterLab Light",
    "dark": "JupyterLab Dark",
    "contrast": "JupyterLab Dark High Contrast",
}
SIZES: Final[dict[str, ViewportSize]] = {
    "wide": {"width": 1460, "height": 1160},
    "narrow": {"width": 560, "height": 1720},
}


class Picture(NamedTuple):
    """One picture.

    Attributes
    ----------
    what : str
        The state of the explorer that it shows; see `screenshots.STATES`.
    theme, size : str
        Of `THEMES` and `SIZES`.
    part : str
        Selector of the part of the page; empty for what is on the screen.
    """

    what: str
    theme: str = "light"
    size: str = "wide"
    part: str = ""

    @property
    def path(self) -> Path:
        """The file."""
        words = [self.what, *([self.size] if not self.part or self.size == "narrow" else [])]
        return FOLDER / f"{'-'.join([*words, self.theme])}.png"


_TOUR: Final = [Picture("tour", theme, size) for size in SIZES for theme in ("light", "dark")]

PICTURES: Final = (
    *_TOUR,
    Picture("tour", "contrast"),
    Picture("tree", part=".ne-tree-pane"),
    Picture("tree", "dark", part=".ne-tree-pane"),
    Picture("tree", "contrast", part=".ne-tree-pane"),
    Picture("tree", "light", "narrow", ".ne-tree-pane"),
    Picture("why", part=".ne-why"),
    Picture("why", "dark", part=".ne-why"),
    Picture("simulation", part=".ne-simulation"),
    Picture("training", part=".ne-plot-group:first-child"),
    Picture("plots", part=".ne-plot-group:last-child"),
    Picture("bulk", part=".ne-tree-pane"),
    Picture("code", part=".ne-bar"),
    Picture("findings", part=".ne-findings"),
    Picture("proof", part=".ne-proof"),
    Picture("proof", "dark", part=".ne-proof"),
    Picture("lesson", part=".ne-lesson"),
)
