"""A metric's history as a small SVG, for what has no script to draw it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import groupby

WIDTH, HEIGHT = 120, 24  # pixels
_EDGE = 2
_COLOUR = "var(--jp-brand-color1, #1976d2)"


def sparkline(steps: Sequence[float], values: Sequence[float]) -> str:
    """Return a curve as SVG, which breaks where a value is not finite; nothing if none is."""
    there = [(x, y) for x, y in zip(steps, values, strict=True) if math.isfinite(y)]
    if not there:
        return ""
    across = scale([x for x, _ in there], _EDGE, WIDTH - _EDGE)
    up = scale([y for _, y in there], HEIGHT - _EDGE, _EDGE)
    path, points = "", zip(steps, values, strict=True)
    for finite, part in groupby(points, lambda point: math.isfinite(point[1])):
        if finite:
            places = [f"{across(x):.1f} {up(y):.1f}" for x, y in part]
            path += f"M{'L'.join(places)}{'h0' * (len(places) == 1)}"  # with round caps, a dot
    return (
        f"<svg width='{WIDTH}' height='{HEIGHT}' viewBox='0 0 {WIDTH} {HEIGHT}' "
        f"style='vertical-align:middle' role='img' aria-label='its curve'><path d='{path}' "
        f"fill='none' stroke='{_COLOUR}' stroke-width='1.3' stroke-linecap='round'/></svg>"
    )


def scale(values: Sequence[float], begin: float, end: float) -> Callable[[float], float]:
    """Return what takes values to places between two edges.

    Halved, for the span of the widest overflows.
    """
    low, span = min(values) / 2, end - begin
    half = max(values) / 2 - low
    if not half:
        return lambda _: (begin + end) / 2
    return lambda value: begin + (value / 2 - low) / half * span
