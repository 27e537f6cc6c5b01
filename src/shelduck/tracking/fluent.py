"""The verbs, with MLflow's names and signatures, so that ``import shelduck as mlflow`` works.

``synchronous`` is accepted wherever MLflow has it and changes nothing: every call here costs
microseconds and is on disk when it returns.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from shelduck.errors import BadValue, NotFound, ShelduckError, nearest
from shelduck.records import ACTIVE, DELETED, FINISHED, PARENT, Experiment, FileInfo, Metric, Run
from shelduck.store import facts, reading
from shelduck.store.fold import FoldReport
from shelduck.tracking import artifacts
from shelduck.tracking.active import ActiveRun, now_ms, tag_facts
from shelduck.tracking.current import Current, experiment_id
from shelduck.tracking.frames import runs_frame
from shelduck.tracking.location import parse_uri

if TYPE_CHECKING:
    import pandas as pd

current = Current()
_EVERYTHING = 100_000


def _run(run_id: str | None) -> ActiveRun:
    """The run to log to: the one named, else the active one."""
    if run_id is None:
        return current.target()
    active = current.run
    if active is not None and active.run_id == run_id:
        return active
    return ActiveRun(current.store, run_id, "", "", on_end=lambda run: None, joined=True)


# --- the store -----------------------------------------------------------------------------


def set_tracking_uri(uri: str | os.PathLike[str]) -> None:
    """Use the store at ``uri``: a path, or ``duckdb:///path``. A folder means a file in it.

    Raises
    ------
    BadValue
        For any other kind of address.
    """
    current.use(parse_uri(uri))


def get_tracking_uri() -> str:
    """Return where the store is, or will be with the first run, as ``duckdb:///path``."""
    return f"duckdb:///{current.path.as_posix().removeprefix('/')}"


def fold() -> FoldReport:
    """Put everything logged so far, by anybody, into the DuckDB file now.

    Nothing needs this: it happens in the background, before every read and at exit.
    """
    return current.store.fold()


def sql(query: str, parameters: Sequence[Any] | None = None) -> pd.DataFrame:
    """Ask the store in SQL; the views are described in the README. Nothing can be changed so.

    Parameters
    ----------
    query
        A statement of DuckDB's SQL, like ``select name, params.alpha, metrics.rmse from runs``.
    parameters
        Values for its question marks.
    """
    with current.store.reading() as con:
        return reading.ask(con, query, list(parameters or []))


# --- experiments ---------------------------------------------------------------------------


def set_experiment(
    experiment_name: str | None = None, experiment_id: str | None = None
) -> Experiment:
    """Make an experiment the one new runs belong to; a new name is a new experiment.

    Raises
    ------
    NotFound
        When there is no experiment of that id.
    BadValue
        When neither or both are given, or the experiment is in the trash.
    """
    if (experiment_name is None) == (experiment_id is None):
        raise BadValue("set_experiment takes a name or an id, and not both.")
    if experiment_id is not None:
        experiment_name = get_experiment(experiment_id).name
    assert experiment_name is not None
    identifier = current.set_experiment(experiment_name)
    found = Experiment(identifier, experiment_name, "runs:/", ACTIVE, now_ms())
    # A store not made yet has nothing to tell; asking would make it, and take a while.
    if current.store.path.exists():
        found = get_experiment(identifier)
    if found.lifecycle_stage == DELETED:
        raise BadValue(
            f"the experiment `{experiment_name}` is in the trash; "
            f"restore_experiment('{identifier}') brings it back."
        )
    return found


