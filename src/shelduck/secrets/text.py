"""Values as they may be written: what is a secret by its name or its form is replaced."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from typing import Any

from shelduck.errors import BadValue
from shelduck.secrets.names import is_secret

REDACTED = "[redacted]"

Edit = tuple[int, int, str]
"""Replace ``text[start:end]`` by the string."""

_KNOWN = re.compile(
    r"""(?<![A-Za-z0-9])(?:
      gh[opusr]_[A-Za-z0-9]{20,} | github_pat_\w{20,} | glpat-[\w-]{16,}
    | sk-(?=[\w-]{0,80}\d)[\w-]{16,} | [rs]k_(?:live|test)_[A-Za-z0-9]{10,}
    | (?:AKIA|ASIA)[A-Z0-9]{16} | AIza[\w-]{35} | ya29\.[\w-]{20,}
    | xox[a-z]-[A-Za-z0-9-]{10,} | hf_[A-Za-z0-9]{20,} | npm_[A-Za-z0-9]{30,}
    | pypi-[\w-]{40,} | dapi[0-9a-f]{32} | SG\.[\w-]{16,}\.[\w-]{16,}
    | eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*
    )""",
    re.VERBOSE,
)
_PEM = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*-----|\Z)", re.DOTALL)
_BEARER = re.compile(r"(?i)(?<![a-z])(bearer[ \t]+)(?=\S{0,80}\d)[\w.~+/=-]{12,}")
_USERINFO = re.compile(r"(?<=://)([^\s/:@\"']*+):(?!\{[^}\s]*\}@)([^\s/\"']+)@")
# password=…, --password=… and "password": "…" anywhere, password: … at the beginning of a line
_NAMED = re.compile(
    r"(?<![\w.-])-{0,2}([A-Za-z_][\w.-]*+)(?:\\?[\"']?[ \t]*(?:=+>?|:(?=[ \t]*\\?[\"']))[ \t]*)"
)
_NAMED_LINE = re.compile(r"^[ \t#-]*+([A-Za-z_][\w.-]*+):[ \t]+", re.MULTILINE)
_QUOTED = re.compile(r"[bfruBFRU]{0,2}(?P<quote>\\?(?:\"{3}|'{3}|[\"']))(.*?)(?P=quote)")
_BARE = re.compile(r"\[redacted\]|[^\s\"'\\;,&)\]}]+")
_REST = re.compile(r"[^\n\"'\\]+")


def redact_text(text: str) -> str:
    """Return ``text`` with what looks like a credential replaced, wherever it stands.

    That is: keys in the form their issuers give them (``ghp_…``, ``sk-…``, ``AKIA…``), private
    keys, the password of ``scheme://user:password@host``, ``Bearer …``, and the value in
    ``password=…`` or ``"password": "…"`` for names that are secrets. Line breaks are kept.
    """
    return _redact_named(redact_known(text))


def redact_known(text: str) -> str:
    """Return ``text`` with credentials of a well-known form replaced; names do not matter."""
    text = _PEM.sub(lambda pem: REDACTED + "\n" * pem[0].count("\n"), text)
    text = _KNOWN.sub(REDACTED, text)
    text = _BEARER.sub(rf"\1{REDACTED}", text)
    return _USERINFO.sub(rf"\1:{REDACTED}@", text)


def _redact_named(text: str) -> str:
    edits: list[Edit] = []
    for pattern, unquoted in (_NAMED, _BARE), (_NAMED_LINE, _REST):
        for named in pattern.finditer(text):
            if not is_secret(named[1]):
                continue
            if quoted := _QUOTED.match(text, named.end()):
                edits.append((*quoted.span(2), REDACTED))
            elif value := unquoted.match(text, named.end()):
                edits.append((*value.span(), REDACTED))
    return replace(text, edits)


def replace(text: str, edits: Iterable[Edit]) -> str:
    """Apply the edits; of two that overlap, the outer or else the earlier one."""
    parts, done = [], 0
    for start, end, new in sorted(edits, key=lambda edit: (edit[0], -edit[1])):
        if start >= done:
            parts += [text[done:start], new]
            done = end
    return "".join([*parts, text[done:]])


def redact_value(name: str, value: Any) -> Any:
    """Return ``value`` as it may be written under ``name``: a copy with secrets replaced.

    Dicts, lists, tuples and sets are walked to any depth; strings go through `redact_text`.
    None and bools are never secrets, whatever their name.

    Raises
    ------
    BadValue
        If the value contains itself.
    """
    try:
        return _redacted(name, value)
    except RecursionError as e:
        raise BadValue(f"`{name}` is nested too deeply, or contains itself.") from e


def _redacted(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if is_secret(name):
        return REDACTED
    if isinstance(value, str):
        redacted = redact_text(value)
        return value if redacted == value else redacted
    if isinstance(value, Mapping):
        return {k: _redacted(k if isinstance(k, str) else "", v) for k, v in value.items()}
    if isinstance(value, bytes):
        text = value.decode("latin-1")
        return value if redact_text(text) == text else REDACTED
    if kind := next((kind for kind in (list, tuple, set) if isinstance(value, kind)), None):
        names = getattr(value, "_fields", None) or itertools.repeat("")
        return kind(_redacted(name, item) for name, item in zip(names, value, strict=False))
    return value
