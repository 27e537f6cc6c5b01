"""The journal files of a store as a fold finds them, and where they go afterwards."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
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
    """Seconds since 1970."""

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

    def refusal(self, store_id: str) -> str | None:
        """Why this segment is left alone, or None when it is ours to fold."""
        with self.path.open("rb") as f:
            first = f.read(_HEAD_BYTES).partition(b"\n")[0]
        try:
            head = orjson.loads(first)
            found, version = head["store"], head["format"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return "its first line cannot be read"
        if found != store_id:
            return f"it belongs to another store ({found[:8]})"
        if version > facts.FORMAT:
            return (
                f"it has format {version}, this Shelduck knows {facts.FORMAT}: install a newer one"
            )
        return None


def list_segments(folders: Sequence[Path]) -> list[Segment]:
    """Return the segments in the journal folders, those folded before among them."""
    found: dict[Mark, Segment] = {}
    for folder in folders:
        for place in (folder, folder / FOLDED):
            for segment in _scan(place):
                found.setdefault(segment.mark, segment)
    return list(found.values())


def _scan(folder: Path) -> Iterable[Segment]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        writer, dot, rest = entry.name.partition(".")
        number = rest.removesuffix(".jsonl")
        if dot and rest.endswith(".jsonl") and number.isdigit():
            stat = entry.stat()
            path = Path(entry.path)
            yield Segment(path, writer, int(number), stat.st_size, stat.st_mtime)


def alive_writers(folders: Sequence[Path]) -> frozenset[str]:
    """Return the writers that hold their lock; a pid proves nothing, a lock does."""
    return frozenset(
        path.stem for folder in folders for path in folder.glob("*.alive") if is_held(path)
    )


def is_finished(segment: Segment, segments: Iterable[Segment], alive: frozenset[str]) -> bool:
    """Whether nobody will append to it: its writer is gone, or went on to the next segment."""
    return segment.writer not in alive or any(
        s.writer == segment.writer and s.number > segment.number for s in segments
    )


def put_aside(segments: Iterable[Segment], marks: Mapping[Mark, int]) -> None:
    """Move finished segments that are wholly folded to ``folded/``."""
    for segment in segments:
        if not segment.is_folded and marks.get(segment.mark, 0) >= segment.size:
            target = segment.path.parent / FOLDED
            target.mkdir(exist_ok=True)
            segment.path.rename(target / segment.path.name)


def discard(segments: Iterable[Segment], marks: Mapping[Mark, int]) -> None:
    """Delete folded segments a day after, whose watermark this opening found in the file."""
    for segment in segments:
        old = time.time() - segment.modified > KEEP_SECONDS
        if segment.is_folded and old and marks.get(segment.mark, 0) >= segment.size:
            segment.path.unlink(missing_ok=True)


def discard_stale_locks(folders: Sequence[Path], alive: frozenset[str]) -> None:
    """Delete the lock files of writers gone for an hour; a new one may not hold its lock yet."""
    for folder in folders:
        for path in folder.glob("*.alive"):
            if path.stem not in alive and time.time() - path.stat().st_mtime > 3600:
                path.unlink(missing_ok=True)


def keep_damaged(segment: Segment, lines: Sequence[bytes]) -> None:
    """Put lines that are no facts into ``damaged/``, under the segment's name."""
    folder = segment.path.parent
    folder = (folder.parent if segment.is_folded else folder) / DAMAGED
    folder.mkdir(exist_ok=True)
    with (folder / segment.path.name).open("ab") as f:
        f.writelines(line + b"\n" for line in lines)
