"""Processes that a run starts: they join it, log to it, begin children of it, never end it."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import threading

import pytest

TRAIN = """
import sys
import shelduck

run = shelduck.active_run()
assert run is not None and run.run_id == sys.argv[1]
shelduck.log_metric("child", 1.0)
assert run.info.run_name == "parent"
with shelduck.start_run(run_name="fold-1"):
    shelduck.log_metric("rmse", 2.0)
    with shelduck.start_run(nested=True, run_name="fold-1-a"):
        pass
assert shelduck.active_run().run_id == sys.argv[1]
shelduck.log_metric("child", 2.0, step=1)
shelduck.end_run()
shelduck.log_param("late", True)
"""


def by_name(shelduck):
    found = shelduck.search_runs(search_all_experiments=True, output_format="list")
    return {run.info.run_name: run for run in found}


def test_a_script_joins_through_the_environment(shelduck, python, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    with shelduck.start_run(run_name="parent") as run:
        python(
            "-c",
            "import os, runpy, sys; os.chdir('elsewhere'); sys.argv[0] = '../train.py';"
            f"exec({TRAIN!r})",
            run.run_id,
        )
        assert shelduck.get_run(run.run_id).info.status == "RUNNING"
        shelduck.log_param("mine", 1)
    runs = by_name(shelduck)
    assert set(runs) == {"parent", "fold-1", "fold-1-a"}
    assert {r.info.status for r in runs.values()} == {"FINISHED"}
    assert runs["parent"].data.metrics == {"child": 2.0}
    assert runs["parent"].data.params == {"late": True, "mine": 1}
    parents = {name: r.data.tags.get("mlflow.parentRunId") for name, r in runs.items()}
    assert parents["fold-1"] == run.run_id
    assert parents["fold-1-a"] == runs["fold-1"].info.run_id
    assert not (tmp_path / "elsewhere" / "shelduck.duckdb.journal").exists()


def test_a_child_that_fails_does_not_fail_its_parent(shelduck, python):
    with shelduck.start_run(run_name="parent"):
        python("-c", "import shelduck\nshelduck.log_metric('a', 1)\n1 / 0", status=1)
        python("-c", "import shelduck\nshelduck.start_run(run_name='child')\n1 / 0", status=1)
    statuses = {name: run.info.status for name, run in by_name(shelduck).items()}
    assert statuses == {"parent": "FINISHED", "child": "FAILED"}


def test_a_process_with_a_store_of_its_own_does_not_join(shelduck, python, tmp_path):
    with shelduck.start_run(run_name="parent"):
        python(
            "-c",
            "import shelduck\nshelduck.set_tracking_uri('own.duckdb')\n"
            "assert shelduck.active_run() is None\nshelduck.log_param('a', 1)",
        )
    assert set(by_name(shelduck)) == {"parent"}
    shelduck.set_tracking_uri(tmp_path / "own.duckdb")
    assert [run.data.params for run in by_name(shelduck).values()] == [{"a": 1}]


def test_the_environment_is_afterwards_as_before(shelduck, monkeypatch, tmp_path):
    monkeypatch.setenv("SHELDUCK_STORE", str(tmp_path / "mine.duckdb"))
    before = dict(os.environ)
    with shelduck.start_run() as outer, shelduck.start_run(nested=True) as inner:
        assert os.environ["SHELDUCK_RUN_ID"] == inner.run_id
        inner.end()
        assert os.environ["SHELDUCK_RUN_ID"] == outer.run_id
    assert dict(os.environ) == before
    assert shelduck.get_tracking_uri().endswith("/mine.duckdb")


def work(number: int) -> str:
    import shelduck

    shelduck.log_metric(f"worker-{number}", number)
    with shelduck.start_run(nested=True, run_name=f"child-{number}") as child:
        shelduck.log_param("number", number)
    shelduck.end_run()
    return child.run_id


def assert_three_children(shelduck, parent, ids):
    runs = by_name(shelduck)
    assert {name: r.info.status for name, r in runs.items()} == dict.fromkeys(
        ["parent", "child-0", "child-1", "child-2"], "FINISHED"
    )
    assert runs["parent"].data.metrics == {f"worker-{n}": float(n) for n in range(3)}
    for number, run_id in enumerate(ids):
        child = shelduck.get_run(run_id)
        assert child.data.params == {"number": number}
        assert child.data.tags["mlflow.parentRunId"] == parent.run_id


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_multiprocessing(shelduck, method, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    with shelduck.start_run(run_name="parent") as parent:
        with multiprocessing.get_context(method).Pool(2) as pool:
            ids = pool.map(work, range(3))
            pool.close()
            pool.join()
        assert shelduck.get_run(parent.run_id).info.status == "RUNNING"
    assert_three_children(shelduck, parent, ids)


def test_joblib(shelduck):
    from joblib import Parallel, delayed

    with shelduck.start_run(run_name="parent") as parent:
        ids = Parallel(n_jobs=2, backend="loky")(delayed(work)(n) for n in range(3))
    assert_three_children(shelduck, parent, ids)


FORKED = """
import os, sys
import shelduck

