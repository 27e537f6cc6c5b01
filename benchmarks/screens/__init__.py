"""How runs look on screen and what somebody does with them there, timed in headless Chromium.

One module for each peer that has a table of runs, with a context manager ``screen`` whose result
can be opened, sorted and filtered. What starts JupyterLab and finds Chromium is the tests', in
``tests/lab``: the panels are measured in what they are tested in.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "lab"))

HEIGHT = 1000  # px
PAINTING = Path(__file__).with_name("painting.js")
WAIT = 120_000  # ms until something that must come has not; a peer may take half a minute


class Screen(Protocol):
    """A table of runs; each method returns the seconds until its effect was painted."""

    def show_runs(self) -> float:
        """Show the first rows, where they are not or anew."""

    def sort(self, metric: str, values: Sequence[float]) -> float:
        """Click on a metric's header, until the run with the least of its values is on top."""

    def filter(self, metric: str, below: int, values: Sequence[float]) -> float:
        """Filter by ``metric < below``: from the last key until what matches is there."""

    @property
    def rows(self) -> int:
        """How many runs can be scrolled to."""


def screen(peer: str, folder: Path, height: int = HEIGHT) -> AbstractContextManager[Screen]:
    """Return a peer's table of the runs in a folder, in a window of that height."""
    return importlib.import_module(f"benchmarks.screens.{peer}").screen(folder, height)


@contextmanager
def browser_page(height: int) -> Iterator[Page]:
    """Open a page in a Chromium of its own, which knows ``painting``."""
    import chromium
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=WAIT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=list(chromium.FLAGS)
        )
        page = browser.new_page(viewport={"width": 1400, "height": height})
        page.set_default_timeout(WAIT)
        page.add_init_script(path=PAINTING)
        yield page
        browser.close()


def until_painted(page: Page, kind: str, act: Callable[[], object], test: str) -> float:
    """Act, and return the seconds from the event of that kind until ``test`` was painted."""
    page.evaluate(
        f"() => {{ globalThis.measured = painting.after('{kind}', () => {test}); }}",
    )
    act()
    return page.evaluate("() => globalThis.measured") / 1000
