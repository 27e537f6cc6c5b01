"""Curves: the histories of metrics, cut to what a plot can show, the extremes kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from shelduck.errors import BadValue, nearest
from shelduck.store.fields import Clause

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection

    Array = np.ndarray[Any, Any]

POINTS = 500  # buckets a curve is cut to; a plot is some thousand pixels wide


@dataclass(frozen=True, slots=True)
class Curve:
    """The history of one metric of one run."""

    run_id: str
    key: str
    x: Array
    """``float64``, ascending: steps, milliseconds since 1970, seconds, or another metric."""
    y: Array
    """``float64``: NaN and the infinities as logged, and NaN where None was logged."""
    is_none: Array
    """Where None was logged, which is not NaN."""
    total: int
    """Points logged, at an ``x`` that can be shown; more than there are here if it was cut."""


# Relative time is cut as time, for that is the same but for where it begins.
_X = {"step": "step::DOUBLE", "time": "at_ms::DOUBLE", "relative": "at_ms::DOUBLE"}
_OF_METRIC = "metric:"
# What another metric came to at a step.
_OTHER = """
JOIN (SELECT run_id, step, max_by(value, stamp) AS other FROM metric_facts
    WHERE key = ? AND run_id IN (SELECT unnest(?::VARCHAR[])) GROUP BY run_id, step
    HAVING isfinite(other)) o
USING (run_id, step)
"""
_POINTS = """
SELECT run_id, key, {x} AS x, value AS y, stamp FROM metric_facts {more}
WHERE key IN (SELECT unnest(?::VARCHAR[])) AND run_id IN (SELECT unnest(?::VARCHAR[]))
"""
# Of a long curve each bucket gives its least and its greatest value and where it has others
# first; and the curve its first and last point. A short one is given whole.
_CUT = """
WITH points AS {again} ({points}),
ends AS (
    SELECT run_id, key, min(x) AS lo, max(x) AS hi, count(*) AS total FROM points
    GROUP BY run_id, key),
buckets AS (
    SELECT run_id, key,
        arg_min(x, y) FILTER (WHERE isfinite(y)) AS low_x, min(y) FILTER (WHERE isfinite(y)) AS low,
        arg_max(x, y) FILTER (WHERE isfinite(y)) AS high_x,
        max(y) FILTER (WHERE isfinite(y)) AS high,
        min(x) FILTER (WHERE isnan(y)) AS nan_x, min(x) FILTER (WHERE y IS NULL) AS none_x,
        min(x) FILTER (WHERE y = 'inf'::DOUBLE) AS more_x,
        min(x) FILTER (WHERE y = '-inf'::DOUBLE) AS less_x,
        min({{'h': stamp, 'y': y}}) FILTER (WHERE x = lo) AS first, any_value(lo) AS lo,
        max({{'h': stamp, 'y': y}}) FILTER (WHERE x = hi) AS last, any_value(hi) AS hi
    FROM points JOIN ends USING (run_id, key) WHERE total > ?
    GROUP BY run_id, key, CASE WHEN hi > lo THEN floor((x - lo) / (hi - lo) * ?) END),
kept AS (
    SELECT run_id, key, unnest([
        {{'x': low_x, 'y': low, 'h': 1}}, {{'x': high_x, 'y': high, 'h': 1}},
        {{'x': nan_x, 'y': 'nan'::DOUBLE, 'h': 1}}, {{'x': none_x, 'y': NULL, 'h': 1}},
        {{'x': more_x, 'y': 'inf'::DOUBLE, 'h': 1}}, {{'x': less_x, 'y': '-inf'::DOUBLE, 'h': 1}},
        {{'x': CASE WHEN first IS NOT NULL THEN lo END, 'y': first.y, 'h': 0}},
        {{'x': CASE WHEN last IS NOT NULL THEN hi END, 'y': last.y, 'h': 2}}], recursive := true)
    FROM buckets)
SELECT run_id, key, x, y, y IS NULL AS is_none, total FROM (
    SELECT run_id, key, x, y, stamp AS h FROM points JOIN ends USING (run_id, key)
        WHERE total <= ?
    UNION ALL SELECT run_id, key, x, y, max(h) FROM kept WHERE x IS NOT NULL
        GROUP BY run_id, key, x, y)
