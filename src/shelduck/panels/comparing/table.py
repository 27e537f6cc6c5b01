"""The runs that are compared, and the axes they can be compared along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from shelduck.directions import less_is_better
from shelduck.panels.comparing.arrangement import known_axis
from shelduck.panels.comparing.columns import Column
from shelduck.store.fields import NOUNS, split

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

_DECADES = 100  # greatest by least value from which a logarithmic axis may show more
_FOOT = 0.2  # and it does where half of the values lie in this part of a linear one
_ASIDE = ("train", "time", "seconds", "duration", "latency", "epoch")
_MANY = 50  # different texts from which an axis is of little use


@dataclass(frozen=True, slots=True)
class Axis:
    """Something to compare runs by."""

    id: str
    """Like ``params.alpha``, ``metrics.rmse``, ``tags.team`` or ``duration``."""
    label: str
    kind: str
    """``param``, ``metric``, ``tag`` or ``attribute``."""
    type: str
    """``number``, ``text`` or ``time``."""
    varies: bool
    """Whether there are two runs that differ."""
    log: bool
    """Whether a logarithmic axis is suggested: all positive, over two decades or more, and most
    of them crowded at the foot of a linear one."""
    better: str | None
    """``less`` or ``more``, where it is known of a metric."""
    count: int
    """How many runs have it."""
    points: int = 0
    """Of a metric, how many points runs have of it at most."""

    @property
    def key(self) -> str:
        """The name of a param, metric or tag as it was logged."""
        return self.id.partition(".")[2]


@dataclass(frozen=True, eq=False)
class Table:
    """Runs, column by column."""

    ids: list[str]
    names: list[str]
    statuses: list[str]
    columns: Mapping[str, Column]
    """By the id of an axis."""
    axes: tuple[Axis, ...]
    """Those first that vary and that most runs have."""
    axes_hidden: int = 0
    """How many more there are, for which there is no room."""

    @cached_property
    def by_id(self) -> dict[str, Axis]:
        """The axes by their ids."""
        return {axis.id: axis for axis in self.axes}

    @cached_property
    def _row_of(self) -> dict[str, int]:
        return {run_id: row for row, run_id in enumerate(self.ids)}

    def name_of(self, run_id: str) -> str:
        """Return the name of a run; of one that is not among these, the beginning of its id."""
        row = self._row_of.get(run_id)
        return run_id[:8] if row is None else self.names[row]

    def axis(self, axis_id: str | None) -> Axis:
        """Return the axis of that id; BadValue, with the nearest, if there is none."""
        return known_axis(axis_id, self.by_id)

    def column(self, axis_id: str | None) -> Column:
        """Return the column of an axis; BadValue, with the nearest, if there is none."""
        return self.columns[self.axis(axis_id).id]

    def rows(self, run_ids: Iterable[str]) -> list[int]:
        """Return the places of runs, of those that are among these."""
        return [self._row_of[run_id] for run_id in run_ids if run_id in self._row_of]

    def is_like(self, other: Table) -> bool:
        """Return whether it is of the same runs, which have the same values."""
        about = (self.ids, self.names, self.statuses, self.axes, self.axes_hidden)
        if about != (other.ids, other.names, other.statuses, other.axes, other.axes_hidden):
            return False
        return all(column.is_like(other.columns[name]) for name, column in self.columns.items())

    def best(self, axis_id: str | None, count: int) -> list[int]:
        """Return the places of the best runs by a metric, those without a number last.

        Where it is not known which way it is better, they are the first of the table.
        """
        import numpy as np

        axis = self.by_id.get(axis_id or "")
        if axis is None or axis.better is None:
            return list(range(min(count, len(self.ids))))
        values = self.columns[axis.id].values
        order = np.argsort(values if axis.better == "less" else -values, kind="stable")
        found: list[int] = order[:count].tolist()
        return found


def axis_of(axis_id: str, column: Column, points: int = 0) -> Axis:
    """Return the axis of a column; of a metric, with how many points runs have of it."""
    kind, key = split(axis_id)
    less = less_is_better(key) if kind == "metrics" else None
    there = column.values[column.finite]
    return Axis(
        axis_id,
        key if kind else key.replace("_", " "),
        NOUNS[kind],
        column.type,
        bool(len(there)) and float(there.min()) < float(there.max()),
        column.type == "number" and _is_crowded(there),
        None if less is None else "less" if less else "more",
        int(column.present.sum()),
        points,
    )


def _is_crowded(values: Array) -> bool:
    import numpy as np

    if not len(values) or values.min() <= 0 or values.min() * _DECADES > values.max():
        return False
    return bool(np.median(values) < values.min() + _FOOT * (values.max() - values.min()))


def usefulness(axis: Axis, column: Column) -> tuple[Any, ...]:
    """Return what axes are sorted by: first those that vary, and that people compare by."""
    order = ("param", "metric", "attribute", "tag").index(axis.kind)
    is_name = len(column.categories or ()) > _MANY
    return not axis.varies, is_name, order, -axis.count, _is_aside(axis), axis.label


def _is_aside(axis: Axis) -> bool:
    """Whether a metric is rather not what runs are for: of no direction, of training, a time."""
    words = axis.label.lower()
    return axis.kind == "metric" and (axis.better is None or any(w in words for w in _ASIDE))
