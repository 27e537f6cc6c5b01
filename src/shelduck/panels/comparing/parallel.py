"""Parallel coordinates as a picture: a run is a line over all axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shelduck.panels.comparing import svg
from shelduck.panels.comparing.pictures import Picture, coloured, key
from shelduck.panels.comparing.sample import sample
from shelduck.panels.comparing.scales import Scale
from shelduck.panels.comparing.table import Axis, Table

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

LINES = 300  # of a dozen axes that is 30 kB
_AXES = 12
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 900, 56, 268
_FOOT = 288
"""Where a run crosses an axis on which it has no place."""


def parallel(table: Table, view: Mapping[str, Any], selected: Sequence[int]) -> Picture:
    """Return runs as lines over the axes of the view, coloured by one of them."""
    names = view["axes"][:_AXES]
    drawn = sample(table, selected, view["colour"], LINES)
    room = (_RIGHT - _LEFT) / max(1, len(names) - 1)
    axes = [_Standing.of(table, a, view, _LEFT + i * room, room) for i, a in enumerate(names)]
    heights = [axis.heights(table.columns[axis.axis.id].values) for axis in axes]

    def draw(rows: list[int], colour: str, opacity: float, width: float) -> str:
        paths = [
            [(axis.left, float(h[row])) for axis, h in zip(axes, heights, strict=True)]
            for row in rows
        ]
        return svg.lines(paths, colour, opacity, width)

    log = view["colour"] in view["log"]
    parts = coloured(table, view["colour"], log, drawn, draw)
    parts += [
        axis.drawn(has_foot=bool((h == _FOOT).any())) for axis, h in zip(axes, heights, strict=True)
    ]
    parts.append(key(table, view["colour"], log, _RIGHT))
    more = len(view["axes"]) - len(names)
    label = f"Parallel coordinates of {len(drawn.rows)} runs"
    words = [drawn.words, f"{more} more axes" if more > 0 else ""]
    return Picture.of((960, 300), label, parts, words)


@dataclass(frozen=True, slots=True)
class _Standing:
    """One axis, from the bottom up or flipped."""

    axis: Axis
    scale: Scale
    flipped: bool
    brushes: list[Any]
    left: float
    room: float
    """How far it is to the next one."""

    @classmethod
    def of(
        cls, table: Table, name: str, view: Mapping[str, Any], left: float, room: float
    ) -> _Standing:
        scale = Scale.of(table.column(name), name in view["log"])
        brushes = view["brushes"].get(name, [])
        return cls(table.axis(name), scale, name in view["flipped"], brushes, left, room)

    def heights(self, values: Array) -> Array:
        """Return where runs cross it."""
        import numpy as np

        places = self.scale.place(values)
        found: Array = np.where(np.isnan(places), _FOOT, self._height(places))
        return found

    def _height(self, place: Any) -> Any:
        up = 1 - place if self.flipped else place
        return _BOTTOM - up * (_BOTTOM - _TOP)

    def drawn(self, *, has_foot: bool) -> str:
        """Return the axis with its name, its marks and what is brushed of it."""
        foot = svg.text((self.left - 6, _FOOT + 4), "none", 4, "end", svg.FAINT)
        limit = max(4, int(self.room / 7))
        marks = (
            svg.text((self.left - 6, self._height(p) + 4), words, limit - 2, "end", svg.FAINT)
            for p, words in self.scale.ticks(5)
        )
        return (
            svg.rule((self.left, _TOP), (self.left, _BOTTOM))
            + svg.boxes(map(self._brushed, self.brushes), svg.ACCENT)
            + svg.text((self.left, _TOP - 14), self.axis.label, limit, "middle")
            + "".join(marks)
            + (foot if has_foot else "")
        )

    def _brushed(self, part: Any) -> tuple[float, float, float, float]:
        """A brushed range, or text, as a bar on the axis."""
        low, high = self.scale.span(part)
        top, bottom = sorted((self._height(low), self._height(high)))
        return self.left - 3, top, 6, max(2.0, bottom - top)
