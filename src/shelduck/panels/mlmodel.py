"""What an ``MLmodel`` file says: the little of YAML that MLflow writes into one."""

from __future__ import annotations

import json
import re
from typing import Any

from shelduck.panels.wire import Json

_LINE = re.compile(r"( *)([\w.-]+):(?: (.*))?")
_QUOTES = ("'", '"')
_FACTS = ("model_id", "mlflow_version", "utc_time_created")


def card(text: str) -> Json:
    """Return ``flavors`` (name, version), ``inputs``, ``outputs`` (name, type) and ``facts``."""
    read = read_mlmodel(text)
    flavors, signature = _mapping(read, "flavors"), _mapping(read, "signature")
    return {
        "flavors": [[name, _version(name, about)] for name, about in flavors.items()],
        "inputs": _fields(signature.get("inputs")),
        "outputs": _fields(signature.get("outputs")),
        "facts": [[key, read[key]] for key in _FACTS if isinstance(read.get(key), str)],
    }


def read_mlmodel(text: str) -> dict[str, Any]:
    """Return the keys of a YAML file of mappings and texts; what is neither is left out."""
    root: dict[str, Any] = {}
    above: list[tuple[int, dict[str, Any]]] = [(-1, root)]
    for indent, key, value in _entries(text):
        while above[-1][0] >= indent:
            above.pop()
        if value:
            above[-1][1][key] = _unquoted(value)
        else:
            inner: dict[str, Any] = {}
            above[-1][1][key] = inner
            above.append((indent, inner))
    return root


def _entries(text: str) -> list[tuple[int, str, str]]:
    """Depth, key and value of each line, with the lines that a quoted value goes on for."""
    entries: list[tuple[int, str, list[str]]] = []
    quote = ""
    for line in text.splitlines():
        if quote:
            entries[-1][2].append(line.strip())
            quote = "" if _closes(line.strip(), quote) else quote
        elif found := _LINE.fullmatch(line.rstrip()):
            value = (found[3] or "").strip()
            entries.append((len(found[1]), found[2], [value]))
            is_open = value[:1] in _QUOTES and not _closes(value[1:], value[:1])
            quote = value[:1] if is_open else ""
    return [(depth, key, " ".join(parts)) for depth, key, parts in entries]


def _closes(part: str, quote: str) -> bool:
    """Whether a line of a quoted value is its last."""
    return part.replace("\\" + quote if quote == '"' else "''", "").endswith(quote)


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    if len(value) > 1 and value[0] == value[-1] == '"':
        return value[1:-1].replace('\\"', '"')
    return value


def _mapping(read: dict[str, Any], key: str) -> dict[str, Any]:
    found = read.get(key)
    return found if isinstance(found, dict) else {}


def _version(flavor: str, about: Any) -> str:
    """The version of a flavor's library: ``sklearn_version``, or ``py_version`` of python's."""
    if not isinstance(about, dict):
        return ""
    versions = [v for k, v in about.items() if k.endswith("version") and isinstance(v, str)]
    return versions[0] if versions else ""


def _fields(described: Any) -> list[list[str]]:
    """Name and type of each column of a signature; of a tensor, its shape."""
    try:
        fields = json.loads(described)
        return [[str(f["name"]), _type(f)] if "name" in f else [_type(f), ""] for f in fields][:200]
    except (TypeError, ValueError, AttributeError):
        return []


def _type(field: dict[str, Any]) -> str:
    tensor = field.get("tensor-spec")
    if not isinstance(tensor, dict):
        return str(field.get("type", ""))
    return f"{tensor.get('dtype', '')} {tensor.get('shape', '')}".strip()
