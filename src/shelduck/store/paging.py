"""What a run table asks: which runs, in what order, and what of the few on screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from shelduck.records import COMMIT, DELETED, NAME, PARENT, SOURCE, USER
from shelduck.store.catalog import numbers
from shelduck.store.fields import Clause, field, joined, split
from shelduck.store.reading import Doc, Search, docs_of, summary_of
from shelduck.values import decode

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_BY_DEFAULT = Clause("status = 'RUNNING' DESC, start_time DESC NULLS LAST, run_id ASC")


@dataclass(frozen=True, slots=True)
class Sort:
    """One thing that runs are sorted by.

    In both directions NaN comes after the numbers, and runs without a value come last.
    """

    column: str
    """Like ``metrics.rmse``, ``params.alpha``, ``tags.team`` or ``duration``; see `field`."""
    descending: bool = False
    summary: str = "last"
    """Of a metric: its ``last``, ``min`` or ``max``."""


class Within(NamedTuple):
    """The members of one group, as `groups` returns them."""

    by: str
    """The column that was grouped by."""
    text: str | None
    """The group's value as a text; None for the runs that have none."""


@dataclass(frozen=True, slots=True)
class Row:
    """A run on screen."""

    run_id: str
    status: str
    parent_run_id: str | None
    lifecycle_stage: str
    cells: dict[str, Any]
    """By column asked for, of those the run has: a `MetricSummary`, a param as it was logged, the
    text of a tag, the text or number of an attribute; times are milliseconds since 1970, UTC."""


def ordered(
    con: DuckDBPyConnection,
    search: Search,
    sorts: Sequence[Sort] = (),
    *,
    within: Sequence[Within] = (),
    fold_children: bool = False,
) -> list[str]:
    """Return the ids of the runs that match, in order.

    Parameters
    ----------
    con
        A connection from `Store.searching`.
    search
        Which runs; its own order counts when there are no ``sorts``.
    sorts
        The first counts most; ties are broken by the run's id. Without any order at all the
        running ones come first, then the youngest.
    within
        Only the members of these groups, which are all by the same column.
    fold_children
        Leave out runs whose parent is among them.

    Raises
    ------
    BadFilter
        As `Search` does.
    BadValue
        A column to sort or group by cannot be, as `field` says.
    """
    matching = search.condition(con)
    if within:
        matching = joined(" AND ", [matching, _member(within)])
    if fold_children:
        matching = joined(" AND ", [matching, _without_parent_in(matching)])
    order = (
        _order(con, search, sorts)
        if sorts
        else search.order(con)
        if search.order_by
        else _BY_DEFAULT
    )
    # One text instead of a tuple a run: a third of the time at 100,000.
    ((ids,),) = con.execute(
        "SELECT string_agg(run_id, chr(10)) FROM ("
        f"SELECT run_id FROM run_docs WHERE {matching.sql} ORDER BY {order.sql} LIMIT ?)",
        [*matching.args, *order.args, search.limit],
    ).fetchall()
    return ids.split("\n") if ids else []


def count(con: DuckDBPyConnection, search: Search) -> int:
    """Return how many runs match."""
    matching = search.condition(con)
    ((found,),) = con.execute(
        f"SELECT count(*) FROM run_docs WHERE {matching.sql}", list(matching.args)
    ).fetchall()
    return int(found)


def _member(within: Sequence[Within]) -> Clause:
    value = field(within[0].by).text
    texts = [group.text for group in within if group.text is not None]
    return Clause(
        f"({value.sql} IN (SELECT unnest(?::VARCHAR[])) OR ? AND {value.sql} IS NULL)",
        (*value.args, texts, len(texts) < len(within), *value.args),
    )


def _order(con: DuckDBPyConnection, search: Search, sorts: Sequence[Sort]) -> Clause:
    fields = [field(sort.column, sort.summary) for sort in sorts]
    if any(f.as_number is not f for f in fields):
        # A param that is always a number is sorted in half the time without its texts.
        numeric = numbers(con, search)
        fields = [f.as_number if f.name in numeric else f for f in fields]
    terms = [f.sorted(sort.descending) for f, sort in zip(fields, sorts, strict=True)]
    return joined(", ", [*terms, Clause("run_id ASC")])


