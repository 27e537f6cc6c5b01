"""``%%track``: a run around a cell that the notebook executes itself.

A transformer takes the ``%%track`` line away, and the events before and after a cell start and
end the run; the cell between them runs as any other, so its result, traceback, ``await`` and
history are those of an untracked cell.
"""

from __future__ import annotations

import ast
import hashlib
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring
from IPython.display import display

from shelduck import secrets
from shelduck.capture import RULE, Captured, CellPlan, read_cell
from shelduck.errors import BadValue, warn
from shelduck.panels.card import Card
from shelduck.records import Cell
from shelduck.tracking.active import ActiveRun, ending
from shelduck.tracking.fluent import current

if TYPE_CHECKING:
    from IPython.core.interactiveshell import (
        ExecutionInfo,
        ExecutionResult,
        InteractiveShell,
    )

_MAGIC = "%%track"


@magic_arguments("%%track")
@argument("name", nargs="?", help="name of the run; one is made up without it")
@argument("-e", "--experiment", help="experiment of this run, in place of %%experiment's")
@argument("-p", "--params", nargs="+", default=[], metavar="NAME", help="take these as params")
@argument("-m", "--metrics", nargs="+", default=[], metavar="NAME", help="take these as metrics")
@argument("-t", "--tags", nargs="+", default=[], metavar="KEY=VALUE", help="tags of the run")
@argument("--description", help="a note on the run")
def track_cell_magic(line: str, cell: str) -> None:
    """Record this cell as a run: what goes in, what comes out, and the source."""
    # The transformer leaves the line in place, and this is called, only when it is wrong.
    options(line)
    raise UsageError("%%track stands once in a cell, on its first line.")


@magic_arguments("%track")
@argument("-n", "--name", help="name of the run; one is made up without it")
@argument("-e", "--experiment", help="experiment of this run, in place of %%experiment's")
@argument("-t", "--tag", action="append", default=[], metavar="KEY=VALUE", help="a tag of the run")
@argument("code", nargs="...", help="one line of Python")
def track_line_magic(line: str) -> Any:
    """Record one line of Python as a run: ``%track -n lasso rmse = fit(alpha=0.1)``."""
    parser = track_line_magic.parser
    given = parser.parse_argstring(line)
    code = line[line.index(given.code[0]) :] if given.code else ""
    if not code.strip():
        raise UsageError("%track takes one line of Python after its options.")
    asked = Options(given.name, given.experiment, (), (), tags_of(given.tag), None)
    return _run_line(asked, code)


def _run_line(asked: Options, code: str) -> Any:
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    assert shell is not None
    tracked = Tracked.begin(shell, asked, code, code, None)
    error: BaseException | None = None
    result = None
    try:
        tree = ast.parse(code)
        last = tree.body[-1]
        if isinstance(last, ast.Expr):
            tree.body.pop()
        exec(compile(tree, "<track>", "exec"), shell.user_ns)  # noqa: S102 - what the user asked
        if isinstance(last, ast.Expr):
            expression = compile(ast.Expression(last.value), "<track>", "eval")
            result = eval(expression, shell.user_ns)  # noqa: S307
    except BaseException as e:
        error = e
        raise
    finally:
        tracked.end(error, result)
    return result


track_cell_magic.__doc__ = f"{track_cell_magic.__doc__}\n\n{RULE}"


@dataclass(frozen=True, slots=True)
class Options:
    """What a ``%%track`` line asks for."""

    name: str | None
    experiment: str | None
    params: tuple[str, ...]
    metrics: tuple[str, ...]
    tags: dict[str, str]
    description: str | None


def options(line: str) -> Options:
    """Read what stands after ``%%track``.

    Raises
    ------
    UsageError
        For an unknown flag, or a tag that is not KEY=VALUE.
    """
    given = parse_argstring(track_cell_magic, line)
    return Options(
        given.name,
        given.experiment,
        tuple(given.params),
        tuple(given.metrics),
        tags_of(given.tags),
        given.description,
    )


def tags_of(pairs: list[str]) -> dict[str, str]:
    """Split KEY=VALUE pairs; a value may stand in quotes."""
    tags = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not (key and equals):
            raise UsageError(f"a tag is KEY=VALUE, not `{pair}`.")
        tags[key] = text.strip("'\"")
    return tags


def _split(cell: str) -> tuple[str, str] | None:
    """Return the arguments of a cell's ``%%track`` and what is below; None without one."""
    lines = cell.lstrip("\n").splitlines(keepends=True)
    if not lines or lines[0].split(maxsplit=1)[:1] != [_MAGIC]:
        return None
    return lines[0].strip().removeprefix(_MAGIC).strip(), "".join(lines[1:])


