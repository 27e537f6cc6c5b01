from collections.abc import Iterator

import chromium
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from lab import WAIT, Lab, Notebook, open_lab


def pytest_collection_modifyitems(items):
    """Keep these on one worker: a JupyterLab and a browser for every worker would be two."""
    for item in items:
        if item.path.parent.name == "lab":
            item.add_marker(pytest.mark.xdist_group("lab"))


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
def notebook(page, lab, request) -> Iterator[Notebook]:
    """A new notebook in a folder of its own, with Shelduck loaded."""
    name = request.node.name.translate(str.maketrans("[]/", "---"))
    opened = Notebook(page, lab.write(f"{name}/taxi.ipynb", []), lab.folder).open()
    opened.run("%load_ext shelduck\nimport shelduck")
    yield opened
    opened.close()
