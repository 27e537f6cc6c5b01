"""Questions about many runs, answered with a DataFrame or with records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

from shelduck.errors import BadValue, NotFound, warn
from shelduck.records import Run
from shelduck.store import reading
from shelduck.tracking.current import current, experiment_id
from shelduck.tracking.experiments import EVERYTHING, experiment_named, limit, stages
from shelduck.tracking.frames import runs_frame

if TYPE_CHECKING:
    import pandas as pd


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
    max_results: int = EVERYTHING,
    order_by: Sequence[str] | None = None,
    output_format: Literal["pandas", "list"] = "pandas",
    search_all_experiments: bool = False,
    experiment_names: Sequence[str] | None = None,
) -> pd.DataFrame | list[Run]:
    """Return the runs that match, the newest first unless ``order_by`` says otherwise.

    Parameters
    ----------
    experiment_ids, experiment_names, search_all_experiments
        Where to look; without any of them, in the current experiment. A name that is no
        experiment's gives a warning.
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
    BadValue
        When another argument makes no sense.
    """
    if output_format not in ("pandas", "list"):
        raise BadValue(f"output_format is 'pandas' or 'list', not `{output_format}`.")
    search = reading.Search(
        _scope(experiment_ids, experiment_names, search_all_experiments),
        filter_string,
        order_by,
        limit(max_results),
        stages(run_view_type),
    )
    found: pd.DataFrame | list[Run]
    with current.store.searching() as con:
        if output_format == "pandas":
            found = runs_frame(con, search)
        else:
            found = [reading.run_of(doc) for doc in reading.search_docs(con, search)]
    if len(found) == 0:
        _warn_of_unknown(_listed(experiment_names))
    return found


def _scope(
    ids: Sequence[str] | None, names: Sequence[str] | None, everywhere: bool
) -> list[str] | None:
    if ids is None and names is None:
        return None if everywhere else [current.experiment()[0]]
    return [*map(str, _listed(ids)), *map(experiment_id, _listed(names))]


def _listed(texts: Sequence[str] | None) -> Sequence[str]:
    return [texts] if isinstance(texts, str) else texts or []


def _warn_of_unknown(names: Sequence[str]) -> None:
    for name in names:
        try:
            experiment_named(name)
        except NotFound as e:
            warn(str(e))


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
