"""The lines of a run table: runs, groups of them, and what is open below either."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from shelduck.panels.table_columns import Column
from shelduck.panels.wire import Json, cell
from shelduck.records import PROGRESS, RUNNING, MetricSummary
from shelduck.store.fields import split
from shelduck.store.groups import Group, Spread
from shelduck.store.paging import Row

PROGRESS_COLUMN = f"tags.{PROGRESS}"


class Place(NamedTuple):
    """Where a run stands below a group or its parent."""

    run_id: str
    depth: int


Entry = str | Place | int
"""A run at the left, one below something, or the number of a group."""


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run as a line."""

    row: Row
    cells: tuple[Any, ...]
    """Values in the order of the columns; `ABSENT` where the run has none."""
    depth: int = 0
    children: int = 0
    open: bool = False

    @classmethod
    def of(cls, row: Row, columns: Iterable[Column], *place: Any) -> RunLine:
        """Return a run as a line; ``place`` is its depth, its children and whether they show."""
        return cls(row, tuple(_value(row.cells.get(c.id, ABSENT), c) for c in columns), *place)

    def points(self, column: Column) -> int:
        """Return how many points of a metric the run has."""
        found = self.row.cells.get(column.id)
        return found.count if isinstance(found, MetricSummary) else 0

    @property
    def name(self) -> str:
        """The name of the run, or the beginning of its id."""
        return str(self.row.cells.get("name") or self.row.run_id[:8])

    def as_baseline(self) -> Json:
        """Return what others are compared with."""
        return {"id": self.row.run_id, "name": cell(self.name), "cells": self._json_cells()}

    def _json_cells(self) -> list[Any]:
        return [None if v is ABSENT else cell(v) for v in self.cells]

    def json(self) -> Json:
        """Return the line as ``RunLine`` in ``js/src/table/state.ts``."""
        line: Json = {
            "id": self.row.run_id,
            "status": self.row.status,
            "depth": self.depth,
            "children": self.children,
            "open": self.open,
            "cells": self._json_cells(),
        }
        if self.row.status == RUNNING:
            line["start"] = self.row.cells.get("start_time")
            progress = progress_in(self.row.cells.get(PROGRESS_COLUMN))
            line |= {"progress": progress} if progress else {}
        return line


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group as a line."""

    number: int
    group: Group
    columns: Sequence[Column] = field(repr=False)
    open: bool = False

    def json(self) -> Json:
        """Return the line as ``GroupLine`` in ``js/src/table/state.ts``."""
        return {
            "group": self.number,
            "label": None if self.group.within.text is None else cell(self.group.value),
            "count": self.group.runs,
            "open": self.open,
            "cells": [_spread_json(self.spread(c)) for c in self.columns],
        }

    def spread(self, column: Column) -> Spread | None:
        """Return what a metric comes to in the group; None for what is no metric of it."""
        return self.group.metrics.get(split(column.id)[1]) if column.kind == "metric" else None


def _spread_json(spread: Spread | None) -> Any:
    if spread is None or spread.mean is None:
        return None
    return [cell(spread.mean), None if spread.std is None else cell(spread.std)]


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()
"""What a run has none of, which is not a None that was logged."""
Line = RunLine | GroupLine


def _value(found: Any, column: Column) -> Any:
    if not isinstance(found, MetricSummary):
        return found
    if column.measure == "last":
        return found.last
    # Of a metric that was never a number there is no least; what it is then says the last.
    best = found.min if column.measure == "min" else found.max
    return found.last if best is None else best


def progress_in(text: Any) -> list[Any] | None:
    """Return how far a run is and of how much, from the tag that says so."""
    try:
        found = json.loads(text)
        done, total = found["done"], found.get("total")
    except (TypeError, ValueError, KeyError, AttributeError):
        return None
    if not all(isinstance(n, (int, float)) for n in (done, total or 0)):
        return None
    return [done, total]
