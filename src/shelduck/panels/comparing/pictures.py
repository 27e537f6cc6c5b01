"""The pictures between two axes: scatter, contour and curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from shelduck.panels.comparing import colours, svg
from shelduck.panels.comparing.columns import of_numbers
from shelduck.panels.comparing.contour import Contour
from shelduck.panels.comparing.field import HEIGHT, RIGHT, WIDTH, Field
from shelduck.panels.comparing.picture import Picture, coloured, key, points_of
from shelduck.panels.comparing.sample import sample
from shelduck.panels.comparing.scales import Scale
from shelduck.panels.comparing.shades import legend, ramp, shade
from shelduck.panels.comparing.table import Table

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

DOTS = 1000  # as one path a colour that is 15 kB
LINES = 20


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
        return svg.dots(points_of(rows, points), colour, opacity, 4 + width)

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
    dots = points_of((row for row in rows if table.columns[z.id].finite[row]), points)
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
