"""Runs as a table: static text and HTML, everything escaped, of bounded size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple

from shelduck import formats
from shelduck.panels.markup import COLOURS, FAINT, MARKS, PANEL, SCROLLING, TABLE, text, within
from shelduck.records import Run
from shelduck.values import leaves

_ROWS = 150
_COLUMNS = 12  # params and metrics side by side; a table is for reading, not for scrolling
_METRICS = 8  # of these, when there are params to show as well
_SIZE = 180_000  # characters of HTML; a saved notebook keeps them all


class Column(NamedTuple):
    """One column of the table."""

    label: str
    title: str
    cells: list[str]
    left: bool = False


@dataclass(frozen=True, slots=True)
class RunsTable:
    """Runs, one a row: what they are, their metrics, and the params that differ between them."""

    runs: Sequence[Run]
    experiment: str
    total: int
    """How many match, of which ``runs`` are the first."""
    order: str = ""
    """What they are sorted by, like ``metrics.rmse ASC``; that column comes first."""
    asked: str = ""
    """The filter they match."""

    @property
    def _shown(self) -> Sequence[Run]:
        return self.runs[:_ROWS]

    def _columns(self) -> list[Column]:
        infos = [run.info for run in self._shown]
        return [
            Column("", "", [MARKS[i.status] for i in infos], True),
            Column("name", "", [formats.line(i.run_name) for i in infos], True),
            *self._logged(),
            Column("duration", "", [formats.duration(i.duration) for i in infos]),
            Column("started", "", [formats.moment(i.start_time) for i in infos]),
        ]

    def _logged(self) -> list[Column]:
        """Metrics first, then the params that are not all the same; the frequent ones first."""
        metrics = [run.data.metrics for run in self._shown]
        params = [leaves(run.data.params) for run in self._shown]
        differing = [k for k in self._by_use(params) if len(params) == 1 or _differs(k, params)]
        measured = self._by_use(metrics)[: max(_METRICS, _COLUMNS - len(differing))]
        columns = [Column(k, f"metrics.{k}", _numbers(k, metrics)) for k in measured]
        columns += [
            Column(k, f"params.{k}", [formats.value(p[k], 32) if k in p else "" for p in params])
            for k in differing
        ]
        return columns[:_COLUMNS]

    def _by_use(self, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        count: dict[str, int] = {}
        for key in (key for row in rows for key in row):
            count[key] = count.get(key, 0) + 1
        asked = self.order.partition(".")[2].rpartition(" ")[0].strip("`\"'")
        return sorted(count, key=lambda key: (key != asked, -count[key]))

    def _caption(self, shown: int) -> str:
        if not self.runs and self.asked:
            return f"No run in {self.experiment} matches {self.asked}"
        if not self.runs:
            return f"No runs in {self.experiment} yet. Put %%track on a cell to make one."
        part = f"{shown:,} of " if self.total > shown else ""
        return f"{part}{self.total:,} run{'s' if self.total != 1 else ''} in {self.experiment}"

    def __repr__(self) -> str:
        caption = formats.line(self._caption(len(self._shown)), 200)
        if not self.runs:
            return caption
        lines = [""] * (len(self._shown) + 1)
        for label, _, cells, left in self._columns():
            column = [formats.line(label, 32), *cells]
            width = max(map(len, column))
            padded = (c.ljust(width) if left else c.rjust(width) for c in column)
            lines = [f"{line}  {cell}" for line, cell in zip(lines, padded, strict=True)]
        return "\n".join([*(line[2:].rstrip() for line in lines), caption])

    def _repr_html_(self) -> str:
        if not self.runs:
            return _caption_html(self._caption(0))
        columns = self._columns()
        head = "".join(map(_th, columns))
        cells = zip(*(column.cells for column in columns), strict=True)
        body = within(_SIZE - len(head), map(_row, self._shown, cells))
        return (
            f"<div {PANEL} style='{SCROLLING}'><table style='{TABLE}'>"
            f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
            f"{_caption_html(self._caption(len(body)))}"
        )


def _differs(key: str, rows: Iterable[Mapping[str, Any]]) -> bool:
    return len({repr(row.get(key)) for row in rows}) > 1


def _numbers(key: str, rows: Sequence[Mapping[str, float | None]]) -> list[str]:
    there = iter(formats.numbers([row[key] for row in rows if key in row]))
    return [next(there) if key in row else "" for row in rows]


def _row(run: Run, cells: tuple[str, ...]) -> str:
    mark, name, *rest = cells
    status = run.info.status
    title = formats.line(" ".join(filter(None, ["run", run.info.run_id, run.info.error])), 200)
    right = "".join(
        f"<td style='text-align:right;white-space:nowrap'>{text(cell)}</td>" for cell in rest
    )
    return (
        f"<tr><td style='text-align:left;color:{COLOURS[status]}' title='{status}'>{mark}</td>"
        f"<td style='text-align:left;white-space:nowrap' title='{escape(title)}'>{text(name)}</td>"
        f"{right}</tr>"
    )


def _th(column: Column) -> str:
    side, title = "left" if column.left else "right", escape(formats.line(column.title, 200))
    return (
        f"<th style='text-align:{side};white-space:nowrap' title='{title}'>"
        f"{text(column.label, 32)}</th>"
    )


def _caption_html(words: str) -> str:
    style = f"color:{FAINT};padding:4px 0;font-size:var(--jp-ui-font-size1,13px)"
    return f"<div {PANEL} style='{style}'>{text(words, 200)}</div>"
