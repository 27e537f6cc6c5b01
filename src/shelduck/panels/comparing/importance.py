"""Which params explain a metric, and in which direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shelduck.errors import BadValue

if TYPE_CHECKING:
    import numpy as np

    from shelduck.panels.comparing.columns import Column
    from shelduck.panels.comparing.table import Axis, Table

    Array = np.ndarray[Any, Any]

FOREST, RANKS = "permutation importance of a random forest", "rank correlation"
_ENOUGH = 40  # runs for a forest to be tried on a part of them
_MOST = 2000  # runs that a forest learns from, or it takes many seconds
_PARTS, _TREES, _REPEATS = 3, 40, 3


@dataclass(frozen=True, slots=True)
class Weight:
    """How much one param matters."""

    id: str
    label: str
    importance: float
    """Of a forest, its share of all; of ranks, the strength of the correlation from 0 to 1."""
    direction: float | None
    """The rank correlation, from -1 to 1; None for a param of texts."""


@dataclass(frozen=True, slots=True)
class Importance:
    """What the params have to do with a metric."""

    method: str
    runs: int
    left_out: int
    """Runs without a finite value of the metric."""
    weights: list[Weight]
    """The most important first."""
    note: str


def importance(table: Table, metric: str) -> Importance:
    """Return how much each param that varies has to do with a metric.

    With scikit-learn, and enough runs, a random forest learns the metric from two thirds of
    the runs, and a param matters as much as it errs on the others when that param is shuffled;
    each third is tried once. Otherwise params are weighed one by one, by rank correlation. The
    same runs give the same answer.

    Raises
    ------
    BadValue
        There is no such axis, or it is of texts.
    """
    import numpy as np

    target = table.column(metric)
    if target.categories is not None:
        raise BadValue(f"{metric} is a text; params can explain a number.")
    rows = np.flatnonzero(target.finite)
    left_out, goal = len(target.values) - len(rows), target.values[rows]
    params = {a: table.columns[a.id].take(rows) for a in table.axes if a.kind == "param"}
    params = {a: c for a, c in params.items() if a.varies and _is_weighable(c)}
    if len(rows) < 3 or not params or goal.min() == goal.max():
        return Importance(RANKS, len(rows), left_out, [], _why_not(len(rows), metric, params))
    directions = {a: _direction(c, goal) for a, c in params.items()}
    found = _by_forest(params, goal) if len(rows) >= _ENOUGH else None
    if found is None:
        sizes = [_association(c, goal) for c in params.values()]
        note = "each param by itself; scikit-learn and 40 runs would tell more."
    else:
        sizes, note = found
    weights = [Weight(a.id, a.label, s, directions[a]) for a, s in zip(params, sizes, strict=True)]
    weights.sort(key=lambda w: (-w.importance, w.id))
    return Importance(FOREST if found else RANKS, len(rows), left_out, weights, note)


def _is_weighable(column: Column) -> bool:
    """Whether several runs share a value, where it is a text: a name of each explains all."""
    import numpy as np

    there = column.values[column.finite]
    different = len(np.unique(there))
    return different > 1 and (column.categories is None or 2 * different <= len(there))


def _why_not(runs: int, metric: str, params: dict[Axis, Column]) -> str:
    if runs < 3:
        return f"It takes three runs with a number for {metric}; there are {runs}."
    return "No param varies." if not params else f"{metric} is the same in all runs."


# --- rank correlation ----------------------------------------------------------------------


def _direction(column: Column, goal: Array) -> float | None:
    import numpy as np

    there = column.finite
    if column.categories is not None or there.sum() < 3:
        return None
    a, b = _ranks(column.values[there]), _ranks(goal[there])
    spread = float(a.std() * b.std())
    return float(np.mean((a - a.mean()) * (b - b.mean())) / spread) if spread else 0.0


def _association(column: Column, goal: Array) -> float:
    """Of numbers, the size of the rank correlation; of texts, the correlation ratio of ranks."""
    import numpy as np

    if column.categories is None:
        return abs(_direction(column, goal) or 0.0)
    there = column.finite
    ranks, groups = _ranks(goal[there]), column.values[there].astype(int)
    counts = np.bincount(groups)
    means = np.bincount(groups, ranks)[counts > 0] / counts[counts > 0]
    between = float((counts[counts > 0] * (means - ranks.mean()) ** 2).sum())
    whole = float(((ranks - ranks.mean()) ** 2).sum())
    return float(np.sqrt(between / whole)) if whole else 0.0


def _ranks(values: Array) -> Array:
    """Ranks from 1; equal values share the mean of theirs."""
    import numpy as np

    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: Array = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return ranks


# --- a random forest -----------------------------------------------------------------------


def _by_forest(params: dict[Axis, Column], goal: Array) -> tuple[list[float], str] | None:
    """The share of each param, and how well the forest knows; None without scikit-learn."""
    import numpy as np

    try:
        from sklearn.ensemble import RandomForestRegressor
        from sklearn.inspection import permutation_importance
    except ImportError:
        return None
    # By ranks a forest splits as by values, and ranks fit its floats of 32 bits.
    features = np.stack([_ranks(_filled(column)) for column in params.values()], axis=1)
    scaled = goal / np.abs(goal).max()  # or squares of it overflow
    order = np.random.default_rng(0).permutation(len(goal))[:_MOST]
    sizes, scores = np.zeros(len(params)), []
    for tried in np.array_split(order, _PARTS):
        learnt = np.setdiff1d(order, tried)
        forest = RandomForestRegressor(_TREES, min_samples_leaf=2, max_features=0.5, random_state=0)
        forest.fit(features[learnt], scaled[learnt])
        scores.append(forest.score(features[tried], scaled[tried]))
        found = permutation_importance(
            forest, features[tried], scaled[tried], n_repeats=_REPEATS, random_state=0
        )
        sizes += found.importances_mean
    sizes = np.clip(sizes, 0, None)
    shares = sizes / sizes.sum() if sizes.sum() > 0 else sizes
    return shares.tolist(), _how_well(float(np.mean(scores)), len(order), goal)


def _filled(column: Column) -> Array:
    """A column with something for what is missing: among texts one of its own, else the median."""
    import numpy as np

    is_text = column.categories is not None
    rest = -1.0 if is_text else float(np.median(column.values[column.finite]))
    filled: Array = np.where(column.finite, column.values, rest)
    return filled


def _how_well(score: float, learnt: int, goal: Array) -> str:
    part = f"From {learnt:,} of {len(goal):,} runs. " if learnt < len(goal) else ""
    if score <= 0.05:
        return f"{part}The params explain next to nothing of it: do not trust this order."
    return f"{part}The params explain {score * 100:.0f} % of the spread in runs kept apart."
