"""The fold: from everybody's journals into the tables, exactly once.

In one transaction, for all journals present: the complete lines after each segment's
watermark, the state derived from them, and the new watermarks. A fold that vanishes takes its
watermarks with it, so the next one does the work again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from shelduck.errors import StoreDamaged
from shelduck.store import segments, state
from shelduck.store.failpoints import reach
from shelduck.store.segments import Mark, Segment

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_COLUMNS = (
    "{k: 'VARCHAR', h: 'BIGINT', r: 'VARCHAR', e: 'VARCHAR', n: 'VARCHAR', x: 'VARCHAR', "
    "y: 'VARCHAR', p: 'VARCHAR', v: 'DOUBLE', s: 'BIGINT', t: 'BIGINT', d: 'DOUBLE', "
    "vs: 'DOUBLE[]', ss: 'BIGINT[]', ts: 'BIGINT[]'}"
)
_TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys("krenxyp", (str, type(None))),
    **dict.fromkeys("hst", (int, type(None))),
    **dict.fromkeys("vd", (int, float, str, type(None))),
}
_NUMBERS = (None, "NaN", "Infinity", "-Infinity")

# One statement a kind; w is the writer, from the name of the file.
_INSERTS = {
    "param": "param_facts SELECT r, n, y, x, v, p, h, w",
    "tag": "tag_facts SELECT e, r, n, y, x, h, w",
    "start": "start_facts SELECT r, e, t, y = 'resumed', h, w",
    "writer": "writer_facts SELECT r, h, w",
    "end": "end_facts SELECT r, y, t, d, x, false, h, w",
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
_NEEDED = {
    "param": "rnyx", "metric": "rns", "history": "rn", "tag": "ern", "start": "re", "writer": "r", "end": "ry",
    "experiment": "nx", "stage": "ery", "artifact": "rnx", "cell": "rnx", "environment": "rx",
    "content": "nyx", "head": "", "tail": "",
}  # fmt: skip
_LISTS = ("vs", "ss", "ts")
_BAD = (
    "h IS NULL OR k IS NULL OR NOT coalesce(CASE k {} END, false) OR (k = 'history' AND NOT "
    "coalesce(len(vs) = len(ss) AND len(ss) = len(ts), false))"
).format(
    " ".join(
        f"WHEN '{kind}' THEN {' AND '.join(f'{c} IS NOT NULL' for c in needed) or 'true'}"
        for kind, needed in _NEEDED.items()
    )
)


@dataclass
class FoldReport:
    """What a fold did."""

    facts: int = 0
    killed: list[str] = field(default_factory=list)
    """Runs found abandoned and ended as KILLED."""
    damaged: int = 0
    """Lines that are no facts, now in the journal's ``damaged/``."""
    left_alone: dict[str, str] = field(default_factory=dict)
    """Segments not folded, with the reason."""
    marks: dict[Mark, int] = field(default_factory=dict)
    """How far each segment is folded, this fold included."""
    latest: int = 0
    """The highest stamp seen."""


@dataclass(frozen=True, slots=True)
class _Tail:
    """The new lines of one segment."""

    segment: Segment
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
    alive = segments.alive_writers(folders)  # before the sizes: who is dead now writes no more
    found = segments.list_segments(folders)
    seen, latest = read_marks(con)
    report = FoldReport(marks=dict(seen), latest=latest)
    tails = list(_new_lines(found, seen, alive, store_id, report))
    con.execute("BEGIN TRANSACTION")
    try:
        if tails:
            _insert(con, tails, report)
        report.killed = state.kill_abandoned(con, alive, "fold")
        _write_marks(con, tails, report)
        reach("before-commit")
        con.execute("COMMIT")
    except BaseException:
        con.execute("ROLLBACK")
        raise
    reach("after-commit")
    finished = [s for s in found if segments.is_finished(s, found, alive)]
    reach("before-move")
    segments.put_aside(finished, report.marks)
    reach("after-move")
    segments.discard(found, seen)
    segments.discard_stale_locks(folders, alive)
    return report