def create_experiment(
    name: str, artifact_location: str | None = None, tags: Mapping[str, Any] | None = None
) -> str:
    """Create an experiment and return its id. Artifacts always lie beside the store.

    Raises
    ------
    BadValue
        When the name is taken, or an ``artifact_location`` is asked for.
    """
    if artifact_location is not None:
        raise BadValue("artifacts lie beside the store; move them with it.")
    if get_experiment_by_name(name) is not None:
        raise BadValue(f"an experiment `{name}` exists; set_experiment('{name}') uses it.")
    identifier = experiment_id(name)
    current.store.append(
        facts.experiment(identifier, name, now_ms()),
        *(f for k, v in (tags or {}).items() for f in tag_facts("experiment", identifier, k, v)),
    )
    return identifier


def get_experiment(experiment_id: str) -> Experiment:
    """Return an experiment by id; NotFound if there is none."""
    known = _experiments((ACTIVE, DELETED))
    for experiment in known:
        if experiment.experiment_id == str(experiment_id):
            return experiment
    names = ", ".join(f"{e.name} ({e.experiment_id})" for e in known[:10])
    raise NotFound(f"There is no experiment of id `{experiment_id}`; there are: {names or 'none'}.")


def get_experiment_by_name(name: str) -> Experiment | None:
    """Return an experiment by name, or None."""
    return next((e for e in _experiments((ACTIVE, DELETED)) if e.name == name), None)


def search_experiments(
    view_type: int = 1,
    max_results: int | None = None,
    filter_string: str | None = None,
    order_by: Sequence[str] | None = None,
) -> list[Experiment]:
    """Return experiments, the newest first. ``view_type``: 1 active, 2 deleted, 3 both.

    ``filter_string`` is ``name = '…'``, ``name LIKE '…'``, ``tags.key = '…'``, and their like.
    """
    with current.store.reading() as con:
        return reading.search_experiments(
            con, reading.STAGES[view_type], filter_string, order_by, max_results or _EVERYTHING
        )


def _experiments(stages: Sequence[str]) -> list[Experiment]:
    with current.store.reading() as con:
        return reading.experiments(con, stages)


def set_experiment_tag(key: str, value: Any) -> None:
    """Set a tag on the current experiment."""
    set_experiment_tags({key: value})


def set_experiment_tags(tags: Mapping[str, Any]) -> None:
    """Set tags on the current experiment."""
    identifier = current.set_experiment(current.experiment()[1])
    current.store.append(
        *(f for k, v in tags.items() for f in tag_facts("experiment", identifier, k, v))
    )


def delete_experiment(experiment_id: str) -> None:
    """Put an experiment and its runs into the trash."""
    found = get_experiment(experiment_id).experiment_id
    current.store.append(facts.stage("experiment", found, deleted=True))


