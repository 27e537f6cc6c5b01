"""A run as the JSON of its panel's state, cut to a bounded size."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shelduck import formats
from shelduck.directions import less_is_better
from shelduck.panels.wire import LONGEST, Json, cell, within
from shelduck.records import (
    COMMIT,
    DELETED,
    DIRTY,
    HOST,
    NOTE,
    RUNNING,
    SOURCE,
    SYSTEM_PREFIXES,
    Cell,
    FileInfo,
    MetricSummary,
    Run,
)
from shelduck.store import Store, reading
from shelduck.store.opening import READ_WAIT
from shelduck.store.surroundings import Surroundings, surroundings
from shelduck.values import leaves

FIRST, SIZE = 200, 70_000  # rows of a section in the state, and bytes; the others are asked for
NOTE_LENGTH = 20_000  # characters


@dataclass(frozen=True, slots=True)
class Known:
    """What the store had of a run when it was last read."""

    run: Run
    files: Sequence[FileInfo]
    around: Surroundings
    cell: Cell | None
    """The cell it came from; of a run within the run of a cell, that cell."""

    @classmethod
    def read(cls, store: Store, run_id: str, wait: float = READ_WAIT) -> Known:
        """Read a run; else NotFound or StoreError. ``wait`` is in seconds."""
        with store.reading(wait) as con:
            run = reading.get_run(con, run_id)
            around = surroundings(con, run_id)
            cell = run.cell or (around.parent and reading.get_run(con, around.parent).cell)
            return cls(run, reading.artifacts(con, run_id), around, cell or None)


def rows_of(known: Known, section: str) -> list[list[Any]]:
    """Return all rows of ``params``, ``metrics``, ``tags``, ``files`` or ``packages``."""
    run = known.run
    if section == "params":
        return [_pair(k, v) for k, v in leaves(run.data.params).items()]
    if section == "tags":
        return [_pair(k, v) for k, v in own_tags(run).items()]
    if section == "metrics":
        return [_metric(k, s) for k, s in run.data.summaries.items()]
    if section == "files":
        return [[file.path, file.file_size or 0] for file in known.files]
    packages = run.environment.packages if run.environment else {}
    return [[name, version] for name, version in packages.items()]


def content(known: Known) -> Json:
    """Return what a panel shows of a run, but for what is only asked for when it is looked at."""
    run = known.run
    return {
        "run": _about(known),
        **{section: _first(known, section) for section in ("params", "metrics", "tags", "files")},
        "note": _note(run),
        "source": bool(known.cell and known.cell.source),
        "source_of": None if run.cell or not known.cell else known.around.parent_name,
        "environment": run.environment
        and {
            "python": run.environment.python,
            "platform": run.environment.platform,
            "packages": len(run.environment.packages),
        },
    }


def own_tags(run: Run) -> dict[str, Any]:
    """Return the tags that the user set, not those that say where a run comes from."""
    return {k: v for k, v in run.data.tags.items() if not k.startswith(SYSTEM_PREFIXES)}


def note_of(run: Run) -> str:
    """Return a run's note, or nothing."""
    return str(run.data.tags.get(NOTE) or "")


def elapsed(run: Run) -> float | None:
    """Return the seconds since a running run started; None when it has ended."""
    running = run.info.status == RUNNING
    return max(0.0, time.time() - run.info.start_time / 1000) if running else None


def whole_text(value: Any) -> str:
    """Return a value with all its digits."""
    return repr(value) if isinstance(value, float) else str(value)


def _first(known: Known, section: str) -> Json:
    rows = rows_of(known, section)
    return {"rows": within(SIZE, rows[:FIRST]), "total": len(rows)}


def _about(known: Known) -> Json:
    info, cell_, around = known.run.info, known.cell, known.around
    tags = known.run.data.tags
    return {
        "id": info.run_id,
        "name": formats.line(info.run_name, LONGEST),
        "status": info.status,
        "deleted": info.lifecycle_stage == DELETED,
        "error": info.error,
        "started": info.start_time,
        "duration": info.duration,
        "author": formats.line(info.user_id),
        "host": formats.line(str(tags.get(HOST) or "")),
        "commit": str(tags.get(COMMIT) or "")[:40],
        "dirty": bool(tags.get(DIRTY)),
        "notebook": cell_ and cell_.notebook,
        "cell": cell_ and cell_.cell_id,
        "from": formats.line(str(tags.get(SOURCE) or ""), LONGEST),
        "experiment": formats.line(around.experiment, LONGEST),
        "attempt": around.attempt,
        "attempts": around.attempts,
        "previous": around.previous,
        "next": around.next,
        "parent": around.parent and [around.parent, formats.line(around.parent_name)],
    }


def _pair(key: str, value: Any) -> list[Any]:
    """Name, value in a line, type, and whether the line leaves something out."""
    text = whole_text(value)
    return [key, formats.line(text, LONGEST), type(value).__name__, _is_cut(text)]


def _is_cut(text: str) -> bool:
    return len(text) > LONGEST or "\n" in text


def _metric(key: str, s: MetricSummary) -> list[Any]:
    """Name, points, last, its step, min, its step, max, its step, whether less is better."""
    low, high = (None if v is None else cell(v) for v in (s.min, s.max))
    last = [cell(s.last), s.last_step]
    return [key, s.count, *last, low, s.min_step, high, s.max_step, less_is_better(key)]


def _note(run: Run) -> Json:
    note = note_of(run)
    return {"text": note[:NOTE_LENGTH], "cut": len(note) > NOTE_LENGTH}
