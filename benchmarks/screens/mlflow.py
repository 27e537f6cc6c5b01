"""The page of MLflow's server: what one has open beside the notebook."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.peers.fluent import EXPERIMENT
from benchmarks.screens import browser_page, until_painted

if TYPE_CHECKING:
    from playwright.sync_api import Page

TOP = '.ag-row[row-index="0"] '
# Only columns in sight exist, and those of metrics are the last.
LAST_COLUMNS = "document.querySelector('.ag-center-cols-viewport').scrollLeft = 1e6"
NAMED = f"document.querySelector('{TOP}[col-id*=\"Run Name\"]')?.innerText"


class Training:
    """The page of an experiment's training runs."""

    def __init__(self, page: Page, url: str) -> None:
        self._page, self._url = page, url

    def show_runs(self) -> float:
        """Load the page; the server is warm, and from the second time the browser's cache is."""
        self._page.goto("about:blank")
        self._page.goto(self._url, wait_until="commit")
        # The page's clock starts with its navigation.
        return self._page.evaluate(f"() => painting.when(() => {NAMED})") / 1000

    def sort(self, metric: str, values: Sequence[float]) -> float:
        self._descending(metric, values)
        click = self._page.locator(_head(metric)).click
        return until_painted(self._page, "click", click, _on_top(metric, min(values)))

    def filter(self, metric: str, below: int, values: Sequence[float]) -> float:
        box = self._page.get_by_placeholder("metrics.rmse < 1")
        box.fill("")
        box.press("Enter")
        self._descending(metric, values)  # so that the top says which filter it is of
        box.fill(f"metrics.{metric} < {below}")
        top = max(value for value in values if value < below)
        return until_painted(
            self._page, "keydown", lambda: box.press("Enter"), _on_top(metric, top)
        )

    @property
    def rows(self) -> int:
        return int(self._page.get_by_text("matching runs").locator("strong").inner_text())

    def _descending(self, metric: str, values: Sequence[float]) -> None:
        """Sort by the menu, which shows the metric's column as well, and keeps the direction."""
        self._page.locator("button[aria-label^='Sort:']").click()
        self._page.get_by_test_id(f"sort-select-{metric}").click()
        least, greatest = (_on_top(metric, end(values)) for end in (min, max))
        self._page.wait_for_function(f"() => {{ {LAST_COLUMNS}; return {least} || {greatest}; }}")
        if self._page.evaluate(least):
            self._page.locator(_head(metric)).click()
            self._page.wait_for_function(greatest)


def _head(metric: str) -> str:
    return f".ag-header-cell[col-id='metrics.`{metric}`']"


def _on_top(metric: str, value: float) -> str:
    cell = f"document.querySelector('{TOP}[col-id=\"metrics.`{metric}`\"]')?.innerText"
    return f"Math.abs(Number({cell}) - {value}) < 1e-9"


@contextmanager
def screen(folder: Path, height: int) -> Iterator[Training]:
    """Start a server on the runs in a folder, and open a browser."""
    import mlflow

    mlflow.set_tracking_uri(f"sqlite:///{folder / 'mlflow.db'}")
    experiment = mlflow.get_experiment_by_name(EXPERIMENT).experiment_id
    with _server(folder) as url, browser_page(height) as page:
        yield Training(page, f"{url}/#/experiments/{experiment}/runs")


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    port = _free_port()
    store = f"sqlite:///{folder / 'mlflow.db'}"
    command = ["mlflow", "server", "--backend-store-uri", store, "--port", str(port)]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command, "--workers", "1"],  # one user: the quickest to start
            cwd=folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        while process.poll() is None and not _answers(url):
            pass
        yield url
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/health", timeout=10).close()
    except OSError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