def restore_experiment(experiment_id: str) -> None:
    """Take an experiment and its runs out of the trash."""
    found = get_experiment(experiment_id).experiment_id
    current.store.append(facts.stage("experiment", found, deleted=False))


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
        When ``run_id`` names no run.
    ShelduckError
        When the same cell or script has an active run and ``nested`` is not set.
    """
    if run_id is not None:
        found = get_run(run_id)
        if found.info.lifecycle_stage == DELETED:
            raise BadValue(f"the run {run_id} is in the trash; restore_run('{run_id}') first.")
        run = current.resume(run_id, found.info.experiment_id, found.info.run_name)
        run.set_tags(tags or {})
        return run
    return current.start(
        experiment=experiment_id,
        name=run_name,
        nested=nested,
        parent=parent_run_id,
        tags=tags,
        description=description,
    )


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


@overload
def search_runs(
    experiment_ids: Sequence[str] | None = ...,
    filter_string: str = ...,
    run_view_type: int = ...,
    max_results: int = ...,
    order_by: Sequence[str] | None = ...,
    output_format: Literal["pandas"] = ...,
    search_all_experiments: bool = ...,
    experiment_names: Sequence[str] | None = ...,
) -> pd.DataFrame: ...


@overload
def search_runs(
    experiment_ids: Sequence[str] | None = ...,
    filter_string: str = ...,
    run_view_type: int = ...,
    max_results: int = ...,
    order_by: Sequence[str] | None = ...,
    *,
    output_format: Literal["list"],
    search_all_experiments: bool = ...,
    experiment_names: Sequence[str] | None = ...,
) -> list[Run]: ...


def search_runs(
    experiment_ids: Sequence[str] | None = None,
    filter_string: str = "",
    run_view_type: int = 1,
    max_results: int = _EVERYTHING,
    order_by: Sequence[str] | None = None,
    output_format: Literal["pandas", "list"] = "pandas",
    search_all_experiments: bool = False,
    experiment_names: Sequence[str] | None = None,
) -> pd.DataFrame | list[Run]:
    """Return the runs that match, the newest first unless ``order_by`` says otherwise.

    Parameters
    ----------
    experiment_ids, experiment_names, search_all_experiments
        Where to look; without any of them, in the current experiment.
    filter_string
        Like ``metrics.rmse < 6.5 and params.max_depth > 20 or tags.model = 'lasso'``.
    run_view_type
        1 active, 2 deleted, 3 both.
    order_by
        Like ``["metrics.rmse ASC"]``.
    output_format
        ``"pandas"`` for a DataFrame with columns ``metrics.…``, ``params.…`` (of their own
        types) and ``tags.…``, or ``"list"``.

    Raises
    ------
    BadFilter
        When filter or order do not parse, or name what no run in scope has.
    """
    if output_format not in ("pandas", "list"):
        raise BadValue(f"output_format is 'pandas' or 'list', not `{output_format}`.")
    search = reading.Search(
        _scope(experiment_ids, experiment_names, search_all_experiments),
        filter_string,
        order_by,
        max_results,
        reading.STAGES[run_view_type],
    )
    with current.store.searching() as con:
        if output_format == "pandas":
            return runs_frame(con, search)
        return [reading.run_of(doc) for doc in reading.search_docs(con, search)]


def _scope(
    ids: Sequence[str] | None, names: Sequence[str] | None, everywhere: bool
) -> list[str] | None:
    if everywhere:
        return None
    if ids is None and names is None:
        return [current.experiment()[0]]
    return [*map(str, ids or []), *map(experiment_id, names or [])]


# --- logging -------------------------------------------------------------------------------


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
    _run(run_id).log_metric(key, value, step, timestamp)


def log_metrics(
    metrics: Mapping[str, Any],
    step: int | None = None,
    synchronous: bool | None = None,
    run_id: str | None = None,
    timestamp: int | None = None,
) -> None:
    """Log one point of several metrics; a bad one is refused after the others are kept."""
    _run(run_id).log_metrics(metrics, step, timestamp)


def log_history(
    data: Mapping[str, Sequence[Any]] | pd.DataFrame, *, run_id: str | None = None
) -> None:
    """Log many points at once: a column a metric, a row a step.

    Columns named ``step`` and ``timestamp`` (milliseconds) are the steps and times; without
    them the rows are numbered from 0 and the time is now.
    """
    _run(run_id).log_history(data)


def log_param(key: str, value: Any, synchronous: bool | None = None) -> Any:
    """Log a param with its type, and return it.

    A param may be set again: the last value holds, the history is kept. No value is cut or
    turned into a string; what cannot be given back as it was is refused.
    """
    return _run(None).log_param(key, value)


def log_params(
    params: Mapping[str, Any], synchronous: bool | None = None, run_id: str | None = None
) -> None:
    """Log several params; a bad one is refused after the others are kept."""
    _run(run_id).log_params(params)


def set_tag(key: str, value: Any, synchronous: bool | None = None) -> None:
    """Set a tag on the active run; set again, the last value holds."""
    _run(None).set_tag(key, value)


def set_tags(tags: Mapping[str, Any], synchronous: bool | None = None) -> None:
    """Set tags on the active run."""
    _run(None).set_tags(tags)


def delete_tag(key: str) -> None:
    """Remove a tag from the active run."""
    _run(None).delete_tag(key)


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


# --- artifacts -----------------------------------------------------------------------------


def log_artifact(
    local_path: str | Path, artifact_path: str | None = None, run_id: str | None = None
) -> None:
    """Keep a file, or a folder with all in it, with the run."""
    artifacts.log_artifact(_run(run_id), local_path, artifact_path)


def log_artifacts(
    local_dir: str | Path, artifact_path: str | None = None, run_id: str | None = None
) -> None:
    """Keep all that is in a folder with the run."""
    artifacts.log_artifacts(_run(run_id), local_dir, artifact_path)


def log_text(text: str, artifact_file: str, run_id: str | None = None) -> None:
    """Keep a text as an artifact."""
    artifacts.log_text(_run(run_id), text, artifact_file)


def log_dict(
    dictionary: Mapping[str, Any] | list[Any], artifact_file: str, run_id: str | None = None
) -> None:
    """Keep a dict or list as JSON, or as YAML if the file's name says so."""
    artifacts.log_dict(_run(run_id), dictionary, artifact_file)


