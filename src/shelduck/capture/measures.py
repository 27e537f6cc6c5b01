"""Which computed values measure something: the rule, for expressions and for objects."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum, auto
from numbers import Real
from typing import Any

RULE = """\
What is taken from a tracked cell, unless -p or -m name it:
- a name set to a literal, at the top level of the cell, is a param; an empty list or dict,
  and a name that is computed or stepped later in the cell, is not;
- a name set to a real number that the cell computed is a metric; so is the last expression,
  under the name of the function it calls (or its own, when it is a name);
- no metrics are: bools; lengths and shapes (len, .shape, .size, .count(), .nunique()) and
  arithmetic on them with literals; time stamps (their difference is one, in seconds); seeds;
  counters (+= 1); copies of a name and reads from the environment;
- loop variables, names of imports, functions and classes, and names with a leading underscore
  are never taken, nor is what this execution of the cell has not set.
"""

_STAMPS = {
    "default_timer", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns",
    "process_time", "process_time_ns", "thread_time", "time", "time_ns", "timestamp",
}  # fmt: skip
_SIZES = {"count", "dim", "len", "nbytes", "ndim", "numel", "nunique", "shape", "size"}
# Calls whose numbers are addresses, exit codes, bytes written or what was typed in.
_BOOKKEEPING = {
    "collect", "cpu_count", "find", "getenv", "getpid", "hash", "id", "index", "input", "ord",
    "system", "seek", "tell", "write", "write_bytes", "write_text",
}  # fmt: skip
_ROUNDINGS = {"abs", "ceil", "float", "floor", "int", "round"}
_ENVIRONMENT = "environ"
_SEED = re.compile(r"(^|_)(seed|random_state)$")


class Kind(Enum):
    """What an expression comes to, as far as its text tells."""

    LITERAL = auto()
    MEASURE = auto()
    SIZE = auto()
    STAMP = auto()
    OTHER = auto()


def kind_of(node: ast.expr, known: Mapping[str, Kind]) -> Kind:
    """Return the kind of a computed value, ``known`` being those of the cell's names so far."""
    try:
        node = unrounded(node)
        root = _root(node)
        if root == _ENVIRONMENT or known.get(root) is Kind.LITERAL:
            return Kind.OTHER
        if isinstance(node, ast.Name):  # copying is not computing
            return known.get(node.id, Kind.OTHER)
        kind = _computed(node, known)
        return Kind.OTHER if kind is Kind.LITERAL else kind  # arithmetic on literals alone
    except RecursionError:
        return Kind.MEASURE


def unrounded(node: ast.expr) -> ast.expr:
    """Return what is awaited, bound by ``:=`` or rounded, rather than the act of it."""
    while True:
        match node:
            case ast.Await(value=inner) | ast.NamedExpr(value=inner):
                node = inner
            case ast.Call(func=func, args=[inner, *_]) if called(func) in _ROUNDINGS:
                node = inner
            case _:
                return node


def called(func: ast.AST) -> str:
    """Return ``c`` for ``c`` and ``a.b.c``, and nothing for what has no name."""
    if isinstance(func, ast.Attribute):
        return func.attr
    return func.id if isinstance(func, ast.Name) else ""


def _root(node: ast.expr) -> str:
    """``params`` in ``params["depth"]``, ``params.depth`` and ``params.get("depth")``."""
    while True:
        match node:
            case ast.Attribute(attr="environ"):
                return _ENVIRONMENT
            case ast.Attribute(value=inner) | ast.Subscript(value=inner):
                node = inner
            case ast.Call(func=ast.Attribute(value=inner, attr="get" | "pop")):
                node = inner
            case _:
                return called(node)


def _computed(node: ast.expr, known: Mapping[str, Kind]) -> Kind:
    node = unrounded(node)
    match node:
        case ast.Constant():
            return Kind.LITERAL
        case ast.Name(id=name):
            kind = known.get(name, Kind.MEASURE)
            return Kind.MEASURE if kind is Kind.OTHER else kind
        case ast.UnaryOp(operand=operand):
            return _computed(operand, known)
        case ast.BinOp(op=op, left=left, right=right):
            return _combined(op, _computed(left, known), _computed(right, known))
        case ast.Attribute(attr=name) | ast.Call(func=ast.Attribute(attr=name) | ast.Name(name)):
            return _named(name)
        case ast.Subscript(value=value):
            return Kind.SIZE if _computed(value, known) is Kind.SIZE else Kind.MEASURE
        case ast.BoolOp():
            return Kind.OTHER
    return Kind.MEASURE


def _named(name: str) -> Kind:
    if name in _STAMPS:
        return Kind.STAMP
    if name in _SIZES:
        return Kind.SIZE
    return Kind.OTHER if name in _BOOKKEEPING else Kind.MEASURE


def _combined(op: ast.operator, left: Kind, right: Kind) -> Kind:
    kinds = {left, right}
    if Kind.STAMP in kinds and not isinstance(op, ast.Sub):
        return Kind.STAMP
    if kinds <= {Kind.SIZE, Kind.LITERAL} and Kind.SIZE in kinds:
        share = isinstance(op, ast.Div) and left is right  # of two counts: an accuracy, a rate
        return Kind.MEASURE if share else Kind.SIZE
    return Kind.MEASURE


def is_seed(name: str) -> bool:
    """Whether a name is a random seed's."""
    return _SEED.search(name) is not None


def real_number(value: Any) -> float | None:
    """Return a real number as a float, from numpy, pandas, torch and the like; else None.

    NaN and the infinities are numbers; bools, complex numbers and what is beyond a float are not.
    """
    try:
        # numpy counts durations among the integers; and dates have numbers inside.
        if getattr(getattr(value, "dtype", None), "kind", "f") in "bcmMOSU":
            return None
        if isinstance(value, Real | Decimal):
            return None if isinstance(value, bool) else float(value)
        item = value.item() if getattr(value, "ndim", None) == 0 else None
        return None if item is None or item is value else real_number(item)
    except Exception:  # an object may answer anything
        return None
