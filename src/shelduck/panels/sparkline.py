"""A metric's history as a small SVG, for what has no script to draw it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

WIDTH, HEIGHT = 120, 24  # pixels
_EDGE = 2


def sparkline(steps: Sequence[float], values: Sequence[float]) -> str:
    """Return a curve as SVG; it breaks where a value is not finite."""
    there = [(x, y) for x, y in zip(steps, values, strict=True) if math.isfinite(y)]
    if not there:
        return ""
    left, right = min(x for x, _ in there), max(x for x, _ in there)
    low, high = min(y for _, y in there), max(y for _, y in there)

    def place(x: float, y: float) -> str:
        across = _share(x, left, right) * (WIDTH - 2 * _EDGE) + _EDGE
        down = (1 - _share(y, low, high)) * (HEIGHT - 2 * _EDGE) + _EDGE
        return f"{across:.1f},{down:.1f}"

    lines = []
    pairs = zip(steps, values, strict=True)
    for finite, part in groupby(pairs, key=lambda pair: math.isfinite(pair[1])):
        points = [place(x, y) for x, y in part] if finite else []
        # A round cap makes a dot of a line without length.
        lines += [f"<polyline points='{' '.join(points * (1 + (len(points) == 1)))}'/>"] * finite
    return (
        f"<svg width='{WIDTH}' height='{HEIGHT}' viewBox='0 0 {WIDTH} {HEIGHT}' fill='none' "
        "stroke='currentColor' stroke-width='1.3' stroke-linecap='round' "
        f"style='vertical-align:middle' aria-hidden='true'>{''.join(lines)}</svg>"
    )


def _share(value: float, low: float, high: float) -> float:
    """How far a value lies from low to high; huge spans overflow unless halved first."""
    span = high / 2 - low / 2
    return (value / 2 - low / 2) / span if span else 0.5
