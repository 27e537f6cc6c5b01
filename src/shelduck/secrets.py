"""Secrets: which names and values are, and how they are kept out of what is written.

The rule for names, by whole words (``_``, ``-``, ``.``, spaces and camelCase part them):

- ``password``, ``passwd``, ``pwd``, ``secret``, ``credentials``, ``auth``, ``dsn``, an
  ``api``, ``access`` or ``private`` ``key``, a ``connection string`` make a name a secret;
- ``token`` does as the last word, unless it is one of text (``eos_token``); ``tokens`` are text;
- a name that counts (``num_passwords``) or is about a secret (``password_length``,
  ``api_key_file``) is none.

None and bools are never secrets, whatever their name.
"""

from __future__ import annotations

import ast
import functools
import re
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from shelduck.errors import BadValue

REDACTED = "[redacted]"

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")
_SECRETS = frozenset(
    "auth authorization bearer creds credential credentials dsn jwt passcode passphrase pwd "
    "passwords secret secrets apikeys".split()
)
# Often written as one word, with or without a prefix: PGPASSWORD, openaiApikey.
_ENDINGS = (
    "password", "passwd", "apikey", "accesskey", "secretkey", "privatekey", "authtoken",
    "accesstoken", "apitoken", "connectionstring", "connstring", "connstr", "accesstokens",
    "authtokens", "apitokens", "dbpass", "userpass",
)  # fmt: skip
_KEYS = frozenset(
    "access account api auth client encryption master private secret service signing ssh "
    "storage subscription".split()
)
_TEXT_TOKENS = frozenset(
    "audio bos class cls decoder end eos first image input last mask max min next output pad "
    "per prompt sep special start stop sub unk video virtual".split()
)
_COUNTS = frozenset("n num number max min total".split())
_ABOUT = frozenset(
    "col column count counts dim dims dir enabled env expires expiry field file index len length "
    "limit name path policy prompt rate ratio required retries size ttl type types var".split()
)
_NEUTRAL = frozenset("dev live local main new old prod staging str string test value".split())


@functools.lru_cache(maxsize=1024)
def is_secret(name: str) -> bool:
    """Whether a value of this name must never be written; the module tells the rule."""
    return any(_part_is_secret(part) for part in unicodedata.normalize("NFKC", name).split("."))


def _part_is_secret(name: str) -> bool:
    words = [word.lower() for word in _WORD.findall(name)]
    joined = "".join(words)
    while words and words[-1] in _NEUTRAL:
        words.pop()
    if not words or words[0] in _COUNTS or words[-1] in _ABOUT:
        return False
    if words[-1] == "token":
        return _TEXT_TOKENS.isdisjoint(words)
    if joined.endswith(_ENDINGS) or "".join(words).endswith(_ENDINGS):
        return True
    keyed = any(a in _KEYS and b in ("key", "keys") for a, b in pairwise(words))
    return keyed or not _SECRETS.isdisjoint(words) or "password" in words


# ------------------------------------------------------------------ values

_KNOWN = re.compile(
    r"""(?<![A-Za-z0-9])(?:
      gh[opusr]_[A-Za-z0-9]{20,} | github_pat_\w{20,} | glpat-[\w-]{16,}
    | sk-(?=[\w-]*\d)[\w-]{16,} | [rs]k_(?:live|test)_[A-Za-z0-9]{10,}
    | (?:AKIA|ASIA)[A-Z0-9]{16} | AIza[\w-]{35} | ya29\.[\w-]{20,}
    | xox[a-z]-[A-Za-z0-9-]{10,} | hf_[A-Za-z0-9]{20,} | npm_[A-Za-z0-9]{30,}
    | pypi-[\w-]{40,} | dapi[0-9a-f]{32} | SG\.[\w-]{16,}\.[\w-]{16,}
    | eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*
    )""",
    re.VERBOSE,
)
_PEM = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*-----|\Z)", re.DOTALL)
_BEARER = re.compile(r"(?i)(?<![a-z])((?:bearer|basic)\s+)(?=\S*\d)[\w.~+/=-]{12,}")
_USERINFO = re.compile(r"(?<=://)([^\s/:@\"']*+):(?!\{[^}\s]*\}@)([^\s/\"']+)@")
# password=… · "password": "…" · and at the beginning of a line  password: …
_NAMED = re.compile(r"(?<![\w.-])([A-Za-z_][\w.-]*+)(\\?[\"']?[ \t]*(?:=+>?|:(?=[ \t]*\\?[\"']))[ \t]*)")
_NAMED_LINE = re.compile(r"^([ \t#-]*+)([\"']?[A-Za-z_][\w.-]*+[\"']?:[ \t]+)", re.MULTILINE)
_QUOTED = re.compile(r"(\\?[\"'])(.*?)\1")
_BARE = re.compile(r"[^\s\"'\\;,&)\]}]+")
_REST = re.compile(r"[^\n\"'\\]+")


def redact_text(text: str) -> str:
    """Return ``text`` with what looks like a credential replaced, wherever it stands.

    That is: keys in the form their issuers give them (``ghp_…``, ``sk-…``, ``AKIA…``), private
    keys, the password of ``scheme://user:password@host``, ``Bearer …``, and the value in
    ``password=…`` or ``"password": "…"`` for names that are secrets. Line breaks are kept.
    """
    return _redact_named(_redact_known(text))


