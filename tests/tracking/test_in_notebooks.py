"""Runs in a real IPython shell: what a failed cell leaves behind, and what a notebook is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

Cell = Callable[[str], object]


@pytest.fixture
def cell(shelduck, tmp_path, monkeypatch) -> Iterator[Cell]:
    """Execute cells as a notebook does; a failing cell returns its exception."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    shell.showtraceback = lambda *_, **__: None
    shell.user_ns["shelduck"] = shelduck

    def run_cell(source: str) -> object:
        result = shell.run_cell(source, store_history=True)
        return result.error_in_exec or result.error_before_exec or result.result

    yield run_cell
    InteractiveShell.clear_instance()


def statuses(shelduck) -> dict[str, tuple[str, str | None]]:
    runs = shelduck.search_runs(output_format="list")
    return {run.info.run_name: (run.info.status, run.info.error) for run in runs}


def test_a_run_begun_in_a_failing_cell_failed_with_its_exception(cell, shelduck):
    cell("shelduck.start_run(run_name='one'); shelduck.log_param('a', 1); 1 / 0")
    assert shelduck.active_run() is None
    assert statuses(shelduck) == {"one": ("FAILED", "ZeroDivisionError: division by zero")}


def test_run_again_the_cell_begins_another_run(cell, shelduck):
    """MLflow says "already active", and then that param values cannot change."""
    source = "shelduck.start_run(run_name='{}'); shelduck.log_param('a', {}); {}"
    cell(source.format("one", 1, "1 / 0"))
    assert cell(source.format("two", 2, "None")) is None
    assert shelduck.active_run().info.run_name == "two"
    cell("shelduck.end_run()")
    assert {n: s for n, (s, _) in statuses(shelduck).items()} == {
        "one": "FAILED",
        "two": "FINISHED",
    }


def test_a_run_left_open_ends_where_the_next_begins(cell, shelduck):
    cell("shelduck.start_run(run_name='one')")
    cell("shelduck.log_metric('rmse', 1.0)")
    cell("shelduck.start_run(run_name='two')")
    assert statuses(shelduck) == {"one": ("FINISHED", None), "two": ("RUNNING", None)}


@pytest.mark.parametrize(
    ("failing", "status", "error"),
    [
        ("raise ValueError('no')", "FAILED", "ValueError: no"),
        ("raise KeyboardInterrupt", "KILLED", "KeyboardInterrupt"),
    ],
)
def test_a_later_cell_that_fails_is_remembered(cell, shelduck, failing, status, error):
    cell("shelduck.start_run(run_name='one')")
    cell(failing)
    assert shelduck.active_run().info.run_name == "one"  # the user may go on with it
    cell("shelduck.start_run(run_name='two')")
    assert statuses(shelduck)["one"] == (status, error)


def test_who_ends_the_run_after_a_failure_knows_better(cell, shelduck):
    cell("shelduck.start_run(run_name='one')")
    cell("1 / 0")
    cell("shelduck.end_run()")
    assert statuses(shelduck) == {"one": ("FINISHED", None)}


def test_two_runs_in_one_cell_are_a_mistake_even_here(cell, shelduck):
    error = cell("shelduck.start_run(run_name='one'); shelduck.start_run(run_name='two')")
    assert "nested=True" in str(error)
    assert statuses(shelduck)["one"][0] == "FAILED"


def test_a_run_nobody_asked_for_ends_with_its_cell(cell, shelduck):
    cell("shelduck.log_param('a', 1)")
    assert shelduck.active_run() is None
    cell("shelduck.log_param('a', 2); 1 / 0")
    cell("shelduck.log_param('a', 3)")
    runs = shelduck.search_runs(output_format="list", order_by=["params.a ASC"])
    assert [r.info.status for r in runs] == ["FINISHED", "FAILED", "FINISHED"]


def test_a_with_block_in_a_cell_ends_by_itself(cell, shelduck):
    cell("with shelduck.start_run(run_name='one'):\n    shelduck.log_metric('rmse', 1.0)")
    cell("with shelduck.start_run(run_name='two'):\n    raise ValueError('no')")
    assert statuses(shelduck) == {"one": ("FINISHED", None), "two": ("FAILED", "ValueError: no")}


def test_the_notebook_is_the_source(cell, shelduck, tmp_path, monkeypatch):
    """MLflow names /…/ipykernel_launcher.py."""
    folder = tmp_path / "work"
    folder.mkdir()
    notebook = folder / "train.ipynb"
    notebook.touch()
    monkeypatch.setenv("JPY_SESSION_NAME", str(notebook))
    cell("with shelduck.start_run() as run: pass")
    [run] = shelduck.search_runs(output_format="list")
    assert run.data.tags["mlflow.source.name"] == "train.ipynb"
    assert run.data.tags["mlflow.source.type"] == "NOTEBOOK"
    assert shelduck.get_tracking_uri() == f"duckdb://{folder}/shelduck.duckdb"


def test_an_unknown_notebook_is_not_called_after_the_kernel(cell, shelduck):
    cell("with shelduck.start_run() as run: pass")
    [run] = shelduck.search_runs(output_format="list")
    assert run.data.tags["mlflow.source.name"] == "<notebook>"


def test_no_watching_is_left_behind(cell, shelduck):
    callbacks = InteractiveShell.instance().events.callbacks["post_run_cell"]
    before = list(callbacks)
    cell("shelduck.start_run()")
    assert len(callbacks) == len(before) + 1
    cell("shelduck.end_run()")
    assert callbacks == before


def test_code_run_on_the_side_is_no_cell(cell, shelduck):
    cell("shelduck.start_run(run_name='one'); get_ipython().run_cell('1 / 0'); x = 1")
    assert shelduck.active_run().info.run_name == "one"
    cell("shelduck.end_run()")
    assert statuses(shelduck) == {"one": ("FINISHED", None)}
