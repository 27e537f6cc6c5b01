"""The card below a tracked cell: what was captured, and what changed since last time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from shelduck import formats
from shelduck.directions import less_is_better
from shelduck.errors import ShelduckError
from shelduck.records import FAILED, FINISHED, KILLED, RUNNING, Cell
from shelduck.store import reading
from shelduck.tracking.active import ActiveRun
from shelduck.tracking.fluent import current
from shelduck.values import is_finite

MARKS = {FINISHED: "●", FAILED: "✕", KILLED: "◼", RUNNING: "○"}
COLOURS = {
    FINISHED: "var(--jp-success-color1, #2e7d32)",
    FAILED: "var(--jp-error-color1, #c62828)",
    KILLED: "var(--jp-warn-color1, #b26a00)",
    RUNNING: "var(--jp-info-color1, #0277bd)",
}
FAINT = "var(--jp-ui-font-color2, #6b6b6b)"
_MOST = 24  # params and metrics shown; a card is a glance, %run_info has them all

_attempts: dict[str, tuple[int, dict[str, float | None]]] = {}


@dataclass(frozen=True, slots=True)
class Change:
    """A metric's difference to the attempt before."""

    text: str
    better: bool | None


@dataclass(frozen=True, slots=True)
class Card:
    """What a tracked cell comes to; shows itself as text or HTML."""

    name: str
    status: str
    error: str | None
    seconds: float
    experiment: str
    attempt: int
    params: dict[str, Any]
    metrics: dict[str, float | None]
    changes: dict[str, Change]
    refused: tuple[str, ...]
    run_id: str

    @classmethod
    def of(cls, run: ActiveRun, cell: Cell, refused: Iterable[str]) -> Card:
        """Return the card of a run that has just ended."""
        attempt, before = _previous(run, cell)
        metrics = {key: value for key, (_, value) in run.metrics.items()}
        _attempts[cell.key] = (attempt, metrics)
        return cls(
            run.name,
            run.status,
            run.error,
            run.elapsed,
            current.experiment_name(run.experiment_id),
            attempt,
            dict(run.params),
            metrics,
            {k: c for k, v in metrics.items() if (c := _change(k, v, before.get(k)))},
            tuple(refused),
            run.run_id,
        )

    def __repr__(self) -> str:
        head = [f"{MARKS[self.status]} {self.name}", self.status, formats.duration(self.seconds)]
        lines = ["  ".join(head) + f"  ·  {self.experiment}  ·  attempt {self.attempt}"]
        if self.error:
            lines.append(f"  {self.error}")
        if self.params:
            shown = (f"{k}={formats.value(v, 40)}" for k, v in _first(self.params))
            lines.append("  params   " + "  ".join(shown) + _more(self.params))
        if self.metrics:
            width = max(len(k) for k, _ in _first(self.metrics))
            rows = [f"{k:<{width}}  {self._metric_text(k)}" for k, _ in _first(self.metrics)]
            lines.append("  metrics  " + "\n           ".join(rows) + _more(self.metrics))
        lines += (f"  not recorded: {reason}" for reason in self.refused)
        return "\n".join(lines)

    def _metric_text(self, key: str) -> str:
        change = self.changes.get(key)
        return formats.number(self.metrics[key]) + (f"  {change.text}" if change else "")

    def _repr_html_(self) -> str:
        parts = [self._head_html()]
        if self.params:
            cells = "".join(
                f"<span style='white-space:nowrap'>{_faint(k)} {escape(formats.value(v, 40))}</span>"
                for k, v in _first(self.params)
            )
            parts.append(_row("params", cells + escape(_more(self.params))))
        if self.metrics:
            cells = "".join(self._metric_html(k) for k, _ in _first(self.metrics))
            parts.append(_row("metrics", cells + escape(_more(self.metrics))))
        parts += (_row("not recorded", escape(reason)) for reason in self.refused)
        return (
            "<div style='border-left:3px solid " + COLOURS[self.status] + ";padding:2px 0 2px 10px;"
            "margin:2px 0;font-size:var(--jp-ui-font-size1,13px);line-height:1.6;"
            "font-variant-numeric:tabular-nums'>" + "".join(parts) + "</div>"
        )

    def _head_html(self) -> str:
        about = f"{formats.duration(self.seconds)} · {self.experiment} · attempt {self.attempt}"
        error = (
            f"<div style='color:{COLOURS[FAILED]}'>{escape(self.error)}</div>" if self.error else ""
        )
        return (
            f"<div title='run {self.run_id}'><b>{escape(self.name)}</b>&ensp;"
            f"<span style='color:{COLOURS[self.status]}'>{MARKS[self.status]} {self.status}</span>"
            f"&ensp;{_faint(about)}</div>{error}"
        )

    def _metric_html(self, key: str) -> str:
        change = self.changes.get(key)
        shown = ""
        if change:
            colour = {True: COLOURS[FINISHED], False: COLOURS[FAILED], None: FAINT}[change.better]
            shown = f" <span style='color:{colour}'>{escape(change.text)}</span>"
        value = f"<b>{escape(formats.number(self.metrics[key]))}</b>"
        return f"<span style='white-space:nowrap'>{_faint(key)} {value}{shown}</span>"


def _previous(run: ActiveRun, cell: Cell) -> tuple[int, dict[str, float | None]]:
    """Return this attempt's number and the metrics of the one before.

    Within a session they are remembered; the first time, the store is asked if there is one.
    """
    if cell.key in _attempts:
        number, metrics = _attempts[cell.key]
        return number + 1, metrics
    if not run.store.path.exists():
        return 1, {}
    try:
        with run.store.reading(wait=1.0) as con:
            before = reading.previous_attempt(con, cell.key, run.run_id)
            return reading.attempts(con, cell.key), before.data.metrics if before else {}
    except ShelduckError:
        return 1, {}  # somebody holds the store; the card does without


def _change(key: str, new: float | None, old: float | None) -> Change | None:
    if new is None or old is None or not (is_finite(new) and is_finite(old)) or new == old:
        return None
    less = less_is_better(key)
    return Change(formats.difference(new, old), None if less is None else (new < old) == less)


def _first(items: dict[str, Any]) -> list[tuple[str, Any]]:
    return list(items.items())[:_MOST]


def _more(items: dict[str, Any]) -> str:
    return f"  … {len(items) - _MOST} more: %run_info" if len(items) > _MOST else ""


def _faint(text: str) -> str:
    return f"<span style='color:{FAINT}'>{escape(text)}</span>"


def _row(label: str, cells: str) -> str:
    return (
        "<div style='display:flex;gap:0 18px;flex-wrap:wrap'>"
        f"<span style='color:{FAINT};min-width:52px'>{label}</span>{cells}</div>"
    )
