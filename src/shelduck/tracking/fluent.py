"""The verbs about runs, with MLflow's names and signatures.

``import shelduck as mlflow`` is meant to run a tracking notebook or script written for MLflow.
``synchronous`` is accepted wherever MLflow has it and changes nothing: every call here costs
microseconds and is on disk when it returns.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shelduck.errors import BadValue, NotFound, nearest
from shelduck.records import DELETED, FINISHED, NAME, NOTE, PARENT, Metric, Run
from shelduck.store import facts, reading
from shelduck.store.fold import FoldReport
from shelduck.tracking.active import ActiveRun
from shelduck.tracking.current import current
from shelduck.tracking.experiments import experiment_for_runs
from shelduck.tracking.location import parse_uri

if TYPE_CHECKING:
    import pandas as pd


# --- the store -----------------------------------------------------------------------------


def set_tracking_uri(uri: str | os.PathLike[str], *, durability: str = "process") -> None:
    """Use the store at ``uri``: a path, or ``duckdb:///path``. A folder means a file in it.

    Parameters
    ----------
    durability
        What a log call survives once it has returned: with ``"process"`` the death of the
        process at any moment; with ``"disk"`` also a power loss, for which each call waits for
        the disk (some 0.3 ms).

    Raises
    ------
    BadValue
        For any other kind of address, or of durability.
    """
    if durability not in ("process", "disk"):
        raise BadValue(f"durability is 'process' or 'disk', not `{durability}`.")
    current.use(parse_uri(uri), durable=durability == "disk")


def get_tracking_uri() -> str:
    """Return where the store is, or will be with the first run, as ``duckdb:///path``."""
    return f"duckdb:///{current.path.as_posix().removeprefix('/')}"


def fold() -> FoldReport:
    """Put everything logged so far, by anybody, into the DuckDB file now.

    Nothing needs this: it happens in the background, before every read and at exit.
    """
    return current.store.fold()


# --- runs ----------------------------------------------------------------------------------


def start_run(
    run_id: str | None = None,
    experiment_id: str | None = None,
    run_name: str | None = None,
    nested: bool = False,
    parent_run_id: str | None = None,
    tags: Mapping[str, Any] | None = None,
    description: str | None = None,
) -> ActiveRun:
    """Start a run, or go on with the one of ``run_id``; use it in a ``with`` statement.

    In a notebook, a run that an earlier cell left active ends here, as FAILED if a cell has
    failed since: never "already active". Inside a tracked cell a run is a child of the cell's.
    A process started by a run begins children of it. Any exception ends the run as FAILED, an
    interrupt as KILLED; a process that dies leaves it KILLED.

    Raises
    ------
    NotFound
        When ``run_id`` or ``parent_run_id`` names no run, or ``experiment_id`` no experiment.
    BadValue
        When either is in the trash.
    ShelduckError
        When the same cell or script has an active run and ``nested`` is not set.
    """
    if run_id is not None:
        found = get_run(run_id).info
        if found.lifecycle_stage == DELETED:
            raise BadValue(f"the run {run_id} is in the trash; restore_run('{run_id}') first.")
        run = current.resume(found)
        run.set_tags(_given({NAME: run_name, NOTE: description}) | dict(tags or {}))
        return run
    return current.start(
        experiment=None if experiment_id is None else experiment_for_runs(str(experiment_id)),
        name=run_name,
        nested=nested,
        parent=None if parent_run_id is None else run_to_log_to(parent_run_id).run_id,
        tags=tags,
        description=description,
    )


def _given(tags: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in tags.items() if value is not None}


def end_run(status: str = FINISHED) -> None:
    """End the active run of this thread, if there is one."""
    run = current.run
    if run is not None and run is not current.cell_run:
        run.end(status)


def active_run() -> ActiveRun | None:
    """Return the active run: this thread's innermost, else the tracked cell's."""
    return current.run


def last_active_run() -> ActiveRun | None:
    """Return the run that is active in this thread, or was last."""
    return current.last_run


