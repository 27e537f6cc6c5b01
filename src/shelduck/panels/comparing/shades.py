"""Runs by the shade that a picture gives them: a dozen, so that a shade is one path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shelduck import formats
from shelduck.panels.comparing import colours, svg
from shelduck.panels.comparing.columns import Column
from shelduck.panels.comparing.scales import Scale

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

_SHADES = 12


@dataclass(frozen=True, slots=True)
class Shades:
    """The colours of runs by one column."""

    of_run: Array
    """The number of each run's shade; -1 for a run that has no value."""
    colours: tuple[str, ...]

    @classmethod
    def by(cls, column: Column | None, log: bool, length: int) -> Shades:
        """Return shades by a column's numbers on a scale, or by its texts."""
        import numpy as np

        if column is None:
            return cls(np.zeros(length, int), ("#5b7fa6",))
        if column.categories is not None:
            places = np.nan_to_num(column.values, nan=-1).astype(int)
            shown = min(len(column.categories), 8)
            return cls(np.where(places < 0, -1, places % 8), _first(shown))
        return cls(shade(Scale.of(column, log).place(column.values)), ramp())

    def groups(self, rows: Sequence[int]) -> list[tuple[str, list[int]]]:
        """Return the runs of each shade with its colour; those without a value first."""
        found: dict[int, list[int]] = {}
        for row in rows:
            found.setdefault(int(self.of_run[row]), []).append(row)
        return [(self._colour(number), found[number]) for number in sorted(found)]

    def _colour(self, number: int) -> str:
        return colours.NONE if number < 0 else self.colours[number]


def shade(places: Array) -> Array:
    """Return the number of the shade for places from 0 to 1; -1 for NaN."""
    import numpy as np

    numbers = np.minimum(np.nan_to_num(places) * _SHADES, _SHADES - 1).astype(int)
    found: Array = np.where(np.isnan(places), -1, numbers)
    return found


def ramp() -> tuple[str, ...]:
    """Return the colours of the shades."""
    return tuple(colours.ramp(i / (_SHADES - 1)) for i in range(_SHADES))


def _first(count: int) -> tuple[str, ...]:
    return tuple(colours.category(i) for i in range(count))


def legend(right: float, top: float, label: str, scale: Scale) -> str:
    """Return what the shades mean: the name and both ends, or the first texts."""
    if scale.categories:
        return _key(right, top, scale.categories)
    low, high = (formats.number(float(end)) for end in scale.ends)
    if scale.time:
        low, high = (formats.moment(round(float(end))) for end in scale.ends)
    width = 5
    wide = 7 * len(high) + 6
    left = right - wide - width * _SHADES
    bars = "".join(
        svg.boxes([(left + i * width, top - 9, width, 9)], c) for i, c in enumerate(ramp())
    )
    return (
        bars
        + svg.text((left - 6, top), f"{formats.line(label, 24)}  {low}", 40, "end", svg.FAINT)
        + svg.text((right - wide + 6, top), high, 20, "start", svg.FAINT)
    )


def _key(right: float, top: float, categories: Sequence[str]) -> str:
    parts = []
    for i in reversed(range(min(8, len(categories)))):
        words = formats.line(categories[i], 12) or "''"
        right -= 7 * len(words) + 18
        parts.append(svg.dots([(right + 5, top - 4)], colours.category(i), 1, 8))
        parts.append(svg.text((right + 13, top), words, 12, "start", svg.FAINT))
    return "".join(parts)
