"""The runs that are compared, read from the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import count
from typing import TYPE_CHECKING

from shelduck.panels.comparing.columns import Column, of_numbers, of_param, of_texts
from shelduck.panels.comparing.table import Table, axis_of, usefulness
from shelduck.panels.wire import LONGEST, cell
from shelduck.records import MetricSummary
from shelduck.store.catalog import Name, catalog, wholes
from shelduck.store.columns import Values, columns_of
from shelduck.store.paging import page
from shelduck.store.reading import Search

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

AXES = 300
_CELLS = 6_000_000  # values in memory; of 100,000 runs 60 axes
_PEEKED = 50  # runs that are looked at whole, to learn what types params have
_TIMES = ("start_time",)
_ALWAYS = ("duration", *_TIMES)
_IF_VARIED = ("status", "experiment", "user", "notebook", "git_commit")


def read_table(con: DuckDBPyConnection, search: Search) -> Table:
    """Return all runs that match, with the axes that are of most use.

    ``con`` is one of `Store.searching`.
    """
    names = _ranked(_comparable(catalog(con, search)))
    runs = max((name.runs for name in names), default=0)
    taken = [name for name in names if len(name.key) <= LONGEST]
    taken = taken[: min(AXES, _CELLS // max(1, runs))]
    found = columns_of(con, search, ["name", "status", *(name.column for name in taken)])
    ids = found["run_id"].values.tolist()
    types, points = _peek(con, ids, taken)
    columns = {n.column: _column(n, found[n.column], types.get(n.column, ())) for n in taken}
    axes = {name: axis_of(name, column, points.get(name, 0)) for name, column in columns.items()}
    order = sorted(axes.values(), key=lambda axis: usefulness(axis, columns[axis.id]))
    return Table(
        ids,
        [cell(name or "") for name in found["name"].values],
        found["status"].values.tolist(),
        columns,
        tuple(order),
        len(names) - len(taken),
    )


def _comparable(names: Sequence[Name]) -> list[Name]:
    """Those that runs can be compared by: no ids, nothing of ours, no dict beside its leaves."""
    whole = wholes(names)
    return [
        name
        for name in names
        if (name.kind == "params" and name.column not in whole)
        or name.kind == "metrics"
        or (name.kind == "tags" and not name.is_own)
        or (not name.kind and name.key in _ALWAYS)
        or (not name.kind and name.key in _IF_VARIED and not name.is_constant)
    ]


def _ranked(names: list[Name]) -> list[Name]:
    """Those of most use first; the kinds in turn, or a thousand metrics would leave no param."""
    names = sorted(names, key=lambda n: (-n.runs, n.key))
    turns: defaultdict[tuple[bool, str], count[int]] = defaultdict(count)
    turn = {n.column: next(turns[n.is_constant, n.kind]) for n in names}
    return sorted(names, key=lambda n: (n.is_constant, n.kind == "tags", turn[n.column]))


def _peek(
    con: DuckDBPyConnection, ids: Sequence[str], names: Sequence[Name]
) -> tuple[dict[str, set[type]], dict[str, int]]:
    """The types of params, and how many points metrics have, in some of the runs."""
    types: dict[str, set[type]] = {}
    points: dict[str, int] = {}
    asked = [name.column for name in names if name.kind in ("params", "metrics")]
    for row in page(con, ids[:: max(1, len(ids) // _PEEKED)][:_PEEKED], asked):
        for column, value in row.cells.items():
            if isinstance(value, MetricSummary):
                points[column] = max(points.get(column, 0), value.count)
            else:
                types.setdefault(column, set()).add(type(value))
    return types, points


def _column(name: Name, found: Values, types: Collection[type]) -> Column:
    if name.kind == "params":
        return of_param(found.values, found.there, types)
    if found.values.dtype.kind == "f":
        return of_numbers(found.values, found.there, name.column in _TIMES)
    return of_texts(found.values)
