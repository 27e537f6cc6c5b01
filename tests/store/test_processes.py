"""Several processes and threads at once: every point exactly once, no error."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from children import Child, children
from looking import OTHER, RUN, assert_once, end, live_segments, point, rows, start, status, steps

from shelduck.store import Store, background, facts, segments, upkeep

LOGGER = """
    import shelduck
    shelduck.set_tracking_uri(sys.argv[2])
    tell("ready")
    wait()
    for _ in range(50):
        with shelduck.start_run():
            for step in range(100):
                shelduck.log_metric("loss", step / 7, step=step)
"""
CLAIMER = """
    tell("ready")
    wait()
    tell(Store(Path(sys.argv[2])).id)
"""


def let_go(started: Sequence[Child]) -> None:
    """Let processes begin together, once all are ready."""
    for child in started:
        assert child.hear() == "ready"
    for child in started:
        child.go_on()


def ids_claimed_at_once(path: Path) -> set[str]:
    started = list(children(CLAIMER, 4, path))
    let_go(started)
    ids = {child.hear() for child in started}
    for child in started:
        child.end()
    return ids


def test_eight_processes_fifty_runs_a_hundred_points(path: Path) -> None:
    loggers = list(children(LOGGER, 8, path))
    let_go(loggers)
    for logger in loggers:
        logger.end()
        assert logger.errors == ""
    store = Store(path)
    assert rows(store, "SELECT status, count(*) FROM runs GROUP BY ALL") == [("FINISHED", 400)]
    [found] = rows(
        store,
        "SELECT count(*), count(DISTINCT (run_id, step)), bool_and(value = step / 7) "
        "FROM metric_history",
    )
    assert found == (40_000, 40_000, True)
    assert live_segments(store.journal_folder) == []
    assert upkeep.status(store).unfolded == 0
    with store.opened(1.0) as con:
        assert not upkeep.differs(con)


def test_processes_that_begin_together_agree_on_one_store(path: Path) -> None:
    assert len(ids_claimed_at_once(path)) == 1


def test_processes_that_find_a_deleted_store_agree_on_a_new_one(store: Store, path: Path) -> None:
    store.append(start())
    store.fold()
    path.unlink()
    ids = ids_claimed_at_once(path)
    assert len(ids) == 1
    assert store.id not in ids


def test_four_threads_log_at_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "INTERVAL", 0.01)
    monkeypatch.setattr(background, "GATHER", 0.0)
    monkeypatch.setattr(background, "SHARE", 1e9)
    store = Store(path)
    store.journal.append(start())
    barrier = threading.Barrier(4)

    def log(thread: int) -> None:
        barrier.wait()
        for step in range(thread * 3000, thread * 3000 + 3000):
            store.append(point(step))

    threads = [threading.Thread(target=log, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    folding = [t for t in threading.enumerate() if t.name == "shelduck-fold" and t.is_alive()]
    for thread in threads:
        thread.join()
    assert len(folding) <= 1
    assert steps(store) == list(range(12_000))
    stamps = rows(store, "SELECT count(DISTINCT stamp) FROM metric_history")
    assert stamps == [(12_000,)]
    store.close()


def test_a_forked_child_logs_on_after_its_parent_was_killed(path: Path) -> None:
    script = """
        import shelduck
        shelduck.set_tracking_uri(sys.argv[1])
        run = shelduck.start_run()
        shelduck.log_metric("loss", 0.5, step=0)
        shelduck.fold()
        shelduck.log_metric("loss", 0.5, step=1)
        if os.fork() == 0:
            shelduck.log_metric("loss", 0.5, step=2)
            shelduck.fold()
            shelduck.log_metric("loss", 0.5, step=3)
            tell("child", os.getpid(), run.run_id)
            wait()
            shelduck.log_metric("loss", 0.5, step=4)
            tell("done")
            wait()
            os._exit(0)
        time.sleep(1000)
    """
    with Child(script, path) as parent:
        _, child, run_id = parent.hear().split()
        os.kill(parent.pid, 9)
        os.waitid(os.P_PID, parent.pid, os.WEXITED | os.WNOWAIT)
        os.kill(int(child), 0)  # it lives
        store = Store(path)
        assert status(store, run_id) == "RUNNING"
        assert steps(store, run_id) == [0, 1, 2, 3]
        parent.go_on()
        assert parent.hear() == "done"
        assert steps(store, run_id) == [0, 1, 2, 3, 4]
        assert status(store, run_id) == "RUNNING"
        parent.go_on()
        parent.end(-9)
    assert status(store, run_id) == "KILLED"
    assert steps(store, run_id) == [0, 1, 2, 3, 4]


def test_a_fork_while_other_threads_log_and_fold(path: Path) -> None:
    script = """
        import threading
        store = Store(Path(sys.argv[1]))
        store.append(start("a" * 32))
        store.fold()  # imports; a hook they register in the middle of a fork runs by half
        done = threading.Event()

        def log(thread):
            step = thread
            while not done.wait(0.001):  # at full speed the folds would take all the time
                store.append(point("a" * 32, step))
                step += 10
            tell("last", thread, step - 10)

        def fold():
            while not done.wait(0.02):
                store.fold()

        threads = [threading.Thread(target=log, args=(n,)) for n in (1, 2)]
        threads.append(threading.Thread(target=fold))
        for thread in threads:
            thread.start()
        for n in range(20):
            child = os.fork()
            if child == 0:
                store.append(point("b" * 32, n))
                if n % 5 == 0:
                    store.fold()
                    with store.reading() as con:
                        con.execute("SELECT * FROM runs").fetchall()
                os._exit(0)
            assert os.waitpid(child, 0)[1] == 0
        done.set()
        for thread in threads:
            thread.join()
        store.close()
    """
    with Child(script, path) as child:
        told = child.end()
        assert child.errors == ""
    last = {int(thread): int(step) for _, thread, step in map(str.split, told)}
    store = Store(path)
    assert sorted(steps(store)) == sorted(
        step for thread, top in last.items() for step in range(thread, top + 1, 10)
    )
    assert steps(store, OTHER) == list(range(20))


def test_a_run_resumed_by_a_second_process(path: Path) -> None:
    script = """
        import shelduck
        shelduck.set_tracking_uri(sys.argv[1])
        with shelduck.start_run(run_id=sys.argv[2] if len(sys.argv) > 2 else None) as run:
            shelduck.log_param("epochs", 3)
            for step in range(3):
                shelduck.log_metric("loss", len(sys.argv), step=step)
            tell(run.run_id)
            wait()
        tell("ended")
        wait()
    """
    last = "SELECT metrics.loss, status FROM runs"
    with Child(script, path) as first:
        run_id = first.hear()
        with Child(script, path, run_id) as second:
            assert second.hear() == run_id
            first.go_on()
            assert first.hear() == "ended"
            store = Store(path)
            assert steps(store, run_id) == [0, 0, 1, 1, 2, 2]
            assert rows(store, last)[0][0] == 3  # the second was later, at the same step
            second.kill()
        first.go_on()
        first.end()
    assert rows(store, last) == [(3, "FINISHED")]


def test_a_run_resumed_after_its_end_runs_again_and_is_killed_with_its_process(path: Path) -> None:
    first, second = Store(path), Store(path)
    first.journal.append(start(), point(0), end())
    first.journal.close()
    assert status(second) == "FINISHED"
    second.journal.append(facts.start(RUN, "0", resumed=True), point(1))
    assert status(second) == "RUNNING"
    second.journal.close()
    assert status(Store(path)) == "KILLED"
    assert steps(second) == [0, 1]


def test_a_writer_that_begins_while_another_looks_is_not_taken_for_dead(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newcomer = Store(path)
    look_for_locks = segments.alive_writers

    def looks_just_before_it_begins(folders: Sequence[Path]) -> frozenset[str]:
        alive = look_for_locks(folders)
        if newcomer.journal.appended == 0:
            newcomer.journal.append(start(), point(0))
        return alive

    monkeypatch.setattr(segments, "alive_writers", looks_just_before_it_begins)
    store.journal.append(start(OTHER))
    store.fold()
    assert status(store) == "RUNNING"
    newcomer.journal.append(point(1))
    assert_once(steps(store), [0, 1])
    assert not newcomer.journal.moved
    newcomer.journal.close()


def test_both_versions_of_duckdb_at_once(path: Path) -> None:
    other = os.environ.get("SHELDUCK_OTHER_PYTHON")
    assert other, (
        "set SHELDUCK_OTHER_PYTHON to a Python that has the other DuckDB (`make test` does)"
    )
    script = """
        import duckdb, shelduck
        shelduck.set_tracking_uri(sys.argv[1])
        tell("ready")
        wait()
        with shelduck.start_run():
            for step in range(120):
                shelduck.log_metric("loss", step, step=step)
                if step % 40 == 39:
                    shelduck.fold()
        tell(duckdb.__version__)
    """
    ours = [Child(script, path) for _ in range(2)]
    theirs = [Child(script, path, python=other) for _ in range(2)]
    let_go([*ours, *theirs])
    versions = {child.hear() for child in (*ours, *theirs)}
    for child in (*ours, *theirs):
        child.end()
        assert child.errors == ""
    assert len(versions) == 2
    store = Store(path)
    [found] = rows(store, "SELECT count(*), count(DISTINCT (run_id, step)) FROM metric_history")
    assert found == (480, 480)
    assert rows(store, "SELECT DISTINCT status FROM runs") == [("FINISHED",)]
