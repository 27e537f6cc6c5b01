"""Current state, derived from the facts of the runs in the temporary table ``touched``.

A fold refreshes the runs it touched; ``rebuild`` does the same for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shelduck.store.schema import CURRENT_PARAMS, CURRENT_TAGS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# "Last" is the highest step, then the stamp; the order of a struct's fields does that.
# A struct also keeps a NULL value, which max_by would pass over. Of equal values the one at the
# lowest step is the best: ~ turns the order of steps round, and unlike - has no overflow.
_SUMMARIES = """
SELECT run_id, key, count(*) AS count,
    max({{'s': step, 'h': stamp, 'v': value, 't': at_ms}}) AS last,
    min({{'v': value, 's': step}}) FILTER (WHERE value IS NOT NULL AND NOT isnan(value)) AS lo,
    max({{'v': value, 's': ~step}}) FILTER (WHERE value IS NOT NULL AND NOT isnan(value)) AS hi,
    max(stamp) AS latest
FROM {points} GROUP BY run_id, key
"""
_KNOWN_SUMMARIES = """
SELECT run_id, key, count,
    {'s': last_step, 'h': last_stamp, 'v': last, 't': last_ms},
    CASE WHEN min IS NOT NULL THEN {'v': min, 's': min_step} END,
    CASE WHEN max IS NOT NULL THEN {'v': max, 's': ~max_step} END, latest
FROM metric_state SEMI JOIN fresh USING (run_id, key)
"""
_MERGED = (
    """
CREATE OR REPLACE TEMP TABLE merged AS
SELECT run_id, key, sum(count)::BIGINT AS count, max(last) AS last, min(lo) AS lo, max(hi) AS hi,
    max(latest) AS latest
FROM (SELECT * FROM fresh UNION ALL """
    + _KNOWN_SUMMARIES
    + """) GROUP BY run_id, key
"""
)
_STORE_MERGED = """
INSERT INTO metric_state SELECT run_id, key, count, last.v, last.s, last.t, last.h,
    lo.v, lo.s, hi.v, ~hi.s, latest FROM merged
"""

_OF_TOUCHED = "run_id IN (SELECT run_id FROM touched)"
_METRICS = f"""
    SELECT run_id, map_from_entries(list((key, last) ORDER BY key)) AS metrics,
        map_from_entries(list((key, min) ORDER BY key)) AS mins,
        map_from_entries(list((key, max) ORDER BY key)) AS maxs,
        to_json(list({{'k': key, 'v': last::VARCHAR, 's': last_step, 'n': count,
            'lo': min::VARCHAR, 'ls': min_step, 'hi': max::VARCHAR, 'hs': max_step}}
            ORDER BY key))::VARCHAR AS doc,
        max(latest) AS latest
    FROM metric_state WHERE {_OF_TOUCHED} GROUP BY run_id
