"""Redaction line by line, for shell and magic lines and for whatever is not Python.

A line that names a secret loses all that follows on it, and if it opens a string or a bracket,
the lines below as well: this rule cannot know better, so it takes too much.
"""

from __future__ import annotations

import re

from shelduck.secrets.names import is_secret
from shelduck.secrets.text import REDACTED, redact_text

_NAME = re.compile(r"(?<![\w.-])[\w.-]+")
_SEPARATOR = re.compile(r"[\"'\])]*[ \t]*[:=,]*[ \t]*")
_QUOTED = re.compile(r"([\"'])(.*?)\1")
_TRIPLE = re.compile(r'("{3}|\'{3}).*?\1')
_STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'')
_CLOSER = {"(": ")", "[": "]", "{": "}"}


def redact_lines(text: str) -> str:
    """Return ``text`` with the rest of every line that names a secret replaced."""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        lines[i] = redact_line(line)
        if _secret_in(line) and _goes_on(line):
            lines[i + 1 :] = [REDACTED if below.strip() else below for below in lines[i + 1 :]]
            break
    return "\n".join(lines)


def redact_line(line: str) -> str:
    """Return ``line`` without what follows the first name on it that is a secret."""
    name = _secret_in(line)
    if name is None:
        return redact_text(line)
    separator = _SEPARATOR.match(line, name.end())
    start = separator.end() if separator else name.end()
    if not line[start:].strip():
        return redact_text(line)
    head = _QUOTED.sub(rf"\1{REDACTED}\1", line[: name.start()]) + line[name.start() : start]
    return head + REDACTED + ("" if _goes_on(line) else _closers(head))


def _secret_in(line: str) -> re.Match[str] | None:
    return next((name for name in _NAME.finditer(line) if is_secret(name[0])), None)


def _goes_on(line: str) -> bool:
    """Whether a string, a bracket or a sign takes this line on to the next."""
    bare = _without_strings(line).rstrip()
    unclosed = '"""' in bare or "'''" in bare
    return unclosed or bare.endswith(("\\", "=", ":")) or bool(_closers(line))


def _closers(text: str) -> str:
    """The brackets that ``text`` leaves open, closed."""
    stack: list[str] = []
    for char in _without_strings(text):
        if char in _CLOSER:
            stack.append(_CLOSER[char])
        elif stack and char == stack[-1]:
            stack.pop()
    return "".join(reversed(stack))


def _without_strings(line: str) -> str:
    line = _TRIPLE.sub("_", line)
    return line if '"""' in line or "'''" in line else _STRING.sub("_", line)
