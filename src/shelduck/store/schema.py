"""The tables and views of a store, their version, and the way from older ones.

Tables ending in ``_facts`` are only ever appended to. ``run_state`` and ``metric_state`` are
derived from them (see ``state``). The views are the public interface to SQL. No keys,
sequences, ENUM, UNION or indexes: the same SQL runs on a DuckLake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shelduck.errors import StoreTooNew
from shelduck.store.opening import transaction

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SCHEMA = 1

TABLES = """
CREATE TABLE meta(key VARCHAR, value VARCHAR);
CREATE TABLE watermark_facts(
    writer VARCHAR, segment INTEGER, position BIGINT, stamp BIGINT);
CREATE TABLE experiment_facts(
    experiment_id VARCHAR, name VARCHAR, at_ms BIGINT, stamp BIGINT, writer VARCHAR);
CREATE TABLE start_facts(
    run_id VARCHAR, experiment_id VARCHAR, resumed BOOLEAN, stamp BIGINT, writer VARCHAR);
CREATE TABLE writer_facts(run_id VARCHAR, stamp BIGINT, writer VARCHAR);
CREATE TABLE end_facts(
    run_id VARCHAR, status VARCHAR, duration DOUBLE, error VARCHAR,
    inferred BOOLEAN, stamp BIGINT, writer VARCHAR);
CREATE TABLE param_facts(
    run_id VARCHAR, key VARCHAR, type VARCHAR, text VARCHAR, number DOUBLE, parent VARCHAR,
    stamp BIGINT, writer VARCHAR);
CREATE TABLE metric_facts(
    run_id VARCHAR, key VARCHAR, value DOUBLE, step BIGINT, at_ms BIGINT,
    stamp BIGINT, writer VARCHAR);
CREATE TABLE tag_facts(
    entity VARCHAR, id VARCHAR, key VARCHAR, type VARCHAR, text VARCHAR,
    stamp BIGINT, writer VARCHAR);
CREATE TABLE stage_facts(
    entity VARCHAR, id VARCHAR, stage VARCHAR, stamp BIGINT, writer VARCHAR);
CREATE TABLE artifact_facts(
    run_id VARCHAR, path VARCHAR, digest VARCHAR, size BIGINT, at_ms BIGINT,
    stamp BIGINT, writer VARCHAR);
CREATE TABLE cell_facts(
    run_id VARCHAR, cell_key VARCHAR, digest VARCHAR, notebook VARCHAR, cell_id VARCHAR,
    stamp BIGINT, writer VARCHAR);
CREATE TABLE environment_facts(run_id VARCHAR, digest VARCHAR, stamp BIGINT, writer VARCHAR);
CREATE TABLE content_facts(
    digest VARCHAR, kind VARCHAR, text VARCHAR, stamp BIGINT, writer VARCHAR);

CREATE TABLE metric_state(
    run_id VARCHAR, key VARCHAR, count BIGINT, last DOUBLE, last_step BIGINT, last_ms BIGINT,
    last_stamp BIGINT, min DOUBLE, min_step BIGINT, max DOUBLE, max_step BIGINT,
    latest BIGINT);
CREATE TABLE run_state(
    run_id VARCHAR, experiment_id VARCHAR, status VARCHAR, start_us BIGINT, end_us BIGINT,
    duration DOUBLE, error VARCHAR, stage VARCHAR, cell_key VARCHAR, notebook VARCHAR,
    cell_id VARCHAR, params MAP(VARCHAR, VARCHAR), nums MAP(VARCHAR, DOUBLE),
    kinds MAP(VARCHAR, VARCHAR), metrics MAP(VARCHAR, DOUBLE), mins MAP(VARCHAR, DOUBLE),
    maxs MAP(VARCHAR, DOUBLE), tags MAP(VARCHAR, VARCHAR), latest BIGINT, doc VARCHAR,
    metric_doc VARCHAR);
"""

CURRENT_PARAMS = """
SELECT run_id, key, type, text, number, parent FROM (
    SELECT run_id, key, type, text, number, parent, stamp,
        max(stamp) FILTER (WHERE parent IS NULL) OVER (PARTITION BY run_id, coalesce(parent, key))
            AS whole
    FROM param_facts WHERE {which}
    QUALIFY row_number() OVER (PARTITION BY run_id, key ORDER BY stamp DESC, writer DESC) = 1)
