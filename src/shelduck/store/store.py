"""A store: one DuckDB file, the journals beside it, and the artifacts."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from shelduck.errors import ShelduckError, StoreBusy, StoreError, StoreMoved, warn
from shelduck.store import identity, schema, segments
from shelduck.store.background import BackgroundFold
from shelduck.store.blobs import Blobs
from shelduck.store.facts import Fact
from shelduck.store.failpoints import reach
from shelduck.store.fold import FoldReport, fold, read_marks
from shelduck.store.journal import Journal
from shelduck.store.memory import Memory, Signature, look, remember, signature
from shelduck.store.opening import READ_WAIT, attached, can_lock, in_memory, locked

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
        self.folders = [self.journal_folder, identity.fallback_folder(self.id)]
        self.journal = Journal(
            self.folders, self.id, durable=durable, complain=self._complain_of_journal
        )
        self.blobs = Blobs(identity.artifact_folder(self.path))
        self._background = BackgroundFold(self._fold_in_background, self._complain)
        self._marks: dict[segments.Mark, int] = {}
        self._refused: set[segments.Segment] = set()
        self._read_at: Signature | None = None  # the file's id, schema and watermarks, that is
        self._memory: Memory | None = None
        self._seen_file = self.path.exists()
        self._complaints: set[object] = set()
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
            When the file is held by somebody, gone, damaged, cannot be written, or is newer
            than this Shelduck; the journals keep everything.
        """
        report = self._fold_pending(wait)
        if not self.is_writable:
            raise StoreError(
                f"{self.path} cannot be written. What is logged is kept in {self.journal.place}."
            )
        return report

    def _fold_in_background(self) -> None:
        if self.journal.moved:
            self._recover()
        if self.journal.moved:
            raise self._moved()
        self._fold_pending(0.0, shared=True)

    def _fold_pending(self, wait: float, *, shared: bool = False) -> FoldReport:
        self._recover()
        if self._is_gone:
            raise self._moved()
        if not (self._pending() and self.is_writable):
            return FoldReport(marks=dict(self._marks))
        doing = _explained(f"{self.path} cannot take in the journals")
        with self.opened(wait, shared=shared) as con, doing:
            return self._fold(con)

    def _fold(self, con: DuckDBPyConnection) -> FoldReport:
        report = fold(con, self.folders, self.id)
        self._marks, self._refused = report.marks, set(report.refused)
        self.journal.observe(report.latest)
        alone = (f"{path} is left alone: {why}." for path, why in report.left_alone.items())
        for text in (*report.news, *alone):
            self._complain(StoreError(text))
        return report

    def _pending(self) -> bool:
        """Whether a fold has anything to do, as far as this process has seen."""
        return bool(segments.look(self.folders).pending(self._marks) - self._refused)

    def _recover(self) -> None:
        """Bring what was logged, and could not be where it belongs, to safety."""
        if self.path.exists():
            with suppress(OSError):
                self.journal_folder.mkdir(exist_ok=True)
        rescued = self.journal.recover()
        if rescued and not self._is_gone:
            self._complain(StoreError(f"the journal was deleted while runs log to it: {rescued}"))

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
        is_new = not (self.path.exists() or self._is_gone)
        if is_new and not (self._pending() and self.is_writable):
            with in_memory() as con:
                schema.create(con, self.id)
                yield con
            return
        with self.opened(wait) as con:
            self._fold_if_pending(con)
            yield con

    @contextmanager
    def searching(self, wait: float = READ_WAIT) -> Iterator[DuckDBPyConnection]:
        """Yield a connection as ``reading`` does, whose answers are remembered.

        That is so while the store is unchanged, and for what `remembered` is asked.
        """
        now = None if self._pending() else signature(self.path)
        with self.reading(wait) as con:
            if now is not None:
                if self._memory is None or self._memory.state != now:
                    self._memory = Memory(now)
                remember(con, self._memory)
            yield con

    def revision(self) -> object:
        """Return what changes when there is something new in the file or anybody's journal.

        Reads no file, and does not wait for anybody; what is new may turn out to be nothing.
        """
        journals = [(s.mark, s.size) for f in self.folders for s in segments.scan(f)]
        return look(self.path), frozenset(journals), segments.alive_writers(self.folders)

    def _fold_if_pending(self, con: DuckDBPyConnection) -> None:
        try:
            self._recover()
            now = signature(self.path)
            if now is None or now != self._read_at:
                self._marks, latest = read_marks(con)
                self.journal.observe(latest)
                self._read_at = now
            if self._pending():
                self._fold(con)
        except Exception as e:  # a full disk, say: an old answer with a warning beats none
            reason = "it cannot be written" if not self.is_writable else f"{type(e).__name__}: {e}"
            self._complain(StoreError(f"the newest facts are not in {self.path}: {reason}."))

    @contextmanager
    def opened(self, wait: float, *, shared: bool = False) -> Iterator[DuckDBPyConnection]:
        """Hold the lock and the file; make it if it never was, check it is ours, migrate it."""
        with locked(self.journal_folder, wait):
            if self._is_gone:
                raise self._moved()
            if not self.path.exists():
                self._make()
            read_only = not self.is_writable
            with attached(str(self.path), read_only=read_only, wait=wait, shared=shared) as con:
                # Nobody else can write now, so a file that looks as it did is as it was.
                if self._read_at is None or self._read_at != signature(self.path):
                    self._check(con)
                yield con

    @property
    def is_writable(self) -> bool:
        """Whether this process may fold into the file, or make it."""
        file = [self.path] if self.path.exists() else []
        return can_lock(self.journal_folder) and all(
            os.access(place, os.W_OK) for place in (self.path.parent, *file)
        )

    def _make(self) -> None:
        """Make the file, whole or not at all: beside its place and then moved there."""
        draft = self.path.with_name(f"{self.path.name}.draft")
        with _explained(f"{self.path} cannot be made"):
            for left in (draft, Path(f"{draft}.wal")):
                left.unlink(missing_ok=True)
            with attached(str(draft), create=True) as con:
                schema.create(con, self.id)
            reach("before-create")
            draft.rename(self.path)
            reach("after-create")
        identity.mark_created(self.path, self.id)

    def _check(self, con: DuckDBPyConnection) -> None:
        meta = schema.read_meta(con)
        if meta and meta["store_id"] != self.id:
            raise StoreMoved(
                f"{self.path} is another store than the one this process has been logging to. "
                f"What is logged is kept in {self.journal.place}; start a new process, or "
                "set_tracking_uri(path) again, to use this one."
            )
        found = int(meta.get("schema", 0))
        schema.check_version(found)
        with _explained(f"{self.path} has schema {found} and cannot be brought to this one"):
            if not meta:
                schema.create(con, self.id)
                identity.mark_created(self.path, self.id)
            elif found < schema.SCHEMA:
                schema.migrate(con, found)
        self._seen_file = True

    # --- trouble -------------------------------------------------------------------------

    @property
    def _is_gone(self) -> bool:
        return not self.path.exists() and (self._seen_file or self.journal.moved)

    def _moved(self) -> StoreMoved:
        return StoreMoved(
            f"{self.path} is gone: it was moved, renamed or deleted. What is logged is kept in "
            f"{self.journal.place}; set_tracking_uri(path) names the store's new place."
        )

    def _complain(self, problem: ShelduckError) -> None:
        """Warn of a problem: once of each kind, and of those of no special kind once each."""
        kind = type(problem)
        what = str(problem) if kind in (ShelduckError, StoreError) else kind
        if what not in self._complaints:
            self._complaints.add(what)
            warn(str(problem))

    def _complain_of_journal(self, text: str) -> None:
        gone = not self.journal_folder.exists()
        self._complain(self._moved() if gone else StoreError(text))

    # --- the end -------------------------------------------------------------------------

    def close(self) -> None:
        """End the journal and fold it, if nobody holds the store; else the next one will."""
        self._background.stop()
        if self.journal.moved:
            self._recover()
        if self.journal.moved:
            self._complain(self._moved())
        self.journal.close()
        reach("at-exit")
        if self.journal.appended:
            try:
                self._fold_pending(READ_WAIT)
            except StoreBusy:
                pass
            except ShelduckError as e:
                self._complain(e)

    def after_fork(self) -> None:
        """In a forked child: the thread is gone, and the journal is a new one."""
        self._background.reset()


@contextmanager
def _explained(what: str) -> Iterator[None]:
    """Turn what DuckDB or the disk says against it into an error that says what is kept."""
    import duckdb

    try:
        yield
    except (OSError, duckdb.Error) as e:
        raise StoreError(f"{what}: {e}. What is logged is kept in the journal.") from e


_stores: weakref.WeakSet[Store] = weakref.WeakSet()


def _after_fork() -> None:
    for store in list(_stores):
        store.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
