"""Completion of what stands after our magics: options, experiments, names of columns and runs."""

from __future__ import annotations

from collections.abc import Iterable

from IPython.core.completer import (
    CompletionContext,
    SimpleCompletion,
    SimpleMatcherResult,
    context_matcher,
)

from shelduck.errors import ShelduckError
from shelduck.store import reading
from shelduck.store.filters import Clause
from shelduck.tracking import fluent
from shelduck.tracking.fluent import current

_OPTIONS = {
    "%%track": "-e -p -m -t --experiment --params --metrics --tags --description".split(),
    "%track": ["-n", "-e", "-t", "--name", "--experiment", "--tag"],
    "%runs": ["--sort", "--limit", "--experiment", "--all", "--deleted"],
    "%run_info": [],
    "%experiment": [],
    "%shelduck": ["use"],
}
_QUICK = 0.2  # seconds the store may keep a keystroke waiting


@context_matcher(identifier="shelduck")
def complete(context: CompletionContext) -> SimpleMatcherResult:
    """Complete on a line that begins with one of our magics; elsewhere offer nothing."""
    magic, _, rest = context.line_with_cursor[: context.cursor_position].lstrip().partition(" ")
    token = "" if rest.endswith(" ") else rest.split(" ")[-1]
    if magic not in _OPTIONS or (not rest and token == ""):
        return SimpleMatcherResult(completions=[])
    options = [*_OPTIONS[magic], *_names(magic, rest)]
    found = [SimpleCompletion(text) for text in options if text.startswith(token)]
    return SimpleMatcherResult(
        completions=found, matched_fragment=token, suppress=bool(found), ordered=True
    )


def _names(magic: str, rest: str) -> Iterable[str]:
    words = rest.split()
    after_experiment = bool(words) and words[-1] in ("-e", "--experiment")
    try:
        if magic == "%experiment" or after_experiment or words[-2:-1] == ["-e"]:
            return [e.name for e in fluent.search_experiments()]
        if magic in ("%runs", "%run_info"):
            with current.store.reading(wait=_QUICK) as con:
                scope = reading.RunScope(con, Clause("true"))
                if magic == "%run_info":
                    return reading.run_names(con)
                return [f"{kind}.{name}" for kind in reading.KINDS for name in scope.names(kind)]
    except ShelduckError:
        pass  # the store is busy; completion is not worth a wait or an error
    return []