"""
_RUN_STATE = f"""
INSERT INTO run_state
WITH started AS (
    SELECT run_id, min_by(experiment_id, stamp) AS experiment_id,
        min(stamp) AS born, max(stamp) AS begun
    FROM start_facts WHERE {_OF_TOUCHED} GROUP BY run_id
), ended AS (
    SELECT run_id, unnest(max({{'stamp': stamp, 'inferred': inferred, 'status': status,
        'duration': duration, 'error': error}}))
    FROM end_facts WHERE {_OF_TOUCHED} GROUP BY run_id
), p AS (
    SELECT run_id,
        map_from_entries(list((key, text) ORDER BY key)) AS params,
        map_from_entries(list((key, number) ORDER BY key) FILTER (WHERE number IS NOT NULL))
            AS nums,
        map_from_entries(list((key, type) ORDER BY key)) AS kinds,
        list({{'k': key, 'y': type, 'x': text, 'p': parent}} ORDER BY key) AS doc
    FROM ({CURRENT_PARAMS.format(which=_OF_TOUCHED)}) GROUP BY run_id
), m AS ({_METRICS}
), t AS (
    SELECT id AS run_id, map_from_entries(list((key, text) ORDER BY key)) AS tags,
        list({{'k': key, 'y': type, 'x': text}} ORDER BY key) AS doc
    FROM ({CURRENT_TAGS.format(which="entity = 'run' AND id IN (SELECT run_id FROM touched)")})
    WHERE type IS NOT NULL GROUP BY id
), stages AS (
    SELECT id AS run_id, max_by(stage, stamp) AS stage FROM stage_facts
    WHERE entity = 'run' AND id IN (SELECT run_id FROM touched) GROUP BY id
), cells AS (
    SELECT run_id, unnest(max({{'stamp': stamp, 'key': cell_key, 'digest': digest,
        'notebook': notebook, 'cell_id': cell_id}}))
    FROM cell_facts WHERE {_OF_TOUCHED} GROUP BY run_id
), environments AS (
    SELECT run_id, max_by(digest, stamp) AS digest FROM environment_facts
    WHERE {_OF_TOUCHED} GROUP BY run_id
), activity AS (
    SELECT run_id, min(stamp) AS first, max(stamp) AS latest FROM (
        SELECT run_id, stamp FROM start_facts WHERE {_OF_TOUCHED}
        UNION ALL SELECT run_id, stamp FROM writer_facts WHERE {_OF_TOUCHED}
        UNION ALL SELECT run_id, stamp FROM param_facts WHERE {_OF_TOUCHED}
        UNION ALL SELECT run_id, latest FROM metric_state WHERE {_OF_TOUCHED}
        UNION ALL SELECT run_id, stamp FROM artifact_facts WHERE {_OF_TOUCHED}
    ) GROUP BY run_id
), known AS (
    SELECT run_id FROM start_facts WHERE {_OF_TOUCHED}
    UNION SELECT run_id FROM writer_facts WHERE {_OF_TOUCHED}
), living AS (
    SELECT run_id, e.stamp IS NULL OR s.begun > e.stamp
        OR (e.inferred AND a.latest > e.stamp) AS running
    FROM known LEFT JOIN started s USING (run_id) LEFT JOIN ended e USING (run_id)
    LEFT JOIN activity a USING (run_id)
), runs AS (
    SELECT run_id, coalesce(s.experiment_id, '0') AS experiment_id,
        CASE WHEN l.running THEN 'RUNNING' ELSE e.status END AS status,
        coalesce(s.born, a.first, 0) // 1000 AS start_us,
        CASE WHEN NOT l.running THEN e.stamp // 1000 END AS end_us,
        CASE WHEN NOT l.running
            THEN coalesce(e.duration, (e.stamp - coalesce(s.born, a.first)) / 1e9) END AS duration,
        CASE WHEN NOT l.running THEN e.error END AS error,
        coalesce(stages.stage, 'active') AS stage,
        coalesce(p.params, MAP([]::VARCHAR[], []::VARCHAR[])) AS params,
        coalesce(p.nums, MAP([]::VARCHAR[], []::DOUBLE[])) AS nums,
        coalesce(p.kinds, MAP([]::VARCHAR[], []::VARCHAR[])) AS kinds,
        coalesce(m.metrics, MAP([]::VARCHAR[], []::DOUBLE[])) AS metrics,
        coalesce(m.mins, MAP([]::VARCHAR[], []::DOUBLE[])) AS mins,
        coalesce(m.maxs, MAP([]::VARCHAR[], []::DOUBLE[])) AS maxs,
        coalesce(t.tags, MAP([]::VARCHAR[], []::VARCHAR[])) AS tags,
        coalesce(a.latest, 0) AS latest,
        p.doc AS param_doc, m.doc AS metric_doc, t.doc AS tag_doc,
        c.key AS cell_key, c.notebook, c.cell_id, c.digest AS cell_digest,
        environments.digest AS environment_digest
    FROM living l LEFT JOIN started s USING (run_id) LEFT JOIN ended e USING (run_id)
    LEFT JOIN activity a USING (run_id) LEFT JOIN stages USING (run_id)
    LEFT JOIN p USING (run_id) LEFT JOIN m USING (run_id) LEFT JOIN t USING (run_id)
    LEFT JOIN cells c USING (run_id) LEFT JOIN environments USING (run_id)
)
SELECT run_id, experiment_id, status, start_us, end_us, duration, error, stage, cell_key,
    notebook, cell_id, params, nums, kinds, metrics, mins, maxs, tags, latest,
    to_json({{'id': run_id, 'experiment': experiment_id, 'status': status,
        'start': start_us // 1000, 'end': end_us // 1000, 'duration': duration, 'error': error,
        'stage': stage, 'params': param_doc, 'tags': tag_doc,
        'cell': CASE WHEN cell_key IS NOT NULL THEN {{'key': cell_key, 'digest': cell_digest,
            'notebook': notebook, 'id': cell_id}} END,
        'environment': environment_digest}})::VARCHAR, metric_doc
