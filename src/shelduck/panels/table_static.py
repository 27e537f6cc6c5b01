"""The run table as static text and HTML: everything escaped, of bounded size."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from shelduck import formats
from shelduck.panels.markup import COLOURS, FAINT, MARKS, PANEL, SCROLLING, TABLE, text, within
from shelduck.panels.table_columns import Column
from shelduck.panels.table_lines import ABSENT, GroupLine, Line, RunLine
from shelduck.values import is_finite

_SIZE = 180_000  # characters of rows; a saved notebook keeps them all
_RIGHT = ("number", "duration", "time")
_CELL = "white-space:nowrap;padding:2px 8px"
_CHOSEN = "background:var(--jp-brand-color3,rgba(33,150,243,.2))"


@dataclass(frozen=True, slots=True)
class StaticTable:
    """The first lines of a run table, as it was last seen."""

    columns: Sequence[Column]
    lines: Sequence[Line]
    total: int
    """How many lines there are in all."""
    caption: str
    """What stands below it, after how many there are."""
    selected: Collection[str] = ()
    base: RunLine | None = None
    """The baseline, of which metrics show how far they are."""

    def __repr__(self) -> str:
        caption = formats.line(self._caption(len(self.lines)), 200)
        if not self.lines:
            return caption
        rows = [self._texts(line) for line in self.lines]
        lines = [""] * (len(rows) + 1)
        for i, column in enumerate(self.columns):
            cells = [_label(column), *(row[i] for row in rows)]
            width = max(map(len, cells))
            padded = (c.rjust(width) if _is_right(column) else c.ljust(width) for c in cells)
            lines = [f"{line}  {cell}" for line, cell in zip(lines, padded, strict=True)]
        marks = ["  ", *("✓ " if self._is_selected(line) else "  " for line in self.lines)]
        if any(map(str.strip, marks)):
            lines = [mark + line[2:] for mark, line in zip(marks, lines, strict=True)]
        else:
            lines = [line[2:] for line in lines]
        return "\n".join([*map(str.rstrip, lines), caption])

    def _repr_html_(self) -> str:
        if not self.lines:
            return _caption_html(self._caption(0))
        head = "".join(map(_th, self.columns))
        body = within(_SIZE - len(head), map(self._row, self.lines))
        return (
            f"<div {PANEL} style='{SCROLLING}'><table style='{TABLE}'>"
            f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
            f"{_caption_html(self._caption(len(body)))}"
        )

    def _caption(self, shown: int) -> str:
        lines = " lines" if self.lines and isinstance(self.lines[0], GroupLine) else ""
        part = f"{shown:,}{lines} of " if shown and self.total > shown else ""
        base = f", with differences to {self.base.name}" if shown and self.base else ""
        return part + self.caption + base

    def _is_selected(self, line: Line) -> bool:
        return isinstance(line, RunLine) and line.row.run_id in self.selected

    def _texts(self, line: Line) -> list[str]:
        if isinstance(line, GroupLine):
            return [_group_text(column, line) for column in self.columns]
        texts = [cell_text(c, v, line) for c, v in zip(self.columns, line.cells, strict=True)]
        return [text + self._change(i, line) for i, text in enumerate(texts)]

    def _change(self, i: int, line: RunLine) -> str:
        """How a metric differs from the baseline's: by how many percent, where that makes sense."""
        base = self.base
        if base is None or base.row.run_id == line.row.run_id or self.columns[i].kind != "metric":
            return ""
        now, then = line.cells[i], base.cells[i]
        if not all(isinstance(v, float) and is_finite(v) for v in (now, then)):
            return ""
        whole = formats.difference(now, then)
        return f"  {whole.partition('(')[2].rstrip(')') or whole}"

    def _row(self, line: Line) -> str:
        style = f" style='{_CHOSEN}'" if self._is_selected(line) else ""
        cells = map(_td, self.columns, self._texts(line), [line] * len(self.columns))
        return f"<tr{style}>{''.join(cells)}</tr>"


def cell_text(column: Column, value: Any, line: RunLine) -> str:
    """Return a value of a run in one line, as the column shows its values."""
    if column.type == "status":
        return MARKS[line.row.status]
    if column.type == "name":
        indent = "  " * line.depth + ("▾ " if line.open else "▸ " if line.children else "")
        name = "" if value is ABSENT else value
        return indent + (formats.line(str(name)) or line.row.run_id[:8])
    if value is ABSENT:
        return "–" if column.type == "duration" else ""
    if column.type == "duration":
        return formats.duration(value)
    if column.type == "time":
        return formats.moment(value)
    if column.kind == "metric":
        return formats.decimal(value, column.decimals)
    return formats.value(value, 32)


def _group_text(column: Column, line: GroupLine) -> str:
    if column.type == "name":
        none = line.group.within.text is None
        value = "(none)" if none else formats.value(line.group.value, 40)
        return f"{'▾' if line.open else '▸'} {value} ({line.group.runs:,})"
    spread = line.spread(column)
    if spread is None or spread.mean is None:
        return ""
    mean = formats.decimal(spread.mean, column.decimals)
    return mean if spread.std is None else f"{mean} ± {formats.number(spread.std, 2)}"


def _is_right(column: Column) -> bool:
    return column.kind == "metric" or column.type in _RIGHT or column.kind == "param"


def _label(column: Column) -> str:
    if column.type == "status":
        return ""
    summary = f" {column.summary}" if column.summary not in (None, "last") else ""
    return formats.line(column.label, 32) + summary


def _td(column: Column, cell: str, line: Line) -> str:
    side = "right" if _is_right(column) else "left"
    style, title = f"text-align:{side};{_CELL}", ""
    if isinstance(line, RunLine) and column.type == "status":
        style += f";color:{COLOURS[line.row.status]}"
        title = f" title='{line.row.status}'"
    elif isinstance(line, RunLine) and column.type == "name":
        about = f"run {line.row.run_id} {line.row.cells.get('error', '')}"
        title = f" title='{escape(formats.line(about.strip(), 200))}'"
    return f"<td style='{style}'{title}>{text(cell)}</td>"


def _th(column: Column) -> str:
    side, title = "right" if _is_right(column) else "left", escape(formats.line(column.id, 200))
    return f"<th style='text-align:{side};{_CELL}' title='{title}'>{text(_label(column), 40)}</th>"


def _caption_html(words: str) -> str:
    style = f"color:{FAINT};padding:4px 0;font-size:var(--jp-ui-font-size1,13px)"
    return f"<div {PANEL} style='{style}'>{text(words, 200)}</div>"