with shelduck.start_run(run_name="parent") as run:
    shelduck.log_metric("before", 1.0)
    child = os.fork()
    if child == 0:
        with shelduck.start_run(run_name="child"):
            shelduck.log_metric("rmse", 2.0)
        shelduck.log_metric("forked", 3.0)
        {ending}
    _, status = os.waitpid(child, 0)
    shelduck.log_metric("after", 4.0)
print(os.waitstatus_to_exitcode(status))
"""


@pytest.mark.parametrize(
    ("ending", "code"), [("sys.exit(0)", 0), ("raise ValueError('no')", 1), ("os._exit(5)", 5)]
)
def test_a_forked_child_leaves_the_run_to_its_parent(shelduck, python, ending, code):
    done = python(script=FORKED.format(ending=ending))
    assert done.stdout.split() == [str(code)]
    runs = by_name(shelduck)
    assert set(runs) == {"parent", "child"}
    assert {r.info.status for r in runs.values()} == {"FINISHED"}
    assert runs["parent"].data.metrics == {"before": 1.0, "forked": 3.0, "after": 4.0}
    assert runs["child"].data.tags["mlflow.parentRunId"] == runs["parent"].info.run_id
    ends = shelduck.sql("select count(*) as n from end_facts")
    assert ends["n"][0] == 2


def test_the_child_goes_on_when_the_parent_is_killed(shelduck, tmp_path):
    script = (
        "import os, signal, sys, shelduck\n"
        "run = shelduck.start_run()\n"
        "if os.fork():\n    os.kill(os.getpid(), signal.SIGKILL)\n"
        "sys.stdin.read()\n"  # until the test has seen the parent die
        "shelduck.log_metric('late', 1.0)\n"
        "print(run.run_id, flush=True)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    parent.wait()
    run_id, _ = parent.communicate()
    run = shelduck.get_run(run_id.strip())
    assert run.data.metrics == {"late": 1.0}
    assert run.info.status == "KILLED"


def test_each_thread_has_a_stack_of_its_own(shelduck):
    together = threading.Barrier(4)
    found = {}

    def train(number: int) -> None:
        with shelduck.start_run(run_name=f"thread-{number}") as run:
            together.wait()
            for step in range(50):
                shelduck.log_metric("loss", number, step=step)
            shelduck.log_param("number", number)
            together.wait()
            assert shelduck.active_run() is run
        found[number] = run.run_id
        assert shelduck.active_run() is None
        assert shelduck.last_active_run() is run

    with shelduck.start_run(run_name="main") as main:
        threads = [threading.Thread(target=train, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert shelduck.active_run() is main
    for number, run_id in found.items():
        assert shelduck.get_run(run_id).data.params == {"number": number}
        points = shelduck.get_metric_history(run_id, "loss")
        assert [(p.step, p.value) for p in points] == [(s, number) for s in range(50)]
    assert shelduck.get_run(main.run_id).data.metrics == {}


def test_a_run_ended_from_another_thread_is_not_logged_to(shelduck):
    run = shelduck.start_run(run_name="ended")
    thread = threading.Thread(target=run.end)
    thread.start()
    thread.join()
    assert shelduck.active_run() is None
    with shelduck.start_run(run_name="next"):
        shelduck.log_metric("rmse", 1.0)
    assert shelduck.get_run(run.run_id).data.metrics == {}


def test_threads_log_to_the_run_of_another_by_its_id(shelduck):
    with shelduck.start_run() as run:

        def log(number: int) -> None:
            with shelduck.start_run(run_id=run.run_id):
                shelduck.log_metric("n", number, step=number)

        threads = [threading.Thread(target=log, args=(n,)) for n in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        shelduck.log_metric("n", 3, step=3)
    assert len(shelduck.search_runs()) == 1
    points = shelduck.get_metric_history(run.run_id, "n")
    assert [p.value for p in points] == [0.0, 1.0, 2.0, 3.0]


def test_children_know_the_run_by_three_variables(shelduck, python, monkeypatch):
    monkeypatch.delenv("SHELDUCK_OTHER_PYTHON", raising=False)  # which only the tests have
    with shelduck.start_run() as run:
        shown = python("-c", "import json, os; print(json.dumps(dict(os.environ)))").stdout
    variables = {k: v for k, v in json.loads(shown).items() if k.startswith("SHELDUCK_")}
    assert variables == {
        "SHELDUCK_RUN_ID": run.run_id,
        "SHELDUCK_RUN_OWNER": str(os.getpid()),
        "SHELDUCK_STORE": str(run.store.path),
    }
