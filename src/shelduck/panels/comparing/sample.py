"""Which runs a picture draws, when there are too many for a saved notebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shelduck.panels.comparing.table import Table


@dataclass(frozen=True, slots=True)
class Sample:
    """Some runs of a table, by their places in it."""

    rows: list[int]
    selected: list[int]
    """Those of them that are selected."""
    words: str
    """How many of how many, and how they were chosen; empty when all are there."""

    @property
    def others(self) -> list[int]:
        """Those that are not selected."""
        chosen = set(self.selected)
        return [row for row in self.rows if row not in chosen]


def sample(table: Table, selected: Sequence[int], by: str | None, most: int) -> Sample:
    """Return at most ``most`` runs: the selected ones, and others evenly over the axis ``by``.

    Evenly in their order along it, so that both its ends are among them.
    """
    count = len(table.ids)
    chosen = _evenly(selected, most)
    if count <= most:
        return Sample(list(range(count)), chosen, "")
    taken = set(chosen)
    others = [row for row in _in_order(table, by) if row not in taken]
    rows = [*chosen, *_evenly(others, most - len(chosen))]
    how = f"evenly over {table.axis(by).label}" if by else "evenly over time"
    first = "the selected ones first, then " if chosen else ""
    return Sample(rows, chosen, f"{len(rows):,} of {count:,} runs drawn: {first}{how}")


def _in_order(table: Table, by: str | None) -> list[int]:
    import numpy as np

    if by is None:
        return list(range(len(table.ids)))
    order: list[int] = np.argsort(table.column(by).values, kind="stable").tolist()
    return order


def _evenly(rows: Sequence[int], count: int) -> list[int]:
    """At most ``count`` of the rows, the first and the last among them."""
    if len(rows) <= count:
        return list(rows)
    if count < 2:
        return list(rows[:count])
    return [rows[round(i * (len(rows) - 1) / (count - 1))] for i in range(count)]
