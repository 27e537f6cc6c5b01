"""The loops of a run as bars: those that say how far they have come, and tqdm's."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic, time
from typing import Any, NamedTuple

from shelduck.tracking.active import ActiveRun
from shelduck.tracking.progress import Progress

_JUST = 10.0  # seconds from where a loop broke off to the end of its run; tracebacks take some


class Bar(NamedTuple):
    """How far a loop has come."""

    label: str
    done: float
    total: float | None
    seconds: float
    """Since it began."""

    @classmethod
    def of(cls, loop: Any) -> Bar:
        """Return the bar of a loop as `loops` gives them."""
        if isinstance(loop, Progress):
            return cls("", loop.done, loop.total, monotonic() - loop.began)
        return cls(str(loop.desc or ""), loop.n, loop.total, time() - loop.start_t)

    @property
    def remaining(self) -> float | None:
        """Seconds yet to come if it goes on like that; None where that cannot be said."""
        if not self.total or not 0 < self.done <= self.total:
            return None
        return self.seconds / self.done * (self.total - self.done)


def loops(run: ActiveRun) -> list[Any]:
    """Return the loops under way in a run, the outer ones first.

    Those of tqdm count where nobody calls `progress`; they are read, and nothing of them changed.
    """
    own = [loop for loop in run.bars if loop.left_at is None]
    return own or _of_tqdm(run.start_time / 1000)


def _of_tqdm(since: float) -> list[Any]:
    tqdm = sys.modules.get("tqdm.std")
    with suppress(Exception):  # what is not public may go, and a set may change while it is read
        began = [(getattr(bar, "start_t", 0.0), bar) for bar in tqdm.tqdm._instances]  # type: ignore[union-attr]
        return [bar for at, bar in sorted(began, key=lambda b: b[0]) if at >= since]
    return []


def stopped_at(run: ActiveRun, seen: Sequence[Any]) -> Bar | None:
    """Return how far the outermost loop had come that the end of the run broke off.

    ``seen`` are the loops that were last seen under way: tqdm's are gone with the error.
    """
    just = monotonic() - _JUST
    own = [loop for loop in run.bars if loop.left_at is None or loop.left_at > just]
    for bar in map(Bar.of, own or seen):
        return bar if bar.total is None or bar.done < bar.total else None
    return None
