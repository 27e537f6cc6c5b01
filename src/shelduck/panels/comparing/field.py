"""The field between two axes, with their names and marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shelduck.panels.comparing import svg
from shelduck.panels.comparing.scales import Scale

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

WIDTH, HEIGHT = 475, 310
LEFT, TOP, RIGHT, BOTTOM = 64, 40, 460, 270


@dataclass(frozen=True, slots=True)
class Field:
    """Where things lie between two axes."""

    x: Scale
    y: Scale

    def points(self, xs: Array, ys: Array) -> dict[int, svg.Point]:
        """Return where values lie, by their place in the arrays; those that lie nowhere do not."""
        import numpy as np

        across, up = self.x.place(xs), self.y.place(ys)
        there = np.flatnonzero(np.isfinite(across) & np.isfinite(up))
        left = LEFT + across[there] * (RIGHT - LEFT)
        top = BOTTOM - up[there] * (BOTTOM - TOP)
        places = zip(left.tolist(), top.tolist(), strict=True)
        return dict(zip(there.tolist(), places, strict=True))

    def boxes(self, shades: Array) -> dict[int, list[tuple[float, float, float, float]]]:
        """Return a grid of shades, row by row from below, as boxes; -1 is none.

        Those of one shade side by side are one box.
        """
        rows, columns = shades.shape
        width, height = (RIGHT - LEFT) / columns, (BOTTOM - TOP) / rows
        found: dict[int, list[tuple[float, float, float, float]]] = {}
        for j, row in enumerate(shades.tolist()):
            for shade, begin, end in _stretches(row):
                box = (LEFT + begin * width, BOTTOM - (j + 1) * height)
                found.setdefault(shade, []).append((*box, (end - begin) * width, height))
        return found

    def drawn(self, x_label: str, y_label: str) -> str:
        """Return the axes."""
        across = (
            svg.text((LEFT + p * (RIGHT - LEFT), BOTTOM + 15), w, 14, "middle", svg.FAINT)
            for p, w in self.x.ticks(5)
        )
        up = (
            svg.text((LEFT - 6, BOTTOM - p * (BOTTOM - TOP) + 4), w, 10, "end", svg.FAINT)
            for p, w in self.y.ticks(5)
        )
        return (
            svg.rule((LEFT, BOTTOM), (RIGHT, BOTTOM))
            + svg.rule((LEFT, TOP), (LEFT, BOTTOM))
            + svg.text(((LEFT + RIGHT) / 2, BOTTOM + 32), x_label, 60, "middle")
            + svg.text((8, TOP - 10), y_label, 60)
            + "".join([*across, *up])
        )


def _stretches(row: list[int]) -> list[tuple[int, int, int]]:
    """Each stretch of equal numbers, with its begin and end, but for -1."""
    edges = [i for i in range(1, len(row)) if row[i] != row[i - 1]]
    spans = zip([0, *edges], [*edges, len(row)], strict=True)
    return [(row[begin], begin, end) for begin, end in spans if row[begin] >= 0]
