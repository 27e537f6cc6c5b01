"""Writers killed at random moments and at named places lose nothing they were told was kept."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from children import Child
from looking import OTHER, RUN, assert_once, end, live_segments, point, rows, start, status, steps

from shelduck.store import Store

NURSERY = """
    import random, select, signal, duckdb

    def write(path, run_id, pipe):
        store = Store(path)
        store._background.stop()
        for step in range(100_000):
            store.append(*([start(run_id)] if step == 0 else []), point(run_id, step))
            os.write(pipe, b".")
            if step % 40 == 39:
                try:
                    store.fold(wait=0.5)
                except Exception as e:
                    if type(e).__name__ != "StoreBusy":
                        os.write(2, f"{type(e).__name__}: {e}\\n".encode())

    def bear(path, run_id):
        ours, theirs = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                write(path, run_id, theirs)
            finally:
                os._exit(1)
        os.close(theirs)
        return pid, ours

    def kill(pid, pipe):
        os.kill(pid, signal.SIGKILL)
        told = 0
        while more := os.read(pipe, 1 << 16):
            told += len(more)
        os.close(pipe)
        assert os.waitpid(pid, 0)[1] == signal.SIGKILL
        return told

    path, seed = Path(sys.argv[1]), int(sys.argv[2])
    moments = random.Random(seed)
    for batch in range(10):
        ids = [f"{batch * 10 + n:032x}" for n in range(10)]
        writers = {run_id: bear(path, run_id) for run_id in ids}
        heard = dict.fromkeys(writers, 0)
        dies_at = {run_id: moments.randrange(1, 120) for run_id in writers}
        while writers:
            ready, *_ = select.select([pipe for _, pipe in writers.values()], [], [])
            for run_id, (pid, pipe) in list(writers.items()):
                if pipe in ready:
                    heard[run_id] += len(os.read(pipe, 1 << 16))
                    if heard[run_id] >= dies_at[run_id]:
                        heard[run_id] += kill(pid, pipe)
                        del writers[run_id]
        for run_id, count in heard.items():
            tell(run_id, count)
"""


def test_killed_at_a_hundred_random_moments(path: Path) -> None:
    seed = random.randrange(1 << 30)
    with Child(NURSERY, path, seed) as nursery:
        told = dict(line.split() for line in nursery.end())
        assert nursery.errors == ""
    assert len(told) == 100
    store = Store(path)
    found = {run_id: set() for run_id in told}
    for run_id, step, times in rows(
        store, "SELECT run_id, step, count(*) FROM metric_history GROUP BY ALL"
    ):
        assert times == 1, f"there twice, seed {seed}"
        found[run_id].add(step)
    for run_id, count in told.items():
        assert_once(found[run_id], range(int(count)), more=1)
    assert rows(store, "SELECT status, count(*) FROM runs GROUP BY ALL") == [("KILLED", 100)]
    assert live_segments(store.journal_folder) == []


# What a process does, in the end, to come by each place.
PLACES = {
    "before-write": "store.append(point(run_id, 20))",
    "after-write": "store.append(point(run_id, 20))",
    "before-create": "store.fold()",
    "after-create": "store.fold()",
    "after-insert": "store.fold()",
    "before-commit": "store.fold()",
    "after-commit": "store.fold()",
    "before-move": "store.fold()",
    "after-move": "store.fold()",
    "at-exit": "store.close()",
}
VICTIM = """
    path, run_id, place, deed = Path(sys.argv[1]), *sys.argv[2:]
    store = Store(path)
    store._background.stop()
    store.append(start(run_id))
    for step in range(20):
        store.append(point(run_id, step))
        tell(step)
    failpoints.armed = place
    exec(deed)
    tell("alive")
"""


@pytest.mark.parametrize("place", PLACES)
def test_killed_at_a_named_place(path: Path, place: str) -> None:
    with Child(VICTIM, path, RUN, place, PLACES[place]) as victim:
        told = [int(step) for step in victim.end(-9)]
    assert told == list(range(20))
    store = Store(path)
    # Unacknowledged, but written when it died after the write.
    assert steps(store) == list(range(21 if place == "after-write" else 20))
    assert status(store) == "KILLED"
    assert live_segments(store.journal_folder) == []


@pytest.mark.parametrize("place", [p for p in PLACES if PLACES[p] == "store.fold()"])
def test_killed_in_a_fold_of_what_others_logged(path: Path, place: str) -> None:
    other = Store(path)
    other.journal.append(start(OTHER), *(point(n, OTHER) for n in range(5)))
    with Child(VICTIM, path, RUN, place, PLACES[place]) as victim:
        victim.end(-9)
    other.journal.append(point(5, OTHER))
    assert steps(other, OTHER) == list(range(6))
    assert steps(other) == list(range(20))
    assert (status(other, OTHER), status(other)) == ("RUNNING", "KILLED")
    other.journal.close()


def test_killed_when_all_it_logged_was_folded(path: Path) -> None:
    script = """
        store = Store(Path(sys.argv[1]))
        store.append(start(sys.argv[2]), point(sys.argv[2], 0))
        store.fold()
        tell("folded")
        wait()
    """
    with Child(script, path, RUN) as child:
        child.hear()
        store = Store(path)
        assert status(store) == "RUNNING"
        child.kill()
    assert status(store) == "KILLED"
    [(duration, ended)] = rows(store, "SELECT duration, end_time >= start_time FROM runs")
    assert duration >= 0
    assert ended


def test_a_late_fact_revokes_the_end_that_was_inferred(store: Store, path: Path) -> None:
    writer = Store(path)
    writer.journal.append(start(), point(0))
    writer.journal.close()
    assert status(store) == "KILLED"
    writer.journal.append(point(1))  # it was only asleep
    assert status(store) == "RUNNING"
    writer.journal.append(end())
    writer.journal.close()
    assert status(store) == "FINISHED"
    assert steps(store) == [0, 1]


def test_an_interrupt_in_the_first_log_call_does_not_leave_the_run_running(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(lines: bytes) -> None:
        raise KeyboardInterrupt

    writer = Store(path)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(writer.journal, "_write", interrupt)
        writer.journal.append(point(0))
    writer.journal.append(point(1))
    assert status(store) == "RUNNING"
    writer.journal.close()
    assert status(store) == "KILLED"
    assert steps(store) == [1]