def _new_lines(
    found: list[Segment],
    seen: dict[Mark, int],
    alive: frozenset[str],
    store_id: str,
    report: FoldReport,
) -> Iterator[_Tail]:
    for segment in found:
        start = seen.get(segment.mark, 0)
        if segment.size == start:
            continue
        reason = segment.refusal(store_id)
        if segment.size < start:
            reason = f"it is {segment.size} bytes long, but {start} of it were folded before"
        if reason:
            report.left_alone[str(segment.path)] = reason
            continue
        content = segment.read(start)
        whole = content.rfind(b"\n") + 1
        end = start + whole
        if whole < len(content) and segments.is_finished(segment, found, alive):
            segments.keep_damaged(segment, [content[whole:]])
            report.damaged += 1
            end = segment.size
        yield _Tail(segment, content[:whole], end)


def _insert(con: DuckDBPyConnection, tails: list[_Tail], report: FoldReport) -> None:
    with tempfile.TemporaryDirectory(prefix="shelduck-fold-") as folder:
        if not _stage(con, tails, Path(folder)):
            tails = [_without_damage(tail, report) for tail in tails]
            if not _stage(con, tails, Path(folder)):
                raise StoreDamaged("the journal has lines that neither DuckDB nor we can read.")
    counts = con.execute("SELECT k, count(*), max(h) FROM staged GROUP BY k").fetchall()
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
        "WHERE r IS NOT NULL AND coalesce(e, '') != 'experiment'"
    )
    if kinds <= {"metric", "history", "head", "tail"}:
        state.refresh_metrics(con)
    elif kinds - {"head", "tail"}:
        state.refresh(con)


def _stage(con: DuckDBPyConnection, tails: list[_Tail], folder: Path) -> bool:
    """Read the new lines into the temporary table ``staged``; False if any is no fact."""
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
    bad = con.execute(f"SELECT count(*) FROM staged WHERE {_BAD}").fetchall()
    return not bad[0][0]


def _without_damage(tail: _Tail, report: FoldReport) -> _Tail:
    good: list[bytes] = []
    bad: list[bytes] = []
    for line in tail.lines.split(b"\n")[:-1]:
        (good if _is_fact(line) else bad).append(line)
    if bad:
        segments.keep_damaged(tail.segment, bad)
        report.damaged += len(bad)
    return _Tail(tail.segment, b"".join(line + b"\n" for line in good), tail.end)


def _is_fact(line: bytes) -> bool:
    try:
        fact: dict[str, Any] = orjson.loads(line)
        kind = fact["k"]
        fields_ok = all(isinstance(fact.get(name), kinds) for name, kinds in _TYPES.items())
        numbers_ok = all(
            not isinstance(fact.get(name), str) or fact[name] in _NUMBERS for name in "vd"
        )
        needed = all(fact[name] is not None for name in _NEEDED[kind])
        lists_ok = kind != "history" or _are_columns(*(fact[name] for name in _LISTS))
        return fields_ok and numbers_ok and needed and lists_ok and fact["h"] is not None
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return False


def _are_columns(values: list[Any], steps: list[Any], times: list[Any]) -> bool:
    return (
        len(values) == len(steps) == len(times)
        and all(isinstance(n, int) for n in (*steps, *times))
        and all(isinstance(v, (int, float)) or v in _NUMBERS for v in values)
    )


def _write_marks(con: DuckDBPyConnection, tails: list[_Tail], report: FoldReport) -> None:
    rows = [(*tail.segment.mark, tail.end, report.latest) for tail in tails]
    if rows:
        con.executemany("INSERT INTO watermark_facts VALUES (?, ?, ?, ?)", rows)
    report.marks |= {tail.segment.mark: tail.end for tail in tails}
