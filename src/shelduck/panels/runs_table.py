"""Runs as a table: static text and HTML, everything escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from shelduck import formats
from shelduck.panels.card import COLOURS, FAINT, MARKS
from shelduck.records import Run

_COLUMNS = 12  # params and metrics side by side; %runs is for reading, not for scrolling


@dataclass(frozen=True, slots=True)
class RunsTable:
    """Runs, one a row: what they are, their metrics, and the params that differ between them."""

    runs: Sequence[Run]
    experiment: str
    total: int
    """How many match, of which ``runs`` are the first."""

    def _head(self) -> list[str]:
        return ["", "name", "started", "duration", *(label for label, _ in self._columns())]

    def _columns(self) -> list[tuple[str, tuple[str, str]]]:
        """Label and place of each column: metrics first, then params that are not all the same."""
        metrics = dict.fromkeys(k for r in self.runs for k in r.data.metrics)
        params = dict.fromkeys(k for r in self.runs for k in r.data.params)
        several = len(self.runs) > 1
        differing = [
            k
            for k in params
            if not several or len({repr(r.data.params.get(k)) for r in self.runs}) > 1
        ]
        places = [("metrics", k) for k in metrics] + [("params", k) for k in differing]
        return [(key, (kind, key)) for kind, key in places[:_COLUMNS]]

    def _row(self, run: Run) -> list[str]:
        info = run.info
        cells = [_cell(run, kind, key) for _, (kind, key) in self._columns()]
        started = formats.ago(info.start_time)
        return [MARKS[info.status], info.run_name, started, formats.duration(info.duration), *cells]

    def _caption(self) -> str:
        if not self.runs:
            return f"No runs in {self.experiment} yet. Put %%track on a cell to make one."
        shown = (
            f"{len(self.runs):,} of {self.total:,}"
            if self.total > len(self.runs)
            else (f"{self.total:,}")
        )
        return f"{shown} run{'s' if self.total != 1 else ''} in {self.experiment}"

    def __repr__(self) -> str:
        if not self.runs:
            return self._caption()
        rows = [self._head(), *map(self._row, self.runs)]
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        lines = [
            "  ".join(
                text.ljust(width) if i < 2 else text.rjust(width)
                for i, (text, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        ]
        return "\n".join([*lines, self._caption()])

    def _repr_html_(self) -> str:
        caption = f"<div style='color:{FAINT};padding:2px 0'>{escape(self._caption())}</div>"
        if not self.runs:
            return caption
        kinds = ["", "", "", "", *(kind for _, (kind, _) in self._columns())]
        head = "".join(
            _th(label, f"{kind}.{label}" if kind else label, left=i < 2)
            for i, (label, kind) in enumerate(zip(self._head(), kinds, strict=True))
        )
        body = "".join(self._row_html(run) for run in self.runs)
        return (
            "<div style='overflow-x:auto'><table style='border-collapse:collapse;"
            "font-size:var(--jp-ui-font-size1,13px);font-variant-numeric:tabular-nums'>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{caption}"
        )

    def _row_html(self, run: Run) -> str:
        mark, name, *rest = self._row(run)
        info = run.info
        title = escape(f"run {info.run_id}\n{info.error or ''}".strip(), quote=True)
        cells = (
            f"<td style='text-align:left;color:{COLOURS[info.status]}' "
            f"title='{info.status}'>{mark}</td>"
            f"<td style='text-align:left;white-space:nowrap' title='{title}'>{escape(name)}</td>"
        )
        return (
            "<tr>"
            + cells
            + "".join(
                f"<td style='text-align:right;white-space:nowrap'>{escape(text)}</td>"
                for text in rest
            )
            + "</tr>"
        )


def _cell(run: Run, kind: str, key: str) -> str:
    if kind == "metrics":
        return formats.number(run.data.metrics[key]) if key in run.data.metrics else ""
    return formats.value(run.data.params[key], 32) if key in run.data.params else ""


def _th(label: str, title: str, *, left: bool) -> str:
    side = "left" if left else "right"
    return f"<th style='text-align:{side}' title='{escape(title, quote=True)}'>{escape(label)}</th>"
