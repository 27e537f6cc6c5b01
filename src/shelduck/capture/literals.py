"""What a literal in source comes to, without running anything."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

_SIZE = 10_000  # bits of a power, items of a repetition: no more is worked out here
_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
}
_CONVERSIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "float": float,
    "int": int,
    "round": round,
}


class NotLiteral(ValueError):
    """The expression has to be run to know its value."""


def literal(node: ast.expr) -> Any:
    """Return the value of a literal.

    Numbers, strings, bytes, bools, None; lists, tuples, sets and dicts of them; arithmetic on
    numbers written out (``-0.1``, ``60 * 60``, ``[1] * 3``); ``dict(a=1)``, ``float("inf")`` and
    ``int(1e6)``.

    Raises
    ------
    NotLiteral
        For anything else.
    """
    try:
        return _value(node)
    except (ArithmeticError, TypeError, ValueError, RecursionError) as e:
        raise NotLiteral(type(node).__name__) from e


def _value(node: ast.expr | None) -> Any:
    match node:
        case ast.Constant(value=value) if value is not ...:
            return value
        case ast.Tuple(elts=items):
            return tuple([_value(item) for item in items])
        case ast.List(elts=items):
            return [_value(item) for item in items]
        case ast.Set(elts=items):
            return {_value(item) for item in items}
        case ast.Dict(keys=keys, values=values):
            return {_value(key): _value(its) for key, its in zip(keys, values, strict=True)}
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return +_value(operand)
        case ast.BinOp(op=op, left=left, right=right) if type(op) in _OPERATORS:
            return _arithmetic(op, _value(left), _value(right))
        case ast.Call(func=ast.Name("dict"), args=[], keywords=keywords):
            if all(keyword.arg for keyword in keywords):
                return {keyword.arg: _value(keyword.value) for keyword in keywords}
        case ast.Call(func=ast.Name(id=name), args=[_, *_] as args, keywords=[]):
            if name in _CONVERSIONS:
                return _CONVERSIONS[name](*map(_value, args))
    raise NotLiteral(type(node).__name__)


def _arithmetic(op: ast.operator, left: Any, right: Any) -> Any:
    numbers = isinstance(left, int | float | complex) and isinstance(right, int | float | complex)
    if isinstance(op, ast.Pow) and isinstance(left, int) and isinstance(right, int):
        numbers = left.bit_length() * abs(right) <= _SIZE
    if isinstance(op, ast.LShift):
        numbers = isinstance(right, int) and right <= _SIZE
    if (
        numbers
        or (isinstance(op, ast.Add) and _sequences(left, right))
        or _repeats(op, left, right)
    ):
        return _OPERATORS[type(op)](left, right)
    raise NotLiteral("operation")


def _sequences(left: Any, right: Any) -> bool:
    return type(left) is type(right) and isinstance(left, str | bytes | list | tuple)


def _repeats(op: ast.operator, left: Any, right: Any) -> bool:
    items, times = (right, left) if isinstance(left, int) else (left, right)
    return (
        isinstance(op, ast.Mult)
        and isinstance(items, str | bytes | list | tuple)
        and isinstance(times, int)
        and len(items) * times <= _SIZE
    )
