"""Any value a user may log, as a type and a text, and back again.

The text is what SQL and a person see (``0.01``, ``True``, ``[1, 2]``); with the type it
restores the very value. What cannot be restored is refused, with a message naming the key.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from numbers import Real
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Any, NamedTuple
from uuid import UUID

from shelduck.errors import BadValue

LIMIT = 1 << 20  # bytes of a value's text; more belongs into an artifact
TAG = "$type"  # marks what JSON has no word for, inside lists and dicts


class Encoded(NamedTuple):
    """A value as the store keeps it."""

    type: str
    text: str
    number: float | None


def _plain(value: Any) -> Any:
    """Turn a numpy, pandas or torch scalar into Python's own; leave the rest."""
    if not (hasattr(value, "item") and getattr(value, "ndim", None) == 0):
        return value
    kind = getattr(getattr(value, "dtype", None), "kind", None)
    return _plain_time(value, kind) if kind in ("M", "m") else value.item()


def _plain_time(value: Any, kind: str) -> Any:
    """Turn a numpy time into Python's; what is too fine for that, or no time, is left."""
    plain = value.item()
    if not isinstance(plain, (date, timedelta)):  # numpy gives nanoseconds as a bare number
        exact = value.astype(f"{kind}8[us]")
        plain = exact.item() if exact == value else value
    return plain if isinstance(plain, (date, timedelta)) else value


def _number(value: Real | Decimal) -> float | None:
    try:
        return float(value)
    except (OverflowError, ValueError):
        return None


_WRITE: dict[type, Callable[[Any], str]] = {
    # the base type's own words, so that an IntEnum or a str subclass is its value
    bool: bool.__repr__,
    int: int.__repr__,
    float: float.__repr__,
    complex: complex.__repr__,
    str: str.__str__,
    bytes: bytes.hex,
    datetime: datetime.isoformat,
    date: date.isoformat,
    time: time.isoformat,
    timedelta: lambda d: f"{d.days}:{d.seconds}:{d.microseconds}",
    Decimal: str,
    Fraction: str,
    UUID: str,
    PurePath: str,
}
_READ: dict[str, Callable[[str], Any]] = {
    "null": lambda _: None,
    "bool": lambda text: text == "True",
    "int": int,
    "float": float,
    "complex": complex,
    "str": str,
    "bytes": bytes.fromhex,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda text: timedelta(*map(int, text.split(":"))),
    "decimal": Decimal,
    "fraction": Fraction,
    "uuid": UUID,
    "path": PurePosixPath if os.name == "nt" else Path,
    "windowspath": Path if os.name == "nt" else PureWindowsPath,
    "list": lambda text: _from_json(json.loads(text)),
    "tuple": lambda text: tuple(_from_json(json.loads(text))),
    "dict": lambda text: _from_json(json.loads(text)),
    "set": lambda text: set(_from_json(json.loads(text))),
}
_CONTAINERS = (list, tuple, dict, set)


def _scalar(value: Any) -> tuple[str, str] | None:
    """Type and text of a scalar; None for what is not one we can restore."""
    if value is None:
        return "null", "None"
    for kind, write in _WRITE.items():
        if isinstance(value, kind):
            name = "windowspath" if isinstance(value, PureWindowsPath) else kind.__name__.lower()
            name = name.replace("purepath", "path")
            text = write(value)
            return (name, text) if _same(_READ[name](text), value) else None
    return None


def _same(restored: Any, value: Any) -> bool:
    """Whether nothing was lost on the way to the text and back."""
    if isinstance(value, datetime):
        # By ==, an hour that a clock change repeats is like no time in another zone.
        return bool(restored - value == timedelta(0))
    not_a_number = isinstance(value, (float, complex, Decimal)) and value != value
    return bool(not_a_number or restored == value)


def _to_json(value: Any, key: str) -> Any:
    """A nested value in JSON's words, with ``TAG`` where it has none."""
    value = _plain(value)
    if type(value) in (bool, int, float, str, type(None)):
        return value
    if isinstance(value, list):
        return [_to_json(v, key) for v in value]
    if isinstance(value, dict):
        pairs = {k: _to_json(v, key) for k, v in value.items()}
        if all(type(k) is str for k in value) and TAG not in value:
            return pairs
        return {TAG: "dict", "value": [[_to_json(k, key), v] for k, v in pairs.items()]}
    if isinstance(value, (tuple, set)):
        # in an order of its own, so that equal sets have equal texts in every process
        items = sorted(value, key=repr) if isinstance(value, set) else value
        kind = "set" if isinstance(value, set) else "tuple"
        return {TAG: kind, "value": [_to_json(v, key) for v in items]}
    scalar = _scalar(value)
    if scalar is None:
        raise _refuse(value, key)
    return {TAG: scalar[0], "value": scalar[1]}