def _asked(cell: str) -> tuple[Options, str] | None:
    """Return options and body of a cell that is rightly tracked, else None."""
    split = _split(cell)
    if split is None or split[0].startswith("?") or _split(split[1].lstrip()) is not None:
        return None
    try:
        return options(split[0]), split[1]
    except UsageError:
        return None


def without_track(lines: list[str]) -> list[str]:
    """Take the ``%%track`` line away; an empty line keeps the numbers of the others.

    Above another cell magic nothing is kept: that one has to come first.
    """
    asked = _asked("".join(lines))
    if asked is None:
        return lines
    rest = asked[1].splitlines(keepends=True)
    return rest if asked[1].lstrip().startswith("%%") else ["\n", *rest]


@dataclass(slots=True)
class Tracked:
    """A cell being executed, with the run it is."""

    shell: InteractiveShell
    run: ActiveRun
    cell: Cell
    plan: CellPlan
    before: Any
    asked: Options

    @classmethod
    def begin(
        cls, shell: InteractiveShell, asked: Options, source: str, code: str, cell_id: str | None
    ) -> Tracked:
        """Start the run of a cell and log what is known before it runs."""
        plan = read_cell(code, asked.params, asked.metrics)
        cell = _cell(source, asked, cell_id)
        run = current.start(
            experiment=current.record_experiment(asked.experiment) if asked.experiment else None,
            name=asked.name,
            tags=asked.tags,
            description=asked.description,
            cell=cell,
        )
        _attempt(lambda: run.log_params(plan.literals), [])
        return cls(shell, run, cell, plan, plan.remember(shell.user_ns), asked)

    def end(self, error: BaseException | None, result: Any) -> Card:
        """Log what the cell bound and end the run with the truth."""
        refused: list[str] = []
        line = _failed_line(error, self.shell.user_ns)
        found = self.plan.captured(self.shell.user_ns, self.before, result, line)
        self._log(found, refused)
        self.run.end(*ending(error))
        refused += (f"there is no `{name}` to record" for name in found.missing)
        card = Card.of(self.run, self.cell, refused)
        display(card)
        return card

    def _log(self, found: Captured, refused: list[str]) -> None:
        fresh = {
            k: v
            for k, v in found.params.items()
            if k not in self.plan.literals or self.plan.literals[k] is not v
        }
        _attempt(lambda: self.run.log_params(fresh), refused)
        _attempt(lambda: self.run.log_metrics(found.metrics), refused)


def _attempt(log: Callable[[], None], refused: list[str]) -> None:
    try:
        log()
    except BadValue as e:
        refused += str(e).splitlines()


def _cell(source: str, asked: Options, cell_id: str | None) -> Cell:
    source = secrets.redact_source(source)
    digest = hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()
    notebook = current.relative_notebook()
    place = cell_id or asked.name or digest[:16]
    return Cell(digest, notebook, cell_id, f"{notebook or ''}#{place}", source)


def _failed_line(error: BaseException | None, namespace: dict[str, Any]) -> int | None:
    """Return the line of the cell's own code at which it was left."""
    trace = error.__traceback__ if error else None
    while trace is not None:
        if trace.tb_frame.f_globals is namespace:
            return trace.tb_lineno
        trace = trace.tb_next
    return None


class CellTracker:
    """Starts and ends the runs of tracked cells, on the shell's events."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._tracked: list[tuple[ExecutionInfo, Tracked]] = []

    def before(self, info: ExecutionInfo) -> None:
        """Start a run if the cell is tracked and can be compiled. Never raises."""
        try:
            asked = _asked(info.raw_cell)
            code = self._shell.transform_cell(info.raw_cell) if asked else ""
            if asked is None or not _compiles(code):
                return
            cell_id = getattr(info, "cell_id", None)
            tracked = Tracked.begin(self._shell, asked[0], info.raw_cell, code, cell_id)
            self._tracked.append((info, tracked))
        except Exception as e:
            warn(f"this cell is not tracked: {type(e).__name__}: {e}")

    def after(self, result: ExecutionResult) -> None:
        """End the run of the cell whose info this is; nested cells have their own. Never raises."""
        try:
            if self._tracked and self._tracked[-1][0] is result.info:
                _, tracked = self._tracked.pop()
                tracked.end(result.error_before_exec or result.error_in_exec, result.result)
        except Exception as e:
            warn(f"the end of this cell was not recorded whole: {type(e).__name__}: {e}")


def _compiles(code: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the notebook shows them itself
        try:
            compile(code, "<cell>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        except (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError):
            return False
    return True
