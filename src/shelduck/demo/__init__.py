"""The guiding notebook on New York's taxi trips, executed end to end."""

from __future__ import annotations

import importlib.util
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from shelduck import formats
from shelduck.errors import BadValue, ShelduckError
from shelduck.records import Run

NOTEBOOK = "01-nyc-taxi.ipynb"
NEEDED = (
    "hyperopt",
    "ipykernel",
    "matplotlib",
    "nbclient",
    "nbconvert",
    "pyarrow",
    "sklearn",
    "xgboost",
)


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demo leaves behind."""

    notebook: Path
    """The executed notebook."""
    html: Path
    """The same as a page of its own, that loads nothing from elsewhere."""
    store: Path
    """The store with the notebook's runs."""
    best: Run
    """The run with the least ``rmse``; of several, the latest."""
    seconds: float

    def __str__(self) -> str:
        data = self.best.data
        params = [f"{key}={formats.value(param)}" for key, param in data.params.items()]
        return (
            f"\nbest run  {self.best.info.run_name}  rmse {data.metrics['rmse']:.3f}\n"
            f"params    {', '.join(params) or 'none'}\n"
            f"notebook  {self.notebook}\n"
            f"page      {self.html}\n"
            f"store     {self.store}\n"
            f"time      {formats.duration(self.seconds)}"
        )


def run_demo(folder: str | os.PathLike[str]) -> DemoResult:
    """Execute the guiding notebook in a folder of its own, with a store of its own.

    A line for each cell is printed as it ends.

    Parameters
    ----------
    folder
        New or empty: nothing there is ever overwritten.

    Raises
    ------
    BadValue
        When something lies in the folder already.
    ShelduckError
        When a package of the extra ``taxi`` is missing, or a cell fails; the notebook is then
        left as far as it got.
    """
    _check_installed()
    from shelduck.demo.notebook import execute, write_html

    begun = time.monotonic()
    notebook = _copied(_empty(Path(folder)))
    store = notebook.with_name("shelduck.duckdb")
    # On a machine that has other work too, XGBoost's threads would wait for each other busily.
    waiting = os.environ.get("OMP_WAIT_POLICY", "passive")
    execute(notebook, {"SHELDUCK_STORE": str(store), "OMP_WAIT_POLICY": waiting})
    html = write_html(notebook)
    return DemoResult(notebook, html, store, _best(store), time.monotonic() - begun)


def _check_installed() -> None:
    if missing := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
        raise ShelduckError(
            f'the demo needs {", ".join(missing)}: pip install "shelduck[taxi]" brings it'
        )


def _empty(folder: Path) -> Path:
    folder = folder.resolve()
    if folder.exists() and not folder.is_dir():
        raise BadValue(f"{folder} is a file: the demo needs a folder")
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise BadValue(f"{folder} is not empty: name a new folder for the demo, or remove it")
    return folder


def _copied(folder: Path) -> Path:
    packaged = Path(__file__).with_name(NOTEBOOK)
    source = Path(__file__).parents[3] / "notebooks" / NOTEBOOK
    return Path(shutil.copyfile(packaged if packaged.exists() else source, folder / NOTEBOOK))


def _best(store: Path) -> Run:
    from shelduck.tracking.fluent import get_tracking_uri, set_tracking_uri
    from shelduck.tracking.search import search_runs

    before = get_tracking_uri()
    set_tracking_uri(store)
    try:
        [best] = search_runs(
            order_by=["metrics.rmse ASC", "attributes.start_time DESC"],
            max_results=1,
            output_format="list",
            search_all_experiments=True,
        )
    finally:
        set_tracking_uri(before)
    return best
