"""Runs as a table: one column a param, metric and tag, each of its own type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from shelduck.store.reading import Doc, metrics_of, params_of, tags_of

if TYPE_CHECKING:
    import pandas as pd


def runs_frame(docs: Sequence[Doc]) -> pd.DataFrame:
    """Return a DataFrame with MLflow's column names and the params' own types.

    A column of whole numbers stays one where runs lack it (``Int64``); times are UTC.
    """
    import pandas as pd

    columns: dict[str, Any] = {
        "run_id": [d["id"] for d in docs],
        "experiment_id": [d["experiment"] for d in docs],
        "status": [d["status"] for d in docs],
        "artifact_uri": [f"runs:/{d['id']}" for d in docs],
        "start_time": pd.to_datetime([d["start"] for d in docs], unit="ms", utc=True),
        "end_time": pd.to_datetime([d["end"] for d in docs], unit="ms", utc=True),
    }
    columns |= _spread("metrics", [metrics_of(d) for d in docs], _floats)
    columns |= _spread("params", [params_of(d, flat=True) for d in docs], _typed)
    columns |= _spread("tags", [tags_of(d) for d in docs], _typed)
    return pd.DataFrame(columns)


def _spread(
    prefix: str, rows: list[dict[str, Any]], column: Callable[[list[Any]], Any]
) -> dict[str, Any]:
    keys = sorted(set().union(*rows))
    return {f"{prefix}.{key}": column([row.get(key) for row in rows]) for key in keys}


def _floats(items: Iterable[float | None]) -> Any:
    import numpy as np

    return np.array([np.nan if v is None else v for v in items], dtype="float64")


def _typed(items: list[Any]) -> Any:
    import pandas as pd

    kinds = {type(v) for v in items}
    present = kinds - {type(None)}
    if present == {int} and all(v is None or abs(v) < 1 << 63 for v in items):
        return pd.array(items, dtype="Int64") if type(None) in kinds else items
    if present == {bool}:
        return pd.array(items, dtype="boolean") if type(None) in kinds else items
    if present == {float}:
        return _floats(items)
    return items if present == {str} else pd.Series(items, dtype=object)
