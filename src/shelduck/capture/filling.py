"""Literal dicts, lists and sets that a cell goes on to fill: ``params["depth"] = 5``."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from shelduck.capture.literals import NotLiteral, literal
from shelduck.capture.measures import Kind

_MUTATORS = {
    "add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "reverse",
    "setdefault", "sort", "update",
}  # fmt: skip


def fill(node: ast.stmt, containers: Mapping[str, list[Any]]) -> bool:
    """Do to the literals what ``node`` will do to their names; False if that is not known.

    A key that gets a computed value is taken out: what is left is true.
    """
    match node:
        case ast.Assign(targets=[ast.Subscript() as target], value=value):
            name, keys = _path(target)
            held = containers.get(name, [])
            return bool(held) and all(_put(container, keys, value) for container in held)
        case ast.Expr(value=ast.Call(ast.Attribute(ast.Name(id=name), "update"), args, keywords)):
            held = containers.get(name, [])
            return bool(held) and all(_update(container, args, keywords) for container in held)
    return False


def filled(node: ast.stmt, kinds: Mapping[str, Kind]) -> Iterator[str]:
    """Yield the names of literals that ``node`` changes in place."""
    places: list[ast.expr] = []
    match node:
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            places = [target for target in targets if isinstance(target, ast.Subscript)]
        case ast.AugAssign(target=ast.Subscript() as target):
            places = [target]
        case ast.Expr(value=ast.Call(ast.Attribute(changed, method))) if method in _MUTATORS:
            places = [changed]
    for place in places:
        name, _ = _path(place)
        if kinds.get(name) is Kind.LITERAL:
            yield name


def _path(node: ast.expr) -> tuple[str, list[ast.expr]]:
    """``"a", [b, c]`` for ``a[b][c]``; no name for anything else."""
    keys: list[ast.expr] = []
    while isinstance(node, ast.Subscript):
        keys.insert(0, node.slice)
        node = node.value
    return (node.id if isinstance(node, ast.Name) else ""), keys


def _put(container: Any, keys: list[ast.expr], value: ast.expr) -> bool:
    try:
        *way, last = [literal(key) for key in keys]
        for key in way:
            container = container[key]
    except (NotLiteral, LookupError, TypeError):
        return False
    try:
        container[last] = literal(value)
    except NotLiteral:
        return isinstance(container, dict) and (container.pop(last, None), True)[1]
    except (LookupError, TypeError):
        return False
    return True


def _update(container: Any, args: list[ast.expr], keywords: list[ast.keyword]) -> bool:
    try:
        given = [literal(arg) for arg in args]
        container.update(*given, **literal(ast.Call(ast.Name("dict"), [], keywords)))
    except (NotLiteral, AttributeError, TypeError, ValueError):
        return False
    return True
