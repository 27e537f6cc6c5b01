"""Looking after a store: how it does, what is wrong with it, and the trash."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shelduck.errors import StoreBusy, StoreDamaged, StoreError
from shelduck.store import schema, segments, state
from shelduck.store.fold import read_marks
from shelduck.store.opening import transaction

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from shelduck.store.store import Store

YOUNG = 86_400.0  # seconds a blob is spared: an unfolded fact may name it
_OF_RUN = {
    "start_facts": "run_id",
    "writer_facts": "run_id",
    "end_facts": "run_id",
    "param_facts": "run_id",
    "metric_facts": "run_id",
    "artifact_facts": "run_id",
    "cell_facts": "run_id",
    "environment_facts": "run_id",
    "metric_state": "run_id",
    "run_state": "run_id",
    "tag_facts": "id",
    "stage_facts": "id",
}
_OF_EXPERIMENT = {"experiment_facts": "experiment_id", "tag_facts": "id", "stage_facts": "id"}


@dataclass(frozen=True, slots=True)
class Status:
    """How a store does."""

    path: Path
    size: int | None
    """Bytes of the file; None before the first fold."""
    journals: int
    """Journal files not wholly folded yet."""
    unfolded: int
    """Bytes in them to fold, as far as this process knows."""
    writers: int
    """Processes that are logging."""
    artifacts: int
    """Bytes of artifacts."""
    held_by: str | None
    """Who keeps the file from being opened, if anybody."""
    lost: int
    """Facts this process could not keep anywhere."""


def status(store: Store) -> Status:
    """Describe a store without changing it."""
    marks, held = _marks(store)
    waiting = {
        s.path: s.size - marks.get(s.mark, 0)
        for s in segments.list_segments(store.folders)
        if s.size > marks.get(s.mark, 0)
    }
    return Status(
        path=store.path,
        size=store.path.stat().st_size if store.path.exists() else None,
        journals=len(waiting),
        unfolded=sum(waiting.values()),
        writers=len(segments.alive_writers(store.folders)),
        artifacts=sum(size for _, size, _ in store.blobs.all()),
        held_by=held,
        lost=store.journal.lost,
    )


def _marks(store: Store) -> tuple[dict[segments.Mark, int], str | None]:
    if not store.path.exists():
        return {}, None
    try:
        with store.opened(wait=1.0) as con:
            return read_marks(con)[0], None
    except StoreError as e:
        return {}, str(e)


@dataclass(frozen=True, slots=True)
class Emptied:
    """What emptying the trash freed."""

    runs: int
    experiments: int
    blobs: int
    bytes: int


def empty_trash(store: Store) -> Emptied:
    """Delete for good what is in the trash, and the artifacts nobody names any more.

    The only thing that deletes facts. Blobs younger than a day are spared, because a journal
    on its way here may name them.

    Raises
    ------
    StoreError
        As ``Store.fold`` does; then nothing is deleted.
    """
    with store.reading() as con:
        # A run that is being logged to would come back without its beginning.
        runs = _ids(
            con,
            "SELECT run_id FROM run_docs WHERE lifecycle_stage = 'deleted' AND status != 'RUNNING'",
        )
        gone = _ids(
            con,
            "SELECT experiment_id FROM experiments e WHERE lifecycle_stage = 'deleted' AND NOT "
            "EXISTS (FROM run_state r WHERE r.experiment_id = e.experiment_id "
            "AND r.status = 'RUNNING')",
        )
        with transaction(con):
            _forget(con, _OF_RUN, runs)
            _forget(con, _OF_EXPERIMENT, gone)
            con.execute(
                "DELETE FROM content_facts WHERE digest NOT IN (SELECT digest FROM cell_facts "
                "UNION ALL SELECT digest FROM environment_facts)"
            )
        named = set(_ids(con, "SELECT DISTINCT digest FROM artifact_facts"))
    freed = [
        (digest, size)
        for digest, size, used in store.blobs.all()
        if digest not in named and time.time() - used > YOUNG
    ]
    for digest, _ in freed:
        store.blobs.remove(digest)
    return Emptied(len(runs), len(gone), len(freed), sum(size for _, size in freed))


def _ids(con: DuckDBPyConnection, query: str) -> list[str]:
    return [identifier for (identifier,) in con.execute(query).fetchall()]


def _forget(con: DuckDBPyConnection, tables: Mapping[str, str], ids: list[str]) -> None:
    for table, column in tables.items():
        con.execute(f"DELETE FROM {table} WHERE list_contains(?::VARCHAR[], {column})", [ids])


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a doctor found."""

    ok: bool
    text: str
    advice: str = ""


