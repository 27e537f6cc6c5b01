from collections.abc import Iterator

import chromium
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from seed import LOADED

from lab import WAIT, Lab, Notebook, open_lab

expect.set_options(timeout=WAIT)


@pytest.fixture(scope="session")
def lab(tmp_path_factory) -> Iterator[Lab]:
    server = Lab(tmp_path_factory.mktemp("lab"))
    server.wait()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=list(chromium.FLAGS)
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def page(browser, lab) -> Iterator[Page]:
    """The page that JupyterLab is in."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(WAIT)
    open_lab(page, lab)
    yield page
    page.close()


@pytest.fixture
def faults(page) -> Iterator[list[str]]:
    """What goes wrong in a panel's module; nothing may, at the end of a test."""
    found: list[str] = []

    def hear(error):
        if "blob:" in (error.stack or ""):  # a module that came from a kernel
            found.append(error.stack)

    page.on("pageerror", hear)
    yield found
    page.remove_listener("pageerror", hear)
    assert not found


@pytest.fixture
def notebook(page, lab, faults, request) -> Iterator[Notebook]:
    """A new notebook in a folder of its own, with Shelduck loaded."""
    name = request.node.name.translate(str.maketrans("[]/", "---"))
    opened = Notebook(page, lab.write(f"{name}/taxi.ipynb", []), lab.folder).open()
    opened.run(LOADED)
    yield opened
    opened.close()
