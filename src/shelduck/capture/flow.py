"""Which names a cell binds at its top level, to what, and whether it is sure to."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

from shelduck.capture.filling import fill, filled
from shelduck.capture.literals import NotLiteral, literal
from shelduck.capture.magic import magic_code
from shelduck.capture.measures import Kind, kind_of

_Names = dict[str, "Bound"]
_CHOICES = (
    ast.IfExp, ast.BoolOp, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
)  # fmt: skip
_ELSEWHERE = (ast.stmt, ast.ExceptHandler, ast.match_case, ast.Lambda)


class Binding(NamedTuple):
    """One thing a name may hold."""

    kind: Kind
    value: Any = None
    """The value of a literal."""


class Bound(NamedTuple):
    """What a name may hold after some statements."""

    bindings: list[Binding]
    sure: bool = True
    """Whether the statements bind it whatever branch is taken."""


class Step(NamedTuple):
    """A statement of the cell's top level binds a name."""

    name: str
    start: int
    end: int
    """First and last line of the statement."""
    bound: Bound


_NOTHING_TO_TAKE = Binding(Kind.OTHER)


class Flow:
    """Reads the statements of a cell in order."""

    def __init__(self) -> None:
        self.kinds: dict[str, Kind] = {}
        """The kind of what each name was bound to last."""
        self._containers: dict[str, list[Any]] = {}
        """The literal dicts, lists and sets that each name may hold."""

    def steps(self, body: Iterable[ast.stmt]) -> Iterator[Step]:
        """Yield what statements bind that run one after the other."""
        for node in body:
            if isinstance(node, ast.With | ast.AsyncWith) and not _suppresses(node):
                yield from self._step(node, self._entered(node))
                yield from self.steps(node.body)
            elif isinstance(node, ast.Try | ast.TryStar) and not node.handlers:
                yield from self.steps([*node.body, *node.finalbody])
            elif (code := magic_code(node)) is not None:
                # The magic may swallow a failure half-way, so only literals are sure.
                for step in self.steps(code):
                    sure = step.bound.sure and all(
                        b.kind is Kind.LITERAL for b in step.bound.bindings
                    )
                    yield _step(node, step.name, Bound(step.bound.bindings, sure))
            elif not fill(node, self._containers):
                yield from self._step(node, self._statement(node))

    def _step(self, node: ast.stmt, names: _Names) -> Iterator[Step]:
        for name, bound in names.items():
            held = [] if bound.sure else self._containers.get(name, [])
            values = [b.value for b in bound.bindings if isinstance(b.value, dict | list | set)]
            self._containers[name] = held + values
            yield _step(node, name, bound)

    def _block(self, body: Iterable[ast.stmt]) -> _Names:
        names: _Names = {}
        for node in body:
            names = _then(names, self._statement(node))
        return names

    def _statement(self, node: ast.stmt) -> _Names:
        names = self._walruses(node)
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    names = _then(names, self._assigned(target, value))
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                names = _then(names, self._assigned(target, value))
            case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
                names = _then(names, self._bound(name, self._stepped(name, op, value)))
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
            ):
                names = _then(names, self._untaken([name]))
            case ast.Import(names=imported) | ast.ImportFrom(names=imported):
                here = [(alias.asname or alias.name).partition(".")[0] for alias in imported]
                names = _then(names, self._untaken(here))
            case ast.Delete(targets=targets):
                names = _then(names, self._untaken(_names_in(targets)))
            case _:
                names = _then(names, self._compound(node))
        return _then(
            names, {name: Bound([_NOTHING_TO_TAKE], False) for name in filled(node, self.kinds)}
        )

    def _compound(self, node: ast.stmt) -> _Names:
        match node:
            case ast.For() | ast.AsyncFor():
                loop = _then(self._untaken(_names_in([node.target])), self._block(node.body))
                return _maybe(_then(loop, self._block(node.orelse)))
            case ast.While():
                return _maybe(_then(self._block(node.body), self._block(node.orelse)))
            case ast.If():
                return self._branches(_if_bodies(node))
            case ast.With() | ast.AsyncWith():
                names = _then(self._entered(node), self._block(node.body))
                return _maybe(names) if _suppresses(node) else names
            case ast.Try() | ast.TryStar():
                return self._tried(node)
            case ast.Match():
                return self._matched(node)
        return {}

    # --- what one target gets -----------------------------------------------------------

    def _assigned(self, target: ast.expr, value: ast.expr) -> _Names:
        match target:
            case ast.Name(id=name):
                return self._bound(name, self._values(value))
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                if isinstance(value, ast.Tuple | ast.List) and _same_shape(targets, value.elts):
                    names: _Names = {}
                    for one, its in zip(targets, value.elts, strict=True):
                        names = _then(names, self._assigned(one, its))
                    return names
                return self._unpacked(targets, value)
        return {}

    def _unpacked(self, targets: list[ast.expr], value: ast.expr) -> _Names:
        kinds = {binding.kind for binding in self._values(value)}
        taken = [Binding(Kind.MEASURE if kinds == {Kind.MEASURE} else Kind.OTHER)]
        names: _Names = {}
        for target in targets:
            if isinstance(target, ast.Starred):
                names |= self._untaken(_names_in([target]))
            else:
                for name in _names_in([target]):
                    names |= self._bound(name, taken)
        return names

    def _values(self, value: ast.expr) -> list[Binding]:
        if isinstance(value, ast.IfExp):
            return self._values(value.body) + self._values(value.orelse)
        try:
            return [Binding(Kind.LITERAL, literal(value))]
        except NotLiteral:
            return [Binding(kind_of(value, self.kinds))]

    def _stepped(self, name: str, op: ast.operator, value: ast.expr) -> list[Binding]:
        try:
            literal(value)
        except NotLiteral:
            return self._values(ast.BinOp(ast.Name(name), op, value))
        return [_NOTHING_TO_TAKE]

    def _bound(self, name: str, bindings: list[Binding]) -> _Names:
        self.kinds[name] = bindings[-1].kind
        return {name: Bound(bindings)}

    def _untaken(self, names: Iterable[str]) -> _Names:
        return dict(chain.from_iterable(self._bound(n, [_NOTHING_TO_TAKE]).items() for n in names))

    def _walruses(self, node: ast.stmt) -> _Names:
        """The names bound by ``:=`` in the expressions of one statement."""
        names: _Names = {}
        pending: list[tuple[ast.AST, bool]] = [(node, True)]
        while pending:
            inner, sure = pending.pop()
            if isinstance(inner, ast.NamedExpr):
                bound = self._assigned(inner.target, inner.value)
                names = _then(names, bound if sure else _maybe(bound))
            sure = sure and not isinstance(inner, _CHOICES)
            children = ast.iter_child_nodes(inner)
            pending += [(child, sure) for child in children if not isinstance(child, _ELSEWHERE)]
        return names

    # --- statements with bodies ---------------------------------------------------------

    def _branches(self, bodies: list[list[ast.stmt]]) -> _Names:
        """One of the bodies runs; those that end in ``raise`` lead nowhere."""
        going_on = [body for body in bodies if not (body and isinstance(body[-1], ast.Raise))]
        return _either([self._block(body) for body in going_on])

    def _entered(self, node: ast.With | ast.AsyncWith) -> _Names:
        return self._untaken(_names_in([i.optional_vars for i in node.items if i.optional_vars]))

    def _tried(self, node: ast.Try | ast.TryStar) -> _Names:
        whole = self._block([*node.body, *node.orelse])
        handled = []
        for handler in node.handlers:
            caught = self._untaken([handler.name] if handler.name else [])
            if not isinstance(handler.body[-1], ast.Raise):
                handled.append(
                    _then(_maybe(whole), _then(_maybe(caught), self._block(handler.body)))
                )
        return _then(_either([whole, *handled]), self._block(node.finalbody))

    def _matched(self, node: ast.Match) -> _Names:
        cases = []
        for case in node.cases:
            captured = [
                str(pattern.name)
                for pattern in ast.walk(case.pattern)
                if isinstance(pattern, ast.MatchAs | ast.MatchStar) and pattern.name
            ]
            cases.append(_then(_maybe(self._untaken(captured)), self._block(case.body)))
        last = node.cases[-1]
        exhaustive = isinstance(last.pattern, ast.MatchAs) and not (
            last.pattern.pattern or last.guard
        )
        return _either(cases if exhaustive else [*cases, {}])


