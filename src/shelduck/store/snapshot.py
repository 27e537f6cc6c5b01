"""The runs of an unchanged store, kept in memory between one search and the next."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from shelduck.store.opening import engine, memory_catalog

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Signature = tuple[int, int, int]
# A file written twice within a tick of the filesystem's clock may look unchanged.
_SETTLED_NS = 50_000_000


def signature(path: Path) -> Signature | None:
    """Return what changes whenever the file does; None when it changed just now."""
    try:
        stat = path.stat()
    except OSError:
        return None
    if time.time_ns() - stat.st_mtime_ns < _SETTLED_NS:
        return None
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


class Snapshot:
    """A copy of ``run_docs``, taken when a store is searched again unchanged.

    The copy takes 4 ms per 1,000 runs, so the first search goes to the file; from the third
    on a search needs neither the lock nor the file.
    """

    def __init__(self) -> None:
        self._name = f"snapshot_{uuid4().hex}"  # one store may be open at two paths
        self._engine: object = None
        self._held: Signature | None = None
        self._searched: Signature | None = None

    def holds(self, current: Signature | None) -> bool:
        """Whether this is a copy of the file as it is now."""
        return current is not None and current == self._held and self._engine is engine()

    def consider(self, con: DuckDBPyConnection, current: Signature | None) -> None:
        """Take the copy if the file is as it was at the search before."""
        if current is not None and current == self._searched:
            with memory_catalog(self._name, make=True):
                if self._is_reached_from(con):
                    con.execute(
                        f"CREATE OR REPLACE TABLE {self._name}.run_docs AS SELECT * FROM run_docs"
                    )
                    self._engine, self._held = engine(), current
        self._searched = current

    def _is_reached_from(self, con: DuckDBPyConnection) -> bool:
        """Whether ``con`` is of our own DuckDB, and not of the user's that we joined."""
        return bool(
            con.execute(
                "SELECT 1 FROM duckdb_databases() WHERE database_name = ?", [self._name]
            ).fetchall()
        )

    @contextmanager
    def reading(self) -> Iterator[DuckDBPyConnection]:
        """Yield a connection in which ``run_docs`` is the copy."""
        with memory_catalog(self._name) as con:
            yield con
