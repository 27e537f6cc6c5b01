"""Pictures as SVG that stands in HTML: no script, no style of the page needed, text escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from shelduck import formats

INK = "var(--jp-ui-font-color1, currentColor)"
FAINT = "var(--jp-ui-font-color2, #808080)"
RULE = "var(--jp-border-color1, #a0a0a0)"
ACCENT = "var(--jp-brand-color1, #1976d2)"
# Behind letters, so that they can be read among lines.
_HALO = "paint-order:stroke;stroke:var(--jp-layout-color0, transparent);stroke-width:3px"

Point = tuple[float, float]


def picture(width: int, height: int, label: str, parts: Iterable[str]) -> str:
    """Return parts as a picture, with what it shows in words."""
    words = escape(formats.line(label, 200), quote=True)
    style = "max-width:100%;height:auto;font:11px var(--jp-ui-font-family, sans-serif)"
    return (
        f"<svg viewBox='0 0 {width} {height}' width='{width}' role='img' aria-label='{words}' "
        f"style='{style}'>{''.join(parts)}</svg>"
    )


def text(at: Point, words: str, limit: int = 18, anchor: str = "start", ink: str = INK) -> str:
    """Return a user's text, cut to ``limit`` characters; a pointer on it shows more."""
    shown, whole = formats.line(words, limit), formats.line(words, 200)
    title = f"<title>{escape(whole)}</title>" if shown != whole else ""
    return (
        f"<text x='{at[0]:.1f}' y='{at[1]:.1f}' text-anchor='{anchor}' fill='{ink}' "
        f"style='{_HALO}'>"
        f"{escape(shown)}{title}</text>"
    )


def lines(paths: Iterable[Sequence[Point]], colour: str, opacity: float, width: float = 1) -> str:
    """Return lines of one colour as one path."""
    drawn = "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in path) for path in paths if len(path) > 1
    )
    if not drawn:
        return ""
    return (
        f"<path d='{drawn}' fill='none' stroke='{colour}' stroke-width='{width}' "
        f"stroke-opacity='{opacity}' stroke-linejoin='round'></path>"
    )


def dots(points: Iterable[Point], colour: str, opacity: float, size: float = 5) -> str:
    """Return round dots of one colour as one path."""
    drawn = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in points)
    if not drawn:
        return ""
    return (
        f"<path d='{drawn}' stroke='{colour}' stroke-width='{size}' stroke-opacity='{opacity}' "
        "stroke-linecap='round' fill='none'></path>"
    )


def boxes(found: Iterable[tuple[float, float, float, float]], colour: str) -> str:
    """Return filled boxes (left, top, width, height) of one colour as one path."""
    drawn = "".join(f"M{x:.1f} {y:.1f}h{w:.1f}v{h:.1f}h{-w:.1f}z" for x, y, w, h in found)
    crisp = "shape-rendering='crispEdges'"  # or there are seams between them
    return f"<path d='{drawn}' fill='{colour}' {crisp}></path>" if drawn else ""


def rule(begin: Point, end: Point) -> str:
    """Return a line of an axis."""
    return lines([[begin, end]], RULE, 1)
