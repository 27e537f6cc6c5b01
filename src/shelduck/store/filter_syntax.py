"""Reading the filter language: its parser, its quoting, and plain words for what does not parse."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shelduck.errors import BadFilter

if TYPE_CHECKING:
    from lark import Lark, Tree

_A_NAME = "a name such as metrics.rmse"
# What the user reads for a terminal of the grammar, in the order of reading.
_WORDS = {
    "METRIC": _A_NAME,
    "PARAM": _A_NAME,
    "TAG": _A_NAME,
    "ATTRIBUTE": _A_NAME,
    "COMPARATOR": "a comparison such as `<`",
    "MATCHER": "LIKE",
    "_IN": "IN",
    "_BETWEEN": "BETWEEN",
    "_IS": "IS",
    "NUMBER": "a number",
    "STRING": "a text in quotes",
    "_NULL": "NULL",
    "NOT": "NOT",
    "_AND": "AND",
    "_OR": "OR",
    "DIRECTION": "ASC, DESC",
    "LPAR": "`(`",
    "COMMA": "`,`",
    "RPAR": "`)`",
    "$END": "the end",
}
_SIGNS = {
    "&&": "write AND instead of `&&`",
    "&": "write AND instead of `&`",
    "||": "write OR instead of `||`",
    "|": "write OR instead of `|`",
    "!": "write NOT instead of `!`",
    ".": "a name follows the dot; an odd one stands in backticks, as in metrics.`val loss`",
}
# What is shown of a place where no terminal of the grammar begins.
_CHUNK = re.compile(r"&&|\|\||\w[\w.:/@+-]*|[+-][\w.]+|.", re.DOTALL)


@lru_cache(maxsize=64)  # a panel asks the same again and again
def parse(text: str, start: str) -> Tree[Any]:
    """Return the tree of ``text``, read as the grammar's ``filter`` or ``order``.

    It is not to be changed: the same text gives the same tree.

    Raises
    ------
    BadFilter
        It does not parse; says what was expected, and where.
    """
    from lark import UnexpectedInput

    try:
        return _parser(start).parse(text)
    except UnexpectedInput:
        raise _find_fault(text, start).as_error() from None


def unquoted(token: str) -> str:
    """Return a name or a text without its quotes, if it has any."""
    quote = token[:1]
    return token[1:-1].replace(quote * 2, quote) if quote in ("'", '"', "`") else str(token)


def spelled(kind: str, key: str) -> str:
    """Return how a filter names ``key`` among the params, metrics or tags."""
    plain = re.fullmatch(r"\w[\w/:@-]*(\.[\w/:@-]+)*", key)
    return f"{kind}.{key}" if plain else f"{kind}.`{key.replace('`', '``')}`"


@cache  # one each: an order alone needs half of the grammar, and takes half as long to begin
def _parser(start: str) -> Lark:
    from lark import Lark

    grammar = Path(__file__).with_name("filter.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", start=start)


@dataclass(frozen=True, slots=True)
class _Fault:
    """Where a text stops being a filter."""

    text: str
    start: int
    end: int
    terminal: str | None
    """Of what stands there; None when it is nothing the language knows, as an open quote."""
    accepted: frozenset[str]
    """The terminals that could have stood there."""
    unclosed: int | None
    """Where the last open parenthesis stands."""

    def as_error(self) -> BadFilter:
        for slip in (self._quote, self._sign, self._parenthesis, self._junction, self._value):
            if error := slip():
                return error
        return self._error(self._expectation())

    def _error(self, message: str, start: int | None = None, end: int | None = None) -> BadFilter:
        start = self.start if start is None else start
        return BadFilter(message, self.text, start, self.end if end is None else end)

    @property
    def _found(self) -> str:
        return self.text[self.start : self.end]

    def _expectation(self) -> str:
        words = dict.fromkeys(word for name, word in _WORDS.items() if name in self.accepted)
        *others, last = words
        wanted = f"{', '.join(others)} or {last}" if others else last
        return f"expected {wanted}, found {f'`{self._found}`' if self._found else 'the end'}"

    def _sign(self) -> BadFilter | None:
        return self._error(_SIGNS[self._found]) if self._found in _SIGNS else None

    def _quote(self) -> BadFilter | None:
        before, here = self.text[: self.start], self.text[self.start :]
        opening = re.match(r"""\.?(['"`])""", here)
        if self.terminal is None and opening and here.count(opening[1]) % 2:
            at = self.start + opening.start(1)
            return self._error(f"the quote {opening[1]} is never closed", at, len(self.text))
        if before.endswith(("'", '"')) and _WORDS.get(self.terminal or "") == _A_NAME:
            return self._error("a quote inside a quoted text is written twice")
        return None

    def _parenthesis(self) -> BadFilter | None:
        if self.terminal == "$END" and self.unclosed is not None and "RPAR" in self.accepted:
            return self._error("this `(` is never closed", self.unclosed, self.unclosed + 1)
        if self._found == ")" and "$END" in self.accepted:
            return self._error("there is no `(` for this `)`")
        return None

    def _junction(self) -> BadFilter | None:
        if "METRIC" not in self.accepted:
            return None
        if self.terminal in ("NUMBER", "STRING", "BOOLEAN"):
            return self._error("the name comes first, then the value: metrics.rmse < 5")
        if self.terminal in ("_AND", "_OR"):
            before = re.search(r"\b(and|or|not)\s*$", self.text[: self.start], re.IGNORECASE)
            where = f"between `{before[1]}` and" if before else "before"
            return self._error(f"a comparison is missing {where} `{self._found}`")
        return None

    def _value(self) -> BadFilter | None:
        if "STRING" not in self.accepted:
            return None
        if self._found.lower() in ("null", "none"):
            return self._error("nothing compares with NULL; write IS NULL or IS NOT NULL")
        if self.terminal in ("METRIC", "PARAM", "TAG"):
            return self._error("a name cannot stand here; compare with a number or a quoted text")
        if re.match(r"[\w`]", self._found):
            quoted = unquoted(self._found).replace("'", "''")
            return self._error(f"quote the text: '{quoted}'")
        return None


def _find_fault(text: str, start: str) -> _Fault:
    """Parse again, step by step, to see what the parser had read when it stopped."""
    from lark import Token, UnexpectedCharacters, UnexpectedToken

    reading = _parser(start).parse_interactive(text)
    at = end = len(text.rstrip())
    terminal: str | None = "$END"
    try:
        reading.exhaust_lexer()
        reading.feed_eof()
    except UnexpectedCharacters as stop:
        chunk = _CHUNK.match(text, stop.pos_in_stream)
        at, end = chunk.span() if chunk else (at, end)
        terminal = None
    except UnexpectedToken as stop:
        if stop.token.type != "$END":
            at, end, terminal = stop.token.start_pos, stop.token.end_pos, stop.token.type
    stack = reading.parser_state.value_stack
    open_ = [item.start_pos for item in stack if isinstance(item, Token) and item.type == "LPAR"]
    return _Fault(text, at, end, terminal, frozenset(reading.accepts()), max(open_, default=None))
