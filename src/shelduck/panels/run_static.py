"""One run in full: static text and HTML, everything escaped, of bounded size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Any

from shelduck import formats
from shelduck.panels.markup import FAINT, MARKS, PANEL, SCROLLING, head, row, table, text, within
from shelduck.panels.run_json import note_of, own_tags, whole_text
from shelduck.records import COMMIT, DELETED, DIRTY, PARENT, FileInfo, MetricSummary, Run
from shelduck.store.surroundings import Surroundings
from shelduck.values import leaves

_LINES = 1000  # of a section, as text
_SIZE = 190_000  # characters of HTML; a saved notebook keeps them all
_SOURCE = 50_000  # of these, at most
_NOTE = 10_000  # and of these
_PRE = (
    f"{SCROLLING};margin:0;padding:0;max-height:24em;line-height:1.4;"
    "font-family:var(--jp-code-font-family,monospace);font-size:var(--jp-code-font-size,13px)"
)
_MEASURE = "display:inline-block;min-width:32em"  # so that curves stand below each other

_Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class StaticRun:
    """One run in full."""

    run: Run
    files: Sequence[FileInfo]
    around: Surroundings = field(default_factory=Surroundings)
    curves: Mapping[str, str] = field(default_factory=dict)
    """SVG of the histories of metrics."""

    def _sections(self) -> list[tuple[str, _Pairs]]:
        data = self.run.data
        tags = own_tags(self.run)
        return [
            ("run", self._about()),
            ("params", [(k, _whole(v)) for k, v in leaves(data.params).items()]),
            ("metrics", [(k, _summary(s)) for k, s in data.summaries.items()]),
            ("tags", [(k, _whole(v)) for k, v in tags.items()]),
            ("artifacts", [(f.path, formats.size(f.file_size or 0)) for f in self.files]),
        ]

    def _about(self) -> _Pairs:
        info, cell, tags = self.run.info, self.run.cell, self.run.data.tags
        commit = tags.get(COMMIT)
        pairs = [
            ("id", info.run_id),
            ("started", formats.moment(info.start_time)),
            ("user", info.user_id),
            ("notebook", cell and cell.notebook),
            ("parent", tags.get(PARENT)),
            ("commit", commit and f"{commit[:10]}{' + changes' if tags.get(DIRTY) else ''}"),
            ("python", self.run.environment and self.run.environment.python),
        ]
        return [(k, formats.line(str(v), 200)) for k, v in pairs if v]

    def _outline(self) -> list[str]:
        took, attempt = formats.duration(self.run.info.duration), self.run.attempt
        among = f" of {self.around.attempts}" if self.around.attempts else ""
        trash = "in the trash" if self.run.info.lifecycle_stage == DELETED else ""
        known = [
            took,
            self.around.experiment,
            f"attempt {attempt}{among}" if attempt else "",
            trash,
        ]
        return [formats.line(fact) for fact in known if fact]

    def _source(self) -> str:
        return _lines((self.run.cell and self.run.cell.source) or "", _SOURCE)

    def _note(self) -> str:
        return _lines(note_of(self.run), _NOTE)

    def __repr__(self) -> str:
        info = self.run.info
        name = formats.line(info.run_name, 80)
        lines = [f"{MARKS[info.status]} {name}  {info.status}  {'  ·  '.join(self._outline())}"]
        lines += [f"  {formats.line(info.error, 300)}"] if info.error else []
        for title, pairs in self._sections():
            lines += [title, *_aligned(pairs[:_LINES])] if pairs else []
            lines += [_more(len(pairs) - _LINES)] if len(pairs) > _LINES else []
        for title, words in (("note", self._note()), ("source", self._source())):
            lines += [title, *(f"  {line}" for line in unescape(words).splitlines())] * bool(words)
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        info, note, source = self.run.info, self._note(), self._source()
        parts = [head(info.run_name, info.status, self._outline(), info.error)]
        parts += [_pre("note", note)] * bool(note)
        for title, pairs in self._sections():
            room = _SIZE - len(source) - sum(map(len, parts))
            parts.append(self._section(title, pairs, room) if pairs else "")
        parts += [_pre("source", source)] * bool(source)
        style = "font-size:var(--jp-ui-font-size1,13px)"
        return f"<div {PANEL} style='{style}'>{''.join(parts)}</div>"

    def _section(self, title: str, pairs: _Pairs, room: int) -> str:
        curves = self.curves if title == "metrics" else {}
        rows = (row(k, _beside(text(v, 200), curves.get(k))) for k, v in pairs)
        shown = within(room - 1000, rows)
        more = _more(len(pairs) - len(shown)) if len(shown) < len(pairs) else ""
        return _block(title, table(shown) + more)


def _whole(value: Any) -> str:
    """A value with all its digits."""
    return formats.line(whole_text(value), 120) or "''"


def _summary(summary: MetricSummary) -> str:
    last, low, high = map(_digits, (summary.last, summary.min, summary.max))
    if summary.count == 1:
        return last
    return (
        f"{last}   (min {low} at {summary.min_step}, max {high} at {summary.max_step}, "
        f"{summary.count:,} points)"
    )


def _lines(words: str, size: int) -> str:
    """As many whole lines as there is room for, as HTML."""
    lines = (f"{escape(_visible(line), quote=False)}\n" for line in words.splitlines())
    return "".join(within(size, lines)).rstrip("\n")


def _visible(line: str) -> str:
    """A line of source, in which only tabs may be unseen."""
    return "\t".join(formats.line(part, len(part)) for part in line.split("\t"))


def _digits(value: float | None) -> str:
    """A number with six significant digits, but for zeros at the end."""
    text = formats.number(value, 6)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def _aligned(pairs: _Pairs) -> list[str]:
    labels = [formats.line(label) for label, _ in pairs]
    width = max(map(len, labels))
    return [f"  {label:<{width}}  {value}" for label, (_, value) in zip(labels, pairs, strict=True)]


def _pre(title: str, content: str) -> str:
    return _block(title, f"<pre style='{_PRE}'>{content}</pre>")


def _beside(words: str, curve: str | None) -> str:
    return f"<span style='{_MEASURE}'>{words}</span>{curve}" if curve else words


def _block(title: str, content: str) -> str:
    return (
        f"<div style='color:{FAINT};margin-top:8px'>{title}</div>"
        f"<div style='padding-left:12px'>{content}</div>"
    )


def _more(count: int) -> str:
    return f"  … {count:,} more"
