"""Pictures of runs that a saved notebook keeps: what they share, and those between two axes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from shelduck.panels.comparing import colours, svg
from shelduck.panels.comparing.columns import of_numbers
from shelduck.panels.comparing.contour import Contour
from shelduck.panels.comparing.field import HEIGHT, RIGHT, WIDTH, Field
from shelduck.panels.comparing.sample import Sample, sample
from shelduck.panels.comparing.scales import Scale
from shelduck.panels.comparing.shades import Shades, legend, ramp, shade
from shelduck.panels.comparing.table import Table

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

DOTS = 1000  # as one path a colour that is 15 kB
LINES = 20
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


def _points_of(rows: Iterable[int], points: Mapping[int, svg.Point]) -> list[svg.Point]:
    """Return the points of those rows that have one."""
    return [points[row] for row in rows if row in points]


# --- between two axes ------------------------------------------------------------------------


class Line(NamedTuple):
    """The history of a metric of one run."""

    name: str
    xs: Array
    ys: Array


def scatter(
    table: Table, view: Mapping[str, Any], selected: Sequence[int], logs: Sequence[str]
) -> Picture:
    """Return runs as dots over two axes; ``logs`` are the axes whose colours are by logarithm."""
    x, y = table.column(view["x"]), table.column(view["y"])
    drawn = sample(table, selected, view["y"], DOTS)
    field = Field(Scale.of(x, view["logX"]), Scale.of(y, view["logY"]))
    points = field.points(x.values, y.values)

    def draw(rows: list[int], colour: str, opacity: float, width: float) -> str:
        return svg.dots(_points_of(rows, points), colour, opacity, 4 + width)

    colour, labels = view["colour"], (table.axis(view["x"]).label, table.axis(view["y"]).label)
    log = colour in logs
    parts = [field.drawn(*labels), *coloured(table, colour, log, drawn, draw)]
    parts.append(key(table, colour, log, RIGHT))
    nowhere = sum(row not in points for row in drawn.rows)
    words = [drawn.words, f"{nowhere:,} have no place here" if nowhere else ""]
    return Picture.of((WIDTH, HEIGHT), f"{labels[1]} over {labels[0]}", parts, words)


def contour(table: Table, view: Mapping[str, Any], found: Contour, rows: Sequence[int]) -> Picture:
    """Return a metric as colour over two axes, and these runs as dots over it."""
    x, y, z = (table.axis(view[name]) for name in "xyz")
    field = Field(found.x, found.y)
    low, high = found.z or (0.0, 1.0)
    heights = Scale(low, high if high > low else low + 1)
    boxes = field.boxes(shade(heights.place(found.grid)))
    parts = [svg.boxes(some, ramp()[number]) for number, some in boxes.items()]
    points = field.points(table.columns[x.id].values, table.columns[y.id].values)
    dots = _points_of((row for row in rows if table.columns[z.id].finite[row]), points)
    parts += [svg.dots(dots, "#fff", 0.9, 5), svg.dots(dots, "#000", 0.9, 3)]
    parts += [field.drawn(x.label, y.label), legend(RIGHT, 14, z.label, heights)]
    words = [f"{found.runs:,} runs, each colour the mean of those near; blank where none is"]
    words += [f"{count:,} left out: {reason}" for reason, count in found.left_out.items()]
    return Picture.of((WIDTH, HEIGHT), f"{z.label} over {x.label} and {y.label}", parts, words)


def curves(lines: Sequence[Line], along: str, metric: str, logs: tuple[bool, bool]) -> Picture:
    """Return histories of a metric over ``along``, with the names of their runs."""
    import numpy as np

    xs, ys = (np.concatenate([line[i] for line in lines]) for i in (1, 2))
    across, up = of_numbers(xs, np.isfinite(xs), along == "time"), of_numbers(ys, np.isfinite(ys))
    field = Field(Scale.of(across, logs[0]), Scale.of(up, logs[1]))
    parts = [field.drawn(along, metric)]
    for i, line in enumerate(lines):
        points = field.points(line.xs, line.ys)
        paths = _unbroken(points, len(line.xs))
        parts.append(svg.lines(paths, colours.category(i), 0.9, 1.4))
        parts.append(svg.dots((p[0] for p in paths if len(p) == 1), colours.category(i), 0.9))
        parts.append(_entry(line.name, colours.category(i), 16 + i * 14))
    return Picture.of((2 * WIDTH, HEIGHT), f"{metric} of {len(lines)} runs", parts, [])


def _entry(name: str, colour: str, top: float) -> str:
    """A run in the list of what colour is which."""
    left = RIGHT + 30
    return svg.dots([(left, top)], colour, 1, 8) + svg.text((left + 10, top + 4), name, 40)


def _unbroken(points: Mapping[int, svg.Point], count: int) -> list[list[svg.Point]]:
    """The parts of a line between values that have no place."""
    parts: list[list[svg.Point]] = [[]]
    for i in range(count):
        if i in points:
            parts[-1].append(points[i])
        elif parts[-1]:
            parts.append([])
    return parts
