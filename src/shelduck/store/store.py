"""A store: one DuckDB file, the journals beside it, and the artifacts."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from shelduck.errors import ShelduckError, StoreBusy, StoreMoved, warn
from shelduck.store import identity, schema, segments
from shelduck.store.background import BackgroundFold
from shelduck.store.blobs import Blobs
from shelduck.store.facts import Fact
from shelduck.store.fold import FoldReport, fold, read_marks
from shelduck.store.journal import Journal
from shelduck.store.opening import READ_WAIT, attached, in_memory, locked
from shelduck.store.snapshot import Snapshot, signature

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Store:
    """Where runs are kept. Several processes may hold one at the same path.

    Parameters
    ----------
    path
        The DuckDB file. It need not exist: the first fold makes it.
    durable
        Whether each log call also waits for the disk.
    """

    def __init__(self, path: Path, *, durable: bool = False) -> None:
        self.path = path.expanduser().resolve()
        self.id = identity.claim(self.path).store_id
        self.journal_folder = identity.journal_folder(self.path)
        folders = [self.journal_folder, identity.fallback_folder(self.id)]
        self.folders = folders
        self.journal = Journal(folders, self.id, durable=durable)
        self.blobs = Blobs(identity.artifact_folder(self.path))
        self._background = BackgroundFold(self._fold_in_background)
        self._marks: dict[segments.Mark, int] = {}
        self._snapshot = Snapshot(self.id)
        self._seen_file = self.path.exists()
        self._warned_moved = False
        _stores.add(self)

    def __repr__(self) -> str:
        return f"Store({str(self.path)!r})"

    # --- writing -------------------------------------------------------------------------

    def append(self, *facts: Fact) -> None:
        """Log facts: in the journal when this returns, in the file some seconds later."""
        self.journal.append(*facts)
        self._background.notice(len(facts))

    def fold_soon(self) -> None:
        """Have what was logged folded within a second, without waiting for it."""
        self._background.hurry()

    def fold(self, wait: float = READ_WAIT) -> FoldReport:
        """Fold all journals into the file now.

        Raises
        ------
        StoreError
            When the file is held by somebody, gone, damaged or newer than this Shelduck; the
            journals keep everything.
        """
        self.journal.recover()
        if not self._pending():
            return FoldReport(marks=dict(self._marks))
        with self.opened(wait) as con:
            return self._fold(con)

    def _fold_in_background(self) -> None:
        self.journal.recover()
        if self.journal.moved and not self._warned_moved:
            self._warned_moved = True
            warn(
                f"{self.path} was moved or deleted while runs log to it. What is logged goes on "
                "into their journal; set_tracking_uri(path) names the store's new place."
            )
        if not self._warned_moved and self._pending():
            with self.opened(0.0, shared=True) as con:
                self._fold(con)

    def _fold(self, con: DuckDBPyConnection) -> FoldReport:
        report = fold(con, self.folders, self.id)
        self._marks = report.marks
        self.journal.clock.observe(report.latest)
        return report

    def _pending(self) -> bool:
        """Whether any journal has more than this process has seen folded."""
        found = segments.list_segments(self.folders)
        return any(s.size > self._marks.get(s.mark, 0) for s in found)

    # --- reading -------------------------------------------------------------------------

    @contextmanager
    def reading(self, wait: float = READ_WAIT) -> Iterator[DuckDBPyConnection]:
        """Yield a connection that sees everything logged so far, by anybody.

        What it reads must be fetched before the block ends: others wait for it.

        Raises
        ------
        StoreError
            As ``fold`` does. When only the fold fails, it warns and shows the last one.
        """
        if not self.path.exists() and not self._seen_file and not self._pending():
            with in_memory() as con:
                schema.create(con, self.id)
                yield con
            return
        with self.opened(wait) as con:
            if os.access(self.path, os.W_OK):
                self._fold_if_pending(con)
            yield con

    @contextmanager
    def searching(self, wait: float = READ_WAIT) -> Iterator[DuckDBPyConnection]:
        """Yield a connection that sees ``run_docs`` as ``reading`` does, and nothing else.

        While the store is unchanged, it is a copy in memory.
        """
        now = None if self._pending() else signature(self.path)
        if self._snapshot.holds(now):
            with self._snapshot.reading() as con:
                yield con
            return
        with self.reading(wait) as con:
            if now is not None:
                self._snapshot.consider(con, now)
            yield con

    def _fold_if_pending(self, con: DuckDBPyConnection) -> None:
        try:
            self.journal.recover()
            self._marks, latest = read_marks(con)
            self.journal.clock.observe(latest)
            if self._pending():
                self._fold(con)
        except ShelduckError:
            raise
        except Exception as e:  # a full disk, say: an old answer with a warning beats none
            warn(f"the newest facts are not in this answer: {type(e).__name__}: {e}")

    @contextmanager
    def opened(self, wait: float, *, shared: bool = False) -> Iterator[DuckDBPyConnection]:
        """Hold the lock and the file; make it if it never was, check it is ours, migrate it."""
        with locked(self.journal_folder, wait):
            new = not self.path.exists()
            if new and self._seen_file:
                raise StoreMoved(
                    f"{self.path} is gone: it was moved, renamed or deleted. What is logged is "
                    "kept in the journal; set_tracking_uri(path) names its new place."
                )
            with attached(str(self.path), create=new, wait=wait, shared=shared) as con:
                self._check(con)
                yield con

    def _check(self, con: DuckDBPyConnection) -> None:
        meta = schema.read_meta(con)
        if not meta:
            schema.create(con, self.id)
            identity.mark_created(self.path, self.id)
        elif meta["store_id"] != self.id:
            raise StoreMoved(
                f"{self.path} is another store than the one this process has been logging to. "
                "What is logged is kept in the journal; start a new process, or "
                "set_tracking_uri(path) again, to use this one."
            )
        else:
            found = int(meta["schema"])
            schema.check_version(found)
            if found < schema.SCHEMA:
                schema.migrate(con, found)
        self._seen_file = True

    # --- the end -------------------------------------------------------------------------

    def close(self) -> None:
        """End the journal and fold it, if nobody holds the store; else the next one will."""
        self._background.stop()
        self.journal.close()
        if self.journal.appended:
            try:
                self.fold()
            except StoreBusy:
                pass
            except ShelduckError as e:
                warn(str(e))

    def after_fork(self) -> None:
        """In a forked child: the thread is gone, and the journal is a new one."""
        self._background.reset()


_stores: weakref.WeakSet[Store] = weakref.WeakSet()


def _after_fork() -> None:
    for store in list(_stores):
        store.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
