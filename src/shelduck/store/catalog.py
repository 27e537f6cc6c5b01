"""The catalog: what the runs of a search can be asked for, and what it is like."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from shelduck.records import COMMIT, NAME, PARENT, SOURCE, SYSTEM_PREFIXES, USER
from shelduck.store.fields import NUMBER, TIME, Clause, field
from shelduck.store.memory import remembered
from shelduck.store.reading import Search

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Name:
    """A column that runs can be shown by."""

    kind: str
    """``metrics``, ``params``, ``tags``, or ``""`` for an attribute."""
    key: str
    runs: int
    """How many of the runs have it."""
    is_constant: bool
    """Whether it is the same in all that have it; of a metric, the last value."""
    is_number: bool
    """Whether it is a number, or a time in milliseconds, in all that have it."""
    low: float | None
    """The least of its finite numbers; None when there is none."""
    high: float | None

    @property
    def column(self) -> str:
        """Return what `field` calls it."""
        return f"{self.kind}.{self.key}" if self.kind else self.key

    @property
    def is_own(self) -> bool:
        """Return whether it is a tag that Shelduck or MLflow keeps for itself."""
        return self.kind == "tags" and self.key.startswith(SYSTEM_PREFIXES)


# Attributes that are kept as tags are known once those are.
_OF_TAGS = {
    "name": NAME,
    "user": USER,
    "source": SOURCE,
    "git_commit": COMMIT,
    "parent_run_id": PARENT,
}
_KEPT = ["experiment", "status", "start_time", "end_time", "duration", "error", "notebook",
         "cell", "cell_id"]  # fmt: skip

_FINITE = "FILTER (WHERE isfinite(number))"
_NUMBERS = f"""
SELECT '{{kind}}' AS kind, key, count(*) AS runs, count(number) AS numbers,
    min(number) IS NOT DISTINCT FROM max(number) AND count(number) IN (0, count(*)) AS constant,
    min(number) {_FINITE} AS low, max(number) {_FINITE} AS high
FROM (SELECT unnest(map_keys({{map}})) AS key, unnest(map_values({{map}})) AS number
    FROM run_docs WHERE {{matching}}) GROUP BY key
"""
_TEXTS = """
SELECT '{map}' AS kind, key, count(*), 0, min(text) = max(text), NULL, NULL
FROM (SELECT unnest(map_keys({map})) AS key, unnest(map_values({map})) AS text
    FROM run_docs WHERE {matching}) GROUP BY key
"""


def catalog(con: DuckDBPyConnection, search: Search) -> list[Name]:
    """Return every column that a run of the search has: attributes, metrics, params, tags.

    Each by its key in order. The limit of the search does not count. Remembered while the store
    is unchanged.

    Raises
    ------
    BadFilter
        As `Search` does.
    """
    matching = search.condition(con)
    return remembered(con, ("catalog", repr(matching)), partial(_catalog, con, matching))


def wholes(names: Iterable[Name]) -> set[str]:
    """Return the columns of params that are dicts, whose leaves are params beside them."""
    params = {name.key: name for name in names if name.kind == "params"}
    parents = {key[:i] for key in params for i, char in enumerate(key) if char == "."}
    return {n.column for key, n in params.items() if key in parents and not n.is_number}


def numbers(con: DuckDBPyConnection, search: Search) -> frozenset[str]:
    """Return the columns that are numbers in all runs that have them, whatever its filter."""
    scope = replace(search, filter_string=None, order_by=None, run_ids=None)
    return frozenset(name.column for name in catalog(con, scope) if name.is_number)


def _catalog(con: DuckDBPyConnection, matching: Clause) -> list[Name]:
    logged = _logged(con, matching)
    tags = {name.key: name for name in logged if name.kind == "tags"}
    attributes = _attributes(con, matching)
    for attribute, key in _OF_TAGS.items():
        if tag := tags.get(key):
            name = Name("", attribute, tag.runs, tag.is_constant, False, None, None)
            attributes.append(name)
    return sorted(attributes, key=lambda name: name.key) + logged


def _logged(con: DuckDBPyConnection, matching: Clause) -> list[Name]:
    # In one statement, so that DuckDB goes through several maps at once.
    parts = [
        _NUMBERS.format(kind="metrics", map="metrics", matching=matching.sql),
        _NUMBERS.format(kind="nums", map="nums", matching=matching.sql),
        _TEXTS.format(map="params", matching=matching.sql),
        _TEXTS.format(map="tags", matching=matching.sql),
    ]
    rows = con.execute(" UNION ALL ".join(parts), [*matching.args] * len(parts)).fetchall()
    nums = {key: (count, low, high) for kind, key, count, *_, low, high in rows if kind == "nums"}
    names = []
    for kind, key, runs, numbers, constant, low, high in sorted(rows, key=lambda r: r[:2]):
        if kind == "params":
            numbers, low, high = nums.get(key, (0, None, None))
        if kind != "nums":
            is_number = kind == "metrics" or numbers == runs
            names.append(Name(kind, key, runs, constant, is_number, low, high))
    return names


def _attributes(con: DuckDBPyConnection, matching: Clause) -> list[Name]:
    fields = [field(name) for name in _KEPT]
    values = [f.value.sql for f in fields]
    measures = ", ".join(f"count({v}), min({v}), max({v})" for v in values)
    (row,) = con.execute(
        f"SELECT {measures} FROM run_docs WHERE {matching.sql}", list(matching.args)
    ).fetchall()
    names = []
    for i, f in enumerate(fields):
        runs, low, high = row[3 * i : 3 * i + 3]
        if runs:
            is_number = f.type in (NUMBER, TIME)
            bounds = (low, high) if is_number else (None, None)
            names.append(Name("", f.name, runs, low == high, is_number, *bounds))
    return names
