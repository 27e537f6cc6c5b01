"""What a ``%%track`` or ``%track`` line asks for."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from IPython.core.error import UsageError

from shelduck.errors import nearest

_OPTION = re.compile(r"(?<![\w-])--?[a-z]+")


@dataclass(frozen=True, slots=True)
class Options:
    """What a ``%%track`` line asks for."""

    name: str | None = None
    experiment: str | None = None
    description: str | None = None
    params: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    tags: dict[str, str] = field(default_factory=dict)


def read_options(magic: Any, line: str) -> Options:
    """Read the line of a magic made with ``magic_arguments``.

    Raises
    ------
    UsageError
        For an option there is not, a word too many, an open quotation, a tag not KEY=VALUE.
    """
    try:
        words = shlex.split(line)
    except ValueError:
        raise UsageError(f"a quotation in `{line.strip()}` is not closed.") from None
    given, left = magic.parser.parse_known_args(words)
    if left:
        raise UsageError(_too_much(magic, left[0]))
    found = vars(given)
    return Options(
        given.name,
        given.experiment,
        found.get("description"),
        tuple(found.get("params", ())),
        tuple(found.get("metrics", ())),
        _tags(given.tags),
    )


def option_names(magic: Callable[..., Any]) -> list[str]:
    """Return the options that the help of a magic speaks of."""
    return sorted(set(_OPTION.findall(magic.__doc__ or "")))


def _too_much(magic: Any, word: str) -> str:
    name = f"%{magic.argcmd_name}"
    if not word.startswith("-"):
        return f'{name} takes one name; of several words, in quotes: {name} "baseline {word}".'
    near = nearest(word.partition("=")[0], option_names(magic))
    return f"{name} has no option `{word}`{near or '.'} {name}? lists them."


def _tags(pairs: Iterable[str]) -> dict[str, str]:
    tags = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not (key and equals):
            raise UsageError(f"a tag is KEY=VALUE, not `{pair}`.")
        tags[key] = text
    return tags
