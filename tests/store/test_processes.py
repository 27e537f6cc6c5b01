"""Several processes on one store, and what is left when one of them is killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shelduck.errors import StoreBusy
from shelduck.records import KILLED
from shelduck.store import Store

FAILPOINTS = (
    "before-write after-write before-create after-create after-insert before-commit after-commit "
    "before-move after-move at-exit"
).split()
LOGGING = """
    import sys, shelduck
    shelduck.set_tracking_uri(sys.argv[1])
    run = shelduck.start_run()
    shelduck.log_param("p", 1)
    print("run", run.run_id, flush=True)
    for i in range(int(sys.argv[2])):
        shelduck.log_metric("m", i, step=i)
        print(i, flush=True)
        if i % 50 == 49:
            shelduck.fold()
    run.end()
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a script on a process of its own; none outlives the test."""
    begun: list[subprocess.Popen[str]] = []

    def start(script: str, *arguments: object, python: str = sys.executable, **env: str):
        process = subprocess.Popen(
            [python, "-c", textwrap.dedent(script), *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": SOURCES, **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        begun.append(process)
        return process

    yield start
    for process in begun:
        if process.poll() is None:
            process.kill()
        process.communicate()


SOURCES = str(Path(__file__).parents[2] / "src")


def ask(path: Path, query: str) -> list[tuple[object, ...]]:
    store = Store(path)
    try:
        with store.reading() as con:
            return con.execute(query).fetchall()
    finally:
        store.close()


def unfolded(path: Path) -> list[Path]:
    return list(Path(f"{path}.journal").glob("*.jsonl"))


def test_eight_processes_in_a_fresh_folder(tmp_path, start):
    path = tmp_path / "shelduck.duckdb"
    writers = [
        start(
            """
            import sys, shelduck
            sys.stdin.read(1)
            shelduck.set_tracking_uri(sys.argv[1])
            for r in range(50):
                with shelduck.start_run():
                    for i in range(100):
                        shelduck.log_metric("m", i * 0.5, step=i)
            """,
            path,
        )
        for _ in range(8)
    ]
    for writer in writers:
        writer.stdin.write("g")
        writer.stdin.flush()
    for writer in writers:
        _, errors = writer.communicate(timeout=120)
        assert (writer.returncode, errors) == (0, "")
    found = ask(
        path, "SELECT count(*), count(DISTINCT (run_id, step)), sum(value) FROM metric_history"
    )
    assert found == [(40_000, 40_000, 400 * sum(i * 0.5 for i in range(100)))]
    assert ask(path, "SELECT status, count(*) FROM runs GROUP BY status") == [("FINISHED", 400)]
    assert unfolded(path) == []


def acknowledged(process: subprocess.Popen[str]) -> tuple[str, int]:
    """The run's id and how many points the process said it had logged."""
    lines = process.communicate(timeout=60)[0].splitlines()
    runs = [line.split()[1] for line in lines if line.startswith("run ")]
    return (runs or [""])[0], sum(line.isdigit() for line in lines)


def check_killed(path: Path, run_id: str, points: int, most: int) -> None:
    if not run_id:
        return  # it died before the run's first fact was said to be written
    steps = [s for (s,) in ask(path, f"SELECT step FROM metric_history WHERE run_id = '{run_id}'")]
    assert sorted(steps) == list(range(len(steps)))  # each once, and none missing between
    assert points <= len(steps) <= min(points + 1, most)
    [(status, param)] = ask(path, f"SELECT status, params.p FROM runs WHERE run_id = '{run_id}'")
    assert param == "1"
    assert status == (KILLED if len(steps) < most else status)


def test_killed_at_random_moments(tmp_path, start):
    path = tmp_path / "shelduck.duckdb"
    seed = random.Random(7)
    for _ in range(25):
        batch = [start(LOGGING, path, 10_000) for _ in range(4)]
        for process in batch:
            after = seed.randrange(120)
            for line in process.stdout:  # die in the middle of what comes next
                if line.strip() == str(after):
                    break
            process.send_signal(signal.SIGKILL)
        for process in batch:
            rest = process.communicate(timeout=60)[0]
            assert process.returncode == -signal.SIGKILL, rest
    counts = ask(
        path,
        "SELECT count(*), count(DISTINCT step), max(step) + 1 FROM metric_history GROUP BY run_id",
    )
    assert len(counts) == 100
    assert all(points == steps == highest for points, steps, highest in counts)
    assert ask(path, "SELECT DISTINCT status FROM runs") == [(KILLED,)]


