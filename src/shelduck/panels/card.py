"""The card of a tracked cell: what was captured, how it went, what changed since last time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from shelduck import formats
from shelduck.directions import less_is_better
from shelduck.errors import ShelduckError
from shelduck.panels.markup import COLOURS, FAINT, MARKS, PANEL, faint, head, row, table, text
from shelduck.panels.sparkline import sparkline
from shelduck.records import FAILED, FINISHED, RUNNING, Cell
from shelduck.store import reading
from shelduck.tracking.active import ActiveRun
from shelduck.tracking.bars import Bar, loops, stopped_at
from shelduck.tracking.current import current
from shelduck.tracking.watch import Point, Watch, across
from shelduck.values import is_finite, leaves

_MOST = 24  # params and metrics shown; a card is a glance, %run_info has them all

_attempts: dict[tuple[str, str], tuple[int, dict[str, float | None]]] = {}


@dataclass(frozen=True, slots=True)
class Change:
    """A metric's difference to the attempt before."""

    text: str
    better: bool | None


@dataclass(frozen=True, slots=True)
class Inside:
    """What the runs inside a run came to."""

    count: str
    best: dict[str, tuple[str, list[Point]]]
    """By metric: its best in words, and how it got there."""

    @classmethod
    def of(cls, watch: Watch) -> Inside | None:
        """Return what a watch has seen of them; None if there were none."""
        with watch.lock:
            watch.look_inside()
            total = watch.ended + len(watch.open)
            if not total:
                return None
            best = {
                key: (f"{formats.number(b.value)} ({formats.line(b.run, 40)})", b.trace.points())
                for key, b in watch.best.items()
            }
        broken = f", {watch.broken:,} of them broke off" if watch.broken else ""
        return cls(f"{total:,} run{'s' if total > 1 else ''}{broken}", best)


@dataclass(frozen=True, slots=True)
class Card:
    """What a tracked cell comes to; shows itself as text or HTML."""

    name: str
    status: str
    error: str | None
    seconds: float | None
    experiment: str
    attempt: int | None
    params: dict[str, Any]
    metrics: dict[str, float | None]
    run_id: str
    changes: dict[str, Change] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    points: dict[str, list[Point]] = field(default_factory=dict)
    """How the metrics went that were logged more than once."""
    inside: Inside | None = None
    bar: Bar | None = None
    """How far the loop had come that was broken off, or that is under way."""

    @classmethod
    def of(
        cls, run: ActiveRun, cell: Cell, refused: Iterable[str] = (), seen: Sequence[Any] = ()
    ) -> Card:
        """Return the card of a run that has just ended; ``seen`` are its loops last seen."""
        attempt, before = _previous(run, cell)
        metrics = {key: value for key, (_, value) in run.metrics.items()}
        _attempts[run.store.id, cell.key] = (attempt, metrics)
        bar = stopped_at(run, seen) if run.status != FINISHED else None
        changes = {k: c for k, v in metrics.items() if (c := _change(k, v, before.get(k)))}
        return cls._as_it_stands(run, attempt, bar, changes, tuple(refused))

    @classmethod
    def so_far(cls, run: ActiveRun, cell: Cell) -> Card:
        """Return the card of a run under way, without asking the store."""
        bars = [Bar.of(loop) for loop in loops(run)]
        return cls._as_it_stands(run, attempt_known(run, cell), next(iter(bars), None))

    @classmethod
    def _as_it_stands(
        cls,
        run: ActiveRun,
        attempt: int | None,
        bar: Bar | None,
        changes: dict[str, Change] | None = None,
        refused: tuple[str, ...] = (),
    ) -> Card:
        # Copies, each made in one go: the cell may be logging meanwhile.
        params, metrics = dict(run.params), dict(run.metrics)
        return cls(
            run.name,
            run.status,
            run.error,
            run.info.duration if run.ended else run.elapsed,
            current.experiment_name(run.experiment_id),
            attempt,
            leaves(params),
            {key: value for key, (_, value) in metrics.items()},
            run.run_id,
            changes or {},
            refused,
            run.watch.curves() if run.watch else {},
            Inside.of(run.watch) if run.watch else None,
            bar,
        )

    def _about(self) -> list[str]:
        running = self.status == RUNNING
        attempt = [f"attempt {self.attempt}"] if self.attempt else []
        about = [formats.duration(self.seconds), formats.line(self.experiment), *attempt]
        if self.bar:
            about.insert(1, f"{'' if running else 'stopped '}at {_counted(self.bar)}")
        return ["when last seen", *about] if running else about

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
        if self.inside:
            best = (f"best {formats.line(k)} {words}" for k, (words, _) in _first(self.inside.best))
            lines.append("  inside   " + "  ".join([self.inside.count, *best]))
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
        if self.inside:
            rows.append(row("inside", _side_by_side([text(self.inside.count), *self._best_html()])))
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
        value = text(formats.number(self.metrics[key]))
        return f"{faint(key)} <b>{value}</b>{shown}{_curve(self.points.get(key))}"

    def _best_html(self) -> Iterable[str]:
        best = _first(self.inside.best) if self.inside else []
        return (
            f"{faint(f'best {key}')} {text(words)}{_curve(points)}" for key, (words, points) in best
        )


def attempt_known(run: ActiveRun, cell: Cell) -> int | None:
    """Return which attempt a run under way is, if this session knows without the store."""
    known = _attempts.get((run.store.id, cell.key))
    return known[0] + 1 if known else None


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


def _curve(points: list[Point] | None) -> str:
    if not points or len(points) < 2:
        return ""
    return f" {sparkline(across(points), [p.value for p in points])}"


def _counted(bar: Bar) -> str:
    of = f" of {formats.number(bar.total)}" if bar.total is not None else ""
    return f"{formats.number(bar.done)}{of}"


def _first(items: dict[str, Any]) -> list[tuple[str, Any]]:
    return list(items.items())[:_MOST]


def _more(items: dict[str, Any]) -> str:
    return f"  … {len(items) - _MOST} more: %run_info" if len(items) > _MOST else ""


def _side_by_side(items: Iterable[str]) -> str:
    """Things that stay whole where the line breaks."""
    return " &emsp;".join(f"<span style='white-space:nowrap'>{item}</span>" for item in items)
