"""Scales of colour that colour-blind people can read; ``colours.ts`` has the same."""

from __future__ import annotations

# Cividis (Nuñez, Anderton, Renslow 2018), at nine places.
_CIVIDIS = (
    (0, 32, 77), (0, 51, 111), (57, 72, 107), (87, 93, 109), (112, 113, 115), (138, 134, 120),
    (166, 157, 117), (196, 181, 108), (255, 234, 70),
)  # fmt: skip
# Okabe and Ito 2008, without black; then a darker yellow and a grey.
_CATEGORIES = (
    "#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9", "#cc79a7", "#b8a900", "#7f7f7f",
)  # fmt: skip
# Neither end is lost on a ground that may be white or black: a static picture does not know.
_FROM, _TO = 0.2, 0.97
NONE = "#8c8c8c"
"""The colour of what has no value."""


def ramp(share: float) -> str:
    """Return the colour at ``share`` from 0 to 1."""
    at = (_FROM + min(1.0, max(0.0, share)) * (_TO - _FROM)) * (len(_CIVIDIS) - 1)
    i = min(len(_CIVIDIS) - 2, int(at))
    mixed = (round(a + (b - a) * (at - i)) for a, b in zip(*_CIVIDIS[i : i + 2], strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def category(i: int) -> str:
    """Return a colour of its own for the ``i``-th thing; after eight they repeat."""
    return _CATEGORIES[i % len(_CATEGORIES)]
