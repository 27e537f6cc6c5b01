"""``%%track``: a run around a cell that the notebook executes itself.

A transformer takes the ``%%track`` line away, and the events before and after a cell start and
end the run; the cell between them runs as any other, so its result, traceback, ``await`` and
history are those of an untracked cell.
"""

from __future__ import annotations

import ast
import hashlib
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.inputtransformer2 import leading_empty_lines, leading_indent
from IPython.core.magic_arguments import argument, magic_arguments

from shelduck import secrets
from shelduck.capture import RULE, Captured, CellPlan, cell_id, read_cell
from shelduck.capture.cell import Memory
from shelduck.errors import BadValue, warn
from shelduck.magics.options import Options, read_options
from shelduck.records import Cell
from shelduck.tracking.active import ActiveRun, ending
from shelduck.tracking.current import current
from shelduck.tracking.shell import error_of
from shelduck.tracking.watch import Watch
from shelduck.widgets.live_card import LiveCard

if TYPE_CHECKING:
    from IPython.core.interactiveshell import (
        ExecutionInfo,
        ExecutionResult,
        InteractiveShell,
    )

_MAGIC = "%%track"
# Magics that run Python in the notebook's namespace; %%track may as well stand below them.
_RUNNERS = ("%%time", "%%timeit", "%%prun", "%%capture")
_CAPTURE = "get_ipython().run_cell_magic('capture'"


@magic_arguments("%track")
@argument("name", nargs="?", help="name of the run; one is made up without it")
@argument("-e", "--experiment", help="experiment of this run, in place of %%experiment's")
@argument(
    *("-p", "--params"), nargs="+", action="extend", default=[], metavar="NAME",
    help="take these as params, and nothing that was not asked for",
)  # fmt: skip
@argument(
    *("-m", "--metrics"), nargs="+", action="extend", default=[], metavar="NAME",
    help="take these as metrics, and nothing that was not asked for",
)  # fmt: skip
@argument(
    *("-t", "--tags"), nargs="+", action="extend", default=[], metavar="KEY=VALUE",
    help="tags of the run",
)  # fmt: skip
@argument("--description", metavar="TEXT", help="a note on the run")
def track_cell_magic(line: str, cell: str) -> None:
    """Record this cell as a run: what goes in, what comes out, and the source."""
    # The transformer leaves the line in place, and this is called, only when it is wrong.
    read_options(track_cell_magic, line)
    raise UsageError("%%track stands once in a cell, on its first line.")


track_cell_magic.__doc__ = f"{track_cell_magic.__doc__}\n\n{RULE}"


def _without_track(lines: list[str]) -> tuple[str, list[str]] | None:
    """Return what stands after a cell's ``%%track``, and the cell without it; None without one.

    An empty line in its place keeps the numbers of the others. Above another cell magic there
    is none: that one has to come first.
    """
    for at, line in enumerate(lines):
        magic, asked, *_ = (*line.split(maxsplit=1), "", "")
        if magic == _MAGIC:
            below = leading_indent(lines[at + 1 :])
            first = next(iter(leading_empty_lines(below)), "")
            below = leading_empty_lines(below) if first.startswith("%%") else ["\n", *below]
            return asked, lines[:at] + below
        if magic not in _RUNNERS:
            return None
    return None


def _asked(lines: list[str]) -> tuple[Options, list[str]] | None:
    """Return options and cell of lines that are rightly tracked, else None."""
    found = _without_track(lines)
    if found is None or _without_track(found[1]) is not None:
        return None
    try:
        return read_options(track_cell_magic, found[0]), found[1]
    except UsageError:
        return None


def without_track(lines: list[str]) -> list[str]:
    """Take the ``%%track`` line away from a cell that is rightly tracked; change nothing else."""
    asked = _asked(lines)
    return asked[1] if asked else lines


# It has no side effects. But what has is not asked whether a cell is complete, and so a terminal
# waits for a blank line below %%track, as it does below any cell magic.
without_track.has_side_effects = True  # type: ignore[attr-defined]


