"""What happens to a store besides its use: no room, damage, moving, newer versions."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
import time
import warnings
from pathlib import Path

import duckdb
import orjson
import pytest

from shelduck.errors import (
    ShelduckWarning,
    StoreDamaged,
    StoreError,
    StoreMoved,
    StoreTooNew,
)
from shelduck.store import Store, facts, schema, upkeep
from shelduck.store.identity import fallback_folder
from shelduck.values import encode

RUN = "a" * 32


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shelduck.duckdb"


def begin(path: Path, run_id: str = RUN) -> Store:
    store = Store(path)
    store.append(facts.experiment("e", "exp", 1), facts.start(run_id, "e"))
    return store


def log(store: Store, *steps: int, run_id: str = RUN) -> None:
    for step in steps:
        store.append(facts.metric(run_id, "m", step / 2, step, 1))


def steps_in(store: Store, run_id: str = RUN) -> list[int]:
    with store.reading() as con:
        rows = con.execute(
            "SELECT step FROM metric_history WHERE run_id = ? ORDER BY step", [run_id]
        ).fetchall()
    return [step for (step,) in rows]


def segment(path: Path) -> Path:
    [found] = Path(f"{path}.journal").glob("*.jsonl")
    return found


# --- damage --------------------------------------------------------------------------------

DAMAGE = [
    b"garbage",
    b"\x00\x00\x00",
    b'{"k":"metric","n":"\xff\xfe"}',
    b'{"k":"metric","r":"a","n":"m","v":1.0,"s"',
    b'{"k":"unheard-of","h":5}',
    b'{"k":"metric","r":"a","n":"m","v":"abc","s":1,"h":5}',
    b'{"k":"metric","n":"m","v":1.0,"s":1,"h":5}',
    b"[1,2]",
    b'{"k":"history","r":"a","n":"m","vs":[1],"ss":[1,2],"ts":[1],"h":5}',
]


@pytest.mark.parametrize("line", DAMAGE)
def test_a_damaged_line_in_the_middle(path, line):
    store = begin(path)
    log(store, 0, 1)
    with segment(path).open("ab") as f:
        f.write(line + b"\n")
    log(store, 2, 3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ShelduckWarning)
        report = store.fold()
    assert report.damaged == 1
    assert steps_in(store) == [0, 1, 2, 3]
    [kept] = Path(f"{path}.journal/damaged").glob("*.jsonl")
    assert line in kept.read_bytes()
    assert any(not f.ok and str(kept) in f.text for f in upkeep.examine(store))
    store.close()


def test_a_torn_last_line_of_a_dead_writer(path):
    store = begin(path)
    log(store, 0, 1)
    torn = segment(path)
    content = torn.read_bytes()
    store.journal.close()
    torn.write_bytes(content + b'{"k":"metric","r":"aaaa')  # no end line, and half a fact
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ShelduckWarning)
        assert Store(path).fold().damaged == 1
    assert steps_in(Store(path)) == [0, 1]


def test_a_segment_shorter_than_what_was_folded_is_never_read_again(path):
    store = begin(path)
    log(store, 0, 1, 2)
    store.fold()
    cut = segment(path)
    cut.write_bytes(cut.read_bytes()[:200])
    other = Store(path)
    other.append(facts.metric(RUN, "m", 9.0, 9, 1))
    with pytest.warns(ShelduckWarning, match="folded before"):
        report = other.fold()
    assert any("folded before" in reason for reason in report.left_alone.values())
    assert steps_in(other) == [0, 1, 2, 9]
    other.close()


@pytest.mark.parametrize(
    ("field", "value", "reason"), [("format", 99, "newer"), ("store", "f" * 32, "another store")]
)
def test_segments_that_are_not_ours_to_fold(path, field, value, reason):
    store = begin(path)
    store.fold()
    foreign = segment(path).with_name(f"{'b' * 32}.00001.jsonl")
    head = {"k": "head", "h": 1, "store": store.id, "format": facts.FORMAT, "writer": "b" * 32}
    fact = facts.metric(RUN, "m", 1.0, 7, 1) | {"h": 2}
    foreign.write_bytes(orjson.dumps(head | {field: value}) + b"\n" + orjson.dumps(fact) + b"\n")
    before = foreign.read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ShelduckWarning)
        log(store, 0)
        report = store.fold()
    assert reason in report.left_alone[str(foreign)]
    assert steps_in(store) == [0]
    assert foreign.read_bytes() == before
    store.close()


def test_a_file_that_cannot_be_opened(path):
    store = begin(path)
    log(store, 0, 1)
    store.fold()
    backup = path.read_bytes()
    log(store, 2)
    store.fold()
    path.write_bytes(b"not a database" * 1000)
    log(store, 3)  # logging never notices
    with pytest.raises(StoreDamaged, match="doctor"):
        store.fold()
    advice = [f.advice for f in upkeep.examine(store) if not f.ok]
    assert any("mv" in text for text in advice)
    path.write_bytes(backup)  # what the doctor advises
    assert steps_in(store) == [0, 1, 2, 3]  # the journals of the day fold again
    store.close()


def test_a_fold_that_vanished_is_done_again(path):
    store = begin(path)
    log(store, 0)
    store.fold()
    before = path.read_bytes()
    log(store, 1, 2)
    store.close()  # folds, and puts the segment aside
    assert list(Path(f"{path}.journal").glob("*.jsonl")) == []
    path.write_bytes(before)
    again = Store(path)
    assert steps_in(again) == [0, 1, 2]
    again.close()


def test_folded_segments_go_a_day_after_a_later_opening_saw_them(path):
    store = begin(path)
    store.close()
    [kept] = Path(f"{path}.journal/folded").glob("*.jsonl")
    for _ in range(2):
        begin(path, "b" * 32).close()
        assert kept.exists()
    day_ago = time.time() - 90_000
    os.utime(kept, (day_ago, day_ago))
    begin(path, "c" * 32).close()
    assert not kept.exists()


# --- versions ------------------------------------------------------------------------------


def test_a_newer_schema_is_refused_and_nothing_is_lost(path, monkeypatch):
    store = begin(path)
    store.fold()
    with monkeypatch.context() as newer:
        newer.setattr(schema, "SCHEMA", 2)
        newer.setattr(schema, "MIGRATIONS", {2: "CREATE TABLE notes(text VARCHAR)"})
        migrating = Store(path)
        log(store, 0)  # an old writer beside the new version
        migrating.fold()
        with migrating.reading() as con:
            assert con.execute("SELECT count(*) FROM notes").fetchall() == [(0,)]
        assert steps_in(migrating) == [0]
    log(store, 1)
    with pytest.raises(StoreTooNew, match="pip install"):
        store.fold()
    with monkeypatch.context() as newer:
        newer.setattr(schema, "SCHEMA", 2)
        assert steps_in(Store(path)) == [0, 1]


def test_a_migration_that_fails_leaves_the_store_as_it_was(path, monkeypatch):
    store = begin(path)
    store.fold()
    with monkeypatch.context() as newer:
        newer.setattr(schema, "SCHEMA", 3)
        newer.setattr(schema, "MIGRATIONS", {2: "CREATE TABLE notes(text VARCHAR)", 3: "no SQL"})
        with pytest.raises(StoreError, match="schema 1 and cannot be brought"):
            with Store(path).reading():
                pass
    log(store, 0)
    assert steps_in(store) == [0]
    with store.reading() as con:
        assert schema.read_meta(con)["schema"] == "1"
        tables = "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'notes'"
        assert con.execute(tables).fetchall() == [(0,)]
    with monkeypatch.context() as newer:
        newer.setattr(schema, "SCHEMA", 2)
        newer.setattr(schema, "MIGRATIONS", {2: "CREATE TABLE notes(text VARCHAR)"})
        for _ in range(2):  # done once, however many find the old one
            assert steps_in(Store(path)) == [0]
            with Store(path).reading() as con:
                assert con.execute(
                    "SELECT value FROM meta WHERE key = 'schema' ORDER BY value"
                ).fetchall() == [("1",), ("2",)]


# --- moving --------------------------------------------------------------------------------


def test_a_store_moved_while_a_process_logs(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    store = begin(old / "shelduck.duckdb")
    log(store, 0)
    store.fold()
    old.rename(new)
    log(store, 1)
    with pytest.raises(StoreMoved):
        store.fold()
    log(store, 2)
    assert not (old / "shelduck.duckdb").exists()
    moved = Store(new / "shelduck.duckdb")
    assert moved.id == store.id
    assert steps_in(moved) == [0, 1, 2]
    moved.close()


def test_a_store_deleted_while_a_process_logs(tmp_path):
    folder = tmp_path / "gone"
    folder.mkdir()
    store = begin(folder / "shelduck.duckdb")
    log(store, 0)
    store.fold()
    shutil.rmtree(folder)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        store.journal.recover()
        log(store, 1)
        with pytest.raises(StoreMoved):
            store.fold()
    assert len([w for w in said if w.category is ShelduckWarning]) <= 1
    assert not (folder / "shelduck.duckdb").exists()  # no second store without the run's beginning
    rescued = b"".join(p.read_bytes() for p in fallback_folder(store.id).glob("*.jsonl"))
    assert b'"s":0' in rescued
    assert b'"s":1' in rescued


def test_a_copy_is_a_store_of_its_own(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    store = begin(here / "shelduck.duckdb")
    log(store, 0)
    store.fold()
    log(store, 1)  # in the journal only, and the writer alive
    shutil.copytree(here, there)
    log(store, 2)
    copy = Store(there / "shelduck.duckdb")
    assert steps_in(copy) == [0, 1]
    assert steps_in(store) == [0, 1, 2]
    store.close()


def test_one_store_by_two_paths(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    first, second = begin(real / "shelduck.duckdb"), Store(link / "shelduck.duckdb")
    assert (first.path, first.id) == (second.path, second.id)
    log(first, 0)
    log(second, 1)
    assert steps_in(first) == steps_in(second) == [0, 1]


def test_a_deleted_file_begins_a_new_store_in_a_new_process(path):
    store = begin(path)
    store.close()
    path.unlink()
    new = begin(path, "b" * 32)
    assert new.id != store.id
    log(new, 5, run_id="b" * 32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ShelduckWarning)
        assert steps_in(new, "b" * 32) == [5]
    new.close()


# --- no room -------------------------------------------------------------------------------

FULL = """
    import resource, signal, sys, warnings
    import shelduck
    shelduck.set_tracking_uri(sys.argv[1])
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        run = shelduck.start_run()
        print(run.run_id)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
        for i in range(200):  # a write fails when a segment reaches the limit
            shelduck.log_metric("m", i, step=i)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        run.end()
    ours = [w for w in said if w.category is shelduck.ShelduckWarning]
    print(len(ours))
