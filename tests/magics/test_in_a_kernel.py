"""The same in a real kernel: what the front end is sent, interrupts, restarts, sudden death."""

from html.parser import HTMLParser

import nbformat
import pytest
from kernels import WAIT, Kernel, cards, of_kind, saved
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

import shelduck
from shelduck.records import FAILED, FINISHED, KILLED


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("kernel")


@pytest.fixture(scope="module")
def started(folder):
    kernel = Kernel(folder)
    yield kernel
    kernel.stop()


@pytest.fixture
def kernel(started, request):
    """The kernel of these tests, with an experiment of this test's own."""
    ran = started.run(f"%load_ext shelduck\n%experiment {request.node.name}")
    assert ran.status == "ok"
    return started


@pytest.fixture
def runs(folder, request):
    """Read the runs of this test from its own process, the first one first."""
    before = shelduck.get_tracking_uri()

    def runs():
        shelduck.set_tracking_uri(folder / "shelduck.duckdb")
        found = shelduck.search_runs(experiment_names=[request.node.name], output_format="list")
        return [shelduck.get_run(run.info.run_id) for run in reversed(found)]

    yield runs
    shelduck.set_tracking_uri(before)


def _card(ran):
    [bundle] = cards(ran)
    return bundle


def test_result_output_and_card_are_the_cells_own(kernel, runs):
    ran = kernel.run("%%track lasso\nalpha = 0.5\nprint('seen')\nrmse = alpha / 3\nrmse")
    assert ran.status == "ok"
    assert [c["text"] for c in of_kind(ran, "stream")] == ["seen\n"]
    [result] = of_kind(ran, "execute_result")
    assert result["data"]["text/plain"] == "0.16666666666666666"
    card = _card(ran)
    assert card["text/plain"].startswith("● lasso  FINISHED")
    assert "alpha=0.5" in card["text/plain"] and "rmse  0.1667" in card["text/plain"]
    parser = HTMLParser()
    parser.feed(card["text/html"])
    assert "lasso" in card["text/html"] and "0.1667" in card["text/html"]
    assert saved(ran)[0]["data"] == card  # above all that the cell puts out
    [found] = runs()
    assert found.data.params == {"alpha": 0.5}


def test_history_and_the_next_cells_see_the_result(kernel):
    kernel.run("%%track\n6 * 7")
    ran = kernel.run("_, In[-2]")
    assert of_kind(ran, "execute_result")[0]["data"]["text/plain"] == r"(42, '\n6 * 7')"


def test_top_level_await_and_time(kernel, runs):
    ran = kernel.run("%%track\nimport asyncio\nwaited = await asyncio.sleep(0.01, 1.5) / 3\nwaited")
    assert ran.status == "ok" and runs()[0].data.metrics == {"waited": 0.5}
    ran = kernel.run("%%track\n%%time\nrate = 0.5\nrate * 2")
    assert "Wall time" in of_kind(ran, "stream")[0]["text"]
    assert of_kind(ran, "execute_result")[0]["data"]["text/plain"] == "1.0"


def test_an_error_is_the_front_ends(kernel, runs):
    ran = kernel.run("%%track boom\nrate = 0.5\n1 / 0")
    assert (ran.status, ran.error) == ("error", "ZeroDivisionError")
    [error] = of_kind(ran, "error")
    assert any("line 3" in line for line in error["traceback"])
    assert "ZeroDivisionError: division by zero" in _card(ran)["text/plain"]
    assert [(r.info.status, r.data.params) for r in runs()] == [(FAILED, {"rate": 0.5})]


@pytest.mark.parametrize("cell", ["%%track\nx = = 1", "%%track --nope\nx = 1"])
def test_what_starts_no_run(kernel, runs, cell):
    ran = kernel.run(cell)
    assert ran.status == "error" and of_kind(ran, "display_data") == []
    assert runs() == []


LOOPS = {
    "computing": "while True:\n    pass",
    "sleeping": "import time\ntime.sleep(600)",
    "awaiting": "import asyncio\nwhile True:\n    await asyncio.sleep(0.01)",
}


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_an_interrupt_kills_the_run_and_not_the_kernel(kernel, runs, loop):
    ran = kernel.run(
        f"%%track long\nrate = 0.5\nprint('running', flush=True)\n{loop}",
        on_output=lambda text: kernel.manager.interrupt_kernel() if "running" in text else None,
    )
    assert ran.status == "error"
    assert "KILLED" in _card(ran)["text/plain"]
    assert [(r.info.status, r.data.params) for r in runs()] == [(KILLED, {"rate": 0.5})]
    ran = kernel.run("import shelduck\nshelduck.active_run() is None")
    assert of_kind(ran, "execute_result")[0]["data"]["text/plain"] == "True"