JOIN ends USING (run_id, key) ORDER BY run_id, key, x, h
"""


def curves(
    con: DuckDBPyConnection,
    run_ids: Sequence[str],
    key: str,
    x: str = "step",
    points: int = POINTS,
) -> list[Curve]:
    """Return the history of a metric of each run that has one, in the order of the ids.

    A longer history than ``points`` is cut: of each of so many equal parts of its ``x`` the
    least and the greatest value are kept, and where there first is a NaN, a None or an infinity;
    and its first and its last point.

    Parameters
    ----------
    con
        A connection from `Store.reading`.
    run_ids
        Whose.
    key
        The metric.
    x
        ``step``, ``time`` (milliseconds since 1970), ``relative`` (seconds since the run began),
        or ``metric:`` and the key of another metric: its value at the same step. Points without
        a finite one are left out.
    points
        How many parts a long history is cut into.

    Raises
    ------
    BadValue
        ``x`` is none of these.
    """
    cut = _curves(con, run_ids, [key], _axis(x, run_ids), points)
    if x == "relative":
        begun = _starts(con, run_ids)
        cut = (replace(c, x=(c.x - begun[c.run_id]) / 1e3) for c in cut)
    found = {curve.run_id: curve for curve in cut}
    return [found[run_id] for run_id in run_ids if run_id in found]


def _starts(con: DuckDBPyConnection, run_ids: Sequence[str]) -> dict[str, float]:
    """Return when each run began, in milliseconds since 1970."""
    rows = con.execute(
        "SELECT run_id, start_us / 1e3 FROM run_state "
        "WHERE run_id IN (SELECT unnest(?::VARCHAR[]))",
        [[*run_ids]],
    ).fetchall()
    return dict(rows)


def sparks(
    con: DuckDBPyConnection, run_ids: Sequence[str], keys: Sequence[str], points: int = 40
) -> dict[tuple[str, str], Curve]:
    """Return small curves by run and metric, over the step, cut as `curves` does.

    Parameters
    ----------
    con
        A connection from `Store.reading`.
    run_ids
        Those on screen.
    keys
        Their metrics; what a run does not have is left out.
    points
        How many each has, about; half of that are buckets.
    """
    cut = _curves(con, run_ids, keys, _axis("step", run_ids), points // 2)
    return {(curve.run_id, curve.key): curve for curve in cut}


def _axis(x: str, run_ids: Sequence[str]) -> Clause:
    """Return the relation of points, for the ids and keys that are yet to be bound."""
    if x.startswith(_OF_METRIC):
        other = (x.removeprefix(_OF_METRIC), [*run_ids])
        return Clause(_POINTS.format(x="other", more=_OTHER), other)
    if x not in _X:
        known = ", ".join(_X)
        raise BadValue(f"curves go over {known} or metric:<key>, not `{x}`{nearest(x, _X)}")
    return Clause(_POINTS.format(x=_X[x], more=""))


def _curves(
    con: DuckDBPyConnection, run_ids: Sequence[str], keys: Sequence[str], axis: Clause, points: int
) -> Iterator[Curve]:
    import numpy as np

    args = [*axis.args, [*keys], [*run_ids], points, points, points]
    # Reading points again takes less than keeping them, but joining them again does not.
    again = "MATERIALIZED" if axis.args else "NOT MATERIALIZED"
    found = con.execute(_CUT.format(points=axis.sql, again=again), args).fetchnumpy()
    whose, key, total = found["run_id"], found["key"], found["total"]
    x, y = _plain(found["x"], float), _plain(found["y"], float)
    is_none = _plain(found["is_none"], bool)
    begins = np.flatnonzero((whose[1:] != whose[:-1]) | (key[1:] != key[:-1])) + 1
    for part in np.split(np.arange(len(whose)), begins):
        if len(part):
            i = part[0]
            of = slice(i, i + len(part))
            yield Curve(whose[i], key[i], x[of], y[of], is_none[of], int(total[i]))


def _plain(column: Any, kind: type) -> Array:
    """Return a column without a mask; what is missing in one of floats is NaN."""
    import numpy as np

    return np.asarray(np.ma.filled(column, np.nan) if kind is float else column, dtype=kind)
