"""A cell's source as it may be written: literals bound to secret names are replaced."""

from __future__ import annotations

import ast
import bisect
import io
import itertools
import re
import tokenize
import warnings
from collections.abc import Iterator

from shelduck.secrets.bindings import FSTRINGS, last_name, secret_literals, strings
from shelduck.secrets.lines import redact_line, redact_lines
from shelduck.secrets.text import REDACTED, Edit, redact_known, redact_text, replace

_PYTHON_CELLS = {"capture", "prun", "time", "timeit", "track"}
_NEWLINE = "\n"
_CELL_MAGIC = re.compile(r"^[ \t]*%%(\w+)", re.MULTILINE)
_MAGIC_LINE = re.compile(
    r"^(?P<indent>[ \t]*)(?:(?:%%?\w|!|\?).*|[^\n'\"#]*=[ \t]*[%!]\w.*|.*\?)$", re.MULTILINE
)
_MAGIC_CALLS = {"getoutput", "run_cell_magic", "run_line_magic", "system"}


def redact_source(source: str) -> str:
    """Return a cell's source with the literals bound to secret names replaced.

    Python is read as such; magic and shell lines, and cells that are not Python, line by line:
    there, a line that names a secret loses all that follows. The lines keep their number.
    """
    endings = re.findall(r"\r\n?|\n", source)
    source = re.sub(r"\r\n?", "\n", source)
    for _ in range(9):  # what one pass leaves behind may read differently: until nothing changes
        before, source = source, _redact_once(source)
        if source == before:
            break
    lines = source.split("\n")
    return "".join(itertools.chain(*zip(lines, [*endings, ""], strict=True)))


def _redact_once(source: str) -> str:
    foreign = any(magic[1] not in _PYTHON_CELLS for magic in _CELL_MAGIC.finditer(source))
    try:
        redacted = redact_lines(source) if foreign else _redact_python(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError):
        redacted = redact_lines(source)
    return redact_known(redacted)


def _redact_python(source: str) -> str:
    python, magics = source, []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the user sees them when the cell is compiled
        try:
            tree = ast.parse(source)
        except SyntaxError:
            magics = list(_MAGIC_LINE.finditer(source))
            python = _MAGIC_LINE.sub(r"\g<indent>pass", source)
            tree = ast.parse(python)
    places = _Places(source)
    edits = [(line.start(), line.end(), redact_line(line[0])) for line in magics]
    edits += [*_literal_edits(tree, places), *_comment_edits(python, places)]
    return replace(source, edits)


class _Places:
    """Where the lines and columns of ``ast`` and ``tokenize`` are in the source."""

    def __init__(self, source: str) -> None:
        self._lines = source.split("\n")
        self._starts = [0, *itertools.accumulate(len(line) + 1 for line in self._lines)]
        self._bytes: dict[int, list[int]] = {}

    def at(self, line: int, column: int) -> int:
        """Index of a column in characters."""
        return self._starts[line - 1] + column

    def at_byte(self, line: int, column: int) -> int:
        """Index of a column in UTF-8 bytes, which is what ``ast`` counts."""
        text = self._lines[line - 1]
        if text.isascii():
            return self.at(line, column)
        if line not in self._bytes:
            self._bytes[line] = [0, *itertools.accumulate(len(char.encode()) for char in text)]
        return self.at(line, bisect.bisect_left(self._bytes[line], column))

    def edit(self, node: ast.expr, new: str = REDACTED) -> Edit:
        """Put ``new`` as a literal where ``node`` stands, on as many lines."""
        end_line, end_column = node.end_lineno or 1, node.end_col_offset or 0
        breaks = end_line - node.lineno
        if breaks and new.count(_NEWLINE) != breaks:
            new = REDACTED + _NEWLINE * breaks
        literal = f'"{_escape(new)}"'
        if breaks:
            literal = f'"""{_NEWLINE.join(map(_escape, new.split(_NEWLINE)))}"""'
        start = self.at_byte(node.lineno, node.col_offset)
        return start, self.at_byte(end_line, end_column), literal


def _escape(text: str) -> str:
    return text.encode("unicode_escape").decode().replace('"', r"\"")


def _comment_edits(python: str, places: _Places) -> Iterator[Edit]:
    if "#" not in python:
        return
    for token in tokenize.generate_tokens(io.StringIO(python).readline):
        if token.type == tokenize.COMMENT:
            start = places.at(*token.start)
            if redact_text(token.string) != token.string:
                yield start, start + len(token.string), redact_line(token.string)


def _literal_edits(tree: ast.AST, places: _Places) -> Iterator[Edit]:
    nodes: list[tuple[ast.AST, ast.expr | None]] = [(tree, None)]
    while nodes:
        node, fstring = nodes.pop()
        if fstring is None and isinstance(node, FSTRINGS):
            fstring = node
        # Inside an f-string places are not reliable before Python 3.12: all of it goes.
        for literal in secret_literals(node):
            yield places.edit(fstring or literal)
        for literal, said, redacted in _redacted_strings(node):
            if redacted != said:
                yield places.edit(fstring or literal, REDACTED if fstring else redacted)
        nodes += [(child, fstring) for child in ast.iter_child_nodes(node)]


def _redacted_strings(node: ast.AST) -> Iterator[tuple[ast.expr, str, str]]:
    match node:
        case ast.Constant(value=str(said)):
            yield node, said, redact_text(said)
        case ast.Constant(value=bytes(raw)):
            yield node, raw.decode("latin-1"), redact_text(raw.decode("latin-1"))
        case ast.Call(func=func, args=args) if last_name(func) in _MAGIC_CALLS:
            yield from ((text, said, redact_lines(said)) for text, said in strings(args))
