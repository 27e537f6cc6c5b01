"""What a notebook cell takes in and gives out, read from its source and its namespace.

`read_cell` looks at the source alone and runs nothing. The plan it returns is asked twice: before
the cell runs, to remember what its names hold, and after, for what was captured.
"""

from __future__ import annotations

import ast
import operator
import warnings
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from numbers import Number
from typing import Any

from shelduck.capture.flow import Binding, Bound, Flow, Step
from shelduck.capture.magic import magic_code
from shelduck.capture.measures import Kind, called, is_seed, kind_of, real_number, unrounded

Memory = Mapping[str, Callable[[object], bool]]
"""For each name that was bound before the cell ran: whether an object is the one it held."""


@dataclass(frozen=True, slots=True)
class Captured:
    """What a cell took in and gave out."""

    params: dict[str, Any]
    metrics: dict[str, float]
    missing: tuple[str, ...] = ()
    """Names asked for that are not there, or are no number where a metric was asked for."""


@dataclass(frozen=True, slots=True)
class CellPlan:
    """What to take from a cell."""

    literals: dict[str, Any] = field(default_factory=dict)
    """Params that are known before the cell runs."""
    asked: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    """The params and metrics asked for by name; None to take what the rule says."""
    steps: tuple[Step, ...] = ()
    """What the cell's statements bind, in order."""
    result_name: str | None = None
    """The function that the last expression calls."""

    def remember(self, namespace: Mapping[str, Any]) -> Memory:
        """Return what the cell's names hold before it runs; nothing large is kept alive."""
        names = {step.name for step in self.steps}
        return {name: _recognizer(namespace[name]) for name in names if name in namespace}

    def captured(
        self,
        namespace: Mapping[str, Any],
        before: Memory,
        result: Any = None,
        failed_line: int | None = None,
    ) -> Captured:
        """Return what the cell took in and gave out. Never raises.

        Parameters
        ----------
        namespace
            The notebook's names after the cell has run.
        before
            What `remember` returned.
        result
            Value of the last expression.
        failed_line
            The line of the cell at which an exception left it; 0 if none of it ran.
        """
        bound = {
            name: bindings
            for name, (bindings, sure) in _replay(self.steps, failed_line).items()
            if name in namespace and (sure or not _was(before, name, namespace[name]))
        }
        if self.asked is not None:
            return self._asked_for(namespace, bound, result)
        params = dict(self.literals)
        metrics: dict[str, float] = {}
        for name, bindings in bound.items():
            value, kinds = namespace[name], {binding.kind for binding in bindings}
            if kinds == {Kind.LITERAL}:
                held = bindings[0] if len(bindings) == 1 else _held(bindings, value)
                params |= {name: held.value} if held and _is_param(name, held.value) else {}
            elif kinds <= {Kind.LITERAL, Kind.MEASURE} and _is_metric(name):
                number = None if _held(bindings, value) else real_number(value)
                metrics |= {} if number is None else {name: number}
        number = real_number(result)
        if self.result_name and number is not None:
            metrics.setdefault(self.result_name, number)
        return Captured(params, metrics)

    def _asked_for(
        self, namespace: Mapping[str, Any], bound: Mapping[str, Any], result: Any
    ) -> Captured:
        params, metrics = self.asked or ((), ())
        unbound = {step.name for step in self.steps} - set(bound)
        there = {
            n: namespace[n] for n in (*params, *metrics) if n in namespace and n not in unbound
        }
        taken = {
            name: self.literals[name]
            if _same(self.literals.get(name), there[name])
            else there[name]
            for name in params
            if name in there
        }
        results = {self.result_name: result} | there
        numbers = {name: real_number(results.get(name)) for name in metrics}
        missing = [name for name in params if name not in self.literals | taken]
        missing += [name for name, number in numbers.items() if number is None]
        measured = {name: number for name, number in numbers.items() if number is not None}
        return Captured(self.literals | taken, measured, tuple(missing))


