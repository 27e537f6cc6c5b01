"""What a run table asks the store, and what it is answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from shelduck.panels.table_columns import Column, Names
from shelduck.panels.table_lines import (
    PROGRESS_COLUMN,
    Entry,
    GroupLine,
    Line,
    Place,
    RunLine,
)
from shelduck.panels.wire import LONGEST
from shelduck.records import ACTIVE, DELETED
from shelduck.store.catalog import catalog
from shelduck.store.groups import Group, groups
from shelduck.store.paging import Row, Sort, child_counts, children, count, ordered, page
from shelduck.store.reading import Search

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_ALWAYS = ("name", "error", "start_time", PROGRESS_COLUMN)
_DEEPEST = 20  # levels of parents; a run that is its own grandparent has no end


@dataclass(frozen=True, slots=True)
class Question:
    """Which runs, in what order and groups, and what is open of them."""

    experiment_ids: tuple[str, ...] | None
    """None means every experiment."""
    filter: str = ""
    sorts: tuple[Sort, ...] = ()
    group: str | None = None
    trash: bool = False
    opened: frozenset[Any] = frozenset()
    """Ids of parents whose children are shown, and texts of groups, in a tuple."""

    @property
    def scope(self) -> Search:
        """Return the search without the filter."""
        stages = [DELETED if self.trash else ACTIVE]
        return Search(self.experiment_ids, stages=stages)

    @property
    def search(self) -> Search:
        """Return the search for the runs that match."""
        return replace(self.scope, filter_string=self.filter)


@dataclass(frozen=True, slots=True)
class Content:
    """The store's answer: what runs there are, and the lines that show them."""

    question: Question
    names: Names
    """What the runs in scope have, whether they match or not."""
    entries: Sequence[Entry]
    groups: Sequence[Group]
    matching: int
    deleted: int
    nested: bool
    """Whether a run has a parent."""

    @property
    def total(self) -> int:
        """Return how many runs there are, whether they match or not."""
        return self.names["status"].runs if "status" in self.names else 0

    def lines(
        self, con: DuckDBPyConnection, start: int, count: int, columns: Sequence[Column]
    ) -> list[Line]:
        """Return some of the lines; of runs that are gone by now, none."""
        entries = self.entries[start : start + count]
        places = [_place(entry) for entry in entries if not isinstance(entry, int)]
        rows = self.rows(con, [place.run_id for place in places], columns)
        counts = self._child_counts(con, list(rows))
        made: list[Line] = []
        for entry in entries:
            if isinstance(entry, int):
                made.append(self._group(entry, columns))
            elif (place := _place(entry)).run_id in rows:
                row = rows[place.run_id]
                inside = counts.get(row.run_id, 0)
                is_open = row.run_id in self.question.opened
                made.append(RunLine.of(row, columns, place.depth, inside, is_open))
        return made

    def _group(self, number: int, columns: Sequence[Column]) -> GroupLine:
        return GroupLine(number, self.groups[number], columns, self._is_open(number))

    def _is_open(self, number: int) -> bool:
        return (self.groups[number].within.text,) in self.question.opened

    def rows(
        self, con: DuckDBPyConnection, ids: Sequence[str], columns: Sequence[Column]
    ) -> dict[str, Row]:
        """Return some runs by their ids, with the values of these columns."""
        asked = {*(column.id for column in columns), *_ALWAYS}
        return {row.run_id: row for row in page(con, ids, sorted(asked))} if ids else {}

    def _child_counts(self, con: DuckDBPyConnection, ids: list[str]) -> dict[str, int]:
        if not self.nested or self.question.group or not ids:
            return {}
        return child_counts(con, self.question.search, ids)

    def runs_between(
        self, con: DuckDBPyConnection, start: int | None, end: int | None
    ) -> list[str]:
        """Return the ids of the runs on these lines, with the members of closed groups.

        Without an end, of all that match.
        """
        if end is None:
            return ordered(con, self.question.search, self.question.sorts)
        entries = self.entries[start:end]
        found = [_place(entry).run_id for entry in entries if not isinstance(entry, int)]
        closed = [self.groups[e] for e in entries if isinstance(e, int) and not self._is_open(e)]
        if closed:  # all in one question, for there may be thousands
            found += _members(con, self.question, closed)
        return list(dict.fromkeys(found))


def _place(entry: str | Place) -> Place:
    return entry if isinstance(entry, Place) else Place(entry, 0)


def read(con: DuckDBPyConnection, question: Question) -> Content:
    """Ask the store.

    Raises
    ------
    BadFilter
        When the filter does not parse, or names what no run in scope has.
    """
    known = catalog(con, question.scope)
    names = {name.column: name for name in known if len(name.key) <= LONGEST}
    # Who sorts asks for the best of all, trials within a search included.
    nested = "parent_run_id" in names and not question.sorts
    ids = ordered(con, question.search, question.sorts)
    found: list[Group] = []
    entries: Sequence[Entry] = ids
    if question.group:
        metrics = [name.key for name in names.values() if name.kind == "metrics"]
        found = groups(con, question.search, question.group, metrics[:_MEASURED])
        entries = list(_grouped(con, question, found))
    elif nested:
        top = ordered(con, question.search, question.sorts, fold_children=True)
        entries = list(_unfolded(con, question, top, 0)) if question.opened else top
    deleted = count(con, Search(question.experiment_ids, stages=[DELETED]))
    return Content(question, names, entries, found, len(ids), deleted, nested)


_MEASURED = 100  # metrics that groups have a mean of; more are not shown at once


def _grouped(
    con: DuckDBPyConnection, question: Question, found: Sequence[Group]
) -> Iterator[Entry]:
    for number, group in enumerate(found):
        yield number
        if (group.within.text,) in question.opened:
            yield from (Place(i, 1) for i in _members(con, question, [group]))


def _members(con: DuckDBPyConnection, question: Question, found: Sequence[Group]) -> list[str]:
    within = [group.within for group in found]
    return ordered(con, question.search, question.sorts, within=within)


def _unfolded(
    con: DuckDBPyConnection, question: Question, ids: Sequence[str], depth: int
) -> Iterator[Entry]:
    for run_id in ids:
        yield Place(run_id, depth) if depth else run_id
        if run_id in question.opened and depth < _DEEPEST:
            inside = children(con, question.search, run_id, question.sorts)
            yield from _unfolded(con, question, inside, depth + 1)
