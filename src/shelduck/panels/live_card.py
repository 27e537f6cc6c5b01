"""The card of a cell that is being tracked, while it runs."""

from __future__ import annotations

from itertools import islice
from typing import Any

from shelduck import formats
from shelduck.directions import less_is_better
from shelduck.panels.card import Card, attempt_known
from shelduck.panels.panel import Panel
from shelduck.panels.sparkline import scale
from shelduck.panels.wire import Json, cell
from shelduck.records import Cell
from shelduck.tracking.active import ActiveRun
from shelduck.tracking.bars import Bar, loops
from shelduck.tracking.current import current
from shelduck.tracking.watch import Point, Trace, Watch, across
from shelduck.values import leaves

_PARAMS, _METRICS, _BARS = 12, 12, 3  # shown; it is a glance
_NAME = 80  # characters
_BOX = 1000  # across and down, in which a curve lies as it travels


class LivePanel(Panel):
    """What a tracked cell has come to so far, from what this process knows; it reads no store."""

    view = "live_card"

    def __init__(self, run: ActiveRun, cell: Cell) -> None:
        super().__init__(run.store)
        self.run, self._cell = run, cell
        self.loops: list[Any] = []
        """The loops under way when it was last refreshed."""
        self._watch = run.watch or Watch()

    def refresh(self) -> bool:
        """Look anew; what is shown has always changed, if only by the time."""
        self.loops = loops(self.run)
        self._watch.look_inside()
        self.revision += 1
        return True

    def shown(self) -> Json:
        """Return the card as the view draws it; some kB, for it goes out several times a second."""
        params = list(leaves(dict(self.run.params)).items())
        metrics = list(dict(self.run.metrics).items())
        return {
            "name": formats.line(self.run.name, _NAME),
            "status": self.run.status,
            "experiment": formats.line(current.experiment_name(self.run.experiment_id)),
            "attempt": attempt_known(self.run, self._cell),
            "elapsed": round(self.run.elapsed, 2),
            "params": [[formats.line(k), formats.value(v, 40)] for k, v in params[:_PARAMS]],
            "moreParams": max(0, len(params) - _PARAMS),
            "bars": [_bar(Bar.of(loop)) for loop in self.loops[:_BARS]],
            "metrics": [self._metric(key, value) for key, (_, value) in metrics[:_METRICS]],
            "moreMetrics": max(0, len(metrics) - _METRICS),
            "inside": self._inside(),
        }

    def _metric(self, key: str, last: float | None) -> Json:
        with self._watch.lock:
            trace = self._watch.traces.get(key) or Trace()
            less = less_is_better(key)
            best = None if less is None else trace.extreme(least=less)
            points = trace.points()
        return {
            "key": formats.line(key),
            "last": cell(last),
            "count": trace.count,
            "odd": trace.odd,
            "best": best and {"value": best.value, "step": best.step},
            "curve": _curve(points),
        }

    def _inside(self) -> Json | None:
        """The runs inside this one, and the best that their metrics came to."""
        watch = self._watch
        with watch.lock:
            if not (watch.ended or watch.open):
                return None
            best = [(k, b.value, b.run, b.trace.points()) for k, b in watch.best.items()]
        return {
            "ended": watch.ended,
            "open": len(watch.open),
            "broken": watch.broken,
            "now": formats.line(watch.open[-1].name, _NAME) if watch.open else None,
            "best": [
                {"key": formats.line(k), "value": v, "run": formats.line(r), "curve": _curve(p)}
                for k, v, r, p in islice(best, _METRICS)
            ],
        }

    def __repr__(self) -> str:
        return repr(Card.so_far(self.run, self._cell))

    def _repr_html_(self) -> str:
        return Card.so_far(self.run, self._cell)._repr_html_()


def _bar(bar: Bar) -> Json:
    remaining = bar.remaining
    return {
        "label": formats.line(bar.label.rstrip(": ")),
        "done": cell(bar.done),
        "total": cell(bar.total) if bar.total is not None else None,
        "left": None if remaining is None else round(remaining, 1),
    }


def _curve(points: list[Point]) -> Json | None:
    """A curve as the points of an SVG line in a box, and what the sides of the box stand for."""
    if len(points) < 2:
        return None
    xs, ys = across(points), [p.value for p in points]
    sides = {"left": xs[0], "right": xs[-1], "low": min(ys), "high": max(ys)}
    right, down = scale(xs, 0, _BOX), scale(ys, _BOX, 0)
    line = " ".join([f"{round(right(x))},{round(down(y))}" for x, y in zip(xs, ys, strict=True)])
    return sides | {"line": line}
