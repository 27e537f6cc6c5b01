"""How far a loop has come: counted for the live card, and said of the run now and then."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from contextlib import suppress
from numbers import Integral
from time import monotonic
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from shelduck.errors import BadValue
from shelduck.records import PROGRESS
from shelduck.tracking.current import current

if TYPE_CHECKING:
    from shelduck.tracking.active import ActiveRun

MOST = 1 << 63  # steps
TOLD = 5.0  # seconds, at least, between two tags that say how far a run has come

T = TypeVar("T")


def progress(iterable: Iterable[T] | int | None = None, total: int | None = None) -> Progress[T]:
    """Show on the card of a tracked cell how far a loop has come.

    ``for batch in shelduck.progress(loader)`` counts what it hands on; without something to
    iterate over, ``bar = shelduck.progress(1000)`` and ``bar.update()`` say it. The run has it as
    a tag, for the run table. It prints nothing, and outside a run it only counts.

    Parameters
    ----------
    iterable
        What to iterate over; or the total.
    total
        How many steps there will be; without it the length of ``iterable``, where it has one.

    Raises
    ------
    BadValue
        When the total is not a whole number, or ``iterable`` cannot be iterated over.
    """
    if iterable is None or isinstance(iterable, int | Integral):
        return Progress(None, _whole(iterable if total is None else total))
    if not isinstance(iterable, Iterable) and not hasattr(iterable, "__getitem__"):
        raise BadValue(f"progress() takes what a loop goes over, or a total, not {iterable!r:.60}.")
    return Progress(iterable, _length(iterable) if total is None else _whole(total))


class Progress(Generic[T]):
    """A loop under way. As a context manager it is over when that is left."""

    def __init__(self, over: Iterable[T] | None, total: int | None) -> None:
        self.done: float = 0
        """Steps done."""
        self.total = total
        """Steps there will be, if that is known."""
        self.left_at: float | None = None
        """When it was left, in seconds of the monotonic clock; None while it is under way."""
        self._over = over
        self._run: ActiveRun | None = None
        self._told = False
        self._begin()

    def __repr__(self) -> str:
        return f"Progress({self.done} of {self.total if self.total is not None else '?'})"

    def _begin(self) -> None:
        self.done, self.left_at, self.began = 0, None, monotonic()
        self._next = self.began + TOLD
        self._run = current.run
        if self._run is not None:
            under_way = [bar for bar in self._run.bars if bar.left_at is None and bar is not self]
            self._run.bars = [*under_way, self]

    def __iter__(self) -> Iterator[T]:
        if self._over is None:
            raise BadValue("this progress has a total and nothing to iterate over: update() it.")
        self._begin()
        with self:
            for item in self._over:
                yield item
                self.update()

    def __enter__(self) -> Progress[T]:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def update(self, n: float = 1) -> None:
        """Say that ``n`` more steps are done."""
        self.done += n
        if monotonic() >= self._next:
            self._next = monotonic() + TOLD
            self.tell()

    def close(self) -> None:
        """Say that the loop is over, or was left; a total that is reached says so too."""
        self.left_at = monotonic()
        if self._told:
            self.tell()
        if self._run is not None and self.total is not None and self.done >= self.total:
            self._run.bars = [bar for bar in self._run.bars if bar is not self]

    def tell(self) -> None:
        """Tag the run with how far it has come; of loops within each other, the outermost one."""
        if self._run is None or self._run.bars[:1] != [self]:
            return
        with suppress(Exception):  # it is news of a loop, which is not to break for it
            self._run.set_tag(PROGRESS, {"done": self.done, "total": self.total})
            self._told = True


def _whole(total: Any) -> int | None:
    if total is None:
        return None
    with suppress(TypeError):
        if 0 <= (number := operator.index(total)) < MOST:
            return number
    raise BadValue(f"a total is a whole number of steps, not {total!r:.60}.")


def _length(iterable: Iterable[Any]) -> int | None:
    """How many items there will be; None if it does not say, or what it says is of no use."""
    with suppress(Exception):  # a stranger's __len__; a loop over it would have worked
        length = operator.length_hint(iterable, -1)
        return length if length >= 0 else None
    return None