@pytest.mark.parametrize("place", FAILPOINTS)
def test_killed_at(tmp_path, start, place):
    path = tmp_path / "shelduck.duckdb"
    process = start(LOGGING, path, 60, SHELDUCK_FAILPOINT=place)
    run_id, points = acknowledged(process)
    assert process.returncode == -signal.SIGKILL
    check_killed(path, run_id, points, 60)


def test_a_store_somebody_else_has_open(tmp_path, start):
    path = tmp_path / "shelduck.duckdb"
    store = Store(path)
    store.append({"k": "experiment", "n": "e", "x": "name", "t": 1})
    store.fold()
    holder = start(
        """
        import duckdb, sys
        con = duckdb.connect(sys.argv[1])
        print("held", flush=True)
        sys.stdin.read(1)
        con.close()
        """,
        path,
    )
    assert holder.stdout.readline() == "held\n"
    began = time.perf_counter()
    for i in range(1000):
        store.append({"k": "metric", "r": "a" * 32, "n": "m", "v": i, "s": i, "t": i})
    assert time.perf_counter() - began < 5.0  # it did not wait for the holder, who waits for us
    with pytest.raises(StoreBusy, match=str(holder.pid)), store.reading(wait=0.3):
        pass
    holder.communicate("x", timeout=30)
    store.close()
    assert ask(path, "SELECT count(*) FROM metric_history") == [(1000,)]


def test_a_child_that_outlives_its_parent(tmp_path, start):
    path = tmp_path / "shelduck.duckdb"
    parent = start(
        """
        import os, signal, sys, shelduck
        shelduck.set_tracking_uri(sys.argv[1])
        run = shelduck.start_run()
        shelduck.log_metric("m", 1, step=1)
        if os.fork():
            signal.pause()
        shelduck.log_metric("m", 2, step=2)
        print("child", os.getpid(), flush=True)
        sys.stdin.read(1)
        shelduck.log_metric("m", 3, step=3)
        os._exit(0)
        """,
        path,
    )
    child = int(parent.stdout.readline().split()[1])
    parent.kill()
    parent.wait()
    assert ask(path, "SELECT status FROM runs") == [("RUNNING",)]  # the child lives
    parent.stdin.write("g")
    parent.stdin.flush()
    parent.stdout.read()  # until the child, its last writer, is gone
    deadline = time.monotonic() + 30
    while Path(f"/proc/{child}").exists() and time.monotonic() < deadline:
        os.sched_yield()
    assert ask(path, "SELECT count(*), count(DISTINCT step) FROM metric_history") == [(3, 3)]
    assert ask(path, "SELECT status FROM runs") == [(KILLED,)]


def test_a_run_resumed_by_another_process(tmp_path, start):
    path = tmp_path / "shelduck.duckdb"
    first = start(LOGGING, path, 3)
    run_id, points = acknowledged(first)
    second = start(
        """
        import sys, shelduck
        shelduck.set_tracking_uri(sys.argv[1])
        with shelduck.start_run(run_id=sys.argv[2]):
            shelduck.log_metric("m", 9, step=9)
        """,
        path,
        run_id,
    )
    assert second.communicate(timeout=60)[1] == ""
    assert ask(path, "SELECT name IS NOT NULL, status, metrics.m FROM runs") == [
        (True, "FINISHED", 9)
    ]
    assert points == 3


def test_both_versions_of_duckdb_at_once(tmp_path, start):
    other = os.environ.get("SHELDUCK_OTHER_PYTHON")
    assert other, (
        "set SHELDUCK_OTHER_PYTHON to a Python that has the other DuckDB (`make test` does)"
    )
    path = tmp_path / "shelduck.duckdb"
    says_version = "import duckdb, sys; print(duckdb.__version__, file=sys.stderr)\n"
    script = says_version + textwrap.dedent(LOGGING)
    writers = [start(script, path, 120, python=p) for p in (sys.executable, other) * 2]
    versions = set()
    for writer in writers:
        _, errors = writer.communicate(timeout=120)
        assert writer.returncode == 0, errors
        versions.add(errors.strip())
    assert len(versions) == 2
    assert ask(path, "SELECT count(*), count(DISTINCT (run_id, step)) FROM metric_history") == [
        (480, 480)
    ]
    assert ask(path, "SELECT DISTINCT status FROM runs") == [("FINISHED",)]
