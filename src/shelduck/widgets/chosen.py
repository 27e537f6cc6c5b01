"""Which runs a user means: by a DataFrame, a row of it, a run, an id or a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shelduck.errors import BadValue
from shelduck.records import Run
from shelduck.store import Store, reading
from shelduck.tracking.active import ActiveRun


def ids_in(runs: Any, store: Store) -> list[str]:
    """Return the ids of the runs in a DataFrame, a row, a run, an id or name, or many of these.

    Raises
    ------
    NotFound
        When one is not in the store; suggests the nearest.
    BadValue
        When something is no run.
    """
    if runs is None:
        return []
    named = list(dict.fromkeys(_named(runs)))
    with store.reading() as con:
        known = reading.known_runs(con, named)
        return [i if i in known else reading.find_run(con, i) for i in named]


def _named(runs: Any) -> Iterable[str]:
    if isinstance(runs, str):
        return [runs]
    if isinstance(runs, (Run, ActiveRun)):
        return [runs.info.run_id]
    if type(runs).__name__ == "DataFrame" or _is_row(runs):
        if "run_id" not in runs:
            raise BadValue("these rows have no column `run_id`; those of search_runs() do.")
        ids = runs["run_id"]
        return [ids] if isinstance(ids, str) else [str(i) for i in ids]
    if isinstance(runs, Iterable):
        return [name for run in runs for name in _named(run)]
    raise BadValue(f"runs are named by a DataFrame, a row, a run or an id, not {runs!r:.60}.")


def _is_row(runs: Any) -> bool:
    return isinstance(runs, Mapping) or type(runs).__name__ == "Series"
