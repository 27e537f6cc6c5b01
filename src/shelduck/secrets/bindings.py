"""Where Python binds a literal to a name that is a secret, or compares it with one."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Iterator

from shelduck.secrets.names import is_secret

FSTRINGS = (ast.JoinedStr, getattr(ast, "TemplateStr", ast.JoinedStr))

_KEY = re.compile(r"-{0,2}\w[\w.-]*")  # a string that may be a key or a flag, and is no sentence
_VALUE_KEYWORDS = {"default", "fallback", "value"}
# Calls whose first argument says where a secret is, not what it is.
_LOOKUPS = {"get", "getenv", "getpass", "input", "open"}


def secret_literals(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the literals that ``node``, not what is below it, binds to a secret name."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _unpacked(target, value)
        case ast.AnnAssign(target=target, value=None, annotation=value):
            yield from _unpacked(target, value)
        case (
            ast.AnnAssign(target=target, value=ast.expr() as value)
            | ast.AugAssign(target=target, value=value)
            | ast.NamedExpr(target=target, value=value)
            | ast.For(target=target, iter=value)
            | ast.AsyncFor(target=target, iter=value)
            | ast.comprehension(target=target, iter=value)
        ):
            yield from _unpacked(target, value)
        case ast.Compare(left=left, comparators=others):
            if any(map(_names_secret, [left, *others])):
                yield from _literals(left, *others)
        case ast.Call(args=args, keywords=keywords):
            yield from _of_call(args, keywords)
        case ast.List(elts=items) | ast.Tuple(elts=items):
            flags = any(text.startswith("-") for _, text in strings(items))
            yield from _after_keys(items) if flags or len(items) == 2 else ()
        case _:
            pairs = _named_values(node)
            yield from _literals(*(value for name, value in pairs if _names_secret(name)))


def _named_values(node: ast.AST) -> Iterator[tuple[ast.AST, ast.expr]]:
    match node:
        case ast.keyword(arg=str(name), value=value):
            yield ast.Name(name), value
        case ast.Dict(keys=keys, values=values):
            yield from ((key, its) for key, its in zip(keys, values, strict=True) if key)
        case ast.arguments():
            positional = [*node.posonlyargs, *node.args]
            with_default = positional[len(positional) - len(node.defaults) :]
            defaults = [*node.defaults, *node.kw_defaults]
            for argument, its in zip([*with_default, *node.kwonlyargs], defaults, strict=True):
                if its:
                    yield ast.Name(argument.arg), its


def _unpacked(target: ast.expr, value: ast.expr) -> Iterator[ast.expr]:
    """The literals of ``value`` that go to secret names in ``target``."""
    if not isinstance(target, ast.Tuple | ast.List):
        yield from _literals(value) if _names_secret(target) else ()
    elif isinstance(value, ast.Tuple | ast.List) and _same_shape(target.elts, value.elts):
        for one, its in zip(target.elts, value.elts, strict=True):
            yield from _unpacked(one, its)
    elif any(map(_names_secret, ast.walk(target))):
        yield from _literals(value)


def _same_shape(targets: list[ast.expr], values: list[ast.expr]) -> bool:
    starred = any(isinstance(item, ast.Starred) for item in [*targets, *values])
    return len(targets) == len(values) and not starred


def _of_call(args: list[ast.expr], keywords: list[ast.keyword]) -> Iterator[ast.expr]:
    yield from _after_keys(args)
    if any(_names_secret(key) for key, _ in strings(args)):
        yield from _literals(*(k.value for k in keywords if k.arg in _VALUE_KEYWORDS))


def _after_keys(items: list[ast.expr]) -> Iterator[ast.expr]:
    for item, after in itertools.pairwise(items):
        if isinstance(item, ast.Constant) and _names_secret(item):
            yield from _literals(after)


def strings(nodes: Iterable[ast.expr]) -> Iterator[tuple[ast.Constant, str]]:
    """Yield those of ``nodes`` that are string literals, with what they say."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node, node.value


def last_name(node: ast.AST) -> str:
    """Return ``c`` for ``a.b.c``, and nothing for what has no name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _names_secret(node: ast.AST) -> bool:
    match node:
        case ast.Name() | ast.Attribute():
            return is_secret(last_name(node))
        case ast.Subscript(value=value, slice=key):
            return _names_secret(key) or _names_secret(value)
        case ast.Starred(value=value):
            return _names_secret(value)
        case ast.Call(func=func, args=args):
            return any(map(_names_secret, [func, *args]))
        case ast.Constant(value=str(text)):
            return bool(_KEY.fullmatch(text)) and is_secret(text)
    return False


def _literals(*values: ast.AST) -> Iterator[ast.expr]:
    nodes = list(values)
    while nodes:
        node = nodes.pop()
        match node:
            case ast.Constant(value=None | bool()):
                pass
            case ast.Constant() | ast.JoinedStr():
                yield node
            case ast.Subscript(value=value):
                nodes.append(value)
            case ast.Call(func=func, args=[_, *args], keywords=keywords) if (
                last_name(func) in _LOOKUPS
            ):
                nodes += [func, *args, *keywords]
            case _:
                nodes += ast.iter_child_nodes(node)
