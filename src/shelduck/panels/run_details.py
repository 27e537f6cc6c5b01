"""One run in full: static text and HTML, everything escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from shelduck import formats
from shelduck.panels.card import FAINT, MARKS
from shelduck.records import COMMIT, DIRTY, SYSTEM_PREFIXES, FileInfo, MetricSummary, Run


@dataclass(frozen=True, slots=True)
class RunDetails:
    """One run in full."""

    run: Run
    files: Sequence[FileInfo]

    def _sections(self) -> list[tuple[str, list[tuple[str, str]]]]:
        run = self.run
        tags = {k: v for k, v in run.data.tags.items() if not k.startswith(SYSTEM_PREFIXES)}
        summaries = run.data.summaries.items()
        return [
            ("run", self._about()),
            ("params", [(k, formats.value(v, 120)) for k, v in run.data.params.items()]),
            ("metrics", [(k, _summary(s)) for k, s in summaries]),
            ("tags", [(k, formats.value(v, 120)) for k, v in tags.items()]),
            ("artifacts", [(f.path, formats.size(f.file_size or 0)) for f in self.files]),
        ]

    def _about(self) -> list[tuple[str, str]]:
        info, cell, tags = self.run.info, self.run.cell, self.run.data.tags
        commit = tags.get(COMMIT)
        rows = [
            ("status", f"{MARKS[info.status]} {info.status}"),
            ("error", info.error or ""),
            ("id", info.run_id),
            ("started", formats.ago(info.start_time)),
            ("duration", formats.duration(info.duration)),
            ("user", info.user_id),
            ("notebook", (cell and cell.notebook) or ""),
            ("attempt", str(self.run.attempt or "")),
            ("commit", f"{commit[:10]}{' + changes' if tags.get(DIRTY) else ''}" if commit else ""),
            ("python", self.run.environment.python if self.run.environment else ""),
        ]
        return [(k, v) for k, v in rows if v]

    def __repr__(self) -> str:
        lines = [self.run.info.run_name]
        for title, rows in self._sections():
            if rows:
                width = max(len(k) for k, _ in rows)
                lines += [f"{title}", *(f"  {k:<{width}}  {v}" for k, v in rows)]
        if self.run.cell and self.run.cell.source:
            lines += ["source", *(f"  {line}" for line in self.run.cell.source.splitlines())]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        parts = [f"<div><b>{escape(self.run.info.run_name)}</b></div>"]
        parts += (_section(title, rows) for title, rows in self._sections() if rows)
        if self.run.cell and self.run.cell.source:
            parts.append(
                f"<div style='color:{FAINT};margin-top:6px'>source</div><pre style='margin:0;"
                f"padding-left:12px;max-height:24em;overflow:auto'>"
                f"{escape(self.run.cell.source[:50_000])}</pre>"
            )
        return f"<div style='font-size:var(--jp-ui-font-size1,13px)'>{''.join(parts)}</div>"


def _summary(summary: MetricSummary) -> str:
    text = formats.number(summary.last)
    if summary.count > 1:
        text += (
            f"   (min {formats.number(summary.min)} at {summary.min_step}, "
            f"max {formats.number(summary.max)} at {summary.max_step}, {summary.count:,} points)"
        )
    return text


def _section(title: str, rows: list[tuple[str, str]]) -> str:
    body = "".join(
        f"<tr><td style='text-align:left;color:{FAINT};padding:0 16px 0 12px'>{escape(k)}</td>"
        f"<td style='text-align:left;white-space:pre-wrap'>{escape(v)}</td></tr>"
        for k, v in rows[:500]
    )
    more = f"<div>… {len(rows) - 500:,} more</div>" if len(rows) > 500 else ""
    return (
        f"<div style='color:{FAINT};margin-top:6px'>{title}</div>"
        f"<table style='border-collapse:collapse;font-variant-numeric:tabular-nums'>{body}</table>"
        f"{more}"
    )
