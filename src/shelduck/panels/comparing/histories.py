"""The histories of a metric of some runs: for a view, a picture or a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import_from_store = None

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """The points of a metric of one run, as many as can be seen."""

    run_id: str
    xs: Array
    ys: Array
    count: int
    """How many points there are; the extremes are among those that were kept."""


def histories(
    con: DuckDBPyConnection, run_ids: Sequence[str], key: str, x: str, points: int
) -> list[History]:
    """Return the histories of those runs that have the metric, in their order."""
    import numpy as np

    from shelduck.store import reading

    got = {i: reading.history(con, i, key) for i in run_ids}
    return [
        History(
            i,
            np.array([m.step if x == "step" else m.timestamp for m in h], float),
            np.array([np.nan if m.value is None else m.value for m in h], float),
            len(h),
        )
        for i, h in got.items()
        if h
    ]
