"""What a card sees of a run while it lives: how its metrics went, and the runs inside it.

All of it is of bounded size, however much is logged, and none of it is read from the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from threading import RLock
from typing import TYPE_CHECKING, NamedTuple

from shelduck.directions import less_is_better
from shelduck.records import FINISHED

if TYPE_CHECKING:
    from shelduck.tracking.active import ActiveRun

PARTS = 64  # of a trace; each keeps its least and its greatest point
TRACED = 64  # metrics of a run; of those beyond, a card knows the last value alone
_OPEN = 256  # runs inside that are remembered before it is looked which of them have ended


class Point(NamedTuple):
    """A point that a trace has kept."""

    nth: int
    """1 for the first that was logged."""
    step: int
    value: float


def across(points: Sequence[Point]) -> list[int]:
    """Return where points lie from left to right: by step where steps went up, else as logged."""
    steps = [p.step for p in points]
    rising = steps[0] < steps[-1] and steps == sorted(steps)
    return steps if rising else [p.nth for p in points]


class Trace:
    """How one metric went: at most 129 points of any number, the extremes among them.

    The points are kept in parts of equally many. When there are too many parts, each two
    neighbours become one, so that old points and new ones are kept as densely.
    """

    __slots__ = ("_last", "_parts", "_room", "_width", "count", "odd")

    def __init__(self) -> None:
        self.count = 0
        """Points noted."""
        self.odd = 0
        """Those of them that are missing, NaN or infinite, and so not in the trace."""
        self._parts: list[list[Point]] = []
        self._width, self._room = 1, 0  # points of a part; left in the last one
        self._last: Point | None = None

    def note(self, step: int, value: float | None) -> None:
        """Take one more point."""
        self.count += 1
        if value is None or not isfinite(value):
            self.odd += 1
            return
        self._last = point = Point(self.count, step, value)
        if self._room == 0:
            self._begin_part(point)
            return
        self._room -= 1
        extremes = self._parts[-1]
        if value < extremes[0].value:
            extremes[0] = point
        elif value > extremes[1].value:
            extremes[1] = point

    def _begin_part(self, point: Point) -> None:
        if len(self._parts) == PARTS:
            pairs = zip(self._parts[::2], self._parts[1::2], strict=True)
            self._parts = [[_least(a[0], b[0]), _greatest(a[1], b[1])] for a, b in pairs]
            self._width *= 2
        self._parts.append([point, point])
        self._room = self._width - 1

    def points(self) -> list[Point]:
        """Return what is kept, in the order it was logged; the newest is always there."""
        kept: list[Point] = []
        for low, high in self._parts:
            kept += (low,) if low is high else (low, high) if low.nth < high.nth else (high, low)
        if self._last and kept[-1].nth < self._last.nth:
            kept.append(self._last)
        return kept

    def extreme(self, *, least: bool) -> Point | None:
        """Return the least or the greatest point of all; the first of several."""
        if not self._parts:
            return None
        if least:
            return min((part[0] for part in self._parts), key=lambda p: p.value)
        return max((part[1] for part in self._parts), key=lambda p: p.value)


def _least(a: Point, b: Point) -> Point:
    return b if b.value < a.value else a


def _greatest(a: Point, b: Point) -> Point:
    return b if b.value > a.value else a


class Best(NamedTuple):
    """The best that a metric came to among the runs inside a run, and how it got there."""

    value: float
    run: str
    trace: Trace


class Watch:
    """Looks on while a run logs, for a card to show."""

    def __init__(self) -> None:
        self.lock = RLock()
        """Held while any of it changes; hold it to read several things that belong together."""
        self.traces: dict[str, Trace] = {}
        self.open: list[ActiveRun] = []
        """The runs begun inside this one that have not ended, as of the last `look_inside`."""
        self.ended = 0
        """Those that have."""
        self.broken = 0
        """Those that ended FAILED or KILLED."""
        self.best: dict[str, Best] = {}
        """By metric, where it is known which way is better."""

    def curves(self) -> dict[str, list[Point]]:
        """Return how the metrics went that have a line to draw, in the order they came up."""
        with self.lock:
            found = {key: trace.points() for key, trace in self.traces.items() if trace.count > 1}
        return {key: points for key, points in found.items() if len(points) > 1}

    def note(self, key: str, step: int, value: float | None) -> None:
        """A point was logged; called on the hot path."""
        with self.lock:
            trace = self.traces.get(key)
            if trace is None:
                if len(self.traces) == TRACED:
                    return
                trace = self.traces[key] = Trace()
            trace.note(step, value)

    def begin_inside(self, run: ActiveRun) -> None:
        """A run was begun inside this one."""
        with self.lock:
            self.open.append(run)
            if len(self.open) > _OPEN:
                self.look_inside()

    def look_inside(self) -> None:
        """Take note of the runs inside that have ended since."""
        with self.lock:
            known, self.open = self.open, []
            for run in known:
                if run.ended:
                    self._end_inside(run)
                else:
                    self.open.append(run)

    def _end_inside(self, run: ActiveRun) -> None:
        self.ended += 1
        self.broken += run.status != FINISHED
        for key, (_, value) in run.metrics.items():
            less = less_is_better(key)
            if less is not None and value is not None and isfinite(value):
                self._compare(key, value, run.name, less=less)

    def _compare(self, key: str, value: float, name: str, *, less: bool) -> None:
        best = self.best.get(key)
        if best is None and len(self.best) == TRACED:
            return
        if best is None or (value < best.value if less else value > best.value):
            best = self.best[key] = Best(value, name, best.trace if best else Trace())
        best.trace.note(self.ended, best.value)