def test_the_cell_is_known_by_its_id(kernel, runs):
    kernel.run("%%track\nrate = 1.5\nscore = rate / 3", cell_id="a1b2")
    ran = kernel.run("%%track edited\nrate = 3.0\nscore = rate / 3", cell_id="a1b2")
    other = kernel.run("%%track edited\nrate = 3.0\nscore = rate / 3", cell_id="c3d4")
    assert "attempt 2" in _card(ran)["text/plain"]
    assert "score  1  +0.5000 (+100.0 %)" in _card(ran)["text/plain"]
    assert "attempt 1" in _card(other)["text/plain"]
    assert [(r.attempt, r.cell.cell_id, r.cell.notebook) for r in runs()] == [
        (1, "a1b2", "taxi.ipynb"),
        (2, "a1b2", "taxi.ipynb"),
        (1, "c3d4", "taxi.ipynb"),
    ]
    assert [r.data.tags["mlflow.source.name"] for r in runs()] == ["taxi.ipynb"] * 3


def test_an_address_of_vs_code_is_a_cell_id(kernel, runs):
    kernel.run(
        "%%track\nx = 1", cell_id="vscode-notebook-cell:/home/ann/taxi.ipynb#W2sZmlsZQ%3D%3D"
    )
    assert runs()[0].cell.cell_id == "W2sZmlsZQ=="


def test_run_all_stops_at_the_tracked_cell_that_fails(runs, folder, request):
    cells = [
        f"%load_ext shelduck\n%experiment {request.node.name}",
        "%%track one\nx = 1",
        "%%track two\nx = 1 / 0",
        "%%track three\nx = 3",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, kernel_name="python3", timeout=WAIT, resources=resources)
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        client.execute()
    assert [(r.info.run_name, r.info.status) for r in runs()] == [
        ("one", FINISHED),
        ("two", FAILED),
    ]
    _, first, second, third = notebook.cells
    assert [o.output_type for o in first.outputs] == ["display_data"]
    assert {o.output_type for o in second.outputs} == {"error", "display_data"}
    assert third.outputs == []


def test_a_restart_leaves_no_run_running(kernel, runs):
    kernel.run("%%track same\nrate = 1.5\nscore = rate / 3")
    kernel.run("import shelduck\nleft = shelduck.start_run(run_name='left open')")
    kernel.client.stop_channels()
    kernel.manager.restart_kernel()
    kernel.connect()
    assert [(r.info.run_name, r.info.status) for r in runs()] == [
        ("same", FINISHED),
        ("left open", FINISHED),
    ]
    kernel.run("%load_ext shelduck\n%experiment test_a_restart_leaves_no_run_running")
    ran = kernel.run("%%track same\nrate = 3\nscore = rate / 3")
    assert "attempt 2" in _card(ran)["text/plain"] and "+0.5000" in _card(ran)["text/plain"]


@pytest.fixture
def mortal(tmp_path):
    """A kernel that will not outlive the test."""
    kernel = Kernel(tmp_path)
    kernel.run("%load_ext shelduck")
    yield kernel
    kernel.client.stop_channels()
    kernel.manager.shutdown_kernel(now=True)


def _runs_in(folder):
    before = shelduck.get_tracking_uri()
    shelduck.set_tracking_uri(folder / "shelduck.duckdb")
    found = shelduck.search_runs(output_format="list", search_all_experiments=True)
    shelduck.set_tracking_uri(before)
    return found


def test_killed_in_the_middle_of_a_cell(mortal, tmp_path):
    request = (
        "%%track killed\nimport os, signal, shelduck\nrate = 0.5\n"
        "depth, kind = 3, 'hist'\nif rate > 1:\n    never = 1\n"
        "shelduck.log_metric('loss', 2.5, step=7)\nos.kill(os.getpid(), signal.SIGKILL)\n"
        "after = 4"
    )
    mortal.client.execute(request)
    assert mortal.manager.provisioner.process.wait(WAIT) == -9
    [found] = _runs_in(tmp_path)
    assert found.info.status == KILLED and found.info.run_name == "killed"
    assert found.data.params == {"rate": 0.5, "depth": 3, "kind": "hist", "after": 4}
    assert found.data.metrics == {"loss": 2.5}


def test_exit_in_a_cell(mortal, tmp_path):
    mortal.client.execute("%%track leaving\nrate = 0.5\nexit()")
    assert mortal.manager.provisioner.process.wait(WAIT) == 0
    [found] = _runs_in(tmp_path)
    assert (found.info.status, found.data.params) == (FINISHED, {"rate": 0.5})