def examine(store: Store) -> Iterator[Finding]:
    """Check a store: its file, its journals, its derived state, its artifacts."""
    if not store.path.exists():
        yield Finding(True, f"{store.path} is not made yet; the first fold makes it.")
        yield from _examine_journals(store, {})
        return
    try:
        with store.opened(wait=5.0) as con:
            version = schema.read_meta(con)["schema"]
            yield Finding(True, f"{store.path} opens, schema {version}.")
            marks, _ = read_marks(con)
            yield from _examine_state(con, repair=store.is_writable)
            yield from _examine_blobs(store, con)
    except StoreBusy as e:
        yield Finding(False, str(e), "Close what holds it, then ask again.")
        return
    except StoreDamaged as e:
        aside = store.path.with_suffix(".damaged")
        yield Finding(
            False,
            str(e),
            f"Move the file aside (mv {store.path.name} {aside.name}) and put the last backup in "
            "its place: what the journals still have is folded into that at the next read.",
        )
        marks = {}
    except StoreError as e:
        yield Finding(False, str(e))
        return
    yield from _examine_journals(store, marks)


def _examine_journals(store: Store, marks: dict[segments.Mark, int]) -> Iterator[Finding]:
    found = segments.list_segments(store.folders)
    for segment in found:
        reason = segment.refusal(store.id, marks.get(segment.mark, 0))
        if reason:
            yield Finding(False, f"{segment.path} is left alone: {reason}.", "Keep it, or move it.")
    for folder in store.folders:
        for path in sorted((folder / segments.DAMAGED).glob("*.jsonl")):
            lines = path.read_bytes().count(b"\n")
            yield Finding(False, f"{path} keeps {lines} damaged lines.", "Read it, then delete it.")
    waiting = sum(s.size > marks.get(s.mark, 0) for s in found)
    yield Finding(True, f"{len(found)} journal files, {waiting} with something to fold.")


def _examine_state(con: DuckDBPyConnection, *, repair: bool) -> Iterator[Finding]:
    if not repair:
        yield Finding(True, "the store cannot be written, so its current state is not checked.")
    elif differs(con):
        with transaction(con):
            state.rebuild(con)
        yield Finding(False, "the current state differed from the facts.", "It was rebuilt.")
    else:
        yield Finding(True, "the current state is what the facts say.")


def differs(con: DuckDBPyConnection) -> bool:
    """Whether the derived tables are anything but what ``rebuild`` makes of the facts."""
    con.execute("BEGIN TRANSACTION")
    try:
        before = [con.execute(q).fetchall() for q in _STATE]
        state.rebuild(con)
        return before != [con.execute(q).fetchall() for q in _STATE]
    finally:
        con.execute("ROLLBACK")


# As text: in a comparison NaN would differ from itself.
_STATE = (
    "SELECT r::VARCHAR FROM run_state r ORDER BY run_id",
    "SELECT m::VARCHAR FROM metric_state m ORDER BY run_id, key",
)


def _examine_blobs(store: Store, con: DuckDBPyConnection) -> Iterator[Finding]:
    named = {d for (d,) in con.execute("SELECT DISTINCT digest FROM artifact_facts").fetchall()}
    there = {digest for digest, *_ in store.blobs.all()}
    missing = named - there
    if missing:
        yield Finding(
            False,
            f"{len(missing)} artifacts of {len(named)} are missing from {store.blobs.root}.",
            "Copy the .artifacts folder of where the store came from.",
        )
    else:
        yield Finding(True, f"all {len(named)} artifacts are there.")
