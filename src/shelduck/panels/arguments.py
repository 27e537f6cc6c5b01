"""What a view sends with a command, held against the types that the command declares."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints, is_typeddict

import orjson

from shelduck.errors import BadValue

_WORDS = {
    bool: "true or false",
    int: "a whole number",
    str: "a text",
    list: "a list",
    dict: "an object",
    NoneType: "null",
}


def check(method: Callable[..., Any], args: Any) -> None:
    """Raise BadValue when a command cannot be called with these arguments.

    Their types are those of JSON: ``bool``, ``int``, ``str``, ``None``, ``list``, ``dict``, typed
    dicts, and unions of these.
    """
    name = method.__name__
    try:
        orjson.dumps(args)  # no half characters, which neither store nor screen could take
        inspect.signature(method).bind(**args)
    except TypeError as e:
        given = sorted(args) if isinstance(args, Mapping) else args
        raise BadValue(f"`{name}` does not take {given!a:.200}: {e}") from e
    hints = _hints(getattr(method, "__func__", method))
    for argument, value in args.items():
        hint = hints.get(argument, Any)
        if not _fits(value, hint):
            raise BadValue(f"`{name}`: {argument} is {_words(hint)}, not {value!r:.60}.")


_hints = cache(get_type_hints)


def _fits(value: Any, hint: Any) -> bool:
    kind, parts = get_origin(hint) or hint, get_args(hint)
    if kind is Any:
        return True
    if kind in (Union, UnionType):
        return any(_fits(value, part) for part in parts)
    if is_typeddict(kind):
        fields = get_type_hints(kind)
        return _fits(value, dict) and value.keys() == fields.keys() and _all_fit(value, fields)
    if isinstance(value, bool) or not isinstance(value, kind):
        return kind is bool and isinstance(value, bool)
    if kind is list and parts:
        return all(_fits(item, parts[0]) for item in value)
    return True


def _all_fit(value: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    return all(_fits(value[name], hint) for name, hint in fields.items())


def _words(hint: Any) -> str:
    kind, parts = get_origin(hint) or hint, get_args(hint)
    if kind in (Union, UnionType):
        return " or ".join(map(_words, parts))
    if is_typeddict(kind):
        return f"an object of {', '.join(get_type_hints(kind))}"
    if kind is list and parts and parts[0] is not Any:
        return f"a list ({_words(parts[0])} each)"
    return _WORDS[kind]
