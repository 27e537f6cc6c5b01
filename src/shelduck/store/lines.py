"""What makes a line of a journal a fact: once in SQL, for all lines at once, and once in Python.

The fold reads a journal with DuckDB alone. Only when that fails, or finds something that is no
fact, each line is looked at by itself.
"""

from __future__ import annotations

from typing import Any

import orjson

_LONGEST = 16_000_000  # bytes; DuckDB reads no longer line
_STAMPS = 1 << 62  # beyond it, in the year 2116, the clock could not go on counting
_INT64 = 1 << 63
_NUMBERS = ("NaN", "Infinity", "-Infinity")
_NEEDED = {
    "param": "rnyx", "metric": "rnst", "history": ("r", "n", "vs", "ss", "ts"), "tag": "ern",
    "start": "re", "writer": "r", "end": "ry", "experiment": "nxt", "stage": "ery",
    "artifact": "rnxst", "cell": "rnx", "environment": "rx", "content": "nyx",
    "head": "", "tail": "",
}  # fmt: skip


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_integer(value: Any) -> bool:
    return type(value) is int and -_INT64 <= value < _INT64


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) or value in _NUMBERS


def _are_integers(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_integer, value))


def _are_numbers(value: Any) -> bool:
    return isinstance(value, list) and all(v is None or _is_number(v) for v in value)


_CHECKS = {
    **dict.fromkeys("krenxyp", _is_text),
    **dict.fromkeys("hst", _is_integer),
    **dict.fromkeys("vd", _is_number),
    "vs": _are_numbers,
    "ss": _are_integers,
    "ts": _are_integers,
}

IS_NO_FACT = (
    "k IS NULL OR NOT coalesce(h BETWEEN 1 AND {latest}, false) "
    "OR NOT coalesce(CASE k {needed} END, false) OR (k = 'history' AND NOT "
    "coalesce(len(vs) = len(ss) AND len(vs) = len(ts) AND len(vs) = list_count(ss) "
    "AND len(vs) = list_count(ts), false))"
).format(
    latest=_STAMPS,
    needed=" ".join(
        f"WHEN '{kind}' THEN {' AND '.join(f'{c} IS NOT NULL' for c in needed) or 'true'}"
        for kind, needed in _NEEDED.items()
    ),
)
"""True of the rows that ``read_json`` made of lines that are no facts."""


def clean(line: bytes) -> bytes | None:
    """Return a line with nothing but the fact in it, or None if there is none."""
    try:
        found = orjson.loads(line)
        fact = {name: found[name] for name in _CHECKS if found.get(name) is not None}
        complete = all(name in fact for name in ("h", *_NEEDED[fact["k"]]))
        typed = all(_CHECKS[name](value) for name, value in fact.items())
        if not (complete and typed and 1 <= fact["h"] <= _STAMPS and _is_history_even(fact)):
            return None
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return None
    cleaned = orjson.dumps(fact, option=orjson.OPT_APPEND_NEWLINE)
    return cleaned if len(cleaned) <= _LONGEST else None


def _is_history_even(fact: dict[str, Any]) -> bool:
    return fact["k"] != "history" or len(fact["vs"]) == len(fact["ss"]) == len(fact["ts"])
