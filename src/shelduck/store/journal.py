"""The journal: what one process has logged and nobody has folded yet.

One line per fact, in the file before the call returns, so that it survives the process. The
file is ``<store>.journal/<writer>.<segment>.jsonl``; beside it the writer holds a lock on
``<writer>.alive`` for as long as it lives.
"""

from __future__ import annotations

import os
import socket
import threading
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import orjson
from filelock import FileLock

from shelduck.errors import StoreError, warn
from shelduck.store import facts
from shelduck.store.clock import Clock
from shelduck.store.facts import Fact
from shelduck.store.failpoints import reach
from shelduck.store.locks import acquire, file_lock

SEGMENT_BYTES = 8 << 20
MEMORY_BYTES = 64 << 20
_RUN_KINDS = frozenset(
    ["start", "end", "param", "metric", "history", "artifact", "cell", "environment"]
)


class Journal:
    """Appends facts for one process.

    Parameters
    ----------
    folders
        Where to write, best first: beside the store, then the user's state folder. A folder
        that cannot be written is left for the next; after the last, facts stay in memory. The
        first is never made here: a store that was moved away must not begin anew.
    store_id
        The store the facts are for; a fold leaves the journals of another store alone.
    durable
        Whether each append also waits for the disk, so that it survives a power loss.
    complain
        Called with what the user should know.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        store_id: str,
        *,
        durable: bool = False,
        complain: Callable[[str], None] = warn,
    ) -> None:
        self.folders = list(folders)
        self.store_id = store_id
        self.durable = durable
        self.appended = 0
        """Facts appended by this process so far."""
        self.lost = 0
        """Facts of which no trace is left, for want of any room at all."""
        self._complain = complain
        self._clock = Clock()
        self._reset()
        _journals.add(self)

    def _reset(self) -> None:
        """Begin as a new writer: at first, and in a forked child."""
        self.writer = uuid4().hex
        # A signal handler may log while its own thread is logging.
        self._lock = threading.RLock()
        self._joined: set[str] = set()
        self._fd: int | None = None
        self._alive: dict[Path, FileLock] = {}
        self._place = 0
        self._told = 0
        self._segment = 0
        self._size = 0
        self._memory: deque[bytes] = deque()
        self._memory_size = 0
        self._news: list[str] = []

    # --- writing -------------------------------------------------------------------------

    def append(self, *new: Fact) -> None:
        """Write facts; when this returns they survive the process."""
        with self._lock:
            try:
                lines = b"".join(map(self._line, new))
                reach("before-write")
                self._write(lines)
            except BaseException:
                self._joined.clear()  # an interrupt: who logs to the run may not be written
                raise
            reach("after-write")
            self.appended += len(new)
        if self._news:
            self._tell()

    def observe(self, stamp: int) -> None:
        """Let what is logged from now on sort after a stamp that somebody else made."""
        with self._lock:
            self._clock.observe(stamp)

    def _line(self, fact: Fact) -> bytes:
        prefix = b""
        run_id = fact.get("r")
        if run_id is not None and run_id not in self._joined and fact["k"] in _RUN_KINDS:
            self._joined.add(run_id)
            prefix = self._line(facts.writer(run_id))
        points = fact.get("vs")
        fact["h"] = self._clock.stamp() if points is None else self._clock.stamp(len(points))
        return prefix + orjson.dumps(fact, option=orjson.OPT_APPEND_NEWLINE)

    def _write(self, lines: bytes) -> None:
        if self._fd is None or self._size > SEGMENT_BYTES:
            self._next_segment()
        while self._fd is not None:
            kept = self._try_write(self._fd, lines)
            if kept == len(lines):
                break
            lines = lines[kept:]
            self._retreat()
        else:
            self._remember(lines)
        if self._place != self._told:
            self._tell_place()

    def _try_write(self, fd: int, lines: bytes) -> int:
        """Return how many bytes are in the file now, whole lines only."""
        try:
            written = os.write(fd, lines)
        except OSError:
            return 0
        if written < len(lines):
            written = lines.rfind(b"\n", 0, written) + 1
            with suppress(OSError):  # a torn line that stays is put aside by the fold
                os.ftruncate(fd, self._size + written)
        self._size += written
        if self.durable:
            self._wait_for_disk(fd)
        return written

    def _wait_for_disk(self, fd: int) -> None:
        try:
            os.fsync(fd)
        except OSError as e:
            self._news.append(f"the disk does not confirm what is logged ({e.strerror}).")

    def _next_segment(self) -> None:
        """Close the segment with its end line and open the next, where there is room."""
        self._finish()
        while self._place < len(self.folders):
            self._segment += 1
            try:
                self._open(self.folders[self._place], self._head())
                return
            except (OSError, StoreError):
                self._place += 1

    def _head(self) -> bytes:
        head = {"k": "head", "h": self._clock.stamp(), "store": self.store_id}
        head |= {"format": facts.FORMAT, "writer": self.writer}
        head |= {"pid": os.getpid(), "host": socket.gethostname()}
        return orjson.dumps(head, option=orjson.OPT_APPEND_NEWLINE)

    def _open(self, folder: Path, content: bytes) -> None:
        """Begin the current segment in ``folder`` with ``content``, alive there."""
        if folder != self.folders[0]:
            folder.mkdir(parents=True, exist_ok=True)
        self._live(folder)
        path = folder / f"{self.writer}.{self._segment:05d}.jsonl"
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
        fd = os.open(path, flags, 0o666)
        try:
            if os.write(fd, content) != len(content):
                raise OSError(f"no room for a segment in {folder}")
        except OSError:
            os.close(fd)
            with suppress(OSError):
                path.unlink()
            raise
        self._fd, self._path, self._size = fd, path, len(content)

    def _live(self, folder: Path) -> None:
        """Hold a lock in ``folder`` that shows this process is alive."""
        path = folder / f"{self.writer}.alive"
        if path in self._alive and path.exists():
            return
        if not folder.is_dir():  # taking a lock would make it
            raise FileNotFoundError(folder)
        lock = file_lock(path)
        if not acquire(lock, 5.0):
            raise OSError(f"{path} is locked by somebody else")
        self._alive[path] = lock

    def _finish(self) -> None:
        if self._fd is None:
            return
        tail = {"k": "tail", "h": self._clock.stamp()}
        # A segment without its end line is read as one whose writer died.
        self._try_write(self._fd, orjson.dumps(tail, option=orjson.OPT_APPEND_NEWLINE))
        self._drop()

    def _drop(self) -> None:
        """Close the segment; never leave a closed descriptor where a fork may find it."""
        fd, self._fd = self._fd, None
        if fd is not None:
            with suppress(OSError):
                os.close(fd)

    # --- when there is no room -----------------------------------------------------------

    def _retreat(self) -> None:
        """Give up on the current folder and go on in the next, or in memory."""
        self._drop()
        self._place += 1
        self._next_segment()

    def _tell_place(self) -> None:
        """Note where facts go now, if that is worse than what was said before."""
        if self._place >= len(self.folders):
            self._news.append(
                f"cannot write to {' or '.join(map(str, self.folders))}; what is logged is kept "
                f"in memory, up to {MEMORY_BYTES >> 20} MB, and written as soon as there is room."
            )
        elif self._place > self._told:
            self._news.append(
                f"cannot write to {self.folders[0]}; until there is room and permission, what "
                f"is logged is kept in {self.folders[self._place]} and folded from there."
            )
        self._told = self._place

    def _remember(self, lines: bytes) -> None:
        self._memory.append(lines)
        self._memory_size += len(lines)
        while self._memory_size > MEMORY_BYTES:
            self._lose(self._memory.popleft())

    def _lose(self, lines: bytes) -> None:
        self._memory_size -= len(lines)
        if not self.lost:
            self._news.append("there is no room left anywhere: what was logged is being lost.")
        self.lost += lines.count(b"\n")

    def _tell(self) -> None:
        """Say the news, with the lock free: who hears it may log."""
        while self._news:
            self._complain(self._news.pop(0))

    def recover(self) -> Path | None:
        """Look after what was written: empty the memory if it can be, rescue a deleted segment.

        Returns
        -------
        Path | None
            Where the rescued segment is now, if one was deleted.
        """
        with self._lock:
            if self._memory:
                self._place = 0
                waiting, self._memory, self._memory_size = self._memory, deque(), 0
                for lines in waiting:
                    self._write(lines)
            is_deleted = self._fd is not None and os.fstat(self._fd).st_nlink == 0
            rescued = self._rescue() if is_deleted else None
        self._tell()
        return rescued

    def _rescue(self) -> Path | None:
        """Copy a deleted segment, byte for byte, from our open descriptor to where there is room.

        The name and the offsets stay the same, so what was folded is not folded again.
        """
        deleted = self._fd
        assert deleted is not None
        content = os.pread(deleted, os.fstat(deleted).st_size, 0)
        for place in range(self._place, len(self.folders)):
            try:
                self._open(self.folders[place], content)
            except (OSError, StoreError):
                continue
            os.close(deleted)
            self._place = self._told = place
            return self._path
        return None  # it goes on without a name, and is tried again

    # --- around it -----------------------------------------------------------------------

    @property
    def place(self) -> str:
        """Where facts go, for a message."""
        if self.moved:
            return "its journal, which moved with it"
        return "memory" if self._fd is None and self._memory else str(self.folder)

    @property
    def folder(self) -> Path:
        """The folder facts go to, or would if it had room."""
        return self.folders[min(self._place, len(self.folders) - 1)]

    @property
    def moved(self) -> bool:
        """Whether the open segment is no longer at its path."""
        with self._lock:
            if self._fd is None:
                return False
            try:
                return not os.path.samestat(os.fstat(self._fd), self._path.stat())
            except OSError:
                return True

    def close(self) -> None:
        """End the segment and stop being alive; what is still in memory is lost."""
        self.recover()
        with self._lock:
            self._finish()
            for path, lock in self._alive.items():
                lock.release()
                with suppress(OSError):
                    path.unlink()
            self._alive.clear()
            while self._memory:
                self._lose(self._memory.popleft())
        if self.lost:
            self._news = [f"{self.lost:,} facts found no room anywhere and are lost."]
        self._tell()

    def after_fork(self) -> None:
        """In a forked child: leave the parent's files alone and become a writer of its own."""
        self._drop()
        self._reset()


_journals: weakref.WeakSet[Journal] = weakref.WeakSet()


def _after_fork() -> None:
    for journal in list(_journals):
        journal.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
