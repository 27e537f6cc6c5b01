"""What the panels share: marks, colours, and a user's text made safe for HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any, TypeVar

from shelduck import formats
from shelduck.records import FAILED, FINISHED, KILLED, RUNNING

T = TypeVar("T")
MARKS = {FINISHED: "●", FAILED: "✕", KILLED: "◼", RUNNING: "○"}
COLOURS = {
    FINISHED: "var(--jp-success-color1, #2e7d32)",
    FAILED: "var(--jp-error-color1, #c62828)",
    KILLED: "var(--jp-warn-color1, #b26a00)",
    RUNNING: "var(--jp-info-color1, #0277bd)",
}
FAINT = "var(--jp-ui-font-color2, #6b6b6b)"
# Jupyter centres tables in text, and gives them a margin below.
TABLE = (
    "margin:0;border-collapse:collapse;table-layout:auto;font-variant-numeric:tabular-nums;"
    "font-size:var(--jp-ui-font-size1,13px);"
)
# Else it is white in a dark theme.
SCROLLING = (
    "overflow:auto;scrollbar-width:thin;scrollbar-color:var(--jp-border-color1,#999) transparent"
)
# What a user wrote between two dollar signs is no formula.
PANEL = "class='tex2jax_ignore mathjax_ignore'"
_CELL = "text-align:left;vertical-align:top;line-height:1.5"


def text(words: str, limit: int = 60) -> str:
    """Return a user's text in one line, as HTML that it cannot break out of.

    Text of another script stays apart, so that what is written from right to left does not
    turn its neighbours around.
    """
    safe = escape(formats.line(words, limit), quote=False)
    return safe if safe.isascii() else f"<bdi>{safe}</bdi>"


def faint(words: str, limit: int = 60) -> str:
    """Return a user's text in the colour of what is less important."""
    return f"<span style='color:{FAINT}'>{text(words, limit)}</span>"


def head(name: str, status: str, about: Sequence[str], error: str | None) -> str:
    """Return the line that names a run, and below it the error that ended it."""
    colour = COLOURS[status]
    failure = f"<div style='color:{colour}'>{text(error, 300)}</div>" if error else ""
    return (
        f"<div><b>{text(name, 80)}</b>&ensp;<span style='color:{colour}'>{MARKS[status]} {status}"
        f"</span>&ensp;{faint(' · '.join(about), 200)}</div>{failure}"
    )


def row(label: str, content: str) -> str:
    """Return a line of a `table`: a label, which is a user's text, and HTML."""
    return (
        f"<tr style='background:none'><td style='{_CELL};padding:0 16px 0 0;color:{FAINT}'>"
        f"{text(label)}</td><td style='{_CELL};padding:0'>{content}</td></tr>"
    )


def table(rows: Iterable[str]) -> str:
    """Return rows as a table; it keeps its shape where styles are taken away, as on GitHub."""
    return f"<table style='{TABLE}'><tbody>{''.join(rows)}</tbody></table>"


def within(size: int, parts: Iterable[T], length: Callable[[Any], int] = len) -> list[T]:
    """Return as many of the parts, from the first, as are together no longer than ``size``."""
    kept = []
    for part in parts:
        size -= length(part)
        if size < 0:
            break
        kept.append(part)
    return kept
