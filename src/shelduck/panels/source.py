"""A text cut into words of a kind, for a view to colour."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 200_000  # characters; more is not coloured, and in a cell nobody has typed it

Token = tuple[str, str]
"""A kind (one of ``k s n c f o``, or nothing for plain text) and the text of it."""

# Of pygments' names for kinds, the beginnings that make a difference on screen.
_KINDS = {
    "Token.Keyword": "k",
    "Token.Literal.String": "s",
    "Token.Literal.Number": "n",
    "Token.Comment": "c",
    "Token.Name.Function": "f",
    "Token.Name.Class": "f",
    "Token.Name.Builtin": "f",
    "Token.Name.Decorator": "f",
    "Token.Name.Tag": "f",
    "Token.Operator.Word": "k",
    "Token.Operator": "o",
}


def tokens(text: str, language: str = "python") -> list[Token]:
    """Return the tokens of a text, which together are the text.

    Parameters
    ----------
    language
        One that pygments knows by this name; of another the text is one token.
    """
    if len(text) > LONGEST:
        return [("", text)]
    return list(_merged(text, language))


def _merged(text: str, language: str) -> Iterator[Token]:
    for kind, run in groupby(_lexed(text, language), key=lambda token: token[0]):
        yield kind, "".join(part for _, part in run)


def _lexed(text: str, language: str) -> Iterator[Token]:
    from pygments.lexers import get_lexer_by_name

    lexer = get_lexer_by_name(language)
    for _, kind, part in lexer.get_tokens_unprocessed(text):
        yield ("" if part.isspace() else _kind_of(kind)), part


def _kind_of(kind: Any) -> str:
    name = str(kind)
    return next((short for long, short in _KINDS.items() if name.startswith(long)), "")
