"""The journal files of a store as a fold finds them, and where they go afterwards."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import orjson

from shelduck.store import facts
from shelduck.store.locks import is_held

FOLDED = "folded"
DAMAGED = "damaged"
KEEP_SECONDS = 86_400.0  # how long a folded segment is kept, should its fold have vanished
_HEAD_BYTES = 4096

Mark = tuple[str, int]  # writer and segment, what a watermark is about


@dataclass(frozen=True, slots=True)
class Segment:
    """One journal file."""

    path: Path
    writer: str
    number: int
    size: int
    """Bytes when it was listed; a living writer may have added more since."""
    modified: float
    """Seconds since 1970; of a folded segment, when it was put aside."""

    @property
    def mark(self) -> Mark:
        """What its watermark is kept under."""
        return self.writer, self.number

    @property
    def is_folded(self) -> bool:
        """Whether it was moved aside by a fold."""
        return self.path.parent.name == FOLDED

    def read(self, start: int) -> bytes:
        """Return the bytes from ``start`` to the size it had when it was listed."""
        with self.path.open("rb") as f:
            f.seek(start)
            return f.read(self.size - start)

    def refusal(self, store_id: str, folded: int) -> str | None:
        """Why this segment is left alone, or None when it is ours to fold on from ``folded``."""
        if self.size < folded:
            return f"it is {self.size} bytes long, but {folded} of it were folded before"
        with self.path.open("rb") as f:
            first = f.read(_HEAD_BYTES).partition(b"\n")[0]
        try:
            head = orjson.loads(first)
            found, version = str(head["store"]), int(head["format"])
        except (ValueError, KeyError, TypeError):
            return "its first line cannot be read"
        if found != store_id:
            return f"it belongs to another store ({found[:8]})"
        if version > facts.FORMAT:
            return (
                f"it has format {version}, this Shelduck knows {facts.FORMAT}: install a newer one"
            )
        return None


@dataclass(frozen=True, slots=True)
class Journals:
    """Every segment in the journal folders, and who of their writers is alive."""

    segments: tuple[Segment, ...]
    alive: frozenset[str]

    def is_finished(self, segment: Segment) -> bool:
        """Whether nobody will append to it: its writer is gone, or went on to the next one."""
        return segment.writer not in self.alive or any(
            s.writer == segment.writer and s.number > segment.number for s in self.segments
        )

    def pending(self, marks: Mapping[Mark, int]) -> set[Segment]:
        """Return the segments that give a fold something to do.

        They have more, or less, than was folded; or their writer is gone and they have not
        been put aside, so that its runs may have to be ended.
        """
        return {
            s
            for s in self.segments
            if s.size != marks.get(s.mark, 0) or not (s.is_folded or s.writer in self.alive)
        }


def look(folders: Sequence[Path]) -> Journals:
    """Return what is in the journal folders, those folded before included."""
    seen_before = {s.writer for folder in folders for s in scan(folder)}
    alive = alive_writers(folders)
    # Who is gone writes no more, so sizes are taken after that is known; and a writer that
    # came in between, whose lock was not looked for, is alive.
    found = list_segments(folders)
    new = {s.writer for s in found if not s.is_folded} - seen_before
    return Journals(tuple(found), alive | new)


def list_segments(folders: Sequence[Path]) -> list[Segment]:
    """Return the segments in the journal folders; of two copies of one, the longer."""
    found: dict[Mark, Segment] = {}
    for folder in folders:
        for place in (folder, folder / FOLDED):
            for segment in scan(place):
                known = found.setdefault(segment.mark, segment)
                if segment.size > known.size:
                    found[segment.mark] = segment
    return list(found.values())


def scan(folder: Path) -> Iterator[Segment]:
    """Yield the segments in one folder."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        writer, dot, rest = entry.name.partition(".")
        number = rest.removesuffix(".jsonl")
        if dot and rest.endswith(".jsonl") and number.isdigit():
            with suppress(FileNotFoundError):  # somebody folds, and has just put it aside
                stat = entry.stat()
                path = Path(entry.path)
                yield Segment(path, writer, int(number), stat.st_size, stat.st_mtime)


def alive_writers(folders: Sequence[Path]) -> frozenset[str]:
    """Return the writers that hold their lock; a pid proves nothing, a lock does."""
    return frozenset(
        path.stem for folder in folders for path in folder.glob("*.alive") if is_held(path)
    )


def put_aside(segments: Iterable[Segment], marks: Mapping[Mark, int]) -> None:
    """Move finished segments that are wholly folded to ``folded/``, as of now."""
    for segment in segments:
        if not segment.is_folded and marks.get(segment.mark, 0) >= segment.size:
            target = segment.path.parent / FOLDED / segment.path.name
            with suppress(OSError):  # not ours to move: its watermark is enough
                target.parent.mkdir(exist_ok=True)
                os.utime(segment.path)
                segment.path.rename(target)


def discard(segments: Iterable[Segment], marks: Mapping[Mark, int]) -> None:
    """Delete segments folded a day ago, whose watermark this opening found in the file."""
    for segment in segments:
        old = time.time() - segment.modified > KEEP_SECONDS
        if segment.is_folded and old and marks.get(segment.mark, 0) >= segment.size:
            with suppress(OSError):
                segment.path.unlink()


def discard_stale_locks(folders: Sequence[Path], alive: frozenset[str]) -> None:
    """Delete the lock files of writers gone for an hour; a new one may not hold its lock yet."""
    for folder in folders:
        for path in folder.glob("*.alive"):
            with suppress(OSError):
                if path.stem not in alive and time.time() - path.stat().st_mtime > 3600:
                    path.unlink()


def keep_damaged(segment: Segment, start: int, lines: Sequence[bytes]) -> Path:
    """Put lines that are no facts into ``damaged/``, and return where.

    ``start`` is the watermark they came after: a fold done again writes the same file.
    """
    folder = segment.path.parent
    folder = (folder.parent if segment.is_folded else folder) / DAMAGED
    folder.mkdir(exist_ok=True)
    path = folder / f"{segment.path.stem}.{start}.jsonl"
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path
