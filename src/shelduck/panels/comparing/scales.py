"""Where a value lies along an axis, and which values to write beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shelduck import formats

if TYPE_CHECKING:
    import numpy as np

    from shelduck.panels.comparing.columns import Column

    Array = np.ndarray[Any, Any]

Tick = tuple[float, str]
"""A place along an axis, and what to write there."""


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from 0 to 1; ``scales.ts`` places values the same way."""

    low: float
    high: float
    """The ends; of a logarithmic axis, their exponents of ten."""
    log: bool = False
    time: bool = False
    categories: tuple[str, ...] = ()
    """Of an axis of texts; each has the middle of its share."""

    @classmethod
    def of(cls, column: Column, log: bool = False) -> Scale:
        """Return the scale on which every value of a column that can be shown has a place."""
        import numpy as np

        if column.categories is not None:
            return cls(0, 1, categories=column.categories)
        log = log and not column.is_time
        values = _logarithms(column.values) if log else column.values
        finite = values[np.isfinite(values)]
        low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
        return cls(*_apart(low, high), log, column.is_time)

    def place(self, values: Array) -> Array:
        """Return where values lie, from 0 to 1; NaN for what has no place."""
        import numpy as np

        if self.categories:
            return (values + 0.5) / len(self.categories)
        places = (_logarithms(values) if self.log else values) - self.low
        places = places / (self.high - self.low)
        return np.where(np.isfinite(places), places, np.nan)

    def span(self, part: Any) -> tuple[float, float]:
        """Return where a range of numbers, or a text, begins and ends, within 0 to 1."""
        import numpy as np

        if self.categories:
            there = part in self.categories
            at = self.categories.index(part) if there else 0
            return at / len(self.categories), (at + there) / len(self.categories)
        low, high = self.place(np.array(part, float)).tolist()
        # What has no place on a logarithmic axis, zero and below, is under its foot.
        return min(1.0, max(0.0, low)) if low == low else 0.0, min(1.0, max(0.0, high))

    @property
    def ends(self) -> list[float] | list[str]:
        """The values at both ends, or the categories."""
        if self.categories:
            return list(self.categories)
        return [_power(end) if self.log else end for end in (self.low, self.high)]

    def ticks(self, count: int) -> list[Tick]:
        """Return about ``count`` places to mark; of categories, every one or every so many."""
        if self.categories:
            step = math.ceil(len(self.categories) / (3 * count))
            shown = range(0, len(self.categories), step)
            return [((i + 0.5) / len(self.categories), self.categories[i]) for i in shown]
        if self.time:
            share = [i / 2 for i in range(3)]
            times = [self.low + p * (self.high - self.low) for p in share]
            return [(p, formats.moment(round(t))) for p, t in zip(share, times, strict=True)]
        marks = _round_marks(self.low, self.high, count)
        if self.log:
            powers = [m for m in marks if m == round(m)]
            marks = powers if len(powers) > 1 else [self.low, self.high]
        size = self.high - self.low
        return [((m - self.low) / size, _short(_power(m) if self.log else m)) for m in marks]


def _logarithms(values: Array) -> Array:
    import numpy as np

    return np.log10(np.where(values > 0, values, np.nan))


def _power(exponent: float) -> float:
    return float(10.0 ** min(exponent, 308.0))  # the greatest that a float can hold


def _apart(low: float, high: float) -> tuple[float, float]:
    """Equal ends drawn apart, so that the one value lies in the middle."""
    if high > low:
        return low, high
    half = abs(low) * 0.5 or 0.5
    return low - half, low + half


def _round_marks(low: float, high: float, count: int) -> list[float]:
    rough = (high - low) / count
    if not math.isfinite(rough) or low + rough == low:  # wider or narrower than floats can part
        return [low, high]
    power = 10.0 ** math.floor(math.log10(rough))
    share = rough / power
    step = power * (1 if share < 1.5 else 2 if share < 3.5 else 5 if share < 7.5 else 10)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{i * step:.12g}") for i in range(first, last + 1)]


def _short(value: float) -> str:
    """A number of few digits, like those people choose for marks."""
    size = abs(value)
    if value and not 1e-4 <= size < 1e7:
        return f"{value:.3g}"
    return f"{value:,.0f}" if size >= 1e4 else f"{value:.4g}"
