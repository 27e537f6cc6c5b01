"""What can go wrong, in one tree.

ShelduckError
├── BadValue            a value, name or argument that cannot be taken; names the key
├── BadFilter           a filter or order that does not parse, or names what no run has
├── NotFound            a run, experiment or artifact that is not there; suggests the nearest
├── NoActiveRun         a verb that needs a run outside one
└── StoreError
    ├── StoreBusy       somebody else holds the file; names who
    ├── StoreTooNew     written by a newer Shelduck; names the version to install
    ├── StoreMoved      the file is gone, or another one lies in its place
    └── StoreDamaged    the file cannot be opened; says what is safe and what to do
"""

from __future__ import annotations

import difflib
import sys
import threading
import warnings
from collections.abc import Iterable


class ShelduckError(Exception):
    """Anything Shelduck raises on purpose."""


class BadValue(ShelduckError, ValueError):
    """A value, name or argument that cannot be recorded."""


class BadFilter(ShelduckError, ValueError):
    """A filter or order that cannot be read.

    Parameters
    ----------
    message
        What is wrong, in a sentence.
    text
        The whole filter.
    start, end
        The offending token is ``text[start:end]``.
    """

    def __init__(self, message: str, text: str, start: int, end: int) -> None:
        begin = text.rfind("\n", 0, start) + 1
        line = text[begin:].partition("\n")[0]
        marker = " " * (start - begin) + "^" * max(1, min(end - start, len(line)))
        super().__init__(f"{message}\n  {line}\n  {marker}")
        self.reason, self.text, self.start, self.end = message, text, start, end


class NotFound(ShelduckError, LookupError):
    """What was asked for is not in the store."""


class NoActiveRun(ShelduckError, RuntimeError):
    """The verb needs a run, and none is active in this thread."""


class StoreError(ShelduckError):
    """The store cannot be used as asked."""


class StoreBusy(StoreError):
    """Another process or connection holds the store."""


class StoreTooNew(StoreError):
    """The store was written by a newer Shelduck."""


class StoreMoved(StoreError):
    """The store is gone from its path, or another one lies there."""


class StoreDamaged(StoreError):
    """DuckDB cannot open the store's file."""


class ShelduckWarning(UserWarning):
    """Something about tracking that the user should know; training goes on."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean `a` or `b`?"`` for the names close to ``name``, else ``""``."""
    close = difflib.get_close_matches(name, list(known), n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(f'`{c}`' for c in close)}?" if close else ""


def warn(message: str) -> None:
    """Tell the user something about tracking; never raise, whatever the warning filters say."""
    try:
        if threading.current_thread().name.startswith(__name__.partition(".")[0]):
            # On a thread of ours no line is the user's.
            warnings.warn_explicit(message, ShelduckWarning, "shelduck", 0)
        else:
            warnings.warn(message, ShelduckWarning, stacklevel=_levels_to_user())
    except ShelduckWarning:
        print(f"shelduck: {message}", file=sys.stderr)


def _levels_to_user() -> int:
    """How many calls up the user's own line is, seen from ``warn``."""
    ours, level = (__name__.partition(".")[0], "contextlib"), 1  # which calls our own blocks
    frame = sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] in ours:
        frame, level = frame.f_back, level + 1
    return level
