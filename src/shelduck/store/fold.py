"""The fold: from everybody's journals into the tables, exactly once.

For all journals present, in one transaction: the complete lines after each segment's
watermark, the state derived from them, and the new watermarks. A fold that vanishes takes its
watermarks with it, so the next one does the work again. Only when very much has piled up it
goes in several transactions, for the sake of memory.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from shelduck.errors import StoreDamaged
from shelduck.store import segments, state
from shelduck.store.failpoints import reach
from shelduck.store.lines import IS_NO_FACT, clean
from shelduck.store.opening import transaction
from shelduck.store.segments import Journals, Mark, Segment

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_COLUMNS = (
    "{k: 'VARCHAR', h: 'BIGINT', r: 'VARCHAR', e: 'VARCHAR', n: 'VARCHAR', x: 'VARCHAR', "
    "y: 'VARCHAR', p: 'VARCHAR', v: 'DOUBLE', s: 'BIGINT', t: 'BIGINT', d: 'DOUBLE', "
    "vs: 'DOUBLE[]', ss: 'BIGINT[]', ts: 'BIGINT[]'}"
)
# One statement a kind; w is the writer, from the name of the file.
_INSERTS = {
    "param": "param_facts SELECT r, n, y, x, v, p, h, w",
    "tag": "tag_facts SELECT e, r, n, y, x, h, w",
    "start": "start_facts SELECT r, e, y = 'resumed', h, w",
    "writer": "writer_facts SELECT r, h, w",
    "end": "end_facts SELECT r, y, d, x, false, h, w",
    "experiment": "experiment_facts SELECT n, x, t, h, w",
    "stage": "stage_facts SELECT e, r, y, h, w",
    "artifact": "artifact_facts SELECT r, n, x, s, t, h, w",
    "cell": "cell_facts SELECT r, n, x, p, y, h, w",
    "environment": "environment_facts SELECT r, x, h, w",
    "content": "content_facts SELECT n, y, any_value(x), min(h), any_value(w)",
}
# The points of single lines and of histories alike.
_POINTS = """
CREATE OR REPLACE TEMP TABLE points AS
SELECT r AS run_id, n AS key, v AS value, s AS step, t AS at_ms, h AS stamp, w AS writer
FROM staged WHERE k = 'metric'
UNION ALL
SELECT r, n, unnest(vs), unnest(ss), unnest(ts), h + unnest(range(len(vs))), w
FROM staged WHERE k = 'history'
"""
_ONCE = " AND n NOT IN (SELECT digest FROM content_facts) GROUP BY n, y"
BATCH_BYTES = 32 << 20  # of journal a transaction; folding takes some ten times as much memory


@dataclass
class FoldReport:
    """What a fold did."""

    facts: int = 0
    killed: list[str] = field(default_factory=list)
    """Runs found abandoned and ended as KILLED."""
    damaged: int = 0
    """Lines that are no facts, now in the journal's ``damaged/``."""
    refused: dict[Segment, str] = field(default_factory=dict)
    """Segments not folded, with the reason."""
    marks: dict[Mark, int] = field(default_factory=dict)
    """How far each segment is folded, this fold included."""
    latest: int = 0
    """The highest stamp seen."""
    news: list[str] = field(default_factory=list)
    """What the user should know of it."""

    @property
    def left_alone(self) -> dict[str, str]:
        """The paths of segments not folded, with the reason."""
        return {str(segment.path): reason for segment, reason in self.refused.items()}


@dataclass(frozen=True, slots=True)
class _Tail:
    """The new lines of one segment."""

    segment: Segment
    start: int
    lines: bytes
    end: int
    """The watermark once they are folded."""


def read_marks(con: DuckDBPyConnection) -> tuple[dict[Mark, int], int]:
    """Return how far each segment is folded, and the highest stamp any fold has seen."""
    rows = con.execute(
        "SELECT writer, segment, max(position), max(stamp) FROM watermark_facts GROUP BY ALL"
    ).fetchall()
    marks = {(writer, segment): position for writer, segment, position, _ in rows}
    return marks, max((stamp for *_, stamp in rows), default=0)


def fold(con: DuckDBPyConnection, folders: Sequence[Path], store_id: str) -> FoldReport:
    """Fold every journal in ``folders`` into the store in the connection's current catalog."""
    journals = segments.look(folders)
    seen, latest = read_marks(con)
    report = FoldReport(marks=dict(seen), latest=latest)
    report.refused = _refusals(journals, seen, store_id)
    for batch in _batches(_new_lines(journals, report)):
        _stage(con, batch, report)  # apart, for a line it cannot read aborts a transaction
        with transaction(con):
            _insert(con, report)
            _write_marks(con, batch, report)
            reach("before-commit")
        reach("after-commit")
    with transaction(con):
        report.killed = state.kill_abandoned(con, journals.alive, "fold")
    _tidy(journals, folders, seen, report)
    return report


