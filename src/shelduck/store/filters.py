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
from typing import TYPE_CHECKING, Any, Protocol

from shelduck.errors import BadFilter, nearest
from shelduck.records import STATUSES, SYSTEM_PREFIXES
from shelduck.store.fields import (
    ATTRIBUTES,
    NUMBER,
    STATUS,
    TEXT,
    TIME,
    Clause,
    Field,
    joined,
)
from shelduck.store.filter_syntax import parse, spelled, unquoted

if TYPE_CHECKING:
    from lark import Token, Tree

_KINDS = {"METRIC": "metrics", "PARAM": "params", "TAG": "tags"}
_SAME = {"==": "=", "<>": "!="}
# Python's own limit of 1000 frames must also hold the notebook that calls.
_DEEPEST = 100
_EPOCH = datetime(1970, 1, 1)


class Scope(Protocol):
    """The runs a filter is about; what its names are checked against."""

    def is_empty(self) -> bool:
        """Return whether there is no run at all; then nothing is checked."""

    def has(self, kind: str, key: str) -> bool:
        """Return whether a run has ``key`` among its ``params``, ``metrics`` or ``tags``."""

    def names(self, kind: str) -> Iterable[str]:
        """Return every name of that kind; asked for suggestions only."""


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
    (condition,) = parse(text, "filter").children
    return _Compilation(text, scope).condition(condition, 0)


