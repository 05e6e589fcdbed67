"""A notebook open in JupyterLab, as a test handles it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.e2e.explorer_view import ExplorerView

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Dialog, Error, Locator, Page

OPEN_MILLISECONDS = 60_000
COMMAND_MILLISECONDS = 60_000

# The notebook that is on top, and its cell of a number; negative ones count from the end.
_CELL = """
const panel = window.jupyterapp.shell.currentWidget;
const notebook = panel.content;
const cellAt = (index) => notebook.widgets.at(index);
const outputsOf = (cell) => cell.model.outputs?.toJSON() ?? [];
"""


def _execute(command: str, **arguments: Any) -> str:
    return f"window.jupyterapp.commands.execute({json.dumps(command)}, {json.dumps(arguments)})"


#: Runs the last cell, whichever has become active since it was added: a page may focus another.
_RUN_LAST = (
    f"(() => {{ {_CELL} notebook.deselectAll();"
    " notebook.activeCellIndex = notebook.widgets.length - 1;"
    f" return {_execute('notebook:run-cell')}; }})()"
)


class LabPage:
    """One notebook in one page.

    Attributes
    ----------
    page : Page
        The page of the browser.
    errors : list of str
        What the console has shown of errors, and exceptions that nothing has caught.
    dialogs : list of str
        Dialogs that scripts have opened, such as ``alert``.
    requests_elsewhere : list of str
        Addresses that are not this machine's, and were asked for all the same.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        self.dialogs: list[str] = []
        self.requests_elsewhere: list[str] = []
        page.on("console", self._on_console)
        page.on("pageerror", self._on_error)
        page.on("dialog", self._on_dialog)
        page.context.on("request", lambda request: self._on_request(request.url))
        page.on("websocket", lambda socket: self._on_request(socket.url))

    def open(self, url: str) -> None:
        """Open a notebook, and wait until its kernel is ready."""
        self.page.goto(url, timeout=OPEN_MILLISECONDS)
        expect(self.page.locator(".jp-Notebook .jp-Cell").first).to_be_visible(
            timeout=OPEN_MILLISECONDS
        )
        self._wait_for(
            "window.jupyterapp.restored.then("
            "() => window.jupyterapp.shell.currentWidget.sessionContext.ready)",
            OPEN_MILLISECONDS,
        )

    @property
    def notebook_name(self) -> str:
        """File name of the notebook that is on top."""
        name: str = self.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.path")
        return name

    def open_beside(self, name: str) -> None:
        """Open another notebook in the same page, beside the first one, and wait for its kernel."""
        self.command("docmanager:open", path=name, options={"mode": "split-right"})
        self.activate(name)

    def activate(self, name: str) -> None:
        """Make one of several notebooks the one that commands are about."""
        self._wait_for(
            "(async () => { const { shell } = window.jupyterapp;"
            f" const panel = [...shell.widgets('main')].find((w) => w.context.path === '{name}');"
            " shell.activateById(panel.id); await panel.sessionContext.ready; })()",
            OPEN_MILLISECONDS,
        )

    def idle_explorer(self, code: str) -> ExplorerView:
        """The widget with nothing going on, after some code has been run below it."""
        view = self.explorer()
        view.stop()
        self.keep_cells(2)
        self.run_code(code)
        return view

    def tidy_explorer(self, code: str) -> ExplorerView:
        """The widget with everything open and alone, after some code has been run and removed."""
        self.keep_cells(2)
        self.run_code(code)
        self.keep_cells(2)
        view = self.explorer()
        view.tidy()
        return view

    def explorer(self, index: int = 0) -> ExplorerView:
        """The widgets of the page, in order."""
        return ExplorerView(self.page, self.page.locator(".nengo-explorer").nth(index))

    def run_all(self, milliseconds: int = COMMAND_MILLISECONDS) -> None:
        """Run all cells, and wait until the last one has ended."""
        self._wait_for(_execute("notebook:run-all-cells"), milliseconds)

    def command(self, name: str, **arguments: Any) -> None:
        """Carry out a command of JupyterLab, and wait for it."""
        self._wait_for(_execute(name, **arguments), COMMAND_MILLISECONDS)

    def run_code(self, code: str) -> str:
        """Run code in a new last cell; what it printed.

        Raises
        ------
        AssertionError
            If it raised an error.
        """
        self.add_cell(code)
        self._wait_for(_RUN_LAST, COMMAND_MILLISECONDS)
        # JupyterLab draws outputs once they come into sight.
        self.last_cell.scroll_into_view_if_needed()
        assert self.cells_not_run(last=1) == 0, "the kernel has not run the cell"
        outputs = self.outputs(-1)
        failed = [output for output in outputs if output["output_type"] == "error"]
        assert not failed, "\n".join(failed[0]["traceback"])
        return "".join(output.get("text", "") for output in outputs)

    def value_of(self, expression: str) -> str:
        """What a Python expression is, as it is printed."""
        return self.run_code(f"print({expression})").strip()

    def wait_until_printed(self, code: str, expected: str, tries: int = 20) -> None:
        """Run code until it prints something, as what the browser tells Python takes a moment.

        Raises
        ------
        AssertionError
            If it never does.
        """
        printed: list[str] = []
        while expected not in printed:
            assert len(printed) < tries, f"{code} printed {printed} and never {expected!r}"
            printed.append(self.run_code(code).strip())

    def start_code(self, code: str) -> None:
        """Start code in a new last cell, and do not wait for it."""
        self.add_cell(code)
        self.page.evaluate(f"() => void {_RUN_LAST}")

    def add_cell(self, code: str) -> None:
        """Add a last cell, which becomes the active one."""
        self.page.evaluate(
            f"async (code) => {{ {_CELL}"
            " notebook.activeCellIndex = notebook.widgets.length - 1;"
            " await window.jupyterapp.commands.execute('notebook:insert-cell-below');"
            " notebook.activeCell.model.sharedModel.setSource(code); }",
            code,
        )

    def keep_cells(self, count: int) -> None:
        """Delete all cells but the first ones."""
        self.page.evaluate(
            f"(count) => {{ {_CELL} const cells = notebook.model.sharedModel;"
            " cells.deleteCellRange(count, cells.cells.length); }",
            count,
        )

    def outputs(self, index: int) -> list[dict[str, Any]]:
        """Outputs of a cell, as in the notebook format."""
        found: list[dict[str, Any]] = self.page.evaluate(
            f"(index) => {{ {_CELL} return outputsOf(cellAt(index)); }}", index
        )
        return found

    def failed_cells(self) -> list[str]:
        """Errors that cells have ended with."""
        found: list[str] = self.page.evaluate(
            f"() => {{ {_CELL} return notebook.widgets.flatMap(outputsOf)"
            ".filter((output) => output.output_type === 'error')"
            ".map((output) => `${output.ename}: ${output.evalue}`); }"
        )
        return found

    @property
    def last_cell(self) -> Locator:
        """The last cell, with its outputs."""
        return self.page.locator(".jp-Notebook .jp-Cell").last

    def cells_not_run(self, last: int = 0) -> int:
        """Number of cells with code, among all or the last few, that have not been run."""
        count: int = self.page.evaluate(
            f"(last) => {{ {_CELL} return notebook.widgets.slice(-last).filter("
            "(cell) => cell.model.type === 'code' && cell.model.executionCount === null).length; }",
            last,
        )
        return count

    @property
    def cell_count(self) -> int:
        """Number of cells."""
        count: int = self.page.evaluate(f"() => {{ {_CELL} return notebook.widgets.length; }}")
        return count

    def wait_for_kernel(self) -> None:
        """Wait until the kernel is idle."""
        self.page.wait_for_function(
            "() => window.jupyterapp.shell.currentWidget.sessionContext"
            ".session?.kernel?.status === 'idle'"
        )

    def _wait_for(self, promise: str, milliseconds: int) -> None:
        """Wait for a promise, but not for ever: a browser would."""
        self.page.evaluate(
            f"(time) => Promise.race([Promise.resolve({promise}).then(() => {{}}), new Promise("
            "(_, reject) => setTimeout(() => reject(new Error('took too long')), time))])",
            milliseconds,
        )

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def _on_error(self, error: Error) -> None:
        self.errors.append(f"uncaught: {error.stack or error}")

    def _on_request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.hostname != "127.0.0.1" and parts.scheme not in ("blob", "data"):
            self.requests_elsewhere.append(url)

    def _on_dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()
