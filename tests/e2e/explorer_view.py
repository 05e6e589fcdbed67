"""One view of the widget, found as a user of assistive technology would find its parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

RUN_MILLISECONDS = 60_000


def clock_at(steps: int) -> re.Pattern[str]:
    """What the clock shows after a number of steps."""
    return re.compile(rf" {steps:,} steps$")


class ExplorerView:
    """One view of the widget.

    Parameters
    ----------
    page : Page
        The page it is on.
    root : Locator
        Its root element.
    """

    def __init__(self, page: Page, root: Locator) -> None:
        self.page = page
        self.root = root
        self.tree = root.get_by_role("treegrid")
        self.why = root.get_by_role("region", name="Why")
        # The rule that decides, and those that have lost to another.
        rules = self.why.get_by_role("listitem")
        self.winner = rules.filter(has=page.get_by_text("decides", exact=True))
        self.losers = rules.filter(has=page.get_by_text(re.compile("^overridden by ")))
        self.simulation = root.get_by_role("region", name="Simulation")
        self.images = self.simulation.locator("figure img")
        self.clock = self.simulation.locator(".ne-clock")
        self.phase = self.simulation.locator(".ne-phase")

    def row(self, *names: str) -> Locator:
        """The row at the end of a path of names, such as an ensemble and "bias".

        The last name is looked for below the ones before it.
        """
        index = 0
        rows = self.tree.locator("[data-row]")
        for name in names:
            named = rows.locator(".ne-label").filter(has_text=re.compile(f"^{re.escape(name)}$"))
            expect(named).not_to_have_count(0)
        texts = rows.locator(".ne-label").all_text_contents()
        for name in names:
            index = next((i for i in range(index, len(texts)) if texts[i] == name), -1)
            assert index >= 0, f"no row {' > '.join(names)} among {texts}"
        number = rows.nth(index).get_attribute("data-row")
        return self.tree.locator(f"[data-row='{number}']")

    def setting(self, *names: str) -> Locator:
        """The control that holds the setting of a row."""
        return self.row(*names).locator("[data-setting]")

    def effective(self, *names: str) -> Locator:
        """What holds for a row."""
        return self.row(*names).locator(".ne-effective-text")

    def choose(self, setting: str, *names: str) -> None:
        """Choose a setting of a row from its menu."""
        self.setting(*names).click()
        menu = self.root.get_by_role("menu")
        menu.get_by_role("menuitemradio", name=re.compile(f"^{setting}")).click()
        expect(menu).to_have_count(0)

    def select(self, *names: str) -> None:
        """Select a row, whose explanation is then shown."""
        self.row(*names).locator(".ne-label").click()
        expect(self.why.locator(".ne-pane-body")).to_have_attribute("aria-busy", "false")

    def tidy(self) -> None:
        """Open all rows, and search for nothing."""
        self.root.get_by_label("Filter rows by name").fill("")
        self.button("Expand all").click()

    def button(self, name: str) -> Locator:
        """A button by its name."""
        return self.root.get_by_role("button", name=name, exact=True)

    def run(self, seconds: float) -> None:
        """Press Run, and wait until the run has ended and its figures are drawn."""
        before = self.steps()
        self.start(seconds)
        expect(self.clock).to_have_text(
            clock_at(before + round(seconds * 1000)), timeout=RUN_MILLISECONDS
        )
        self.wait_until_ready()

    def start(self, seconds: float) -> None:
        """Press Run."""
        self.root.get_by_label("Run time").fill(str(seconds))
        self.button("Run").click()

    def wait_until_ready(self) -> None:
        """Wait until nothing is going on any more."""
        expect(self.phase).to_have_text("Ready", timeout=RUN_MILLISECONDS)

    def stop(self) -> None:
        """Press Stop if something is going on, and wait for its end."""
        expect(self.phase).not_to_have_text("")
        if self.button("Stop").get_attribute("aria-disabled") == "false":
            self.button("Stop").click()
        expect(self.phase).to_have_text(re.compile("Ready|Not built|Error"))

    def steps(self) -> int:
        """Number of steps that the simulator has run, by the clock on show."""
        text = self.clock.inner_text()
        return int(re.sub(r"\D", "", text.split(",", 1)[1]))

    def image_sources(self) -> list[str]:
        """Address of each image, which changes with its content."""
        return [image.get_attribute("src") or "" for image in self.images.all()]
