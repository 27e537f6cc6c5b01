"""Which names a cell binds at its top level, to what, and whether it is sure to."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from shelduck.capture.literals import NotLiteral, literal
from shelduck.capture.measures import Kind, kind_of

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_With = ast.With | ast.AsyncWith
_Try = ast.Try | ast.TryStar
_CONTAINERS = (dict, list, set)


@dataclass(frozen=True, slots=True)
class Binding:
    """One thing a name may hold."""

    kind: Kind
    value: Any = None
    """The value of a literal."""


@dataclass(slots=True)
class Bound:
    """What a name may hold after some statements."""

    bindings: list[Binding]
    sure: bool
    """Whether the statements bind it whatever branch is taken."""


Names = dict[str, Bound]


@dataclass(frozen=True, slots=True)
class Step:
    """A statement of the cell's top level binds a name."""

    name: str
    start: int
    end: int
    """First and last line of the statement."""
    bound: Bound


def _then(first: Names, second: Names) -> Names:
    for name, bound in second.items():
        if bound.sure or name not in first:
            first[name] = bound
        else:
            first[name] = Bound(first[name].bindings + bound.bindings, first[name].sure)
    return first


def _either(branches: list[Names]) -> Names:
    names = dict.fromkeys(chain.from_iterable(branches))
    return {
        name: Bound(
            [binding for branch in branches if name in branch for binding in branch[name].bindings],
            all(name in branch and branch[name].sure for branch in branches),
        )
        for name in names
    }


def _maybe(names: Names) -> Names:
    return {name: Bound(bound.bindings, False) for name, bound in names.items()}


class Flow:
    """Reads the statements of a cell in order."""

    def __init__(self) -> None:
        self.kinds: dict[str, Kind] = {}
        """The kind of what each name was bound to last."""
        self._containers: dict[str, Any] = {}
        """The literal dicts, lists and sets that names hold for sure."""

    def steps(self, body: Iterable[ast.stmt]) -> Iterator[Step]:
        """Yield the bindings of statements that run one after the other."""
        for node in body:
            if isinstance(node, _With) and not _suppresses(node):
                yield from self._step(node, self._targets(node))
                yield from self.steps(node.body)
            elif isinstance(node, _Try) and not node.handlers:
                yield from self.steps([*node.body, *node.finalbody])
            elif code := magic_code(node):
                # The magic may swallow a failure half-way, so only literals are sure.
                for step in list(self.steps(code)):
                    literals = all(b.kind is Kind.LITERAL for b in step.bound.bindings)
                    bound = Bound(step.bound.bindings, step.bound.sure and literals)
                    yield Step(step.name, node.lineno, node.end_lineno or node.lineno, bound)
            elif not self._fills(node):
                yield from self._step(node, self._statement(node))

    def _step(self, node: ast.stmt, names: Names) -> Iterator[Step]:
        for name, bound in names.items():
            yield Step(name, node.lineno, node.end_lineno or node.lineno, bound)
