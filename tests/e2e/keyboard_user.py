"""Somebody without a mouse, and what axe-core says of each state that they pass through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.e2e.explorer_view import ExplorerView
    from tests.e2e.lab_page import LabPage

#: Themes of JupyterLab, with what the widget makes of them.
THEMES: Final = {
    "JupyterLab Light": "light",
    "JupyterLab Dark": "dark",
    "JupyterLab Dark High Contrast": "dark",
}
MOST_STOPS: Final = 120
TYPING_MILLISECONDS: Final = 800

_IS_FOCUSED: Final = "element => element === document.activeElement"


class KeyboardUser:
    """Presses keys, and nothing else.

    Parameters
    ----------
    lab : LabPage
        The page.
    view : ExplorerView
        The widget.
    """

    def __init__(self, lab: LabPage, view: ExplorerView) -> None:
        self._lab = lab
        self._view = view
        self.press = lab.page.keyboard.press
        self.type = lab.page.keyboard.type

    def keys(self, *keys: str) -> None:
        """Press some keys, one after the other."""
        for key in keys:
            self.press(key)

    def go_to(self, target: Locator, key: str = "Tab") -> None:
        """Press Tab until something has the focus.

        Raises
        ------
        AssertionError
            If it never has.
        """
        expect(target).to_have_count(1)
        for _ in range(MOST_STOPS):
            if target.evaluate(_IS_FOCUSED):
                return
            self.press(key)
        raise AssertionError(f"{target} cannot be reached with {key}")

    def enter_widget(self) -> None:
        """Go from the notebook, in its command mode, into the widget."""
        self.press("Escape")
        for _ in range(MOST_STOPS):
            if self._view.root.locator(":focus").count():
                return
            self.press("Tab")
        raise AssertionError("the widget cannot be reached with Tab")

    def go_to_tree(self) -> None:
        """Go to the row of the tree that has the tab stop."""
        self.go_to(self._view.tree.locator("[data-focus]"), "Shift+Tab")

    def go_to_row(self, name: str) -> None:
        """In the tree, type the name of a row."""
        self.press("Control+Home")
        self.type(name)
        expect(self._view.tree.locator(":focus .ne-label")).to_have_text(name)
        # Until then a space would belong to the name.
        self._lab.page.wait_for_timeout(TYPING_MILLISECONDS)


def assert_nothing_found(lab: LabPage, context: str = ".nengo-explorer") -> None:
    """axe-core has no complaint, in any theme of JupyterLab and with forced colours."""
    root = lab.page.locator(".nengo-explorer").first
    for theme, ours in THEMES.items():
        _change_theme(lab, theme)
        expect(root).to_have_attribute("data-theme", ours)
        _assert_no_violation(lab, context, theme)
    _change_theme(lab, "JupyterLab Light")
    expect(root).to_have_attribute("data-theme", "light")
    lab.page.emulate_media(forced_colors="active")
    _assert_no_violation(lab, context, "forced colours")
    lab.page.emulate_media(forced_colors="none")


def _change_theme(lab: LabPage, theme: str) -> None:
    """Wait until JupyterLab's splash is gone: it would remove that of the next theme twice."""
    lab.command("apputils:change-theme", theme=theme)
    expect(lab.page.locator("body")).to_have_attribute("data-jp-theme-name", theme)
    expect(lab.page.locator("#jupyterlab-splash")).to_have_count(0)


def _assert_no_violation(lab: LabPage, context: str, where: str) -> None:
    result = Axe().run(lab.page, context=context)
    assert result.violations_count == 0, f"{where}: {result.generate_report()}"