def compile_order(order_by: Sequence[str] | None, scope: Scope | None = None) -> Clause:
    """Compile what runs are sorted by to the terms of an ``ORDER BY``.

    In both directions NaN comes after the numbers, and runs without a value come last. Params
    that are numbers come before those that are text. Ties are broken by the run's id.

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
    if not order_by:
        return Clause("start_time DESC NULLS LAST, run_id ASC")
    items = [order_by] if isinstance(order_by, str) else order_by
    terms = [_Compilation(item, scope).term(*parse(item, "order").children) for item in items]
    return joined(", ", [*terms, Clause("run_id ASC")])


def read_order(text: str) -> tuple[str, bool]:
    """Return the column that an order names, by what `field` calls it, and whether it descends.

    Raises
    ------
    BadFilter
        It does not parse, or there is no such attribute.
    """
    name, direction = parse(text, "order").children
    return _Compilation(text, None).column_name(name), (direction or "").upper() == "DESC"


@dataclass(frozen=True, slots=True)
class _Compilation:
    """One text on its way to SQL; what goes wrong points into it.

    `condition` calls the methods that bear the names of the grammar's predicates.
    """

    text: str
    scope: Scope | None

    def condition(self, node: Tree[Token], depth: int) -> Clause:
        children: list[Any] = node.children
        if node.data in ("disjunction", "conjunction"):
            word = " OR " if node.data == "disjunction" else " AND "
            whole = joined(word, [self.condition(child, depth) for child in children])
            return Clause(f"({whole.sql})", whole.args)
        if node.data not in ("group", "negation"):
            predicate: Clause = getattr(self, node.data)(*children)
            return predicate
        if depth == _DEEPEST:
            raise self._error(f"the filter is nested more than {_DEEPEST} levels deep", children[0])
        inner = self.condition(children[1], depth + 1)
        return inner if node.data == "group" else Clause(f"NOT {inner.sql}", inner.args)

    def comparison(self, name: Token, comparator: Token, literal: Token) -> Clause:
        column = self._column(name, literal)
        operator = _SAME.get(comparator, str(comparator))
        if operator in ("=", "!="):
            return column.with_(f"{operator} ?", self._value(column, literal))
        clause = column.with_(f"{operator} ?", self._ordered_value(column, literal))
        if column.type != NUMBER or operator.startswith("<"):
            return clause
        # DuckDB takes NaN for the greatest number.
        return Clause(f"({clause.sql} AND NOT isnan({column.sql}))", clause.args + column.args)

    def between(self, name: Token, negated: Token | None, low: Token, high: Token) -> Clause:
        column = self._column(name, low, high)
        bounds = [self._ordered_value(column, bound) for bound in (low, high)]
        return column.with_("BETWEEN ? AND ?", *bounds, unless=negated)

    def member(self, name: Token, negated: Token | None, *literals: Token) -> Clause:
        column = self._column(name, *literals)
        values = [self._value(column, literal) for literal in literals]
        return column.with_(f"IN ({', '.join('?' * len(values))})", *values, unless=negated)

    def match(self, name: Token, negated: Token | None, matcher: Token, literal: Token) -> Clause:
        column, operator, pattern = self._column(name, literal), matcher.upper(), unquoted(literal)
        if column.type in (NUMBER, TIME):
            raise self._error(f"{operator} looks into text; {name} is {column.type}", matcher)
        if operator == "RLIKE":
            self._check_regular_expression(pattern, literal)
            sql = f"{'NOT ' if negated else ''}regexp_matches({column.sql}, ?)"
            return Clause(sql, (*column.args, pattern))
        if column.type == STATUS:
            pattern = pattern.upper()
        return column.with_(f"{operator} ?", pattern, unless=negated)

    def absence(self, name: Token, negated: Token | None) -> Clause:
        return self._column(name).with_("IS NOT NULL" if negated else "IS NULL")

    def term(self, name: Token, direction: Token | None) -> Clause:
        return self._column(name).sorted((direction or "").upper() == "DESC")

    def column_name(self, name: Token) -> str:
        if name.type == "ATTRIBUTE":
            self._attribute(name)
            return _bare(name).lower()
        return f"{_KINDS[name.type]}.{unquoted(name.split('.', 1)[1])}"

    def _column(self, name: Token, *literals: Token) -> Field:
        if name.type == "ATTRIBUTE":
            return self._attribute(name)
        kind, key = _KINDS[name.type], unquoted(name.split(".", 1)[1])
        self._check_exists(kind, key, name)
        if kind == "params" and self._are_numbers(literals):
            return Field("nums[?]", (key,), NUMBER, name)
        return Field(f"{kind}[?]", (key,), NUMBER if kind == "metrics" else TEXT, name)

    def _attribute(self, name: Token) -> Field:
        key = _bare(name)
        if key.lower() not in ATTRIBUTES:
            hint = _suggest_for_bare(key, self.scope)
            raise self._error(f"there is no attribute `{key}`{hint}", name)
        sql, type_ = ATTRIBUTES[key.lower()]
        return Field(sql, (), type_, name)

    def _are_numbers(self, literals: Sequence[Token]) -> bool:
        numbers = [literal.type == "NUMBER" for literal in literals]
        if len(set(numbers)) > 1:
            odd = literals[numbers.index(not numbers[0])]
            raise self._error("quote all of these values, to compare text, or none", odd)
        return any(numbers)

    def _check_exists(self, kind: str, key: str, name: Token) -> None:
        scope = self.scope
        if scope is None or (kind == "tags" and key.startswith(SYSTEM_PREFIXES)):
            return
        if not scope.has(kind, key) and not scope.is_empty():
            hint = _suggest(kind, key, scope)
            raise self._error(f"no run has a {kind[:-1]} `{key}`{hint}", name)

    def _check_regular_expression(self, pattern: str, literal: Token) -> None:
        import duckdb

        # Python's dialect is another one: only DuckDB knows what it will take.
        with duckdb.connect(":memory:") as memory:
            try:
                memory.execute("SELECT regexp_matches('', ?)", [pattern])
            except duckdb.Error as fault:
                raise self._error(f"no regular expression: {fault}", literal) from None

    def _value(self, column: Field, literal: Token) -> Any:
        """Return what is bound for a literal that is compared with the column."""
        if column.type == NUMBER:
            return self._number(column, literal)
        if column.type == TIME:
            return self._time(column, literal)
        if column.type == STATUS:
            return self._status(literal)
        if literal.type == "NUMBER":
            raise self._error(f"{column.name} is a text; quote the value: '{literal}'", literal)
        # A param that is True has the text "True".
        return literal.capitalize() if literal.type == "BOOLEAN" else unquoted(literal)

    def _ordered_value(self, column: Field, literal: Token) -> Any:
        value = self._value(column, literal)
        if literal.type == "BOOLEAN" or (isinstance(value, float) and math.isnan(value)):
            raise self._error(f"nothing is above or below {literal}; use = or !=", literal)
        return value

    def _number(self, column: Field, literal: Token) -> float:
        try:
            return float(unquoted(literal))
        except ValueError:
            raise self._error(f"{column.name} compares with a number", literal) from None

    def _time(self, column: Field, literal: Token) -> datetime:
        try:
            if literal.type == "NUMBER":
                return _EPOCH + timedelta(milliseconds=float(literal))
            moment = datetime.fromisoformat(unquoted(literal))
            return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
        except (ValueError, OverflowError):
            wanted = "a UTC date, '2026-11-01' or '2026-11-01 10:00', or milliseconds since 1970"
            raise self._error(f"{column.name} compares with {wanted}", literal) from None

    def _status(self, literal: Token) -> str:
        status = unquoted(literal).upper()
        if status not in STATUSES:
            there_are = ", ".join(STATUSES)
            raise self._error(f"`{status}` is no status; there are {there_are}", literal)
        return status

    def _error(self, message: str, token: Token) -> BadFilter:
        return BadFilter(message, self.text, token.start_pos, token.end_pos)


def _bare(name: Token) -> str:
    """An attribute without its prefix."""
    return unquoted(re.sub(r"^(attributes?|attr|run|`\w+`)\.", "", name, flags=re.IGNORECASE))


def _suggest(kind: str, key: str, scope: Scope) -> str:
    names = sorted(scope.names(kind))
    elsewhere = "".join(
        f"; there is a {other[:-1]} of that name: {spelled(other, key)}"
        for other in _KINDS.values()
        if other != kind and scope.has(other, key)
    )
    return elsewhere + nearest(key, names) or _listed(names)


def _listed(names: Sequence[str]) -> str:
    if not names:
        return ", nor any other"
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"; there are {', '.join(f'`{name}`' for name in names[:5])}{more}"


def _suggest_for_bare(key: str, scope: Scope | None) -> str:
    kinds = [kind for kind in _KINDS.values() if scope is not None and scope.has(kind, key)]
    if kinds:
        return f"; did you mean {' or '.join(spelled(kind, key) for kind in kinds)}?"
    _, dot, rest = key.partition(".")
    prefixed = [f"{kind}.{rest}" for kind in _KINDS.values() if dot]
    needed = "; params, metrics and tags need their prefix, as in metrics.rmse"
    return nearest(key, [*prefixed, *ATTRIBUTES]) or needed
