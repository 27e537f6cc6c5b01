"""The store held by a user's own ``duckdb.connect``, in another process or in this one."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from children import Child
from looking import RUN, end, param, point, rows, start, status, steps

from shelduck.errors import StoreBusy
from shelduck.store import Store, fold, reading
from shelduck.store.reading import Search, search_docs

HOLDER = """
    import duckdb
    con = duckdb.connect(sys.argv[1])
    tell("held")
    wait()
    con.close()
    tell("free")
    wait()
"""


@pytest.fixture
def made(store: Store) -> Store:
    """A store whose file is there."""
    store.append(start(), point(0))
    store.fold()
    return store


@pytest.fixture
def users(made: Store) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of the user's own, in this process."""
    with duckdb.connect(str(made.path)) as con:
        yield con


# --- by another process


def test_logging_goes_on_and_nothing_is_lost(made: Store) -> None:
    with Child(HOLDER, made.path) as holder:
        holder.hear()
        for step in range(1, 1000):
            made.append(point(step))
        with pytest.raises(StoreBusy, match=f"process {holder.pid} has .*shelduck.duckdb open"):
            made.fold(wait=0.1)
        holder.go_on()
        assert holder.hear() == "free"
        assert steps(made) == list(range(1000))


def test_a_read_waits_then_says_who_holds_it(made: Store) -> None:
    with Child(HOLDER, made.path) as holder:
        holder.hear()
        with pytest.raises(StoreBusy, match=f"process {holder.pid} .* Nothing is lost"):
            with made.reading(wait=0.1):
                pass
        found: list[int] = []
        reader = threading.Thread(target=lambda: found.extend(steps(made)))
        reader.start()
        reader.join(0.1)
        assert reader.is_alive()  # for as long as the store is held
        holder.go_on()
        assert holder.hear() == "free"
        reader.join()
        assert found == [0]


def test_a_process_that_ends_meanwhile_leaves_its_journal(made: Store) -> None:
    script = """
        store = Store(Path(sys.argv[1]))
        store.append(point(sys.argv[2], 1))
        import shelduck.store.store as module
        module.READ_WAIT = 0.1
        store.close()
        tell("closed")
    """
    with Child(HOLDER, made.path) as holder:
        holder.hear()
        with Child(script, made.path, RUN) as child:
            assert child.end() == ["closed"]
            assert child.errors == ""
    assert steps(made) == [0, 1]


def test_a_process_can_begin_while_the_store_is_held(made: Store) -> None:
    with Child(HOLDER, made.path) as holder:
        holder.hear()
        other = Store(made.path)
        other.journal.append(point(1))
        other.journal.close()
    assert steps(made) == [0, 1]


def test_our_own_lock_is_waited_for_too(made: Store) -> None:
    script = """
        with Store(Path(sys.argv[1])).reading():
            tell("reading")
            wait()
        tell("done")
        wait()
    """
    with Child(script, made.path) as child:
        child.hear()
        made.append(point(1))
        with pytest.raises(StoreBusy, match=r"lock was held for more than"):
            made.fold(wait=0.1)
        child.go_on()
        child.hear()
        assert steps(made) == [0, 1]


# --- by this process


def _of_the_connection(con: duckdb.DuckDBPyConnection) -> list[list[tuple[object, ...]]]:
    """All that a connection of ours could have left in the user's."""
    queries = (
        "SELECT database_name, schema_name, table_name, temporary FROM duckdb_tables() ORDER BY 3",
        "SELECT database_name, schema_name, view_name, temporary FROM duckdb_views() ORDER BY 3",
        "SELECT database_name, path FROM duckdb_databases() ORDER BY 1",
        "SELECT current_database(), current_schema()",
        "SELECT name, value FROM duckdb_settings() ORDER BY 1",
        "SELECT name FROM duckdb_prepared_statements() ORDER BY 1",
    )
    return [con.execute(query).fetchall() for query in queries]


def test_we_join_the_users_connection_and_leave_nothing_in_it(
    made: Store, users: duckdb.DuckDBPyConnection
) -> None:
    users.execute("CREATE TEMP TABLE mine AS SELECT 42 AS answer")
    before = _of_the_connection(users)
    made.append(point(1), param("alpha", 0.1))
    made.fold()
    made.append(point(2))
    made._fold_in_background()
    with made.reading() as con:
        assert reading.get_run(con, RUN).data.params == {"alpha": 0.1}
        reading.search_experiments(con, ["active"], None, None, 10)
    assert steps(made) == [0, 1, 2]
    assert _of_the_connection(users) == before
    assert users.execute("SELECT step FROM metric_history ORDER BY step").fetchall() == [
        (0,), (1,), (2,),
    ]  # fmt: skip
    assert users.execute("FROM mine").fetchall() == [(42,)]