def _without_parent_in(matching: Clause) -> Clause:
    return Clause(
        "(parent_run_id IS NULL OR parent_run_id = run_id OR parent_run_id NOT IN "
        f"(SELECT run_id FROM run_docs WHERE {matching.sql}))",
        matching.args,
    )


def children(
    con: DuckDBPyConnection, search: Search, run_id: str, sorts: Sequence[Sort] = ()
) -> list[str]:
    """Return the ids of a run's children that match, in order, as `ordered` does."""
    return ordered(con, search, sorts, within=[Within("parent_run_id", run_id)])


def child_counts(con: DuckDBPyConnection, search: Search, run_ids: Sequence[str]) -> dict[str, int]:
    """Return how many children that match each of these runs has, of those that have any."""
    matching = search.condition(con)
    rows = con.execute(
        f"SELECT parent_run_id, count(*) FROM run_docs WHERE {matching.sql} "
        "AND parent_run_id IN (SELECT unnest(?::VARCHAR[])) GROUP BY parent_run_id",
        [*matching.args, [*run_ids]],
    ).fetchall()
    return dict(rows)


def page(con: DuckDBPyConnection, run_ids: Sequence[str], columns: Sequence[str]) -> list[Row]:
    """Return some runs, a few hundred at most, in the order of their ids.

    Parameters
    ----------
    con
        A connection from `Store.searching`.
    run_ids
        A part of what `ordered` returned; those that are gone are left out.
    columns
        Which cells to give, by the names that `field` takes.

    Raises
    ------
    BadValue
        There is no such attribute.
    """
    # Scattered rows of a document cost a fifth of what those of the maps do.
    asked = [(column, *split(column), field(column).sql) for column in columns]
    known = dict(con.execute("SELECT experiment_id, (name, lifecycle_stage) FROM experiments")
                 .fetchall())  # fmt: skip
    return [_row(doc, asked, *known.get(doc["experiment"], (None, None)))
            for doc in docs_of(con, run_ids)]  # fmt: skip


def _row(
    doc: Doc, asked: Sequence[tuple[str, str, str, str]], experiment: str | None, stage: str | None
) -> Row:
    tags = {t["k"]: t["x"] for t in doc["tags"] or ()}
    stage = DELETED if stage == DELETED else doc["stage"]
    attributes = _attributes(doc, tags) | {"experiment": experiment, "lifecycle_stage": stage}
    logged = {
        "metrics": {m["k"]: m for m in doc["metrics"]},
        "params": {p["k"]: p for p in doc["params"] or ()},
        "tags": tags,
    }
    cells = {}
    for column, kind, key, name in asked:
        if kind and key in logged[kind]:
            cells[column] = _CELLS[kind](logged[kind][key])
        elif not kind and attributes[name] is not None:
            cells[column] = attributes[name]
    return Row(doc["id"], doc["status"], tags.get(PARENT), stage, cells)


def _attributes(doc: Doc, tags: dict[str, str]) -> dict[str, Any]:
    """Return the attributes of a run by the SQL that stands for them."""
    cell = doc["cell"] or {}
    return {
        "('runs:/' || run_id)": f"runs:/{doc['id']}",
        "run_id": doc["id"],
        "experiment_id": doc["experiment"],
        "status": doc["status"],
        "start_time": doc["start"],
        "end_time": doc["end"],
        "duration": doc["duration"],
        "error": doc["error"],
        "name": tags.get(NAME),
        "user_id": tags.get(USER),
        "source": tags.get(SOURCE),
        "git_commit": tags.get(COMMIT),
        "parent_run_id": tags.get(PARENT),
        "notebook": cell.get("notebook"),
        "cell_id": cell.get("id"),
        "cell_key": cell.get("key"),
    }


_CELLS: dict[str, Callable[[Any], Any]] = {
    "metrics": summary_of,
    "params": lambda p: decode(p["y"], p["x"]),
    "tags": str,
}
