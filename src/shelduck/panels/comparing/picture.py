"""A picture of runs that a saved notebook keeps, and what its parts share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from shelduck.panels.comparing import svg
from shelduck.panels.comparing.sample import Sample
from shelduck.panels.comparing.scales import Scale
from shelduck.panels.comparing.shades import Shades, legend
from shelduck.panels.comparing.table import Table

_FAINT, _STRONG, _ALONE = (0.15, 1.0), (0.95, 1.8), (0.55, 1.0)  # opacity, and share of width


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, and what is to be said of it."""

    svg: str
    words: str

    @classmethod
    def of(
        cls, size: tuple[int, int], label: str, parts: Iterable[str], words: Iterable[str]
    ) -> Picture:
        """Return parts as a picture, and those words that are not empty."""
        return cls(svg.picture(*size, label, parts), "; ".join(filter(None, words)))


Draw = Callable[[list[int], str, float, float], str]
"""Draws some runs in a colour, an opacity, and so many times the usual width."""


def coloured(table: Table, colour: str | None, log: bool, drawn: Sample, draw: Draw) -> list[str]:
    """Return the runs in their colours; beside selected ones, drawn last, the others are faint."""
    column = table.columns[colour] if colour is not None else None
    shades = Shades.by(column, log, len(table.ids))
    layers = [(drawn.others, _FAINT if drawn.selected else _ALONE), (drawn.selected, _STRONG)]
    return [
        draw(rows, shade, *weight)
        for members, weight in layers
        for shade, rows in shades.groups(members)
    ]


def key(table: Table, colour: str | None, log: bool, right: float) -> str:
    """Return what the colours mean, at the top, as far as ``right``."""
    if colour is None:
        return ""
    scale = Scale.of(table.columns[colour], log)
    return legend(right, 14, table.axis(colour).label, scale)


def points_of(rows: Iterable[int], points: Mapping[int, svg.Point]) -> list[svg.Point]:
    """Return the points of those rows that have one."""
    return [points[row] for row in rows if row in points]
