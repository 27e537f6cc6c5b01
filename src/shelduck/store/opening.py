"""Opening the store's file: the only place that knows how, and who must wait.

Every opening is under our own lock file, readers included: DuckDB's lock alone let committed
rows vanish when processes took turns. An opening attaches the file to one in-memory DuckDB of
this process (half a millisecond, where ``duckdb.connect`` takes twenty).
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from shelduck.errors import StoreBusy, StoreDamaged, StoreError
from shelduck.store.locks import acquire, file_lock

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# The oldest storage format that both DuckDB 1.5 and 2.0 write; 2.0's own default shuts 1.5 out.
STORAGE_VERSION = "v1.2.0"
ALIAS = "shelduck"
READ_WAIT = 5.0  # seconds a reader waits before it says who holds the store

_engine: DuckDBPyConnection | None = None
# A parent's engine, never closed in the child: its threads are gone.
_left_behind: list[object] = []
# Held over an opening and over a fork, so that no child inherits half of one.
_gate = threading.RLock()
_birth = threading.Lock()


def engine() -> DuckDBPyConnection:
    """Return this process's DuckDB; another one after a fork."""
    global _engine
    import duckdb

    with _birth:
        if _engine is None:
            _engine = duckdb.connect()
        return _engine


def can_lock(folder: Path) -> bool:
    """Whether this process may take the lock of the store whose journal folder this is."""
    lock = folder / "lock"
    return folder.is_dir() and os.access(lock if lock.exists() else folder, os.W_OK)


@contextmanager
def locked(folder: Path, wait: float) -> Iterator[None]:
    """Hold the lock of the store whose journal folder this is.

    Raises
    ------
    StoreBusy
        When another process holds it for longer than ``wait`` seconds.
    """
    if not can_lock(folder):  # who cannot fold needs no lock to read
        yield
        return
    lock = file_lock(folder / "lock")
    busy = StoreBusy(
        f"{folder / 'lock'} was held for more than {wait:.0f} s: somebody is folding or reading "
        "a very large store. Nothing is lost; try again."
    )
    if not _gate.acquire(timeout=wait):
        raise busy
    try:
        if not acquire(lock, wait):
            raise busy
        try:
            yield
        finally:
            lock.release()
    finally:
        _gate.release()


@contextmanager
def attached(
    target: str,
    *,
    create: bool = False,
    read_only: bool = False,
    wait: float = READ_WAIT,
    shared: bool = False,
) -> Iterator[DuckDBPyConnection]:
    """Yield a connection whose current catalog is the store. Call it under ``locked``.

    Parameters
    ----------
    target
        Path of the DuckDB file, or a ``ducklake:`` address.
    create
        Make the file if it is not there.
    read_only
        Open it in a folder that cannot be written, which is so for everybody.
    wait
        Seconds to wait while another process has the file open in DuckDB.
    shared
        Open it the slower way that a ``duckdb.connect`` of the user in this process can join,
        for openings the user did not ask for.

    Raises
    ------
    StoreBusy
        When somebody has the file open for longer than ``wait``; says who.
    StoreDamaged
        When DuckDB cannot open the file.
    """
    import duckdb

    deadline = time.monotonic() + wait
    while True:
        try:
            if shared and not read_only:
                con, close = _join(target)
            else:
                con, close = _open(target, _options(target, create=create, read_only=read_only))
            break
        except duckdb.Error as e:
            problem = _explain(target, e)
            if not isinstance(problem, StoreBusy) or time.monotonic() > deadline:
                raise problem from e
        time.sleep(0.02)
    try:
        yield con
    finally:
        close()


@contextmanager
def in_memory() -> Iterator[DuckDBPyConnection]:
    """Yield a connection to an empty database of its own, which nobody else sees."""
    import duckdb

    con = duckdb.connect()
    try:
        yield con
    finally:
        con.close()


@contextmanager
def transaction(con: DuckDBPyConnection) -> Iterator[None]:
    """Commit what the block does, or none of it."""
    import duckdb

    con.execute("BEGIN TRANSACTION")
    try:
        yield
        con.execute("COMMIT")
    except BaseException:
        with suppress(duckdb.Error):  # a COMMIT that failed has rolled back
            con.execute("ROLLBACK")
        raise


_Opened = tuple["DuckDBPyConnection", Callable[[], None]]


def _open(target: str, options: str) -> _Opened:
    import duckdb

    con = engine().cursor()
    try:
        con.execute(f"ATTACH {_quoted(target)} AS {ALIAS} {options}")
    except duckdb.Error as e:
        con.close()
        if "Unique file handle conflict" not in str(e):
            raise
        return _join(target)
    con.execute(f"USE {ALIAS}")
    return con, lambda: _detach(con)


def _join(target: str) -> _Opened:
    """Open the file in the way that a user's own connection in this process is open."""
    import duckdb

    con = duckdb.connect(target)
    return con, con.close


def _options(target: str, *, create: bool, read_only: bool) -> str:
    if target.startswith("ducklake:"):
        return ""
    if create:
        return f"(STORAGE_VERSION '{STORAGE_VERSION}')"
    return "(READ_ONLY)" if read_only else ""


def close_engine() -> None:
    """Let go of this process's DuckDB, at exit."""
    global _engine
    if _engine is not None:
        _engine.close()
        _engine = None


def _detach(con: DuckDBPyConnection) -> None:
    import duckdb

    con.close()
    # On a full disk its checkpoint fails; what was committed is in the write-ahead log then.
    with suppress(duckdb.IOException), engine().cursor() as cursor:
        cursor.execute(f"DETACH {ALIAS}")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _explain(target: str, error: Exception) -> StoreError:
    """Turn DuckDB's error on opening into one that says who and what to do."""
    text = str(error)
    who = _holder(text)
    if who:
        return StoreBusy(
            f"{who} has {target} open in DuckDB, which lets nobody else read or write. "
            "Nothing is lost: close that connection and try again."
        )
    return StoreDamaged(
        f"DuckDB cannot open {target}: {text.splitlines()[0]} "
        "What was logged since the last fold, and of the last day, is still in the journal "
        "beside it; `shelduck doctor` says what to do."
    )


def _holder(text: str) -> str | None:
    """Who has the file open, by DuckDB's error; None if that is not what it says."""
    if "Could not set lock" in text or "already open in" in text:  # the latter on Windows
        pid = re.search(r"PID (\d+)", text)
        return f"process {pid.group(1)}" if pid else "another process"
    if "different configuration" in text:
        return "this process, read-only or with a configuration of its own,"
    if "Unique file handle conflict" in text:
        return "this process, attached to another database,"
    return None


def _before_fork() -> None:
    _gate.acquire()
    _birth.acquire()


def _after_fork_in_parent() -> None:
    _birth.release()
    _gate.release()


def _after_fork_in_child() -> None:
    global _engine
    _left_behind.append(_engine)
    _engine = None
    _after_fork_in_parent()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork,
        after_in_parent=_after_fork_in_parent,
        after_in_child=_after_fork_in_child,
    )
