"""A metric over two axes: what runs near a place came to, and nothing where no run is near."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shelduck.errors import BadValue
from shelduck.panels.comparing.scales import Scale

if TYPE_CHECKING:
    import numpy as np

    from shelduck.panels.comparing.table import Table

    Array = np.ndarray[Any, Any]

NODES = 60
"""Places of the grid along an axis of numbers; of texts there is one for each category."""
_NEAREST, _FARTHEST = 0.06, 0.3
_AT_ONCE = 4096  # runs whose weights are in memory


@dataclass(frozen=True, slots=True, eq=False)
class Contour:
    """Estimates of a metric on a grid."""

    grid: Array
    """A row for each place along y, from below; NaN where no run is near."""
    x: Scale
    y: Scale
    z: list[float]
    """Least and greatest value of the runs; empty when there are none."""
    runs: int
    """How many were used: all that have the three."""
    left_out: dict[str, int]
    """Why others were not, and how many."""


def contour(table: Table, x: str, y: str, z: str) -> Contour:
    """Return the metric ``z`` over the axes ``x`` and ``y``.

    A value is the mean of the runs that are near on both axes, scaled to 0 to 1, the nearer
    the heavier (a kernel regression with the triweight kernel). How near a run must be depends
    on how far apart runs would lie if they were spread evenly, and on the steps of a grid
    search: nine runs have colour between them, and a thousand show a hole where none was tried.

    Raises
    ------
    BadValue
        There is no such axis, ``z`` is a text, or an axis has too many texts.
    """
    import numpy as np

    columns = [table.column(axis) for axis in (x, y, z)]
    _check(columns, (x, y, z))
    logs = [table.axis(axis).log for axis in (x, y)]
    used, left_out = _used(columns, (x, y, z), logs)
    across, up, height = (column.take(used) for column in columns)
    scales = [Scale.of(column, log) for column, log in zip((across, up), logs, strict=True)]
    places = [s.place(c.values) for s, c in zip(scales, (across, up), strict=True)]
    nears = [_near(places[i], _apart(scales, places)) for i in (0, 1)]
    total, weights = np.zeros((2, *(_places(scale) for scale in scales[::-1])))
    for begin in range(0, len(used), _AT_ONCE):
        part = slice(begin, begin + _AT_ONCE)
        along_x, along_y = (
            _weights(scale, place[part], near)
            for scale, place, near in zip(scales, places, nears, strict=True)
        )
        # The kernel is a product, so that sums over runs are products of matrices.
        weights += along_y @ along_x.T
        with np.errstate(over="ignore", invalid="ignore"):
            total += (along_y * height.values[part]) @ along_x.T
    with np.errstate(divide="ignore", invalid="ignore"):
        grid = np.where(weights > 0, total / weights, np.nan)
    ends = [float(height.values.min()), float(height.values.max())] if len(used) else []
    return Contour(grid, scales[0], scales[1], ends, len(used), left_out)


def _check(columns: list[Any], names: tuple[str, str, str]) -> None:
    if columns[2].categories is not None:
        raise BadValue(f"{names[2]} is a text; a contour shows a number over two axes.")
    for name, column in zip(names, columns[:2], strict=False):
        count = len(column.categories or ())
        if count > NODES:
            raise BadValue(f"{name} has {count:,} different texts; a contour has room for {NODES}.")


def _used(
    columns: list[Any], names: tuple[str, str, str], logs: list[bool]
) -> tuple[Array, dict[str, int]]:
    """The places of the runs that have the three, and why others are left out."""
    import numpy as np

    left_out: dict[str, int] = {}
    used = np.ones(len(columns[0].values), bool)
    for name, column, log in zip(names, columns, [*logs, False], strict=True):
        reasons = [(f"without {name}", column.present), (f"with {name} not finite", column.finite)]
        reasons += [(f"with {name} not above 0", column.values > 0)] if log else []
        for reason, holds in reasons:
            gone = int((used & ~holds).sum())
            used &= holds
            if gone:
                left_out[reason] = gone
    return np.flatnonzero(used), left_out


def _apart(scales: list[Scale], places: list[Array]) -> float:
    """How far apart runs would lie, on axes from 0 to 1, if they were spread evenly."""
    import numpy as np

    different = len(np.unique(places[0] + 1j * places[1]))  # a complex number a pair
    shares = math.prod(len(scale.categories) or 1 for scale in scales)
    dimensions = sum(not scale.categories for scale in scales) or 1
    return float(max(1.0, different / shares) ** (-1 / dimensions))


def _near(places: Array, apart: float) -> float:
    """How near a run must be on an axis; where it has the steps of a grid search, within one."""
    import numpy as np

    steps = np.diff(np.unique(places))
    step = float(np.median(steps)) if len(steps) else 0.0
    return min(_FARTHEST, max(_NEAREST, 2 * apart, step))


def _places(scale: Scale) -> int:
    return len(scale.categories) or NODES


def _weights(scale: Scale, places: Array, near: float) -> Array:
    """The weight of each run, in columns, for each node of an axis, in rows; 0 if not near."""
    import numpy as np

    if count := len(scale.categories):
        nodes = (np.arange(count) + 0.5) / count
        return (np.abs(nodes[:, None] - places) < 0.5 / count).astype(float)
    distance = (np.linspace(0, 1, NODES)[:, None] - places) / near
    inner = np.maximum(1 - distance * distance, 0)
    weights: Array = inner * inner * inner  # a power is ten times as slow
    return weights