def test_searches_join_it_too(made: Store, users: duckdb.DuckDBPyConnection) -> None:
    os.utime(made.path, (1, 1))  # settled
    for _ in range(3):  # the second looks at nothing but the runs
        with made.searching() as con:
            [found] = search_docs(con, Search())
        assert found["id"] == RUN


def test_a_transaction_of_the_users_is_left_open(
    made: Store, users: duckdb.DuckDBPyConnection
) -> None:
    users.execute("BEGIN TRANSACTION")
    users.execute("CREATE TABLE theirs AS SELECT 1 AS one")
    made.append(point(1))
    made.fold()
    users.execute("ROLLBACK")
    assert steps(made) == [0, 1]
    assert rows(made, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'theirs'") == [(0,)]


def test_what_was_folded_through_the_users_connection_is_there_after_it(made: Store) -> None:
    with duckdb.connect(str(made.path)):
        made.append(point(1))
        made.fold()
    assert steps(Store(made.path)) == [0, 1]


def test_a_read_only_connection_of_the_users_keeps_us_out_in_words(made: Store) -> None:
    with duckdb.connect(str(made.path), read_only=True) as users:
        made.append(point(1))
        for shared in (False, True):
            with pytest.raises(StoreBusy, match="this process, read-only or with a configuration"):
                with made.opened(0.1, shared=shared):
                    pass
        assert users.execute("SELECT count(*) FROM metric_history").fetchall() == [(1,)]
    assert steps(made) == [0, 1]


def test_the_file_attached_to_another_database_of_the_users(made: Store) -> None:
    with duckdb.connect() as users:
        users.execute(f"ATTACH '{made.path}' AS theirs")
        for shared in (False, True):
            with pytest.raises(StoreBusy, match="this process, attached to another database"):
                with made.opened(0.1, shared=shared):
                    pass
    assert steps(made) == [0]


def test_the_user_can_connect_during_a_fold_nobody_asked_for(
    made: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    folding, go_on = threading.Event(), threading.Event()

    def wait_in_the_middle(place: str) -> None:
        if place == "before-commit":
            folding.set()
            assert go_on.wait(30)

    monkeypatch.setattr(fold, "reach", wait_in_the_middle)
    made.append(point(1))
    thread = threading.Thread(target=made._fold_in_background)
    thread.start()
    try:
        assert folding.wait(30)
        with duckdb.connect(str(made.path)) as users:
            assert users.execute("SELECT step FROM metric_history").fetchall() == [(0,)]
            go_on.set()
            thread.join()
            assert users.execute("SELECT count(*) FROM metric_history").fetchall() == [(2,)]
    finally:
        go_on.set()
        thread.join()
    made.append(end())
    assert status(made) == "FINISHED"


# --- opened plainly


def test_the_file_opens_by_itself_and_its_views_work(made: Store) -> None:
    made.append(param("alpha", 0.5), end())
    made.fold()
    with duckdb.connect(str(made.path)) as con:
        views = "SELECT view_name FROM duckdb_views() WHERE NOT internal"
        for (view,) in con.execute(views).fetchall():
            con.execute(f"SELECT * FROM {view}").fetchall()
        assert con.execute(
            "SELECT params.alpha, nums.alpha, metrics.loss, status FROM runs"
        ).fetchall() == [("0.5", 0.5, 0.5, "FINISHED")]
        schemas = "SELECT DISTINCT schema_name FROM duckdb_tables()"
        assert con.execute(schemas).fetchall() == [("main",)]
    assert {p.name for p in made.path.parent.iterdir()} == {
        "shelduck.duckdb", "shelduck.duckdb.journal",
    }  # fmt: skip


def test_it_does_not_grow_with_the_folds(made: Store) -> None:
    sizes = []
    for step in range(30):
        made.append(point(step), param("alpha", step))
        made.fold()
        sizes.append(made.path.stat().st_size)
    assert max(sizes[15:]) <= max(sizes[:15]) * 1.3


def test_two_copies_of_a_store_in_one_process_are_searched_apart(
    made: Store, tmp_path: Path
) -> None:
    made.journal.close()
    made.fold()
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "shelduck.duckdb").write_bytes(made.path.read_bytes())
    copy = Store(tmp_path / "copy" / "shelduck.duckdb")
    copy.journal.append(start("c" * 32))
    copy.fold()
    copy.journal.close()
    copy.fold()
    for store in (made, copy):
        os.utime(store.path, (1, 1))  # settled
    for _ in range(4):
        for store, count in ((made, 1), (copy, 2)):
            with store.searching() as con:
                assert len(search_docs(con, Search())) == count
