"""What a user means: runs by a DataFrame, a row of it, a run, an id or a name; an experiment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shelduck.errors import BadValue
from shelduck.records import Run
from shelduck.store import Store, reading
from shelduck.tracking.active import ActiveRun
from shelduck.tracking.current import current
from shelduck.tracking.experiments import experiment_named


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
    if type(runs).__name__ == "DataFrame" or is_row(runs):
        if "run_id" not in runs:
            raise BadValue("these rows have no column `run_id`; those of search_runs() do.")
        ids = runs["run_id"]
        return [ids] if isinstance(ids, str) else [str(i) for i in ids]
    if isinstance(runs, Iterable):
        return [name for run in runs for name in _named(run)]
    raise BadValue(f"runs are named by a DataFrame, a row, a run or an id, not {runs!r:.60}.")


def is_row(runs: Any) -> bool:
    """Return whether it is a row of what search_runs returned, or a dict of one."""
    return isinstance(runs, Mapping) or type(runs).__name__ == "Series"


def experiment_of(name: str | None) -> tuple[str, str]:
    """Return the id and the name of an experiment; without a name, of the current one.

    Raises
    ------
    NotFound
        When there is no such experiment; suggests the nearest.
    """
    if name is None:
        return current.experiment()
    found = experiment_named(name)
    return found.experiment_id, found.name
