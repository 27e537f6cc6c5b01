"""Runs as a table: one column a param, metric and tag, each of its own type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shelduck.store.columns import Columns, ParamColumn, search_columns
from shelduck.store.reading import (
    Doc,
    Search,
    docs_of,
    metrics_of,
    params_of,
    search_docs,
    tag_texts,
)
from shelduck.values import decode

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

_FEW = 1000  # runs up to which reading them whole is quicker than column by column


def runs_frame(con: DuckDBPyConnection, search: Search) -> pd.DataFrame:
    """Return the runs that match as a DataFrame with MLflow's column names.

    Params have their own types: a column of whole numbers stays one where runs lack it
    (``Int64``), one of whole and other numbers is of floats. Tags are texts, times are UTC.
    """
    if search.limit > _FEW:
        columns = search_columns(con, search)
        if columns is not None:
            return _from_columns(columns)
    return _from_docs(search_docs(con, search))


def frame_of_runs(con: DuckDBPyConnection, run_ids: Sequence[str]) -> pd.DataFrame:
    """Return these runs as `runs_frame` does, in the order of their ids."""
    return _from_docs(docs_of(con, run_ids))


def _from_columns(columns: Columns) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    found = columns.attributes
    table: dict[str, Any] = _attributes(
        found["run_id"], found["experiment_id"], found["status"], found["start_ms"],
        np.ma.filled(np.ma.asarray(found["end_ms"]), _NEVER),
    )  # fmt: skip
    metrics = columns.metrics.items()
    table |= {f"metrics.{k}": np.ma.filled(np.ma.asarray(v, float), np.nan) for k, v in metrics}
    for key, column in columns.params.items():
        if not _has_leaves(key, column, columns.params):
            table[f"params.{key}"] = _param(column)
    table |= {f"tags.{k}": _texts(v) for k, v in columns.tags.items()}
    return pd.DataFrame(table)


def _has_leaves(key: str, column: ParamColumn, params: dict[str, ParamColumn]) -> bool:
    """Whether it is a dict whose leaves have columns of their own."""
    return column.kinds == {"dict"} and any(name.startswith(f"{key}.") for name in params)


def _texts(column: Any) -> Any:
    import numpy as np

    texts = np.array(np.ma.getdata(column), dtype=object)
    texts[np.ma.getmaskarray(column)] = None  # which as a fill value would mean numpy's own, "?"
    return texts


def _param(column: ParamColumn) -> Any:
    """A column of whole, real or truth values from the numbers; of others from the texts."""
    import numpy as np
    import pandas as pd

    number, missing = np.ma.filled(column.number, 0), np.ma.getmaskarray(column.kind)
    big = (np.abs(number) >= 1 << 53) & (column.kind == "int")
    is_exact = column.kinds <= {"int", "float"} and not big.any()
    if column.kinds == {"int"} and is_exact:
        whole = number.astype("int64")
        return pd.arrays.IntegerArray(whole, missing) if missing.any() else whole
    if column.kinds == {"bool"}:
        truth = number == 1
        return pd.arrays.BooleanArray(truth, missing) if missing.any() else truth
    if column.kinds == {"float"} or is_exact:
        return np.ma.filled(np.ma.asarray(column.number, float), np.nan)
    if column.kinds == {"str"}:
        return _texts(column.text)
    pairs = zip(column.kind, column.text, missing, strict=True)
    return _series([None if gone else decode(kind, text) for kind, text, gone in pairs])


def _series(items: list[Any]) -> Any:
    """A column of Python objects, which pandas is not to guess a type for."""
    import pandas as pd

    return pd.Series(items, dtype=object)


def _from_docs(docs: list[Doc]) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    def column(key: str) -> list[Any]:
        return [doc[key] for doc in docs]

    ends = np.array([_NEVER if end is None else end for end in column("end")], "int64")
    table = _attributes(column("id"), column("experiment"), column("status"), column("start"), ends)
    metrics, params = [metrics_of(d) for d in docs], [params_of(d, flat=True) for d in docs]
    for key in _keys(metrics):
        numbers = [row.get(key) for row in metrics]
        table[f"metrics.{key}"] = np.array([np.nan if v is None else v for v in numbers], float)
    for key in _keys(params):
        table[f"params.{key}"] = _typed([row.get(key, _MISSING) for row in params])
    tags = [tag_texts(d) for d in docs]
    table |= {f"tags.{key}": [row.get(key) for row in tags] for key in _keys(tags)}
    return pd.DataFrame(table)


_NEVER = -(1 << 63)  # numpy's NaT
_MISSING = object()


def _keys(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(set().union(*rows))


def _attributes(
    ids: Any, experiments: Any, statuses: Any, starts: Any, ends: Any
) -> dict[str, Any]:
    import numpy as np
    import pandas as pd

    def times(milliseconds: Any) -> Any:
        values = np.asarray(milliseconds, "int64").view("datetime64[ms]").astype("datetime64[ns]")
        return pd.DatetimeIndex(values, tz="UTC")

    return {
        "run_id": ids,
        "experiment_id": experiments,
        "status": statuses,
        "artifact_uri": [f"runs:/{run_id}" for run_id in ids],
        "start_time": times(starts),
        "end_time": times(ends),
    }


def _typed(items: list[Any]) -> Any:
    import pandas as pd

    kinds = {type(v) for v in items if v is not _MISSING}
    present = [None if v is _MISSING else v for v in items]
    big = any(type(v) is int and abs(v) >= 1 << 53 for v in present)
    is_exact = kinds <= {int, float} and not big
    if kinds == {int} and is_exact:
        return present if _MISSING not in items else pd.array(present, dtype="Int64")
    if kinds == {bool}:
        return present if _MISSING not in items else pd.array(present, dtype="boolean")
    if kinds == {float} or is_exact:
        return [float("nan") if v is None else v for v in present]
    return present if kinds == {str} else _series(present)
