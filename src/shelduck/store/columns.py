"""Many runs at once, column by column: what a DataFrame is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shelduck.store.catalog import numbers
from shelduck.store.fields import field, joined
from shelduck.store.reading import Search

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection

    Array = np.ndarray[Any, Any]

MANY_KEYS = 300  # beyond it a column a key costs more than it saves


@dataclass(frozen=True, slots=True)
class ParamColumn:
    """A param of many runs, as texts and as numbers."""

    kinds: frozenset[str]
    """The types its values have."""
    kind: Array
    text: Array
    number: Array


@dataclass(frozen=True, slots=True)
class Columns:
    """Attributes, metrics, params and tags of runs, each an array as long as there are runs."""

    attributes: dict[str, Array]
    metrics: dict[str, Array]
    params: dict[str, ParamColumn]
    tags: dict[str, Array]


def search_columns(con: DuckDBPyConnection, search: Search) -> Columns | None:
    """Return the runs that match, in order; None when they have too many names for columns."""
    clause = search.clause(con)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE hits AS SELECT run_id, experiment_id, status, "
        "epoch_us(start_time) // 1000 AS start_ms, epoch_us(end_time) // 1000 AS end_ms, "
        f"params, nums, kinds, metrics, tags FROM run_docs {clause.sql}",
        list(clause.args),
    )
    names = {kind: _names(con, kind) for kind in ("metrics", "params", "tags")}
    if sum(map(len, names.values())) > MANY_KEYS:
        return None
    selected = ["run_id", "experiment_id", "status", "start_ms", "end_ms"]
    asked: list[str] = []
    for kind, source in (("metrics", "metrics"), ("tags", "tags"), ("params", "params"),
                         ("params", "nums"), ("params", "kinds")):  # fmt: skip
        for i, name in enumerate(names[kind]):
            selected.append(f"{source}[?] AS {source}_{i}")
            asked.append(name)
    found: dict[str, Any] = dict(
        con.execute(f"SELECT {', '.join(selected)} FROM hits", asked).fetchnumpy()
    )
    kinds = dict(
        con.execute(
            "SELECT k.key, list(DISTINCT k.value) FROM "
            "(SELECT unnest(map_entries(kinds)) AS k FROM hits) GROUP BY k.key"
        ).fetchall()
    )
    return Columns(
        {name: found[name] for name in selected[:5]},
        {name: found[f"metrics_{i}"] for i, name in enumerate(names["metrics"])},
        {
            name: ParamColumn(
                frozenset(kinds[name]),
                found[f"kinds_{i}"],
                found[f"params_{i}"],
                found[f"nums_{i}"],
            )
            for i, name in enumerate(names["params"])
        },
        {name: found[f"tags_{i}"] for i, name in enumerate(names["tags"])},
    )


def _names(con: DuckDBPyConnection, kind: str) -> list[str]:
    rows = con.execute(f"SELECT DISTINCT unnest(map_keys({kind})) FROM hits").fetchall()
    return sorted(name for (name,) in rows)


@dataclass(frozen=True, slots=True)
class Values:
    """A column of many runs."""

    values: Array
    """``float64`` if it is a number in all runs of the experiments that have it, else texts as
    objects; NaN or None where there is none."""
    there: Array
    """Which runs have a value: a NaN that was logged is there."""


def columns_of(
    con: DuckDBPyConnection, search: Search, columns: Sequence[str]
) -> dict[str, Values]:
    """Return columns of the runs that match, in order, and always ``run_id``.

    Parameters
    ----------
    con
        A connection from `Store.searching`.
    search
        Which runs, in what order, and how many at most.
    columns
        By the names that `field` takes. Of a metric it is the last value, of a time
        milliseconds since 1970.

    Raises
    ------
    BadFilter
        As `Search` does.
    BadValue
        There is no such attribute.
    """
    numeric = numbers(con, search)
    clause = search.clause(con)
    names = list(dict.fromkeys(["run_id", *columns]))
    fields = [field(name).as_number if name in numeric else field(name) for name in names]
    selected = joined(", ", [f.value for f in fields])
    aliased = ", ".join(f"c{i}" for i in range(len(names)))
    found = con.execute(
        f"SELECT * FROM (SELECT {selected.sql} FROM run_docs {clause.sql}) AS t({aliased})",
        [*selected.args, *clause.args],
    ).fetchnumpy()
    return {name: _values(found[f"c{i}"], name in numeric) for i, name in enumerate(names)}


def _values(found: Any, is_number: bool) -> Values:
    import numpy as np

    gone = np.ma.getmaskarray(found)
    kind, nothing = (float, np.nan) if is_number else (object, None)
    values = np.array(np.ma.getdata(found), dtype=kind)
    values[gone] = nothing
    return Values(values, ~gone)