def _tidy(
    journals: Journals, folders: Sequence[Path], seen: Mapping[Mark, int], report: FoldReport
) -> None:
    ours = [s for s in journals.segments if s not in report.refused]
    reach("before-move")
    segments.put_aside(filter(journals.is_finished, ours), report.marks)
    reach("after-move")
    segments.discard(ours, seen)
    segments.discard_stale_locks(folders, journals.alive)


def _refusals(journals: Journals, seen: Mapping[Mark, int], store_id: str) -> dict[Segment, str]:
    changed = ((s, seen.get(s.mark, 0)) for s in journals.pending(seen) if s.size)
    reasons = ((s, s.refusal(store_id, folded)) for s, folded in changed)
    return {segment: reason for segment, reason in reasons if reason}


def _new_lines(journals: Journals, report: FoldReport) -> Iterator[_Tail]:
    for segment in journals.segments:
        start = report.marks.get(segment.mark, 0)
        if segment.size <= start or segment in report.refused:
            continue
        content = segment.read(start)
        whole = content.rfind(b"\n") + 1
        end = start + whole
        if whole < len(content) and journals.is_finished(segment):
            _put_aside(segment, end, [content[whole:]], report)
            end = segment.size
        if end > start:
            yield _Tail(segment, start, content[:whole], end)


def _batches(tails: Iterator[_Tail]) -> Iterator[list[_Tail]]:
    batch: list[_Tail] = []
    for tail in tails:
        batch.append(tail)
        if sum(len(t.lines) for t in batch) > BATCH_BYTES:
            yield batch
            batch = []
    if batch:
        yield batch


def _put_aside(segment: Segment, start: int, lines: list[bytes], report: FoldReport) -> None:
    path = segments.keep_damaged(segment, start, lines)
    report.damaged += len(lines)
    report.news.append(
        f"{len(lines)} damaged lines of the journal are kept in {path}; the rest is folded."
    )


def _insert(con: DuckDBPyConnection, report: FoldReport) -> None:
    counts = con.execute(
        "SELECT k, count(*), max(h + coalesce(len(vs) - 1, 0)) FROM staged GROUP BY k"
    ).fetchall()
    for kind, count, stamp in counts:
        report.facts += count
        report.latest = max(report.latest, stamp)
        if insert := _INSERTS.get(kind):
            once = _ONCE if kind == "content" else ""
            con.execute(f"INSERT INTO {insert} FROM staged WHERE k = '{kind}'{once}")
    kinds = {kind for kind, *_ in counts}
    if kinds & {"metric", "history"}:
        con.execute(_POINTS)
        con.execute("INSERT INTO metric_facts FROM points")
        reach("after-insert")
        state.merge_metrics(con, "points")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT r AS run_id FROM staged "
        "WHERE r IS NOT NULL AND NOT (k IN ('tag', 'stage') AND e = 'experiment')"
    )
    if kinds <= {"metric", "history", "head", "tail"}:
        state.refresh_metrics(con)
    elif con.execute("SELECT 1 FROM touched LIMIT 1").fetchall():
        state.refresh(con)


def _stage(con: DuckDBPyConnection, tails: list[_Tail], report: FoldReport) -> None:
    """Read the new lines into the temporary table ``staged``, without those that are no facts."""
    with tempfile.TemporaryDirectory(prefix="shelduck-fold-") as folder:
        if not _read(con, tails, Path(folder)):
            tails = [_without_damage(tail, report) for tail in tails]
            if not _read(con, tails, Path(folder)):
                raise StoreDamaged("the journal has lines that neither DuckDB nor we can read.")


def _read(con: DuckDBPyConnection, tails: list[_Tail], folder: Path) -> bool:
    """Have DuckDB read the new lines; False if any is no fact."""
    import duckdb

    paths = []
    for tail in tails:
        path = folder / tail.segment.path.name
        path.write_bytes(tail.lines)
        paths.append(str(path))
    try:
        con.execute(
            "CREATE OR REPLACE TEMP TABLE staged AS SELECT *, "
            "split_part(parse_filename(filename), '.', 1) AS w "
            "FROM read_json(?, format = 'newline_delimited', filename = true, "
            f"columns = {_COLUMNS})",
            [paths],
        )
    except duckdb.InvalidInputException:
        return False
    bad = con.execute(f"SELECT count(*) FROM staged WHERE {IS_NO_FACT}").fetchall()
    return not bad[0][0]


def _without_damage(tail: _Tail, report: FoldReport) -> _Tail:
    good: list[bytes] = []
    bad: list[bytes] = []
    for line in tail.lines.split(b"\n")[:-1]:
        fact = clean(line)
        if fact is None:
            bad.append(line)
        else:
            good.append(fact)
    if bad:
        _put_aside(tail.segment, tail.start, bad, report)
    return _Tail(tail.segment, tail.start, b"".join(good), tail.end)


def _write_marks(con: DuckDBPyConnection, tails: list[_Tail], report: FoldReport) -> None:
    rows = [(*tail.segment.mark, tail.end, report.latest) for tail in tails]
    con.executemany("INSERT INTO watermark_facts VALUES (?, ?, ?, ?)", rows)
    report.marks |= {tail.segment.mark: tail.end for tail in tails}
