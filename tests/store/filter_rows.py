"""Runs in a real DuckDB table with MAP columns, for the tests of the filter language."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb

from shelduck.errors import BadFilter
from shelduck.store.fields import Clause
from shelduck.store.filters import compile_filter


@dataclass
class Row:
    """A run of the table; what is not named is not there."""

    run_id: str
    metrics: dict[str, float | None] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    status: str = "FINISHED"
    name: str = "run"
    start_time: datetime = datetime(2026, 11, 1)
    duration: float | None = None

    @property
    def nums(self) -> dict[str, float]:
        return {k: float(v) for k, v in self.params.items() if isinstance(v, int | float)}

    @property
    def texts(self) -> dict[str, str]:
        return {k: str(v) for k, v in self.params.items()}


TABLE = """
    CREATE TABLE runs (
        run_id VARCHAR, experiment_id VARCHAR, experiment VARCHAR, name VARCHAR, status VARCHAR,
        start_time TIMESTAMP, end_time TIMESTAMP, duration DOUBLE, error VARCHAR,
        lifecycle_stage VARCHAR, user_id VARCHAR, source VARCHAR, git_commit VARCHAR,
        parent_run_id VARCHAR, notebook VARCHAR, cell_id VARCHAR, cell_key VARCHAR,
        params MAP(VARCHAR, VARCHAR), nums MAP(VARCHAR, DOUBLE), metrics MAP(VARCHAR, DOUBLE),
        tags MAP(VARCHAR, VARCHAR))
"""
INSERT = """
    INSERT INTO runs BY NAME
    SELECT ? run_id, '0' experiment_id, 'taxi' experiment, ? "name", ? status, ? start_time,
        CASE WHEN ? <> 'RUNNING' THEN TIMESTAMP '2026-11-09' END end_time, ? duration,
        'active' lifecycle_stage, 'ann' user_id, {} params, {} nums, {} metrics, {} tags
"""


def map_of(entries: dict[str, Any], type_: str) -> str:
    # One mark a value: DuckDB 1.5 makes NULL of a NaN in a list that is bound whole.
    marks = ", ".join("?" * len(entries))
    return f"MAP([{marks}]::VARCHAR[], [{marks}]::{type_}[])"


def table(rows: list[Row]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(TABLE)
    for row in rows:
        texts, numbers = "VARCHAR", "DOUBLE"
        kinds = [(row.texts, texts), (row.nums, numbers), (row.metrics, numbers), (row.tags, texts)]
        values = [v for entries, _ in kinds for v in (*entries, *entries.values())]
        head = [row.run_id, row.name, row.status, row.start_time, row.status, row.duration]
        connection.execute(INSERT.format(*(map_of(*kind) for kind in kinds)), [*head, *values])
    return connection


def selected(connection: duckdb.DuckDBPyConnection, clause: Clause) -> str:
    sql = f"SELECT run_id FROM runs WHERE {clause.sql} ORDER BY run_id"
    return "".join(run_id for (run_id,) in connection.execute(sql, clause.args).fetchall())


def ordered(connection: duckdb.DuckDBPyConnection, clause: Clause) -> str:
    sql = f"SELECT run_id FROM runs ORDER BY {clause.sql}"
    return "".join(run_id for (run_id,) in connection.execute(sql, clause.args).fetchall())


class Names:
    """The scope of some rows."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows

    def is_empty(self) -> bool:
        return not self.rows

    def has(self, kind: str, key: str) -> bool:
        return key in self.names(kind)

    def names(self, kind: str) -> set[str]:
        return {key for row in self.rows for key in getattr(row, kind)}


def fault(text: str, scope: Names | None = None) -> tuple[str, str]:
    """Return what the error points at, and what it says."""
    try:
        clause = compile_filter(text, scope)
    except BadFilter as error:
        return error.text[error.start : error.end], error.reason
    raise AssertionError(f"{text!r} compiled to {clause}")
