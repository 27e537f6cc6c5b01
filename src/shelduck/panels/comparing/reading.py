"""The runs that are compared, read from the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shelduck.panels.comparing.columns import Column, of_numbers, of_param, of_texts
from shelduck.panels.comparing.table import Table, axis_of, usefulness
from shelduck.records import NAME, SYSTEM_PREFIXES
from shelduck.store.columns import Columns, search_columns
from shelduck.store.reading import Search

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

AXES = 300


def read_table(con: DuckDBPyConnection, search: Search) -> Table:
    """Return all runs that match, with the axes that are of most use."""
    found = search_columns(con, search)
    assert found
    columns = _columns(found)
    axes = {name: axis_of(name, column) for name, column in columns.items()}
    order = sorted(axes, key=lambda name: usefulness(axes[name], columns[name]))
    shown = order[:AXES]
    ids = found.attributes["run_id"].tolist()
    return Table(
        ids,
        [str(v or "") for v in _objects(found.tags.get(NAME, [None] * len(ids)))],
        found.attributes["status"].tolist(),
        {name: columns[name] for name in shown},
        tuple(axes[name] for name in shown),
        len(order) - len(shown),
    )


def _columns(found: Columns) -> dict[str, Column]:
    import numpy as np

    columns = {}
    start = np.ma.filled(np.ma.asarray(found.attributes["start_ms"], float), np.nan)
    end = np.ma.filled(np.ma.asarray(found.attributes["end_ms"], float), np.nan)
    columns["duration"] = of_numbers((end - start) / 1000, ~np.isnan(end))
    columns["start_time"] = of_numbers(start, ~np.isnan(start), True)
    for key, array in found.metrics.items():
        v = np.ma.asarray(array, float)
        columns[f"metrics.{key}"] = of_numbers(np.ma.getdata(v), ~np.ma.getmaskarray(v))
    for key, p in found.params.items():
        columns[f"params.{key}"] = of_param(_objects(p.kind), _objects(p.text), _objects(p.number))
    for key, array in found.tags.items():
        if not key.startswith(SYSTEM_PREFIXES):
            columns[f"tags.{key}"] = of_texts(_objects(array))
    return columns


def _objects(column: Any) -> Any:
    import numpy as np

    found = np.array(np.ma.getdata(column), dtype=object)
    found[np.ma.getmaskarray(column)] = None
    return found