"""


def test_no_room_beside_the_store(path, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(FULL), str(path)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")},
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    run_id, warned = done.stdout.split()
    assert int(warned) == 1
    store = Store(path)
    assert steps_in(store, run_id) == list(range(200))
    store.close()


def test_a_folder_that_cannot_be_written(tmp_path):
    """As root permissions do not bind, so the journal's folder is to be made below a file."""
    path = tmp_path / "shelduck.duckdb"
    Path(f"{path}.journal").write_text("in the way")
    with pytest.warns(ShelduckWarning, match="cannot write") as said:
        store = begin(path)
        log(store, *range(50))
    assert len(said) == 1
    Path(f"{path}.journal").unlink()
    later = Store(path)
    assert later.id == store.id
    assert steps_in(later) == list(range(50))
    store.journal.close()
    later.close()


# --- order ---------------------------------------------------------------------------------


def test_the_clock_set_back_an_hour(path, monkeypatch):
    store = begin(path)
    store.append(facts.param(RUN, "p", encode("p", "first")))
    now = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: now() - 3600 * 10**9)
    store.append(facts.param(RUN, "p", encode("p", "second")))
    store.append(facts.end(RUN, "FINISHED", 0.5, None))
    with store.reading() as con:
        found = con.execute("SELECT params.p, status, duration FROM runs").fetchall()
    assert found == [("second", "FINISHED", 0.5)]
    store.close()


