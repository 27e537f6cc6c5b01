"""What stands around a run: its experiment, its parent, the other runs of its cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_ATTEMPTS = """
WITH attempts AS (
    SELECT run_id, row_number() OVER sorted AS attempt, count(*) OVER () AS attempts,
        last_value(there IGNORE NULLS) OVER
            (sorted ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS previous,
        first_value(there IGNORE NULLS) OVER
            (sorted ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS next
    FROM (SELECT run_id, start_us, CASE WHEN stage = 'active' THEN run_id END AS there
          FROM run_state WHERE cell_key = ?)
    WINDOW sorted AS (ORDER BY start_us, run_id))
SELECT attempt, attempts, previous, next FROM attempts WHERE run_id = ?
"""
_HERE = """
SELECT d.experiment, d.cell_key, p.run_id, p.tags['mlflow.runName']
FROM run_docs d LEFT JOIN run_state p ON p.run_id = d.parent_run_id WHERE d.run_id = ?
"""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a run."""

    experiment: str = ""
    """Its name."""
    attempt: int | None = None
    """1 for the first run of its cell, 2 for the next."""
    attempts: int = 0
    """How many runs the cell has had, those in the trash included."""
    previous: str | None = None
    """Id of the run of the same cell before it, of those not in the trash."""
    next: str | None = None
    parent: str | None = None
    """Id of the run it is a child of, if the store has that."""
    parent_name: str = ""


def surroundings(con: DuckDBPyConnection, run_id: str) -> Surroundings:
    """Return what stands around a run; nothing, when there is no such run."""
    here = con.execute(_HERE, [run_id]).fetchall()
    if not here:
        return Surroundings()
    experiment, cell_key, parent, name = here[0]
    rows = con.execute(_ATTEMPTS, [cell_key, run_id]).fetchall() if cell_key else []
    attempt, attempts, previous, following = rows[0] if rows else (None, 0, None, None)
    return Surroundings(
        experiment or "", attempt, attempts, previous, following, parent, name or ""
    )
