"""The card below a tracked cell: what was captured, and what changed since last time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shelduck import formats
from shelduck.directions import less_is_better
from shelduck.errors import ShelduckError
from shelduck.panels.markup import COLOURS, FAINT, MARKS, PANEL, faint, head, row, table, text
from shelduck.records import FAILED, FINISHED, Cell
from shelduck.store import reading
from shelduck.tracking.active import ActiveRun
from shelduck.tracking.current import current
from shelduck.values import is_finite, leaves

_MOST = 24  # params and metrics shown; a card is a glance, %run_info has them all

_attempts: dict[tuple[str, str], tuple[int, dict[str, float | None]]] = {}


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
    seconds: float | None
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
        _attempts[run.store.id, cell.key] = (attempt, metrics)
        return cls(
            run.name,
            run.status,
            run.error,
            run.info.duration,
            current.experiment_name(run.experiment_id),
            attempt,
            leaves(run.params),
            metrics,
            {k: c for k, v in metrics.items() if (c := _change(k, v, before.get(k)))},
            tuple(refused),
            run.run_id,
        )

    def _about(self) -> list[str]:
        experiment = formats.line(self.experiment)
        return [formats.duration(self.seconds), experiment, f"attempt {self.attempt}"]

    def __repr__(self) -> str:
        name, about = formats.line(self.name, 80), "  ·  ".join(self._about())
        lines = [f"{MARKS[self.status]} {name}  {self.status}  {about}"]
        if self.error:
            lines.append(f"  {formats.line(self.error, 300)}")
        if self.params:
            shown = (f"{formats.line(k)}={formats.value(v, 40)}" for k, v in _first(self.params))
            lines.append("  params   " + "  ".join(shown) + _more(self.params))
        if self.metrics:
            keys = [(k, formats.line(k)) for k, _ in _first(self.metrics)]
            width = max(len(label) for _, label in keys)
            rows = [f"{label:<{width}}  {self._metric_text(k)}" for k, label in keys]
            lines.append("  metrics  " + "\n           ".join(rows) + _more(self.metrics))
        lines += (f"  not recorded: {formats.line(why, 200)}" for why in self.refused[:_MOST])
        return "\n".join(lines)

    def _metric_text(self, key: str) -> str:
        change = self.changes.get(key)
        return formats.number(self.metrics[key]) + (f"  {change.text}" if change else "")

    def _repr_html_(self) -> str:
        rows = []
        if self.params:
            shown = [f"{faint(k)} {text(formats.value(v, 40))}" for k, v in _first(self.params)]
            rows.append(row("params", _side_by_side(shown) + _more(self.params)))
        if self.metrics:
            shown = [self._metric_html(k) for k, _ in _first(self.metrics)]
            rows.append(row("metrics", _side_by_side(shown) + _more(self.metrics)))
        rows += (row("not recorded", text(why, 200)) for why in self.refused[:_MOST])
        return (
            f"<div {PANEL} style='border-left:3px solid {COLOURS[self.status]};padding:0 0 0 10px;"
            "margin:2px 0;font-size:var(--jp-ui-font-size1,13px);line-height:1.5' "
            f"title='run {self.run_id}'>{head(self.name, self.status, self._about(), self.error)}"
            f"{table(rows) if rows else ''}</div>"
        )

    def _metric_html(self, key: str) -> str:
        change = self.changes.get(key)
        shown = ""
        if change:
            colour = {True: COLOURS[FINISHED], False: COLOURS[FAILED], None: FAINT}[change.better]
            shown = f" <span style='color:{colour}'>{text(change.text)}</span>"
        return f"{faint(key)} <b>{text(formats.number(self.metrics[key]))}</b>{shown}"


def _previous(run: ActiveRun, cell: Cell) -> tuple[int, dict[str, float | None]]:
    """Return this attempt's number and the metrics of the one before.

    Within a session they are remembered; the first time, the store is asked if there is one.
    """
    if (known := _attempts.get((run.store.id, cell.key))) is not None:
        return known[0] + 1, known[1]
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


def _side_by_side(items: Iterable[str]) -> str:
    """Things that stay whole where the line breaks."""
    return " &emsp;".join(f"<span style='white-space:nowrap'>{item}</span>" for item in items)