def _from_json(value: Any) -> Any:
    if isinstance(value, list):
        return [_from_json(v) for v in value]
    if not isinstance(value, dict):
        return value
    if TAG not in value:
        return {k: _from_json(v) for k, v in value.items()}
    kind, inner = value[TAG], value["value"]
    if kind == "dict":
        return {_from_json(k): _from_json(v) for k, v in inner}
    if kind in ("tuple", "set"):
        return {"tuple": tuple, "set": set}[kind](_from_json(inner))
    return _READ[kind](inner)


def _refuse(value: Any, key: str) -> BadValue:
    kind = f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")
    is_array = hasattr(value, "tolist") and getattr(value, "ndim", 0) > 0
    hint = "log its .tolist()" if is_array else "log str(value) to keep its text"
    return BadValue(f"`{key}` is of type {kind} and could not be given back as it was; {hint}.")


def encode(key: str, value: Any) -> Encoded:
    """Return type, text and number of ``value``.

    Parameters
    ----------
    key
        The name it is logged under, for the message.
    value
        None, a bool, number, string, bytes, date, time, Decimal, Fraction, UUID or path; a
        numpy, pandas or torch scalar; or a list, tuple, set or dict of these, to any depth.
        What is of a subclass of these, or a scalar of numpy's and its like, comes back as the
        plain type, and a time zone as its offset.

    Raises
    ------
    BadValue
        For anything else, text that is not valid Unicode, or more than 1 MiB of it.
    """
    try:
        value = _plain(value)
        if isinstance(value, _CONTAINERS):
            kind = next(t.__name__ for t in _CONTAINERS if isinstance(value, t))
            body = _to_json(value, key)
            if kind in ("tuple", "set"):
                body = body["value"]
            encoded = Encoded(kind, json.dumps(body, ensure_ascii=False), None)
        else:
            scalar = _scalar(value)
            if scalar is None:
                raise _refuse(value, key)
            number = _number(value) if isinstance(value, (Real, Decimal)) else None
            encoded = Encoded(*scalar, number)
        size = len(encoded.text.encode())
    except BadValue:
        raise
    except UnicodeEncodeError as e:
        raise BadValue(f"`{key}` has a character that is not valid Unicode: {e.reason}.") from e
    except RecursionError as e:
        raise BadValue(f"`{key}` is nested too deeply, or contains itself.") from e
    except Exception as e:
        raise BadValue(f"`{key}` cannot be read: {type(e).__name__}.") from e
    if size > LIMIT:
        raise BadValue(
            f"`{key}` has {size:,} bytes, the limit is {LIMIT:,}; "
            "keep it as an artifact: log_text(value, 'name.txt')."
        )
    return encoded


def decode(kind: str, text: str) -> Any:
    """Return the value that ``encode`` was given."""
    return _READ[kind](text)


def flatten(value: Mapping[Any, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    """Yield the leaves of a nested dict under dotted names; lists are leaves."""
    for key, inner in value.items():
        name = f"{prefix}.{key}"
        if isinstance(inner, Mapping) and inner:
            yield from flatten(inner, name)
        else:
            yield name, inner


def leaves(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return params with what is in a dict under dotted names, as SQL and filters have them."""
    found: dict[str, Any] = {}
    for key, value in params.items():
        found |= flatten(value, key) if isinstance(value, Mapping) and value else {key: value}
    return found


def metric_value(key: str, value: Any) -> float | None:
    """Return ``value`` as a float; None stays None, NaN and the infinities are themselves.

    Raises
    ------
    BadValue
        When it is not a real number of one element, or too large for a float.
    """
    if value is None or type(value) is float:
        return value
    try:
        value = _plain(value)
        if isinstance(value, (Real, Decimal)):
            return float(value)
        if getattr(value, "ndim", 0) and len(value) == 1:  # one number in an array
            return metric_value(key, value.item())
    except OverflowError as e:
        raise BadValue(f"metric `{key}` is beyond the range of a float.") from e
    except BadValue:
        raise
    except Exception as e:
        raise BadValue(f"metric `{key}` cannot be read: {type(e).__name__}.") from e
    raise BadValue(
        f"metric `{key}` is of type {type(value).__qualname__}, not one number; many points go "
        "into log_history, texts into a param or a tag."
    )


def checked_key(key: Any, what: str) -> str:
    """Return ``key`` if it can name a param, metric, tag or file; else raise BadValue."""
    if not isinstance(key, str) or not key:
        raise BadValue(f"the name of a {what} is a string with at least one character.")
    try:
        size = len(key.encode())
    except UnicodeEncodeError as e:
        raise BadValue(f"the {what} name {key!a} is not valid Unicode.") from e
    if size > 10_000:
        raise BadValue(f"a {what} name of {size:,} bytes is over the limit of 10,000.")
    return key


def is_finite(value: float | None) -> bool:
    """Whether ``value`` is a number that is neither NaN nor infinite."""
    return value is not None and math.isfinite(value)