@dataclass(slots=True)
class Tracked:
    """A cell being executed, with the run it is."""

    namespace: dict[str, Any]
    run: ActiveRun
    card: LiveCard
    plan: CellPlan
    before: Memory
    swallows: bool = False
    """Whether a magic of IPython's keeps the cell's exception to itself, as ``%%capture`` does."""
    swallowed: BaseException | None = None
    refused: list[str] = field(default_factory=list)
    """What could not be recorded, and why."""

    @classmethod
    def begin(
        cls,
        namespace: dict[str, Any],
        asked: Options,
        source: str,
        code: str,
        cell_id: str | None = None,
    ) -> Tracked:
        """Start the run of a cell and log what is known before it runs."""
        plan = read_cell(code, asked.params, asked.metrics)
        before, cell = plan.remember(namespace), _cell(source, asked, cell_id)
        run = current.start(
            experiment=current.record_experiment(asked.experiment) if asked.experiment else None,
            name=asked.name,
            tags=asked.tags,
            description=asked.description,
            cell=cell,
        )
        run.watch = Watch()
        card = LiveCard(run, cell)
        tracked = cls(namespace, run, card, plan, before, code.lstrip().startswith(_CAPTURE))
        tracked._attempt(lambda: run.log_params(plan.literals))
        card.begin()
        return tracked

    def notice(self, result: ExecutionResult) -> None:
        """Take note of how a cell within this one ended."""
        if self.swallows:
            self.swallowed = error_of(result)

    def end(self, error: BaseException | None, result: Any) -> None:
        """Log what the cell bound, end the run with the truth, and show it on the card."""
        error = self.swallowed if error is None else error
        try:
            line = _failed_line(error, self.namespace) if error else None
            self._log(self.plan.captured(self.namespace, self.before, result, line))
        finally:
            self.run.end(*ending(error))
            self.card.end(self.refused)

    def _log(self, found: Captured) -> None:
        known = self.plan.literals
        new = {k: v for k, v in found.params.items() if k not in known or known[k] is not v}
        self._attempt(lambda: self.run.log_params(new))
        self._attempt(lambda: self.run.log_metrics(found.metrics))
        self.refused += (f"`{name}`: the cell has set no such value" for name in found.missing)

    def _attempt(self, log: Callable[[], None]) -> None:
        try:
            log()
        except BadValue as e:
            self.refused += str(e).splitlines()
        except Exception as e:
            self.refused.append(f"{type(e).__name__}: {e}")


def _cell(source: str, asked: Options, cell_id: str | None) -> Cell:
    source = secrets.redact_source(source)
    digest = hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()
    notebook = current.relative_notebook()
    place = cell_id or asked.name or digest[:16]
    return Cell(digest, notebook, cell_id, f"{notebook or ''}#{place}", source)


def _failed_line(error: BaseException, namespace: dict[str, Any]) -> int:
    """Return the line of the cell's own code at which it was left; 0 if it was not entered."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals is namespace:
            return trace.tb_lineno
        trace = trace.tb_next
    return 0


@contextmanager
def harmless(what: str) -> Iterator[None]:
    """Make a fault of tracking a warning: it is not to break the cell."""
    try:
        yield
    except Exception as e:
        warn(f"{what}: {type(e).__name__}: {e}")


class CellTracker:
    """Starts and ends the runs of tracked cells, on the shell's events."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._tracked: list[tuple[ExecutionInfo, Tracked]] = []
        """The cells being executed, each within the one before."""

    def before(self, info: ExecutionInfo) -> None:
        """Start a run if the cell is tracked and can be compiled. Never raises."""
        with harmless("this cell is not tracked"):
            asked = self._asked(info.raw_cell)
            code = self._code(info.raw_cell) if asked else None
            if asked and code is not None:
                namespace, told = self._shell.user_ns, cell_id(info)
                tracked = Tracked.begin(namespace, asked, info.raw_cell, code, told)
                self._tracked.append((info, tracked))

    def after(self, result: ExecutionResult | None) -> None:
        """End the run of the cell whose info this is; nested cells have their own. Never raises."""
        with harmless("the end of this cell was not recorded whole"):
            for at, (info, tracked) in reversed(list(enumerate(self._tracked))):
                if _is_end(result, info):
                    del self._tracked[at:]
                    tracked.end(error_of(result), getattr(result, "result", None))
                    return
            if self._tracked and result is not None:
                self._tracked[-1][1].notice(result)

    def close(self) -> None:
        """End the run of the cell that is being executed, for what comes will not be seen."""
        with harmless("the end of this cell was not recorded whole"):
            while self._tracked:
                self._tracked.pop()[1].end(None, None)

    def _asked(self, raw_cell: str) -> Options | None:
        """What the transformer has seen on the cell's ``%%track`` line."""
        if _MAGIC not in raw_cell:
            return None
        lines = raw_cell.splitlines(keepends=True)
        for transform in self._shell.input_transformers_cleanup:
            if transform is without_track:
                break
            lines = transform(lines)
        asked = _asked(lines)
        return asked[0] if asked else None

    def _code(self, raw_cell: str) -> str | None:
        """The cell as Python; None if it is none, as the notebook will say itself."""
        try:
            code: str = self._shell.transform_cell(raw_cell)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                compile(code, "<cell>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        except (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError):
            return None
        return code


def _is_end(result: ExecutionResult | None, info: ExecutionInfo) -> bool:
    """Whether a cell has ended, by IPython's account of its result.

    When an interrupt reaches IPython rather than the cell, it has no result, or that of an info
    made anew.
    """
    if result is None or result.info is info:
        return True
    return result.execution_count is None and result.info.raw_cell == info.raw_cell