WHERE parent IS NULL OR stamp >= whole
"""
CURRENT_TAGS = """
SELECT id, key, type, text FROM tag_facts WHERE {which}
QUALIFY row_number() OVER (PARTITION BY entity, id, key ORDER BY stamp DESC, writer DESC) = 1
"""
CURRENT_ARTIFACTS = """
SELECT run_id, path, digest, size, at_ms FROM artifact_facts WHERE {which}
QUALIFY row_number() OVER (PARTITION BY run_id, path ORDER BY stamp DESC, writer DESC) = 1
"""

# A time that is no time, by a slip of the user or damage, is NULL: it must not shut the store.
VIEWS = {
    "experiments": """
        SELECT e.experiment_id, e.name, TRY(epoch_ms(e.at_ms)) AS created,
            coalesce(s.stage, 'active') AS lifecycle_stage
        FROM (SELECT experiment_id, min(name) AS name, min(at_ms) AS at_ms
              FROM experiment_facts GROUP BY experiment_id) e
        LEFT JOIN (SELECT id, max_by(stage, stamp) AS stage FROM stage_facts
                   WHERE entity = 'experiment' GROUP BY id) s ON s.id = e.experiment_id""",
    # The runs as searches see them; not public.
    "run_docs": """
        SELECT r.run_id, r.experiment_id, e.name AS experiment,
            r.tags['mlflow.runName'] AS name, r.status,
            TRY(make_timestamp(r.start_us)) AS start_time,
            TRY(make_timestamp(r.end_us)) AS end_time,
            r.duration, r.error,
            CASE WHEN e.lifecycle_stage = 'deleted' THEN 'deleted' ELSE r.stage END
                AS lifecycle_stage,
            r.tags['mlflow.user'] AS user_id, r.tags['mlflow.source.name'] AS source,
            r.tags['mlflow.source.git.commit'] AS git_commit,
            r.tags['mlflow.parentRunId'] AS parent_run_id,
            r.notebook, r.cell_id, r.cell_key, r.params, r.nums, r.kinds,
            r.metrics, r.mins, r.maxs, r.tags
        FROM run_state r LEFT JOIN experiments e USING (experiment_id)""",
    "runs": "SELECT * EXCLUDE (cell_key, kinds) FROM run_docs",
    "params": "SELECT run_id, key, type, text AS value, number FROM ("
    + CURRENT_PARAMS.format(which="true")
    + ")",
    "metrics": """
        SELECT run_id, key, last AS value, last_step AS step, TRY(epoch_ms(last_ms)) AS time,
            count, min, min_step, max, max_step FROM metric_state""",
    "metric_history": """
        SELECT run_id, key, step, TRY(epoch_ms(at_ms)) AS time, value, stamp FROM metric_facts""",
    "tags": "SELECT id AS run_id, key, type, text AS value FROM ("
    + CURRENT_TAGS.format(which="entity = 'run'")
    + ") WHERE type IS NOT NULL",
    "artifacts": "SELECT run_id, path, digest, size, TRY(epoch_ms(at_ms)) AS time FROM ("
    + CURRENT_ARTIFACTS.format(which="true")
    + ")",
    "attempts": """
        SELECT run_id, cell_key,
            row_number() OVER (PARTITION BY cell_key ORDER BY start_us, run_id) AS attempt
        FROM run_state WHERE cell_key IS NOT NULL""",
}

# What takes a store of the version before to this one.
MIGRATIONS: dict[int, str] = {}


def create(con: DuckDBPyConnection, store_id: str) -> None:
    """Make the tables and views of a new store in the current catalog."""
    with transaction(con):
        con.execute(TABLES)
        _make_views(con)
        con.execute(
            "INSERT INTO meta VALUES ('store_id', ?), ('schema', ?)", [store_id, str(SCHEMA)]
        )


def _make_views(con: DuckDBPyConnection) -> None:
    for name, query in VIEWS.items():
        con.execute(f"CREATE OR REPLACE VIEW {name} AS {query}")


def read_meta(con: DuckDBPyConnection) -> dict[str, str]:
    """Return the store's id and schema; empty when the file holds no store."""
    tables = con.execute(
        "SELECT count(*) FROM information_schema.tables "
        "WHERE table_catalog = current_catalog() AND table_name = 'meta'"
    ).fetchall()
    if not tables[0][0]:
        return {}
    rows = con.execute("SELECT key, value FROM meta").fetchall()
    meta = dict(rows)
    meta["schema"] = str(max(int(v) for k, v in rows if k == "schema"))
    return meta


def check_version(found: int) -> None:
    """Refuse a store of a newer schema, in words."""
    if found > SCHEMA:
        raise StoreTooNew(
            f"The store has schema {found}; this Shelduck knows {SCHEMA}. "
            "Install a newer one: pip install -U shelduck. What you log meanwhile is kept "
            "in the journal."
        )


def migrate(con: DuckDBPyConnection, found: int) -> None:
    """Bring an older store to this schema, version by version, or leave it as it was."""
    with transaction(con):
        for version in range(found + 1, SCHEMA + 1):
            con.execute(MIGRATIONS[version])
            con.execute("INSERT INTO meta VALUES ('schema', ?)", [str(version)])
        _make_views(con)
