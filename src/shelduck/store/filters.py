"""The filter language: from a user's text to parameterised SQL over the relation ``runs``.

``filter.lark`` is the language. No character of a filter becomes SQL: names of params, metrics
and tags and all values are bound, attributes go through a fixed table.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from shelduck.errors import BadFilter, nearest
from shelduck.records import STATUSES, SYSTEM_PREFIXES

KINDS = {"METRIC": "metrics", "PARAM": "params", "TAG": "tags"}
# Below what Python's own recursion limit leaves to a parser called from a notebook.
DEEPEST = 100
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 the columns are UTC without saying so

TEXT, NUMBER, TIME, STATUS = "text", "number", "time", "status"
# What a user may call an attribute, in lower case: its SQL and how it compares.
ATTRIBUTES = {
    **{
        name: (name, TEXT)
        for name in (
            "run_id", "experiment_id", "experiment", "name", "error", "lifecycle_stage", "user_id",
            "source", "git_commit", "parent_run_id", "notebook", "cell_id",
        )  # fmt: skip
    },
    "run_name": ("name", TEXT),
    "run name": ("name", TEXT),
    "experiment_name": ("experiment", TEXT),
    "user": ("user_id", TEXT),
    "artifact_uri": ("('runs:/' || run_id)", TEXT),
    "status": ("status", STATUS),
    "start_time": ("start_time", TIME),
    "created": ("start_time", TIME),
    "end_time": ("end_time", TIME),
    "duration": ("duration", NUMBER),
}


class Scope(Protocol):
    """The runs a filter is about; what its names are checked against."""

    def is_empty(self) -> bool:
        """Return whether there is no run at all; then nothing is checked."""

    def has(self, kind: str, key: str) -> bool:
        """Return whether a run has ``key`` among its ``params``, ``metrics`` or ``tags``."""

    def names(self, kind: str) -> Iterable[str]:
        """Return every name of that kind; asked for suggestions only."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of SQL and the values of its question marks, in order."""

    sql: str
    args: tuple[Any, ...] = ()


def compile_filter(text: str | None, scope: Scope | None = None) -> Clause:
    """Compile a filter to a condition over ``runs``.

    Parameters
    ----------
    text
        The filter; nothing, or blanks only, matches every run.
    scope
        The runs it is about. A name that none of them has is an error.

    Raises
    ------
    BadFilter
        The text does not parse, compares what cannot be compared, or names what no run has.
    """
    if text is None or not text.strip():
        return Clause("TRUE")
    (tree,) = _parse(text, "filter").children
    return _Compilation(text, scope).condition(tree, 0)


def compile_order(order_by: Sequence[str] | None, scope: Scope | None = None) -> Clause:
    """Compile what runs are sorted by to the terms of an ``ORDER BY``.

    Either way NaN comes after the numbers and runs without a value come last; params that are
    numbers come before those that are text. Ties are broken by the run's id.

    Parameters
    ----------
    order_by
        Names, each with ``ASC`` or ``DESC`` if wanted; by default the youngest run comes first.
    scope
        As for `compile_filter`.

    Raises
    ------
    BadFilter
        An item does not parse, or names what no run has.
    """
    items = [order_by] if isinstance(order_by, str) else order_by or ["start_time DESC"]
    terms = [_Compilation(item, scope).term(_parse(item, "order")) for item in items]
    return _join(", ", [*terms, Clause("run_id ASC")])


def _join(separator: str, clauses: Iterable[Clause]) -> Clause:
    clauses = list(clauses)
    return Clause(
        separator.join(clause.sql for clause in clauses),
        tuple(arg for clause in clauses for arg in clause.args),
    )


class _Column(NamedTuple):
    clause: Clause
    type: str
    spelling: str


