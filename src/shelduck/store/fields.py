"""Fields: what a run can be asked for by name, and the SQL that stands for it.

A name comes as data, like ``metrics.rmse``; the key in it is bound, never made SQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from shelduck.errors import BadValue, nearest

KINDS = ("metrics", "params", "tags")
# What one of each is called, in the order in which they are offered; "" is for attributes.
NOUNS = {"metrics": "metric", "params": "param", "tags": "tag", "": "attribute"}
# Of a metric's points: which of the maps of a run has it.
SUMMARIES = {"last": "metrics", "min": "mins", "max": "maxs"}

TEXT, NUMBER, TIME, STATUS = "a text", "a number", "a time", "a status"
# What a user may call an attribute, in lower case: its SQL and what it is.
ATTRIBUTES = {
    "artifact_uri": ("('runs:/' || run_id)", TEXT),
    "cell": ("cell_key", TEXT),
    "cell_id": ("cell_id", TEXT),
    "created": ("start_time", TIME),
    "creation_time": ("start_time", TIME),
    "duration": ("duration", NUMBER),
    "end_time": ("end_time", TIME),
    "error": ("error", TEXT),
    "experiment": ("experiment", TEXT),
    "experiment_id": ("experiment_id", TEXT),
    "experiment_name": ("experiment", TEXT),
    "git_commit": ("git_commit", TEXT),
    "lifecycle_stage": ("lifecycle_stage", TEXT),
    "name": ("name", TEXT),
    "notebook": ("notebook", TEXT),
    "parent_run_id": ("parent_run_id", TEXT),
    "run name": ("name", TEXT),
    "run_id": ("run_id", TEXT),
    "run_name": ("name", TEXT),
    "source": ("source", TEXT),
    "start_time": ("start_time", TIME),
    "status": ("status", STATUS),
    "user": ("user_id", TEXT),
    "user_id": ("user_id", TEXT),
}


class Clause(NamedTuple):
    """A piece of SQL and the values of its question marks, in order."""

    sql: str
    args: tuple[Any, ...] = ()


def joined(separator: str, clauses: Sequence[Clause]) -> Clause:
    """Return clauses as one, with ``separator`` between them."""
    args = tuple(arg for clause in clauses for arg in clause.args)
    return Clause(separator.join(clause.sql for clause in clauses), args)


class Field(NamedTuple):
    """What a name stands for."""

    sql: str
    args: tuple[str, ...]
    type: str
    name: str
    """As the user wrote it."""

    def with_(self, test: str, *values: Any, unless: object = None) -> Clause:
        """Return a condition: the field, and a test whose values are bound."""
        return Clause(f"{self.sql} {'NOT ' if unless else ''}{test}", (*self.args, *values))

    def sorted(self, descending: bool) -> Clause:
        """Return the terms of an ``ORDER BY``: NaN after the numbers, what is missing last."""
        if self.sql == "params[?]":  # those that are numbers come before those that are text
            texts = self.with_(f"{'DESC' if descending else 'ASC'} NULLS LAST")
            return joined(", ", [self.as_number.sorted(descending), texts])
        if self.type == NUMBER:
            # DuckDB takes NaN, and so its negative, for the greatest number.
            return Clause(f"{'-' if descending else ''}{self.sql} ASC NULLS LAST", self.args)
        return self.with_(f"{'DESC' if descending else 'ASC'} NULLS LAST")

    @property
    def as_number(self) -> Field:
        """Return the number of a param; another field as it is."""
        is_param = self.sql == "params[?]"
        return self._replace(sql="nums[?]", type=NUMBER) if is_param else self

    @property
    def text(self) -> Clause:
        """Return the SQL of its value as a text."""
        return Clause(f"({self.sql})::VARCHAR", self.args)

    @property
    def value(self) -> Clause:
        """Return the SQL of what Python gets: of a time, milliseconds since 1970."""
        sql = f"epoch_us({self.sql}) // 1000" if self.type == TIME else self.sql
        return Clause(sql, self.args)


def split(column: str) -> tuple[str, str]:
    """Return the kind and the key of a column's name; of an attribute, ``""`` and its name."""
    kind, dot, key = column.partition(".")
    return (kind, key) if dot and kind in KINDS else ("", column)


def field(column: str, summary: str = "last") -> Field:
    """Return the field that a column's name stands for.

    Parameters
    ----------
    column
        Like ``metrics.rmse``, ``params.alpha``, ``tags.team`` or ``duration``; all after the
        first dot is the key as it was logged.
    summary
        Of a metric: its ``last``, ``min`` or ``max``.

    Raises
    ------
    BadValue
        There is no such attribute, or no such summary.
    """
    if summary not in SUMMARIES:
        raise BadValue(f"a metric has a last, a min and a max; there is no `{summary}`.")
    kind, key = split(column)
    if kind:
        source = SUMMARIES[summary] if kind == "metrics" else kind
        return Field(f"{source}[?]", (key,), NUMBER if kind == "metrics" else TEXT, column)
    if key.lower() not in ATTRIBUTES:
        raise BadValue(f"there is no column `{column}`{nearest(column, ATTRIBUTES)}")
    sql, type_ = ATTRIBUTES[key.lower()]
    return Field(sql, (), type_, column)
