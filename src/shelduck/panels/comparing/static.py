"""A comparison as static text and HTML: the last state, everything escaped, of bounded size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from shelduck import formats
from shelduck.errors import ShelduckError
from shelduck.panels.comparing.differences import MISSING, Differences
from shelduck.panels.comparing.pictures import Picture
from shelduck.panels.comparing.table import Table
from shelduck.panels.markup import (
    COLOURS,
    FAINT,
    MARKS,
    PANEL,
    SCROLLING,
    faint,
    table,
    text,
    within,
)

_SIZE = 185_000  # characters of HTML; a saved notebook keeps them all
_BEST = 5  # runs that the text shows
_ACROSS = 8  # columns of the text, besides the name
_ROWS = 60  # of a section of differences
_CELL = "text-align:left;vertical-align:top;padding:1px 16px 1px 0"


@dataclass(frozen=True, slots=True)
class StaticComparison:
    """A comparison as it was last arranged."""

    caption: str
    """How many runs of what, or why there are none."""
    trouble: str
    """Why it may be out of date; empty when it is not."""
    table: Table
    best: Sequence[int]
    """Places of the best runs, in order."""
    aim: str | None
    """The metric they are the best by."""
    sections: Sequence[tuple[str, Callable[[], str]]]
    """Titles, and what makes their HTML; it may be empty."""

    # --- text ----------------------------------------------------------------------------

    def __repr__(self) -> str:
        lines = [formats.line(words, 300) for words in (self.caption, self.trouble) if words]
        return "\n".join([*lines, *self._best_runs(), *self._what_varies()])

    def _best_runs(self) -> list[str]:
        rows = self.best[:_BEST]
        if not rows:
            return []
        metrics = [a for a in self.table.axes if a.kind == "metric"][:3]
        params = [a for a in self.table.axes if a.kind == "param" and a.varies]
        columns = [["", *(MARKS[self.table.statuses[row]] for row in rows)]]
        columns.append(["name", *(formats.line(self.table.names[row], 32) for row in rows)])
        for axis in [*metrics, *params][:_ACROSS]:
            cells = _cells(self.table, axis.id, rows)
            columns.append([formats.line(axis.label, 24), *cells])
        widths = [max(map(len, column)) for column in columns]
        lines = [
            "  ".join(
                cell.ljust(width) if i < 2 else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in zip(*columns, strict=True)
        ]
        aim = self.table.by_id.get(self.aim or "")
        which = f"best by {formats.line(aim.label)}" if aim and aim.better else "newest"
        return ["", *lines, f"the {len(rows)} {which}"] if len(rows) > 1 else ["", *lines]

    def _what_varies(self) -> list[str]:
        varying = [a for a in self.table.axes if a.kind == "param" and a.varies]
        spans = [f"{formats.line(a.label, 32)} {_span(self.table, a.id)}" for a in varying[:12]]
        more = f"  … {len(varying) - 12:,} more" if len(varying) > 12 else ""
        return ["", f"differ in  {'; '.join(spans)}{more}"] if spans else []

    # --- HTML ----------------------------------------------------------------------------

    def _repr_html_(self) -> str:
        style = "font-size:var(--jp-ui-font-size1,13px);max-width:980px"
        parts = [f"<div><b>Compare</b>&ensp;{_faint(self.caption)}</div>"]
        if self.trouble:
            parts.append(f"<div style='color:{COLOURS['FAILED']}'>{text(self.trouble, 300)}</div>")
        parts += within(_SIZE - sum(map(len, parts)), self._sections())
        return f"<div {PANEL} style='{style}'>{''.join(parts)}</div>"

    def _sections(self) -> Iterable[str]:
        for title, draw in self.sections:
            try:
                content = draw()
            except ShelduckError as e:  # the store is busy, or gone; the rest can still be seen
                content = _faint(str(e))
            yield _block(title, content) if content else ""


def _block(title: str, content: str) -> str:
    head = f"<div style='color:{FAINT};margin:10px 0 2px'>{title}</div>"
    # Narrow pictures stand side by side where there is room.
    return (
        f"<div style='display:inline-block;vertical-align:top;max-width:100%'>{head}{content}</div>"
    )


def _faint(words: str) -> str:
    return faint(words, 300)


def picture_html(picture: Picture) -> str:
    """Return a picture, and below it what is to be said of it."""
    words = f"<div style='max-width:475px'>{_faint(picture.words)}</div>" if picture.words else ""
    return picture.svg + words


def differences_html(found: Differences) -> str:
    """Return what differs as a table."""
    heads = "".join(f"<th style='{_CELL}'>{text(name, 24)}</th>" for _, name in found.runs)
    rows = [f"<tr><th></th>{heads}</tr>"]
    for section in found.sections:
        for key, values in section.rows[:_ROWS]:
            label = f"<td style='{_CELL};color:{FAINT}'>{text(f'{section.title}.{key}', 48)}</td>"
            cells = "".join(f"<td style='{_CELL}'>{_value(v)}</td>" for v in values)
            rows.append(f"<tr>{label}{cells}</tr>")
        hidden = len(section.rows) - _ROWS
        if hidden > 0:
            words = _faint(f"… {hidden:,} more {section.title} differ")
            rows.append(f"<tr><td colspan='{len(found.runs) + 1}'>{words}</td></tr>")
    same = [f"{s.same:,} {s.title}" for s in found.sections if s.same]
    words = f"<div>{_faint('The same in all: ' + ', '.join(same))}</div>" if same else ""
    return f"<div style='{SCROLLING}'>{table(rows) if len(rows) > 1 else ''}</div>{words}"


def _value(value: Any) -> str:
    if value is MISSING:
        return ""
    if isinstance(value, float):
        return text(formats.number(value, 5))
    return text(formats.value(value, 40))


def _cells(table: Table, axis: str, rows: Sequence[int]) -> list[str]:
    """The values of some runs on an axis, as people read them."""
    column = table.columns[axis]
    values = [float(column.values[row]) if column.present[row] else None for row in rows]
    if column.categories is not None:
        names = column.categories
        return ["" if v is None else formats.line(names[int(v)], 20) for v in values]
    if column.is_time:
        return ["" if v is None else formats.moment(round(v)) for v in values]
    words = formats.numbers(values)
    return ["" if v is None else t for v, t in zip(values, words, strict=True)]


def _span(table: Table, axis: str) -> str:
    """From where to where an axis goes, or its first texts."""
    column = table.columns[axis]
    if column.categories is not None:
        shown = ", ".join(formats.line(text, 20) for text in column.categories[:3])
        more = len(column.categories) - 3
        return f"({shown}{f' and {more:,} more' if more > 0 else ''})"
    there = column.values[column.finite]
    low, high = float(there.min()), float(there.max())
    if column.is_time:
        return f"{formats.moment(round(low))} … {formats.moment(round(high))}"
    return f"{low:.4g} … {high:.4g}"
