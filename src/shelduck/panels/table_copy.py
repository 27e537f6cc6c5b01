"""The run table as text for elsewhere: CSV, Markdown, and the Python that finds the same runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from shelduck import formats
from shelduck.errors import BadValue, nearest
from shelduck.panels.table_columns import Column
from shelduck.panels.table_lines import ABSENT, RunLine
from shelduck.panels.table_static import cell_text
from shelduck.store.fields import split
from shelduck.store.filter_syntax import spelled
from shelduck.store.paging import Sort

MOST = {"csv": 10_000, "markdown": 500}  # runs; a clipboard is no file


def copied(form: str, columns: Sequence[Column], lines: Iterable[RunLine]) -> str:
    """Return runs as ``csv``, with all digits, or as a ``markdown`` table, as they are shown."""
    return _csv(columns, lines) if form == "csv" else _markdown(columns, lines)


def most(form: str) -> int:
    """Return how many runs are copied in that form; BadValue when there is no such form."""
    if form not in MOST:
        raise BadValue(f"runs are copied as csv or markdown, not `{form}`{nearest(form, MOST)}")
    return MOST[form]


def _csv(columns: Sequence[Column], lines: Iterable[RunLine]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["run_id", *(column.id for column in columns)])
    for line in lines:
        writer.writerow([line.row.run_id, *map(_plain, line.cells)])
    return out.getvalue()


def _plain(value: Any) -> str:
    return "" if value is ABSENT else repr(value) if isinstance(value, float) else str(value)


def _markdown(columns: Sequence[Column], lines: Iterable[RunLine]) -> str:
    shown = [column for column in columns if column.type != "status"]
    right = ["---:" if c.type in ("number", "duration", "time") else "---" for c in shown]
    rows = [[_escaped(column.label) for column in shown], right]
    for line in lines:
        pairs = zip(columns, line.cells, strict=True)
        rows.append([_escaped(cell_text(c, v, line).strip()) for c, v in pairs if c in shown])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _escaped(words: str) -> str:
    """A text that Markdown shows as it is."""
    for sign in "\\|`*_<>[]$":
        words = words.replace(sign, f"\\{sign}")
    return formats.line(words, 200)


def python(
    experiments: Sequence[str] | None, asked: str, sorts: Sequence[Sort], trash: bool
) -> str:
    """Return the call of `search_runs` that finds the same runs in the same order."""
    names = "search_all_experiments=True"
    if experiments is not None:
        names = f"experiment_names={[*experiments]!r}"
    arguments = [names]
    if asked.strip():
        arguments.append(f"filter_string={asked!r}")
    if sorts:
        arguments.append(f"order_by={[_order(sort) for sort in sorts]!r}")
    if trash:
        arguments.append("run_view_type=2")
    return f"shelduck.search_runs({', '.join(arguments)})"


def _order(sort: Sort) -> str:
    kind, key = split(sort.column)
    name = spelled(kind, key) if kind else sort.column
    return f"{name} {'DESC' if sort.descending else 'ASC'}"