def log_figure(
    figure: Any, artifact_file: str, *, save_kwargs: dict[str, Any] | None = None
) -> None:
    """Keep a matplotlib or plotly figure, in the format of the file's ending."""
    artifacts.log_figure(_run(None), figure, artifact_file, save_kwargs=save_kwargs)


def log_image(
    image: Any,
    artifact_file: str | None = None,
    key: str | None = None,
    step: int | None = None,
    timestamp: int | None = None,
    synchronous: bool | None = None,
) -> None:
    """Keep a PIL image or a numpy array as a picture; with ``key``, one of a series of steps."""
    artifacts.log_image(_run(None), image, artifact_file, key, step, timestamp)


def log_table(
    data: Mapping[str, Any] | pd.DataFrame, artifact_file: str, run_id: str | None = None
) -> None:
    """Keep a table as JSON or Parquet; logged again under the same name, rows are appended."""
    artifacts.log_table(_run(run_id), data, artifact_file)


def list_artifacts(
    artifact_uri: str | None = None, run_id: str | None = None, artifact_path: str | None = None
) -> list[FileInfo]:
    """Return the files and folders directly below a path of a run's artifacts."""
    run_id, path = _artifact_address(artifact_uri, run_id, artifact_path)
    return artifacts.listed(current.store, run_id, path)


def download_artifacts(
    artifact_uri: str | None = None,
    run_id: str | None = None,
    artifact_path: str | None = None,
    dst_path: str | Path | None = None,
) -> str:
    """Copy an artifact, a file or a folder, to ``dst_path`` or a new folder; return its path.

    Parameters
    ----------
    artifact_uri
        ``runs:/<run_id>/path``, in place of ``run_id`` and ``artifact_path``.
    """
    run_id, path = _artifact_address(artifact_uri, run_id, artifact_path)
    target = Path(dst_path) if dst_path else Path(tempfile.mkdtemp(prefix="shelduck-"))
    return str(artifacts.download(current.store, run_id, path, target))


def get_artifact_uri(artifact_path: str | None = None) -> str:
    """Return the address of the active run's artifacts, or of one, as ``runs:/<run_id>/path``."""
    base = f"runs:/{_run(None).run_id}"
    return f"{base}/{artifact_path}" if artifact_path else base


def _artifact_address(
    uri: str | None, run_id: str | None, path: str | None
) -> tuple[str, str | None]:
    if uri is not None:
        scheme, _, rest = uri.partition(":/")
        run_id, _, path = rest.lstrip("/").partition("/")
        if scheme != "runs" or not run_id:
            raise BadValue(f"`{uri}` is no address of an artifact; it is like runs:/<run_id>/path.")
    run_id = run_id or (current.last_run.run_id if current.last_run else None)
    if run_id is None:
        raise ShelduckError("say which run: give run_id, or an artifact_uri of runs:/<run_id>/….")
    return run_id, path or None
