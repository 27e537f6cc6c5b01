"""Groups of runs that have one value in common, and what their metrics come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shelduck.store.fields import NUMBER, Clause, field, joined, split
from shelduck.store.paging import Within
from shelduck.store.reading import Search
from shelduck.values import decode

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Spread:
    """What the last values of a metric come to in a group; those that are not finite apart."""

    count: int
    """Runs with a finite value."""
    mean: float | None
    """None when there is none."""
    std: float | None
    """The sample standard deviation, with n - 1; None of fewer than two."""


@dataclass(frozen=True, slots=True)
class Group:
    """The runs that have one value in common."""

    within: Within
    """What `ordered` takes to return them."""
    value: Any
    """A param as it was logged, else a text; None also for the runs without."""
    runs: int
    metrics: dict[str, Spread]


def groups(
    con: DuckDBPyConnection, search: Search, by: str, metrics: Sequence[str] = ()
) -> list[Group]:
    """Return the groups that the runs of a search fall into, in the order of their values.

    Numbers come first, then texts; the runs that have no value are the last group. The limit of
    the search does not count.

    Parameters
    ----------
    con
        A connection from `Store.searching`.
    search
        Which runs.
    by
        A column, by the names that `field` takes: ``experiment``, ``cell``, ``status``,
        ``params.depth``, ``tags.team``.
    metrics
        The keys of those to give mean and deviation of.

    Raises
    ------
    BadFilter
        As `Search` does.
    BadValue
        There is no such attribute.
    """
    matching = search.condition(con)
    values = [*_of_group(by), *(_finite(i, key) for i, key in enumerate(metrics))]
    members = joined(", ", values)
    spreads = "".join(f", {_SPREAD.format(m=f'm{i}')}" for i in range(len(metrics)))
    rows = con.execute(
        f"SELECT text, min(kind), count(*){spreads} "
        f"FROM (SELECT {members.sql} FROM run_docs WHERE {matching.sql}) "
        "GROUP BY text ORDER BY min(place) NULLS LAST, text NULLS LAST",
        [*members.args, *matching.args],
    ).fetchall()
    return [_group(by, metrics, *row) for row in rows]


def _of_group(by: str) -> list[Clause]:
    """Return the value as a text, its type if it is a param, and the number to sort by."""
    column, key = field(by), split(by)[1]
    text = Clause(f"{column.text.sql} AS text", column.args)
    if column.sql == "params[?]":
        return [text, Clause("kinds[?] AS kind", (key,)), Clause("nums[?] AS place", (key,))]
    place = Clause(f"{column.sql} AS place", column.args) if column.type == NUMBER else _NO_PLACE
    return [text, Clause("NULL AS kind"), place]


_NO_PLACE = Clause("NULL::DOUBLE AS place")
# Its squares must not overflow: DuckDB 1.5 raises, and a metric may be as large as it likes.
_SPREAD = (
    "count({m}), avg({m}), CASE WHEN max(abs({m})) < 1e150 "
    "THEN stddev_samp({m}) FILTER (WHERE abs({m}) < 1e150) END"
)


def _finite(i: int, key: str) -> Clause:
    value = field(f"metrics.{key}")
    sql = f"CASE WHEN isfinite({value.sql}) THEN {value.sql} END AS m{i}"
    return Clause(sql, value.args * 2)


def _group(
    by: str, metrics: Sequence[str], text: str | None, kind: str | None, runs: int, *parts: Any
) -> Group:
    value = text if text is None or kind is None else decode(kind, text)
    spreads = (Spread(*parts[i : i + 3]) for i in range(0, len(parts), 3))
    return Group(Within(by, text), value, runs, dict(zip(metrics, spreads, strict=True)))
