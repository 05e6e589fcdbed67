"""One browser and one JupyterLab for all tests; a fresh page and kernel for each module."""

from __future__ import annotations

import secrets
import shutil
from typing import TYPE_CHECKING

import nbformat
import pytest
from playwright.sync_api import expect, sync_playwright

from tests.e2e.chromium import launch
from tests.e2e.lab_page import LabPage
from tests.e2e.lab_server import PYTHON, REPOSITORY, LabServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, ViewportSize

# Enough for a busy machine; what takes longer on purpose says so itself.
WAIT_MILLISECONDS = 20_000
VIEWPORT: ViewportSize = {"width": 1400, "height": 1000}

expect.set_options(timeout=WAIT_MILLISECONDS)


def write_notebook(server: LabServer, *cells: str, kernel: str = PYTHON) -> str:
    """Write a notebook with the cells that are given; its name."""
    path = server.notebooks / f"made-{secrets.token_hex(4)}.ipynb"
    code = [nbformat.v4.new_code_cell(cell) for cell in cells]
    # Without a kernel's name JupyterLab would ask for one.
    specification = {"name": kernel, "display_name": kernel, "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=code, metadata={"kernelspec": specification})
    nbformat.write(notebook, path)
    return path.name


@pytest.fixture(scope="session")
def lab_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    with LabServer(tmp_path_factory.mktemp("lab")) as server:
        for notebook in (REPOSITORY / "notebooks").glob("*.ipynb"):
            shutil.copy(notebook, server.notebooks)
        yield server


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def open_notebook(chromium: Browser, lab_server: LabServer) -> Iterator[Callable[[str], LabPage]]:
    """Open notebooks by name; their pages and kernels end with the module."""
    contexts: list[BrowserContext] = []

    def open_one(name: str) -> LabPage:
        context = chromium.new_context(viewport=VIEWPORT)
        context.set_default_timeout(WAIT_MILLISECONDS)
        contexts.append(context)
        page = LabPage(context.new_page())
        page.open(lab_server.url(name))
        return page

    yield open_one
    for context in contexts:
        context.close()
    lab_server.stop_kernels()


@pytest.fixture(scope="module")
def open_cells(
    open_notebook: Callable[[str], LabPage], lab_server: LabServer
) -> Callable[..., LabPage]:
    """Write a notebook with the cells that are given, open it, and run it.

    The kernel is one of those that the server has.
    """

    def open_new(*cells: str, kernel: str = PYTHON) -> LabPage:
        page = open_notebook(write_notebook(lab_server, *cells, kernel=kernel))
        page.run_all()
        assert page.failed_cells() == []
        return page

    return open_new


@pytest.fixture(scope="module")
def lab(open_cells: Callable[..., LabPage], request: pytest.FixtureRequest) -> LabPage:
    """The notebook of a module: a cell with its NETWORK, and one that SHOWs the widget."""
    return open_cells(request.module.NETWORK, request.module.SHOW)
