"""Scales of colour that colour-blind people can read; ``colours.ts`` has the same."""

from __future__ import annotations

# Viridis (Smith and van der Walt 2015), at nine places.
_VIRIDIS = (
    (68, 1, 84), (71, 44, 122), (59, 81, 139), (44, 113, 142), (33, 144, 141), (39, 173, 129),
    (92, 200, 99), (170, 220, 50), (253, 231, 37),
)  # fmt: skip
# Okabe and Ito 2008, without black; then a violet and a dark red.
_CATEGORIES = (
    "#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9", "#cc79a7", "#7a3fe0", "#94132b",
)  # fmt: skip
# Neither end is lost on a ground that may be white or black: a static picture does not know.
_FROM, _TO = 0.13, 0.92
NONE = "#8c8c8c"
"""The colour of what has no value."""


def ramp(share: float) -> str:
    """Return the colour at ``share`` from 0 to 1."""
    at = (_FROM + min(1.0, max(0.0, share)) * (_TO - _FROM)) * (len(_VIRIDIS) - 1)
    i = min(len(_VIRIDIS) - 2, int(at))
    mixed = (round(a + (b - a) * (at - i)) for a, b in zip(*_VIRIDIS[i : i + 2], strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def category(i: int) -> str:
    """Return a colour of its own for the ``i``-th thing; after eight they repeat."""
    return _CATEGORIES[i % len(_CATEGORIES)]