FROM runs
"""

_RUN_METRICS = f"""
UPDATE run_state SET metrics = m.metrics, mins = m.mins, maxs = m.maxs,
    metric_doc = m.doc, latest = greatest(run_state.latest, m.latest)
FROM ({_METRICS}) m WHERE run_state.run_id = m.run_id
"""
_NOT_RUNNING = """
SELECT count(*) FROM touched LEFT JOIN run_state USING (run_id)
WHERE status IS DISTINCT FROM 'RUNNING'
"""

_UNENDED = """
SELECT r.run_id, list(w.writer), any_value(r.latest)
FROM run_state r JOIN (SELECT run_id, writer FROM writer_facts
    UNION ALL SELECT run_id, writer FROM start_facts) w USING (run_id)
WHERE r.status = 'RUNNING' GROUP BY r.run_id
"""


def merge_metrics(con: DuckDBPyConnection, points: str) -> None:
    """Bring ``metric_state`` up to date with the points of a relation not merged before."""
    query = _SUMMARIES.format(points=points)
    con.execute(f"CREATE OR REPLACE TEMP TABLE fresh AS {query}")
    con.execute(_MERGED)
    con.execute(
        "DELETE FROM metric_state USING fresh "
        "WHERE metric_state.run_id = fresh.run_id AND metric_state.key = fresh.key"
    )
    con.execute(_STORE_MERGED)


def refresh(con: DuckDBPyConnection) -> None:
    """Derive ``run_state`` anew for the runs in ``touched``.

    A run is what was started, or logged to: a tag alone makes none.
    """
    con.execute(f"DELETE FROM run_state WHERE {_OF_TOUCHED}")
    con.execute(_RUN_STATE)


def refresh_metrics(con: DuckDBPyConnection) -> None:
    """Derive what metric points alone can change: most folds, and a third of the work.

    On a run that is not running a point may change more: it revokes an inferred end.
    """
    if con.execute(_NOT_RUNNING).fetchall()[0][0]:
        refresh(con)
    else:
        con.execute(_RUN_METRICS)


def kill_abandoned(con: DuckDBPyConnection, alive: frozenset[str], reader: str) -> list[str]:
    """End the runs whose writers are all gone, at the time of their last fact.

    A later fact of such a run, from a journal nobody had seen, revokes that by its stamp.
    """
    dead = [
        (run_id, latest)
        for run_id, writers, latest in con.execute(_UNENDED).fetchall()
        if alive.isdisjoint(writers)
    ]
    if dead:
        con.execute("CREATE OR REPLACE TEMP TABLE touched(run_id VARCHAR)")
        con.executemany("INSERT INTO touched VALUES (?)", [(run_id,) for run_id, _ in dead])
        con.executemany(
            "INSERT INTO end_facts VALUES (?, 'KILLED', NULL, NULL, true, ?, ?)",
            [(run_id, latest, reader) for run_id, latest in dead],
        )
        refresh(con)
    return [run_id for run_id, _ in dead]


def rebuild(con: DuckDBPyConnection) -> None:
    """Derive all current state from the facts, as if none had been kept."""
    con.execute("DELETE FROM metric_state")
    merge_metrics(con, "metric_facts")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT run_id FROM ("
        "SELECT run_id FROM writer_facts UNION ALL SELECT run_id FROM start_facts)"
    )
    con.execute("DELETE FROM run_state")
    refresh(con)
