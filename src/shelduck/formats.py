"""Numbers, durations, sizes and times as a person reads them."""

from __future__ import annotations

import math
import time
from typing import Any


def number(value: float | None, digits: int = 4) -> str:
    """Return a number with ``digits`` significant digits, and its whole part in full.

    ``6.283185`` is ``6.283``, ``1234567.8`` is ``1,234,568``, ``0.00001234`` is ``1.234e-05``.
    """
    if value is None:
        return "–"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
    if isinstance(value, int):
        return f"{value:,}" if abs(value) < 1e15 else str(value)
    if value == 0:
        return "0"
    if not 1e-4 <= abs(value) < 1e15:
        return f"{value:.{digits - 1}e}"
    decimals = digits - 1 - math.floor(math.log10(abs(value)))
    return f"{value:,.{max(0, decimals)}f}"


def value(item: Any, limit: int = 60) -> str:
    """Return any value in one short line; a number as it was typed, when that is short."""
    if isinstance(item, float) and math.isfinite(item):
        return repr(item) if len(repr(item)) <= 8 else f"{item:.5g}"
    text = str(item).replace("\n", "⏎")
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def difference(new: float, old: float) -> str:
    """Return a signed difference with its percentage, like ``−0.4211 (−6.3 %)``."""
    change = new - old
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    text = f"{sign}{number(abs(change))}"
    if old and math.isfinite(change / old):
        text += f" ({sign}{abs(change / old) * 100:.1f} %)"
    return text


def duration(seconds: float | None) -> str:
    """Return seconds as ``3 ms``, ``4.2 s``, ``2 min 5 s`` or ``3 h 10 min``."""
    if seconds is None:
        return "–"
    if seconds < 0.9995:
        return f"{seconds * 1000:.{0 if seconds >= 0.00995 else 1}f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def size(count: float) -> str:
    """Return bytes as ``512 B``, ``1.5 kB``, ``3.2 MB`` (powers of 1000)."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 999.5:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} TB"


def ago(milliseconds: int) -> str:
    """Return how long ago a time was, in words."""
    seconds = time.time() - milliseconds / 1000
    for limit, unit, name in ((90, 1, "s"), (5400, 60, "min"), (129_600, 3600, "h")):
        if seconds < limit:
            return f"{max(0, round(seconds / unit))} {name} ago"
    days = round(seconds / 86_400)
    return (
        f"{days} days ago"
        if days < 60
        else time.strftime("%Y-%m-%d", time.gmtime(milliseconds / 1000))
    )
