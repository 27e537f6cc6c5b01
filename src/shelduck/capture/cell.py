"""What a notebook cell takes in and gives out, read from its source and its namespace.

`read_cell` looks at the source alone and runs nothing. The plan it returns is asked twice: before
the cell runs, to remember what its names hold, and after, for what was captured.
"""

from __future__ import annotations

import ast
import operator
import warnings
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from numbers import Number
from typing import Any

from shelduck.capture.flow import Binding, Flow, Step
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
    """Params and metrics asked for by name; None to take what the rule says."""
    steps: tuple[Step, ...] = ()
    """What the cell's statements bind, in order."""
    result_name: str | None = None
    """The name of the last expression's value, if it has one."""

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
            Line of the cell at which an exception left it; 0 if none of it ran.
        """
        bound = self._bound_now(namespace, before, failed_line)
        if self.asked is not None:
            return self._asked_for(namespace, bound, result)
        params = dict(self.literals)
        metrics: dict[str, float] = {}
        for name, bindings in bound.items():
            kinds = {binding.kind for binding in bindings}
            value = namespace[name]
            if kinds == {Kind.LITERAL}:
                params |= {name: its.value for its in _held(bindings, value) if _is_param(name, its.value)}
            elif kinds <= {Kind.LITERAL, Kind.MEASURE} and not is_seed(name):
                number = None if _is_literal(bindings, value) else real_number(value)
                if number is not None and not name.startswith("_"):
                    metrics[name] = number
        ...