def read_cell(source: str, params: Sequence[str] = (), metrics: Sequence[str] = ()) -> CellPlan:
    """Read what a cell binds, without running it. Never raises: what is no Python binds nothing.

    Parameters
    ----------
    source
        Python, as IPython has transformed it.
    params, metrics
        Names to take; if there are any, only they are taken.
    """
    asked = (tuple(params), tuple(metrics)) if params or metrics else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the user sees them when the cell is compiled
            body = ast.parse(source).body
        flow = Flow()
        steps = [*flow.steps(body), *_shown(body, flow)]
        elsewhere = _globals(body) if "global" in source else set()
        steps = [step for step in steps if step.name not in elsewhere]
        return CellPlan(_known(steps, asked), asked, tuple(steps), _result_name(body, flow))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return CellPlan(asked=asked)


def _known(steps: list[Step], asked: tuple[tuple[str, ...], ...] | None) -> dict[str, Any]:
    """The literals that names are sure to be bound to."""
    known = {}
    for name, (bindings, sure) in _replay(steps, None).items():
        wanted = name in asked[0] if asked else _is_param(name, bindings[0].value)
        if wanted and sure == 1 and all(b.kind is Kind.LITERAL for b in bindings):
            known[name] = bindings[0].value
    return known


def _replay(steps: Iterable[Step], failed_line: int | None) -> dict[str, tuple[list[Binding], int]]:
    """What each name may hold after the steps; the second number, how many of it were sure."""
    names: dict[str, tuple[list[Binding], int]] = {}
    for step in steps:
        if failed_line is not None and step.start > failed_line:
            continue
        done = failed_line is None or step.end < failed_line
        if done and step.bound.sure:
            names[step.name] = list(step.bound.bindings), len(step.bound.bindings)
        else:
            names.setdefault(step.name, ([], 0))[0].extend(step.bound.bindings)
    return names


def _last(body: list[ast.stmt]) -> ast.expr | None:
    last = body[-1] if body else None
    code = magic_code(last) if last else None
    if code is not None:
        return _last(code)
    return unrounded(last.value) if isinstance(last, ast.Expr) else None


def _shown(body: list[ast.stmt], flow: Flow) -> list[Step]:
    """A name at the end that the cell does not bind is taken as if it did."""
    last = _last(body)
    if isinstance(last, ast.Name) and last.id not in flow.kinds:
        bound = Bound([Binding(Kind.MEASURE)])
        return [Step(last.id, last.lineno, last.lineno, bound)]
    return []


def _result_name(body: list[ast.stmt], flow: Flow) -> str | None:
    last = _last(body)
    if not isinstance(last, ast.Call) or kind_of(last, flow.kinds) is not Kind.MEASURE:
        return None
    name = called(last.func)
    of_ipython = isinstance(last.func, ast.Attribute) and "get_ipython" in ast.dump(last.func.value)
    return None if of_ipython or not name or name.startswith("_") else name


def _globals(body: list[ast.stmt]) -> set[str]:
    nodes = chain.from_iterable(map(ast.walk, body))
    return {name for node in nodes if isinstance(node, ast.Global) for name in node.names}


def _recognizer(value: object) -> Callable[[object], bool]:
    """A question whether an object is ``value``, which does not keep a large one alive.

    An id alone would do wrong by numbers: a freed one's is soon that of the next.
    """
    if value is None or issubclass(type(value), Number | str | bytes):
        return partial(operator.is_, value)
    try:
        reference = weakref.ref(value)
    except TypeError:
        identity = id(value)
        return lambda now: id(now) == identity
    return lambda now: now is not None and reference() is now


def _was(before: Memory, name: str, value: object) -> bool:
    return name in before and before[name](value)


def _held(bindings: list[Binding], value: object) -> Binding | None:
    """The literal among ``bindings`` that ``value`` is."""
    literals = (b for b in reversed(bindings) if b.kind is Kind.LITERAL)
    return next((binding for binding in literals if _same(binding.value, value)), None)


def _same(one: object, other: object) -> bool:
    try:
        return type(one) is type(other) and bool(one == other or (one != one and other != other))
    except Exception:  # comparing may do anything
        return False


def _is_param(name: str, value: object) -> bool:
    empty = isinstance(value, dict | list | tuple | set) and not value  # where results will go
    return not (name.startswith("_") or empty)


def _is_metric(name: str) -> bool:
    return not (name.startswith("_") or is_seed(name))
