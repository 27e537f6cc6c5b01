"""``%track``: a run around one line of Python."""

from __future__ import annotations

import ast
import re
from types import CodeType
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.getipython import get_ipython
from IPython.core.magic_arguments import argument, magic_arguments

from shelduck.magics.options import read_options
from shelduck.magics.track import Tracked, harmless

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_OPTION = re.compile(r"""\s*--?[a-z]+(?:=|\s+)(?:[^\s'"]|'[^']*'|"[^"]*")+""")


@magic_arguments("track")
@argument("-n", "--name", help="name of the run; one is made up without it")
@argument("-e", "--experiment", help="experiment of this run, in place of %%experiment's")
@argument(
    *("-t", "--tag"), dest="tags", action="append", default=[], metavar="KEY=VALUE",
    help="a tag of the run",
)  # fmt: skip
@argument("code", nargs="?", help="one line of Python")
def track_line_magic(line: str) -> Any:
    """Record one line of Python as a run: ``%track -n lasso rmse = fit(alpha=0.1)``."""
    end = 0
    while option := _OPTION.match(line, end):
        end = option.end()
    code = line[end:].strip()
    # What is left of an option without its value is not code.
    asked = read_options(track_line_magic, line[:end] if not code.startswith("-") else line)
    if not code:
        raise UsageError("%track takes one line of Python after its options.")
    shell = get_ipython()
    assert shell is not None
    code = shell.transform_cell(code)
    statements, expression = _compiled(shell, code)
    tracked = None
    with harmless("this line is not tracked"):
        tracked = Tracked.begin(shell.user_ns, asked, code, code)
    error: BaseException | None = None
    result = None
    try:
        exec(statements, shell.user_ns)  # noqa: S102 - what the user asked
        result = eval(expression, shell.user_ns) if expression else None  # noqa: S307
    except BaseException as e:
        error = e
        raise
    finally:
        with harmless("the end of this line was not recorded whole"):
            if tracked is not None:
                tracked.end(error, result)
    return result


def _compiled(shell: InteractiveShell, code: str) -> tuple[CodeType, CodeType | None]:
    """Compile the statements and the expression at the end, named so that tracebacks show them."""
    name = shell.compile.cache(code, shell.execution_count)
    tree = ast.parse(code, name)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        return compile(tree, name, "exec"), None
    tree.body.pop()
    return compile(tree, name, "exec"), compile(ast.Expression(last.value), name, "eval")
