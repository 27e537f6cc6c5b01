"""Completion of what stands after our magics: options, experiments, names of columns and runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from IPython.core.completer import (
    CompletionContext,
    SimpleCompletion,
    SimpleMatcherResult,
    context_matcher,
)

from shelduck.errors import ShelduckError
from shelduck.magics.commands import COMMANDS
from shelduck.magics.options import option_names
from shelduck.magics.track import track_cell_magic
from shelduck.magics.track_line import track_line_magic
from shelduck.records import ACTIVE
from shelduck.store import reading
from shelduck.store.fields import KINDS, Clause
from shelduck.tracking.current import current

_MAGICS: dict[str, Callable[..., Any]] = {
    "%%track": track_cell_magic,
    "%track": track_line_magic,
    **{f"%{name}": magic for name, magic in COMMANDS.items()},
}
_QUICK = 0.2  # seconds the store may keep a keystroke waiting


@context_matcher(identifier="shelduck")
def complete(context: CompletionContext) -> SimpleMatcherResult:
    """Complete on a line that begins with one of our magics; elsewhere offer nothing."""
    line = context.line_with_cursor[: context.cursor_position].lstrip()
    magic, space, rest = line.partition(" ")
    if magic not in _MAGICS or not space:
        return SimpleMatcherResult(completions=[])
    before, _, token = rest.rpartition(" ")
    found = [SimpleCompletion(text) for text in _texts(magic, before) if text.startswith(token)]
    return SimpleMatcherResult(
        completions=found, matched_fragment=token, suppress=bool(found), ordered=True
    )


def _texts(magic: str, before: str) -> Iterable[str]:
    """What may follow ``before``."""
    if before.endswith(("-e", "--experiment")) or (magic == "%experiment" and not before):
        return _names("%experiment")
    words = ["use"] if magic == "%shelduck" and not before else option_names(_MAGICS[magic])
    return [*words, *_names(magic)]


def _names(magic: str) -> list[str]:
    if magic not in ("%experiment", "%runs", "%compare", "%run_info"):
        return []
    try:
        with current.store.reading(wait=_QUICK) as con:
            if magic == "%experiment":
                return [experiment.name for experiment in reading.experiments(con, [ACTIVE])]
            if magic == "%run_info":
                return reading.run_names(con)
            scope = reading.RunScope(con, Clause("true"))
            columns = [f"{kind}.{name}" for kind in KINDS for name in scope.names(kind)]
            return [*columns, *reading.run_names(con)] if magic == "%compare" else columns
    except ShelduckError:
        return []  # the store is busy; completion is not worth a wait or an error
