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
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import orjson
from filelock import FileLock

from shelduck.errors import warn
from shelduck.store import facts
from shelduck.store.clock import Clock
from shelduck.store.facts import Fact
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
        that cannot be written is left for the next; after the last, facts stay in memory.
    store_id
        The store the facts are for; a fold leaves the journals of another store alone.
    durable
        Whether each append also waits for the disk, so that it survives a power loss.
    """

    def __init__(self, folders: Sequence[Path], store_id: str, *, durable: bool = False) -> None:
        self.folders = list(folders)
        self.store_id = store_id
        self.durable = durable
        self.clock = Clock()
        self.appended = 0
        """Facts appended by this process so far."""
        self.lost = 0
        """Facts of which no trace is left, for want of any room at all."""
        self._reset()
        _journals.add(self)

    def _reset(self) -> None:
        """Begin as a new writer: at first, and in a forked child."""
        self.writer = uuid4().hex
        self._lock = threading.Lock()
        self._joined: set[str] = set()
        self._fd: int | None = None
        self._alive: FileLock | None = None
        self._place = 0
        self._segment = 0
        self._size = 0
        self._memory: deque[bytes] = deque()
        self._memory_size = 0
        self._warned = False

    # --- writing -------------------------------------------------------------------------

    def append(self, *new: Fact) -> None:
        """Write facts; when this returns they survive the process."""
        with self._lock:
            lines = b"".join(map(self._line, new))
            self.appended += len(new)
            self._write(lines)

    def _line(self, fact: Fact) -> bytes:
        prefix = b""
        run_id = fact.get("r")
        if run_id is not None and run_id not in self._joined and fact["k"] in _RUN_KINDS:
            self._joined.add(run_id)
            prefix = self._line(facts.writer(run_id))
        points = fact.get("vs")
        fact["h"] = self.clock.stamp() if points is None else self.clock.stamp(len(points))
        return prefix + orjson.dumps(fact, option=orjson.OPT_APPEND_NEWLINE)

    def _write(self, lines: bytes) -> None:
        if self._fd is None or self._size > SEGMENT_BYTES:
            self._next_segment()
        while self._fd is not None:
            written = self._try_write(lines)
            self._size += written
            if written == len(lines):
                return
            # What a short write left whole counts; the torn rest is sent again elsewhere.
            lines = lines[lines.rfind(b"\n", 0, written) + 1 :]
            self._retreat()
        self._remember(lines)

    def _try_write(self, lines: bytes) -> int:
        assert self._fd is not None
        try:
            written = os.write(self._fd, lines)
        except OSError:
            return 0
        if self.durable:
            os.fsync(self._fd)
        return written

    def _next_segment(self) -> None:
        """Close the segment with its end line and open the next; retreat if that fails."""
        self._finish()
        if self._place >= len(self.folders):
            return
        self._segment += 1
        try:
            self._open(self.folders[self._place], self._head())
        except OSError:
            self._retreat()

    def _head(self) -> bytes:
        head = {"k": "head", "h": self.clock.stamp(), "store": self.store_id}
        head |= {"format": facts.FORMAT, "writer": self.writer}
        head |= {"pid": os.getpid(), "host": socket.gethostname()}
        return orjson.dumps(head, option=orjson.OPT_APPEND_NEWLINE)

    def _open(self, folder: Path, content: bytes) -> None:
        """Begin the current segment in ``folder`` with ``content``, alive there."""
        folder.mkdir(parents=True, exist_ok=True)
        if self._alive is None:
            alive = file_lock(folder / f"{self.writer}.alive")
            acquire(alive, 5.0)
            self._alive = alive
        path = folder / f"{self.writer}.{self._segment:05d}.jsonl"
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
        fd = os.open(path, flags, 0o666)
        if os.write(fd, content) != len(content):
            os.close(fd)
            raise OSError(f"no room for a segment in {folder}")
        self._fd, self._path, self._size = fd, path, len(content)

    def _finish(self) -> None:
        if self._fd is None:
            return
        try:
            tail = {"k": "tail", "h": self.clock.stamp()}
            os.write(self._fd, orjson.dumps(tail, option=orjson.OPT_APPEND_NEWLINE))
        except OSError:
            pass  # a segment without its end line is read as one whose writer died
        os.close(self._fd)
        self._fd = None

    # --- when there is no room -----------------------------------------------------------

    def _retreat(self) -> None:
        """Give up on the current folder and go on in the next, or in memory."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
        failed = self.folders[self._place]
        self._place += 1
        if self._place < len(self.folders):
            self._warn_once(
                f"cannot write to {failed}; until there is room and permission, what is "
                f"logged is kept in {self.folders[self._place]} and folded from there."
            )
            self._next_segment()
        else:
            self._warn_once(
                f"cannot write to {failed} either; what is logged is kept in memory, "
                f"up to {MEMORY_BYTES >> 20} MB, and written as soon as there is room."
            )

    def _remember(self, lines: bytes) -> None:
        self._memory.append(lines)
        self._memory_size += len(lines)
        while self._memory_size > MEMORY_BYTES:
            oldest = self._memory.popleft()
            self._memory_size -= len(oldest)
            self.lost += oldest.count(b"\n")

    def _warn_once(self, message: str) -> None:
        if not self._warned:
            self._warned = True
            warn(message)

    def recover(self) -> None:
        """Look after what was written: rescue a deleted segment, empty the memory if it can be."""
        with self._lock:
            if self._fd is not None and os.fstat(self._fd).st_nlink == 0:
                self._rescue()
            if self._memory:
                self._place = 0
                waiting, self._memory = self._memory, deque()
                self._memory_size = 0
                for lines in waiting:
                    self._write(lines)

    def _rescue(self) -> None:
        """Copy a deleted segment, byte for byte, from our open descriptor to the next folder.

        The name and the offsets stay the same, so what was folded is not folded again.
        """
        assert self._fd is not None
        content = os.pread(self._fd, self._size, 0)
        os.close(self._fd)
        self._fd, self._alive = None, None
        self._place = min(self._place + 1, len(self.folders) - 1)
        folder = self.folders[self._place]
        try:
            self._open(folder, content)
        except OSError:
            self._remember(content[content.find(b"\n") + 1 :])
            self._retreat()
        self._warn_once(f"the journal was deleted while a run was logging; kept in {folder}.")

    # --- around it -----------------------------------------------------------------------

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
        """End the segment and stop being alive."""
        with self._lock:
            self._finish()
            if self._alive is not None:
                self._alive.release()
                Path(self._alive.lock_file).unlink(missing_ok=True)
                self._alive = None

    def after_fork(self) -> None:
        """In a forked child: leave the parent's files alone and become a writer of its own."""
        if self._fd is not None:
            os.close(self._fd)
        self._reset()


_journals: weakref.WeakSet[Journal] = weakref.WeakSet()


def _after_fork() -> None:
    for journal in list(_journals):
        journal.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
