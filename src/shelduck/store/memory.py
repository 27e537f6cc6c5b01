"""What was found out about the runs of a store, remembered while its file stays as it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

T = TypeVar("T")
Signature = tuple[int, ...]
# A file written twice within a tick of the filesystem's clock may look unchanged.
_SETTLED_NS = 50_000_000
_MANY = 200  # answers; a user who types a filter asks for many


def look(path: Path) -> Signature:
    """Return what changes whenever a DuckDB file does, its write-ahead log included."""
    found: list[int] = []
    for place in (path, path.with_name(f"{path.name}.wal")):
        try:
            stat = place.stat()
        except OSError:
            found += (0, 0, 0)
        else:
            found += (stat.st_ino, stat.st_size, stat.st_mtime_ns)
    return tuple(found)


def signature(path: Path) -> Signature | None:
    """Return what `look` does; None when there is no file, or it changed just now."""
    seen = look(path)
    is_settled = time.time_ns() - max(seen[2::3]) > _SETTLED_NS
    return seen if seen[0] and is_settled else None


class Memory:
    """Answers to questions about one state of a store."""

    def __init__(self, state: Signature) -> None:
        self.state = state
        self._answers: dict[Any, Any] = {}

    def answer(self, question: Any, find: Callable[[], T]) -> T:
        """Return the answer of before, or find and remember it."""
        answers = self._answers  # another thread may begin anew meanwhile
        if question in answers:
            known: T = answers[question]
            return known
        if len(answers) >= _MANY:
            answers = self._answers = {}
        answers[question] = found = find()
        return found


_memories: WeakKeyDictionary[DuckDBPyConnection, Memory] = WeakKeyDictionary()


def remember(con: DuckDBPyConnection, memory: Memory) -> None:
    """Let what is asked through ``con`` be remembered: it sees the state of that memory."""
    _memories[con] = memory


def remembered(con: DuckDBPyConnection, question: Any, find: Callable[[], T]) -> T:
    """Return what ``find`` does, or did when the runs that ``con`` sees were the same.

    Of a connection that no memory was given to, nothing is known.
    """
    memory = _memories.get(con)
    return find() if memory is None else memory.answer(question, find)
