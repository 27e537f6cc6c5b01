"""The line magics besides ``%track``: each reads its line, asks the store, returns what shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from IPython.core.error import UsageError
from IPython.core.getipython import get_ipython

from shelduck import formats
from shelduck.errors import ShelduckError, nearest
from shelduck.magics.options import option_names
from shelduck.panels.table_state import SHOWN
from shelduck.records import Run
from shelduck.store import upkeep
from shelduck.tracking import experiments, fluent
from shelduck.tracking.active import ActiveRun
from shelduck.tracking.current import current
from shelduck.widgets.chosen import is_row
from shelduck.widgets.compare import Compare
from shelduck.widgets.run_table import RunTable
from shelduck.widgets.run_view import RunView
from shelduck.widgets.shown import Shown

_TOKEN = re.compile(r"""(?:[^\s'"`]|'[^']*'|"[^"]*"|`[^`]*`)+|['"`].*""")
_QUOTED = re.compile(r"""'[^']*'|"[^"]*"|`[^`]*`""")
_OPERATOR = re.compile(r"[=<>!]|^(like|ilike|rlike|in|is|not)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Words:
    """Text to show, without the quotes a string would have."""

    text: str

    def __repr__(self) -> str:
        return self.text


def _plainly(magic: Callable[[str], Any]) -> Callable[[str], Any]:
    """Show an error of ours as one line, where IPython would show a traceback."""

    def plain(line: str) -> Any:
        try:
            return magic(line)
        except ShelduckError as e:
            raise UsageError(str(e)) from e

    plain.__doc__, plain.__name__ = magic.__doc__, magic.__name__
    return plain


@_plainly
def experiment(line: str) -> Words:
    """Make an experiment the one new runs belong to; a new name is a new experiment.

    %experiment NAME
    %experiment          shows which it is, and what others there are
    """
    name = line.strip().strip("'\"")
    if name:
        experiments.set_experiment(name)
    mine = current.experiment()[1]
    known = [] if name else experiments.search_experiments()
    others = [e.name for e in known if e.name != mine]
    also = f"  (others: {', '.join(others[:10])})" if others else ""
    return Words(f"experiment {mine}{also}")


@_plainly
def runs(line: str) -> RunTable:
    """Show the runs of the experiment: the running ones, then the newest, or the best by --sort.

    %runs [FILTER] [--sort COLUMN [ASC|DESC]] [--limit N] [-e EXPERIMENT] [--all] [--deleted]

    FILTER    like  metrics.rmse < 6.5 and params.max_depth > 20 or tags.model = 'lasso'
    --sort    like  metrics.rmse; without ASC or DESC, the better end of a metric comes first
    --limit   how many stand in a saved notebook and in a terminal, 50 without it
    -e        of another experiment; --all of every one
    --deleted those in the trash
    """
    words = _TOKEN.findall(line)
    sort, limit = _taken(words, "--sort"), _count(_taken(words, "--limit"))
    name = (_taken(words, "-e", "--experiment") or "").strip("'\"`")
    everywhere, deleted = _flag(words, "--all"), _flag(words, "--deleted")
    _refuse_options(words, runs)
    return RunTable(
        name or None,
        " ".join(words),
        sort,
        search_all_experiments=everywhere,
        deleted=deleted,
        limit=limit,
    )


def _count(text: str | None) -> int:
    if text is None:
        return SHOWN
    if not text.isdecimal():
        raise UsageError(f"--limit takes a whole number, not `{text}`.")
    return int(text)


def _refuse_options(words: list[str], magic: Callable[..., Any]) -> None:
    """Refuse what is left of the options, once those that a magic has are taken out."""
    if unknown := next((w for w in words if w.startswith("--")), None):
        near, name = nearest(unknown, option_names(magic)) or ".", magic.__name__
        raise UsageError(f"%{name} has no option `{unknown}`{near} %{name}? lists them.")


def _taken(words: list[str], *names: str) -> str | None:
    """Take an option and its value out of the words."""
    for i, word in enumerate(words):
        if word in names:
            if i + 1 == len(words):
                raise UsageError(f"{word} needs a value.")
            end = i + 2
            if end < len(words) and words[end].upper() in ("ASC", "DESC"):
                end += 1
            value = " ".join(words[i + 1 : end])
            del words[i:end]
            return value
    return None


def _flag(words: list[str], name: str) -> bool:
    if name in words:
        words.remove(name)
        return True
    return False


@_plainly
def compare(line: str) -> Compare:
    """Compare runs: parallel coordinates, scatter, contour, curves, importance, differences.

    %compare [FILTER | RUN ...] [-e EXPERIMENT] [--all]

    FILTER    like  metrics.rmse < 6.5 and params.max_depth > 20; without it, every run
    RUN       names, ids, variables that hold runs, or  table.selected
    -e        of another experiment; --all of every one
    """
    words = _TOKEN.findall(line)
    name = (_taken(words, "-e", "--experiment") or "").strip("'\"`")
    everywhere = _flag(words, "--all")
    _refuse_options(words, compare)
    if words and not _is_filter(words):
        held = [_held(word) for word in words]
        named = [word.strip("'\"`") for word in words]
        return Compare([n if h is None else h for h, n in zip(held, named, strict=True)])
    return Compare(
        filter=" ".join(words), experiment=name or None, search_all_experiments=everywhere
    )


def _is_filter(words: list[str]) -> bool:
    """Whether there is an operator among the words, outside of what is quoted."""
    return any(_OPERATOR.search(_QUOTED.sub("", word)) for word in words)


def _held(word: str) -> Any:
    """The runs that a variable of this name holds, or that are selected in it, if any."""
    shell = get_ipython()
    name, _, attribute = word.partition(".")
    held: Any = shell.user_ns.get(name) if shell is not None else None
    if isinstance(held, Shown) and attribute == "selected":
        return held.selected
    if attribute:
        return None
    is_frame = type(held).__name__ == "DataFrame" and "run_id" in held
    is_run = isinstance(held, (Run, ActiveRun)) or (is_row(held) and "run_id" in held)
    is_many = isinstance(held, (list, tuple)) and held and isinstance(held[0], (Run, ActiveRun))
    # Anything else of that name is not meant: models are called as their runs are.
    return held if is_frame or is_run or is_many else None


@_plainly
def run_info(line: str) -> RunView:
    """Show a run in full: params, metrics with curves, tags, note, artifacts, source.

    %run_info RUN        its name, its id or the beginning of one, or a variable that holds a run
    %run_info            the run that was active last
    """
    return RunView(_named_run(line.strip()))


def _named_run(text: str) -> Any:
    if not text:
        last = current.last_run
        if last is None or last.store is not current.store:
            raise UsageError("%run_info RUN: its name, its id, or a variable that holds a run.")
        return last
    shell = get_ipython()
    held: Any = shell.user_ns.get(text) if shell is not None and text.isidentifier() else None
    is_run = isinstance(held, (Run, ActiveRun))
    if is_run or (is_row(held) and isinstance(held.get("run_id"), str)):
        return held
    return text.strip("'\"")


@_plainly
def shelduck(line: str) -> Words:
    """Show where the store is and how it does, or use another one.

    %shelduck
    %shelduck use PATH
    """
    verb, _, rest = line.strip().partition(" ")
    if verb == "use" and rest.strip():
        fluent.set_tracking_uri(rest.strip().strip("'\""))
    elif verb:
        raise UsageError("%shelduck shows the store; %shelduck use PATH uses another.")
    return Words(status_text())


def status_text() -> str:
    """Describe the store in use: its file, its journals, and who holds it."""
    status = upkeep.status(current.store)
    home = Path.cwd()
    path = status.path.relative_to(home) if status.path.is_relative_to(home) else status.path
    made = formats.size(status.size) if status.size is not None else "made at the first fold"
    lines = [
        f"store       {path}  ({made})",
        f"journals    {status.journals}, {formats.size(status.unfolded)} to fold",
        f"writers     {status.writers} alive",
        f"artifacts   {formats.size(status.artifacts)}",
        f"experiment  {current.experiment()[1]}",
    ]
    if status.held_by:
        lines.append(f"held        {status.held_by}")
    if status.lost:
        lines.append(f"lost        {status.lost:,} facts, for want of any room to write")
    return "\n".join(lines)


COMMANDS = {
    "experiment": experiment,
    "runs": runs,
    "compare": compare,
    "run_info": run_info,
    "shelduck": shelduck,
}