def _redact_known(text: str) -> str:
    text = _PEM.sub(lambda m: REDACTED + "\n" * m[0].count("\n"), text)
    text = _KNOWN.sub(REDACTED, text)
    text = _BEARER.sub(rf"\1{REDACTED}", text)
    return _USERINFO.sub(rf"\1:{REDACTED}@", text)


def _redact_named(text: str) -> str:
    spans = []
    for named in _NAMED.finditer(text):
        if is_secret(named[1]):
            value = _QUOTED.match(text, named.end()) or _BARE.match(text, named.end())
            spans += [_inside(value)] if value else []
    for named in _NAMED_LINE.finditer(text):
        if is_secret(named[2]):
            value = _QUOTED.match(text, named.end()) or _REST.match(text, named.end())
            spans += [_inside(value)] if value else []
    return _replace(text, [(start, end, REDACTED) for start, end in spans])


def _inside(value: re.Match[str]) -> tuple[int, int]:
    return value.span(2) if value.re is _QUOTED else value.span()


def _replace(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
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
    if type(value) in (list, tuple, set):
        return type(value)(_redacted("", v) for v in value)
    return value


# ------------------------------------------------------------------ source

_PYTHON_CELLS = frozenset("track time timeit capture prun".split())
_CELL_MAGIC = re.compile(r"^\s*%%(\w+)", re.MULTILINE)
_MAGIC_LINE = re.compile(r"^[ \t]*(?:%{1,2}\w|!|\?).*$|^[^\n'\"#]*=[ \t]*[%!]\w.*$|^.*\?$", re.MULTILINE)
_NEWLINE = re.compile(r"\r\n|\r|\n")
_TRIPLE = re.compile(r'"""|\'\'\'')
_STRING = re.compile(r"\"\"\".*?\"\"\"|'''.*?'''|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'")
_NAME = re.compile(r"(?<![\w.-])[\w.-]+")
_SEPARATOR = re.compile(r"[\"'\])]*[ \t]*[:=,]*[ \t]*")
_FSTRING = (ast.JoinedStr, getattr(ast, "TemplateStr", ast.JoinedStr))
# Their first argument says where a secret is, not what it is.
_LOOKUPS = frozenset("get getenv getpass input open".split())
_SHELL = frozenset("run_line_magic run_cell_magic system getoutput".split())


def redact_source(source: str) -> str:
    """Return a cell's source with the literals bound to secret names replaced.

    Python is read as such; magic and shell lines, and cells that are not Python, line by line:
    there a line that names a secret loses all that follows. The lines keep their number.
    """
    for _ in range(9):
        redacted = _redact_lines(source) if _is_foreign(source) else _redact_python(source)
        redacted = _redact_known(redacted)
        if redacted == source:
            break
        source = redacted
    return source


def _is_foreign(source: str) -> bool:
    return any(magic[1] not in _PYTHON_CELLS for magic in _CELL_MAGIC.finditer(source))


def _redact_lines(source: str) -> str:
    lines = source.split("\n")
    for i, line in enumerate(lines):
        lines[i] = _redact_line(line)
        if lines[i] != line and _is_open(line):
            # What a secret's name opened may go on anywhere below.
            lines[i + 1 :] = [REDACTED if below.strip() else below for below in lines[i + 1 :]]
            break
    return "\n".join(lines)


def _redact_line(line: str) -> str:
    name = next((m for m in _NAME.finditer(line) if is_secret(m[0])), None)
    if name is None:
        return redact_text(line)
    start = _SEPARATOR.match(line, name.end()).end()  # type: ignore[union-attr]
    before = _QUOTED.sub(lambda m: m[1] + REDACTED + m[1], line[: name.start()])
    head = before + line[name.start() : start]
    if not line[start:].strip() and not _is_open(line):
        return redact_text(line)
    return head + REDACTED + ("" if _is_open(line) else _closers(head))


def _is_open(line: str) -> bool:
    """Whether a string, a bracket or a backslash takes this line on to the next."""
    bare = _STRING.sub("", line)
    return bool(_TRIPLE.search(bare)) or bare.rstrip().endswith("\\") or bool(_closers(line))


def _closers(text: str) -> str:
    stack: list[str] = []
    for char in _STRING.sub("", text):
        if char in "([{":
            stack.append(")]}"["([{".index(char)])
        elif stack and char == stack[-1]:
            stack.pop()
    return "".join(reversed(stack))


def _redact_python(source: str) -> str:
    try:
        tree, magics = _parse(source)
        edits = [*_edits(tree, _Places(source)), *_comment_edits(source)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _redact_lines(source)
    edits += [(m.start(), m.end(), _redact_line(m[0])) for m in magics]
    return _replace(source, edits)


def _parse(source: str) -> tuple[ast.AST, list[re.Match[str]]]:
    """Parse the Python of a cell; return also the lines that are IPython's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(source), []
        except SyntaxError:
            magics = list(_MAGIC_LINE.finditer(source))
            bare = _MAGIC_LINE.sub(lambda m: re.match(r"\s*", m[0])[0] + "pass", source)  # type: ignore[index]
            return ast.parse(bare), magics
