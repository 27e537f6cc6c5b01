"""Which columns a run table has: what it shows by itself, and what a user made of that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from shelduck.directions import less_is_better
from shelduck.errors import BadValue, nearest
from shelduck.panels.wire import Json
from shelduck.store.catalog import Name, wholes
from shelduck.store.fields import NOUNS, split

Summary = Literal["last", "best", "min", "max"]
Better = Literal["less", "more"]
# The attributes there are columns of: how they are called, and what they are.
ATTRIBUTES = {
    "status": ("status", "status"),
    "name": ("name", "name"),
    "duration": ("duration", "duration"),
    "start_time": ("started", "time"),
    "end_time": ("ended", "time"),
    "experiment": ("experiment", "text"),
    "user": ("user", "text"),
    "notebook": ("notebook", "text"),
    "cell": ("cell", "text"),
    "source": ("source", "text"),
    "git_commit": ("commit", "text"),
    "error": ("error", "text"),
    "run_id": ("id", "text"),
}
Names = Mapping[str, Name]
"""What the runs in scope have, by what `field` calls it."""
FEW, METRICS = 14, 8  # columns at first; metrics among them, when there are params to show
MOST = 100  # columns shown at once; each is an element in every row on screen
WIDEST = 2000  # px
_ENDS = ["duration", "start_time"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the view shows it; see ``Column`` in ``js/src/table/state.ts``."""

    id: str
    label: str
    kind: str
    type: str
    pinned: bool = False
    width: int = 0
    summary: Summary | None = None
    better: Better | None = None
    range: tuple[float, float] | None = None
    decimals: int | None = None
    colour: bool = False
    spark: bool = False

    def json(self) -> Json:
        """Return the column as JSON."""
        return asdict(self)

    @property
    def measure(self) -> str:
        """Which summary of a metric it is sorted by: ``last``, ``min`` or ``max``."""
        if self.summary == "best":
            return "min" if self.better == "less" else "max"
        return self.summary or "last"


@dataclass
class Arrangement:
    """What a user made of the columns."""

    first: Sequence[str] = ()
    """What the runs were sorted by at first; these come before other metrics and params."""
    ids: list[str] | None = None
    """Those that are shown, in order; None while that is left to us."""
    changes: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By column: its width, whether it is pinned, its summary and so on."""
    constants: bool = False
    """Whether columns that are the same in all runs are shown."""

    def shown(self, names: Names) -> list[Column]:
        """Return the columns, pinned ones first.

        Parameters
        ----------
        names
            What the runs have.
        """
        ids = self.ids
        if ids is None:
            ids = default_columns(names, self.constants, self.first)
        twice = _ambiguous(names)
        columns = [self.column(i, names.get(i), twice) for i in ids[:MOST]]
        return sorted(columns, key=lambda column: not column.pinned)

    def column(self, column: str, name: Name | None = None, twice: Collection[str] = ()) -> Column:
        """Return one column; BadValue when there is no such attribute."""
        return replace(column_of(column, name, twice), **self.changes.get(column, {}))

    def change(self, column: str, **changes: Any) -> None:
        """Take a change of a column; BadValue when it is none."""
        for key, value in changes.items():
            if key not in _CHANGES or not _CHANGES[key](value):
                raise BadValue(f"a column has no {key} of {value!r:.40}.")
        self.changes.setdefault(column, {}).update(changes)

    def show(self, column: str, ids: Sequence[str]) -> None:
        """Show a column after those that are shown."""
        if len(ids) >= MOST and column not in ids:
            raise BadValue(f"a table has {MOST} columns at most; hide another one first.")
        self.ids = [*(i for i in ids if i != column), column]

    def hide(self, column: str, ids: Sequence[str]) -> None:
        """Show a column no more."""
        self.ids = [i for i in ids if i != column]

    def move(self, column: str, to: int, ids: Sequence[str]) -> None:
        """Put a column at another place; among the pinned ones it becomes one of them."""
        left = [i for i in ids if i != column]
        left.insert(max(0, to), column)
        self.ids = left


_CHANGES = {
    "pinned": lambda v: isinstance(v, bool),
    "colour": lambda v: isinstance(v, bool),
    "spark": lambda v: isinstance(v, bool),
    "width": lambda v: isinstance(v, int) and 0 <= v <= WIDEST,
    "summary": lambda v: v in ("last", "best", "min", "max"),
    "better": lambda v: v in ("less", "more", None),
}


def column_of(column: str, name: Name | None, twice: Collection[str] = ()) -> Column:
    """Return the column of a name; BadValue when there is no such attribute."""
    kind, key = split(column)
    if not kind:
        if column not in ATTRIBUTES:
            raise BadValue(f"there is no column `{column}`{nearest(column, ATTRIBUTES)}")
        label, type_ = ATTRIBUTES[column]
        return Column(column, label, "attribute", type_, pinned=column in ("status", "name"))
    span = None if name is None or name.low is None else (name.low, name.high or 0.0)
    numeric = kind == "metrics" or (kind == "params" and name is not None and name.is_number)
    made = Column(
        column,
        column if key in twice else key,
        NOUNS[kind],
        "number" if numeric else "text",
        range=span if numeric else None,
    )
    if kind != "metrics":
        return made
    less = less_is_better(key)
    better: Better | None = None if less is None else "less" if less else "more"
    return replace(made, summary="last", better=better)


def default_columns(names: Names, constants: bool, first: Iterable[str]) -> list[str]:
    """Return what is worth showing: metrics first, then the params that vary.

    The frequent ones come first, and before them those that are asked for.
    """
    asked = list(dict.fromkeys(first))
    hidden = set() if constants else set(constant_params(names))
    by_use = [n for n in sorted(names.values(), key=lambda n: -n.runs) if n.column not in hidden]
    metrics = [n.column for n in by_use if n.kind == "metrics"]
    whole = wholes(names.values())
    params = [n.column for n in by_use if n.kind == "params" and n.column not in whole]
    begin = ["status", "name", *(["experiment"] if _varies(names, "experiment") else [])]
    room = FEW - len(begin) - len(_ENDS)
    measured = metrics[: max(METRICS, room - len(params))]
    logged = [c for c in [*measured, *params] if c not in asked][: max(0, room - len(asked))]
    return list(dict.fromkeys([*begin, *asked, *logged, *_ENDS]))


def constant_params(names: Names) -> list[str]:
    """Return the params that are the same in all runs; of one run alone, none."""
    count = names["status"].runs if "status" in names else 0
    whole = wholes(names.values())
    return [
        n.column
        for n in names.values()
        if n.kind == "params" and n.is_constant and n.runs == count > 1 and n.column not in whole
    ]


def _varies(names: Names, attribute: str) -> bool:
    return attribute in names and not names[attribute].is_constant


def _ambiguous(names: Iterable[str]) -> set[str]:
    """Keys that are those of two kinds of columns."""
    counts = Counter(split(name)[1] for name in names)
    return {key for key, count in counts.items() if count > 1}