def _step(node: ast.stmt, name: str, bound: Bound) -> Step:
    return Step(name, node.lineno, node.end_lineno or node.lineno, bound)


def _then(first: _Names, second: _Names) -> _Names:
    """Add to ``first``, whose lists are nobody else's, what comes after it."""
    for name, bound in second.items():
        if bound.sure or name not in first:
            first[name] = Bound(list(bound.bindings), bound.sure)
        else:
            first[name].bindings.extend(bound.bindings)
    return first


def _either(branches: list[_Names]) -> _Names:
    return {
        name: Bound(
            [b for branch in branches if name in branch for b in branch[name].bindings],
            all(name in branch and branch[name].sure for branch in branches),
        )
        for name in dict.fromkeys(chain.from_iterable(branches))
    }


def _maybe(names: _Names) -> _Names:
    return {name: Bound(list(bound.bindings), False) for name, bound in names.items()}


def _if_bodies(node: ast.If) -> list[list[ast.stmt]]:
    """The bodies of ``if``, ``elif`` … and ``else``, which may be empty."""
    bodies = [node.body]
    while len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        node = node.orelse[0]
        bodies.append(node.body)
    return [*bodies, node.orelse]


def _suppresses(node: ast.With | ast.AsyncWith) -> bool:
    return any("suppress" in ast.dump(item.context_expr) for item in node.items)


def _same_shape(targets: list[ast.expr], values: list[ast.expr]) -> bool:
    starred = any(isinstance(item, ast.Starred) for item in [*targets, *values])
    return len(targets) == len(values) and not starred


def _names_in(targets: Iterable[ast.expr]) -> list[str]:
    """The names a target binds; ``a[i]`` and ``a.b`` bind none."""
    names, pending = [], list(targets)
    while pending:
        match pending.pop(0):
            case ast.Name(id=name):
                names.append(name)
            case ast.Tuple(elts=inner) | ast.List(elts=inner):
                pending += inner
            case ast.Starred(value=value):
                pending.append(value)
    return names