def get_run(run_id: str) -> Run:
    """Return a run as it stands now, with its cell and its environment; else NotFound."""
    with current.store.reading() as con:
        return reading.get_run(con, run_id)


def find_run(text: str) -> Run:
    """Return a run by its id, the beginning of its id, or its name; the newest of several."""
    with current.store.reading() as con:
        return reading.get_run(con, reading.find_run(con, text))


def get_parent_run(run_id: str) -> Run | None:
    """Return the run that a run is a child of, or None."""
    parent = get_run(run_id).data.tags.get(PARENT)
    return get_run(parent) if parent else None


def delete_run(run_id: str) -> None:
    """Put a run into the trash."""
    current.store.append(facts.stage("run", get_run(run_id).info.run_id, deleted=True))


def restore_run(run_id: str) -> None:
    """Take a run out of the trash."""
    current.store.append(facts.stage("run", get_run(run_id).info.run_id, deleted=False))


# --- logging -------------------------------------------------------------------------------


def run_to_log_to(run_id: str | None) -> ActiveRun:
    """Return the run that is named, else the active one, else a new one.

    Raises
    ------
    NotFound
        When no run has that id.
    """
    return current.target() if run_id is None else current.named(run_id, check=get_run)


def log_metric(
    key: str,
    value: Any,
    step: int | None = None,
    synchronous: bool | None = None,
    timestamp: int | None = None,
    run_id: str | None = None,
) -> None:
    """Log one point of a metric; NaN, the infinities and None are kept as they are.

    Parameters
    ----------
    value
        A real number, a numpy or torch scalar, or None for a missing value.
    step
        A whole number; 0 without it.
    timestamp
        Milliseconds since 1970; now without it.

    Raises
    ------
    BadValue
        When the value is not a number; names the key.
    """
    run_to_log_to(run_id).log_metric(key, value, step, timestamp)


def log_metrics(
    metrics: Mapping[str, Any],
    step: int | None = None,
    synchronous: bool | None = None,
    run_id: str | None = None,
    timestamp: int | None = None,
) -> None:
    """Log one point of several metrics; a bad one is refused after the others are kept."""
    run_to_log_to(run_id).log_metrics(metrics, step, timestamp)


def log_history(
    data: Mapping[str, Sequence[Any]] | pd.DataFrame, *, run_id: str | None = None
) -> None:
    """Log many points at once: a column a metric, a row a step.

    Columns named ``step`` and ``timestamp`` (milliseconds) are the steps and times; without
    them the rows are numbered from 0 and the time is now.
    """
    run_to_log_to(run_id).log_history(data)


def log_param(key: str, value: Any, synchronous: bool | None = None) -> Any:
    """Log a param with its type, and return it.

    A param may be set again: the last value holds, the history is kept. No value is cut or
    turned into a string; what cannot be given back as it was is refused.
    """
    return run_to_log_to(None).log_param(key, value)


def log_params(
    params: Mapping[str, Any], synchronous: bool | None = None, run_id: str | None = None
) -> None:
    """Log several params; a bad one is refused after the others are kept."""
    run_to_log_to(run_id).log_params(params)


def set_tag(key: str, value: Any, synchronous: bool | None = None) -> None:
    """Set a tag on the active run; set again, the last value holds."""
    run_to_log_to(None).set_tag(key, value)


def set_tags(tags: Mapping[str, Any], synchronous: bool | None = None) -> None:
    """Set tags on the active run."""
    run_to_log_to(None).set_tags(tags)


def delete_tag(key: str) -> None:
    """Remove a tag from the active run."""
    run_to_log_to(None).delete_tag(key)


def get_metric_history(run_id: str, key: str) -> list[Metric]:
    """Return every point of a metric, by step.

    Raises
    ------
    NotFound
        When the run has no metric of that name.
    """
    with current.store.reading() as con:
        points = reading.history(con, run_id, key)
        if not points:
            known = reading.get_run(con, run_id).data.metrics
            raise NotFound(f"The run has no metric `{key}` among {len(known)}{nearest(key, known)}")
    return points
