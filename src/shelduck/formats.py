"""Numbers, durations, sizes and times as a person reads them."""

from __future__ import annotations

import math
import time
import unicodedata
from collections.abc import Sequence
from typing import Any

_SHOWN = {"\n": "⏎", "\t": "⇥", "\u200d": "\u200d"}  # the last one joins emoji


def number(value: float | None, digits: int = 4) -> str:
    """Return a number with ``digits`` significant digits, and its whole part in full.

    ``6.283185`` is ``6.283``, ``37.0`` is ``37``, ``1234567.8`` is ``1,234,568``, ``0.00001234``
    is ``1.234e-05``.
    """
    if value is None:
        return "–"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
    if isinstance(value, int) and abs(value) >= 1e15:
        return str(value)
    if value == int(value) and abs(value) < 1e15:  # a count, though metrics are floats
        return f"{int(value):,}"
    if not 1e-4 <= abs(value) < 1e15:
        return f"{value:.{digits - 1}e}"
    decimals = digits - 1 - math.floor(math.log10(abs(value)))
    return f"{value:,.{max(0, decimals)}f}"


def numbers(column: Sequence[float | None], digits: int = 4) -> list[str]:
    """Return the numbers of a column with as many decimals each, where that is readable."""
    places = decimals(column, digits)
    return [decimal(v, places, digits) for v in column]


def decimals(column: Sequence[float | None], digits: int = 4) -> int | None:
    """Return how many decimals suit all numbers of a column; None is each its own."""
    sizes = [abs(v) for v in column if v and math.isfinite(v)]
    whole = all(v is None or not math.isfinite(v) or v == int(v) for v in column)
    if not sizes or whole or min(sizes) < 1e-4 or max(sizes) / min(sizes) > 1e3:
        return None
    # As the least needs them, but not so many that the greatest has two digits too many.
    least, greatest = (
        digits - 1 - math.floor(math.log10(size)) for size in (min(sizes), max(sizes))
    )
    return max(0, min(least, greatest + 1))


def decimal(value: float | None, places: int | None, digits: int = 4) -> str:
    """Return a number with that many decimals; with None as `number` does."""
    if value is None or places is None or not math.isfinite(value):
        return number(value, digits)
    return f"{value:,.{places}f}"


def value(item: Any, limit: int = 60) -> str:
    """Return any value in one short line; a number as it was typed, when that is short."""
    if isinstance(item, float) and math.isfinite(item):
        return repr(item) if len(repr(item)) <= 8 else f"{item:.5g}"
    return line(str(item), limit) or "''"


def line(text: str, limit: int = 60) -> str:
    """Return a text in one line of at most ``limit`` characters, with nothing unseen in it.

    Line breaks and control characters, also those that turn the direction of writing, are
    replaced by a sign.
    """
    short = "".join(c if c.isprintable() else _sign(c) for c in text[:limit])
    return short if len(text) <= limit else f"{short[:-1]}…"


def _sign(char: str) -> str:
    return " " if unicodedata.category(char) == "Zs" else _SHOWN.get(char, "·")


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


def moment(milliseconds: int) -> str:
    """Return a time as ``2026-11-23 09:17``, by this machine's clock, if it has that."""
    try:
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(milliseconds / 1000))
    except (OverflowError, OSError, ValueError):
        return "–"