def test_a_writer_that_read_sorts_after_what_it_read(path, monkeypatch):
    ahead = begin(path)
    now = time.time_ns
    with monkeypatch.context() as fast:
        fast.setattr(time, "time_ns", lambda: now() + 3600 * 10**9)
        ahead.append(facts.param(RUN, "p", encode("p", "from the future")))
        ahead.fold()
    behind = Store(path)
    with behind.reading():
        pass
    behind.append(facts.param(RUN, "p", encode("p", "after it")))
    with behind.reading() as con:
        assert con.execute("SELECT params.p FROM runs").fetchall() == [("after it",)]


# --- the user's own connection -----------------------------------------------------------


def test_a_connection_of_the_user_in_this_process(path):
    store = begin(path)
    log(store, 0)
    store.fold()
    con = duckdb.connect(str(path))
    tables = "SELECT count(*) FROM duckdb_tables() WHERE temporary"
    log(store, 1)
    assert steps_in(store) == [0, 1]  # we join them
    assert con.execute("SELECT count(*) FROM metric_history").fetchall() == [(2,)]
    assert con.execute(tables).fetchall() == [(0,)]  # and leave nothing of ours with them
    con.close()
    store.close()


def test_gc_frees_only_what_is_in_the_trash(path, tmp_path):
    store = begin(path)
    files = {}
    for name in ("kept", "old", "young"):
        file = tmp_path / name
        file.write_text(name * 100)
        files[name] = store.blobs.put(file)[0]
    for name, run_id in (("kept", RUN), ("old", "b" * 32)):
        store.append(facts.start(run_id, "e"), facts.artifact(run_id, name, files[name], 1, 1))
    store.append(facts.end("b" * 32, "FINISHED", 0.1, None))
    store.append(facts.stage("run", "b" * 32, deleted=True))
    blobs = Path(store.blobs.root)
    for name in ("kept", "old"):
        old = blobs / files[name][:2] / files[name][2:]
        os.utime(old, (1, 1))
    freed = upkeep.empty_trash(store)
    assert (freed.runs, freed.blobs, freed.bytes) == (1, 1, 300)
    assert {digest for digest, *_ in store.blobs.all()} == {files["kept"], files["young"]}
    with store.reading() as con:
        assert con.execute("SELECT run_id FROM runs").fetchall() == [(RUN,)]
    store.close()