@dataclass(frozen=True, slots=True)
class _Compilation:
    """One filter on its way to SQL; what goes wrong points into its text."""

    text: str
    scope: Scope | None

    def condition(self, node: Any, depth: int) -> Clause:
        match node.data:
            case "disjunction" | "conjunction" as junction:
                parts = [self.condition(child, depth) for child in node.children]
                joined = _join(" OR " if junction == "disjunction" else " AND ", parts)
                return Clause(f"({joined.sql})", joined.args)
            case "group" | "negation" as nesting:
                sign, inner = node.children[:2]
                if depth == DEEPEST:
                    raise self.error(f"this is nested more than {DEEPEST} levels deep", sign)
                inside = self.condition(inner, depth + 1)
                return inside if nesting == "group" else Clause(f"(NOT {inside.sql})", inside.args)
            case predicate:
                compiled: Clause = getattr(self, predicate)(*node.children)
                return compiled

    def comparison(self, name: Any, comparator: Any, literal: Any) -> Clause:
        column = self.column(name, literal)
        value = self.value(column, literal)
        operator = {"==": "=", "<>": "!="}.get(comparator, str(comparator))
        if operator in ("=", "!="):
            return Clause(f"{column.clause.sql} {operator} ?", (*column.clause.args, value))
        self.check_has_order(value, literal)
        sql, args = f"{column.clause.sql} {operator} ?", (*column.clause.args, value)
        if column.type == NUMBER and operator.startswith(">"):
            # DuckDB takes NaN for the greatest number.
            sql, args = f"({sql} AND NOT isnan({column.clause.sql}))", args + column.clause.args
        return Clause(sql, args)

    def between(self, name: Any, negation: Any, *bounds: Any) -> Clause:
        column = self.column(name, *bounds)
        values = [self.value(column, bound) for bound in bounds]
        for value, bound in zip(values, bounds, strict=True):
            self.check_has_order(value, bound)
        return self._with(column, negation, "BETWEEN ? AND ?", values)

    def member(self, name: Any, negation: Any, *literals: Any) -> Clause:
        column = self.column(name, *literals)
        values = [self.value(column, literal) for literal in literals]
        return self._with(column, negation, f"IN ({', '.join('?' * len(values))})", values)

    def match(self, name: Any, negation: Any, matcher: Any, literal: Any) -> Clause:
        column, operator = self.column(name, literal), matcher.upper()
        if column.type not in (TEXT, STATUS):
            raise self.error(f"{operator} looks into text, and {name} is a {column.type}", matcher)
        pattern = _unquoted(literal)
        if operator == "RLIKE":
            if fault := _regular_expression_fault(pattern):
                raise self.error(f"this is no regular expression: {fault}", literal)
            negated = "NOT " if negation else ""
            sql = f"{negated}regexp_matches({column.clause.sql}, ?)"
            return Clause(sql, (*column.clause.args, pattern))
        if column.type == STATUS:
            pattern = pattern.upper()
        return self._with(column, negation, f"{operator} ?", [pattern])

    def absence(self, name: Any, negation: Any) -> Clause:
        column = self.column(name)
        sql = f"{column.clause.sql} IS {'NOT ' if negation else ''}NULL"
        return Clause(sql, column.clause.args)

    def term(self, tree: Any) -> Clause:
        name, direction = tree.children
        column = self.column(name)
        descending = direction is not None and direction.upper() == "DESC"
        if name.type != "PARAM":
            return _sorted_by(column, descending)
        number = column._replace(clause=Clause("nums[?]", column.clause.args), type=NUMBER)
        return _join(", ", [_sorted_by(number, descending), _sorted_by(column, descending)])

    def _with(self, column: _Column, negation: Any, test: str, values: Iterable[Any]) -> Clause:
        sql = f"{column.clause.sql} {'NOT ' if negation else ''}{test}"
        return Clause(sql, (*column.clause.args, *values))

    def column(self, name: Any, *literals: Any) -> _Column:
        """Return what a name stands for, when compared with those literals."""
        if name.type == "ATTRIBUTE":
            return self.attribute(name)
        kind, key = KINDS[name.type], _unquoted(name.split(".", 1)[1])
        self.check_exists(kind, key, name)
        as_number = kind == "metrics"
        if kind == "params" and literals:
            as_number = literals[0].type == "NUMBER"
            for literal in literals:
                if (literal.type == "NUMBER") != as_number:
                    raise self.error("quote all of these values, or none of them", literal)
            kind = "nums" if as_number else "params"
        return _Column(Clause(f"{kind}[?]", (key,)), NUMBER if as_number else TEXT, str(name))

    def attribute(self, name: Any) -> _Column:
        key = _unquoted(re.sub(r"^(attributes?|attr|run|`\w+`)\.", "", name, flags=re.IGNORECASE))
        if key.lower() not in ATTRIBUTES:
            raise self.error(_unknown_attribute(key, self.scope), name)
        sql, type_ = ATTRIBUTES[key.lower()]
        return _Column(Clause(sql), type_, str(name))

    def check_exists(self, kind: str, key: str, name: Any) -> None:
        scope = self.scope
        if scope is None or (kind == "tags" and key.startswith(SYSTEM_PREFIXES)):
            return
        if not scope.has(kind, key) and not scope.is_empty():
            hint = _elsewhere(scope, kind, key) + nearest(key, scope.names(kind))
            raise self.error(f"no run has a {kind[:-1]} `{key}`{hint}", name)

    def check_has_order(self, value: Any, literal: Any) -> None:
        if literal.type == "BOOLEAN":
            raise self.error("TRUE and FALSE have no order; compare with = or !=", literal)
        if isinstance(value, float) and math.isnan(value):
            raise self.error("nothing is less or greater than NaN; compare with = or !=", literal)

    def value(self, column: _Column, literal: Any) -> Any:
        """Return what is bound for a literal, as the column's type demands."""
        if column.type == NUMBER:
            return self.number(column, literal)
        if column.type == TIME:
            return self.time(column, literal)
        if literal.type == "BOOLEAN" and "[" in column.clause.sql:
            return literal.capitalize()  # the text of Python's True and False
        if literal.type != "STRING":
            raise self.error(f"{column.spelling} is text: quote the value, '{literal}'", literal)
        return self.status(literal) if column.type == STATUS else _unquoted(literal)

    def number(self, column: _Column, literal: Any) -> float:
        try:
            return float(_unquoted(literal))
        except ValueError:
            raise self.error(f"{column.spelling} compares with a number", literal) from None

    def time(self, column: _Column, literal: Any) -> datetime:
        try:
            if literal.type == "NUMBER":
                return EPOCH + timedelta(milliseconds=float(literal))
            moment = datetime.fromisoformat(_unquoted(literal).strip())
            return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
        except (ValueError, OverflowError):
            message = (
                f"{column.spelling} compares with a date in quotes, as '2026-11-01' or "
                "'2026-11-01 10:00' (UTC), or with milliseconds since 1970"
            )
            raise self.error(message, literal) from None

    def status(self, literal: Any) -> str:
        status = _unquoted(literal).upper()
        if status not in STATUSES:
            message = f"no run has the status `{status}`; there are {', '.join(STATUSES)}"
            raise self.error(message, literal)
        return status

    def error(self, message: str, token: Any) -> BadFilter:
        return BadFilter(message, self.text, token.start_pos, token.end_pos)
